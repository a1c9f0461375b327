"""The hostile table (tests/data/http/hostile.cases) against a running daemon ($KHULASAD)."""
import json
import os
import socket
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "daemon"))
sys.path.insert(0, HERE)
from harness import Daemon, run, test, wait_for  # noqa: E402
from http_cases import read_table  # noqa: E402


def exchange(path, data, bound):
    """Everything that comes back; bound: to a path of the client's own."""
    with socket.socket(socket.AF_UNIX) as client, tempfile.TemporaryDirectory() as folder:
        client.settimeout(60)
        if bound:
            client.bind(os.path.join(folder, "client"))
        client.connect(path)
        try:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
        except BrokenPipeError:
            pass
        got = b""
        while piece := client.recv(65536):
            got += piece
        return got


def outcome(data):
    """`closed`, or of each answer its status (`line` in the line dialect) and code (`-`: none)."""
    said = []
    while data:
        if data.startswith(b"{"):
            line, data = data.split(b"\n", 1)
            answer = json.loads(line)
            said += ["line", answer["error"]["code"] if "error" in answer else "ok"]
            continue
        head, data = data.split(b"\r\n\r\n", 1)
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        size = int(fields[b"Content-Length"])
        body, data = json.loads(data[:size]), data[size:]
        said += [head[9:12].decode(), body["error"]["code"] if "error" in body else "-"]
    return " ".join(said) or "closed"


def wrong_ones(bound):
    wrong = []
    with Daemon() as daemon:
        descriptors = daemon.descriptors()
        for expected, data in read_table("hostile.cases"):
            got = outcome(exchange(daemon.path, data, bound))
            if got != expected:
                wrong.append(f"{data[:100]!r}\n  want {expected}\n  got  {got}")
            assert daemon.once("GET", "/health").status == 200
        wait_for(lambda: daemon.descriptors() == descriptors, "descriptors to be closed")
    assert not wrong, "\n".join(wrong)


@test
def hostile_inputs_are_answered_as_the_table_says():
    wrong_ones(bound=False)


@test
def hostile_inputs_of_a_client_with_an_address():
    wrong_ones(bound=True)


run()
