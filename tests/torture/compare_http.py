"""The HTTP reader beside another: the same heads are given to $HTTP_READ, which is the daemon's, and
to Python's http.server, which was written by others and knows nothing of ours.

Where both take a head they must read the same method, target and length in it. Where one refuses
what the other takes, tests/data/http/differences.txt must say why, and each line of it must be of
use. Inputs: the tables of tests/data/http and the fuzzer's corpus.
"""
import http.server
import io
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "daemon"))
sys.path.insert(0, HERE)
from harness import run, test  # noqa: E402
from http_cases import CORPUS, DATA, read_table  # noqa: E402


class Reader(http.server.BaseHTTPRequestHandler):
    """parse_request() alone, without a connection."""

    def __init__(self, data):  # pylint: disable=super-init-not-called
        self.rfile = io.BytesIO(data)
        self.refused = None
        self.raw_requestline = self.rfile.readline(65537)
        self.client_address = ("", 0)

    def send_error(self, code, message=None, explain=None):
        self.refused = f"refuses {int(code)}"

    def send_response_only(self, code, message=None):
        pass

    def end_headers(self):
        pass

    def flush_headers(self):
        pass


def theirs(data):
    """`takes` and what it read, or `refuses` and its status, or `refuses` where it gives up."""
    reader = Reader(data)
    try:
        taken = reader.parse_request()
    except ValueError as error:
        return f"refuses {type(error).__name__}", None
    if not taken:
        return reader.refused or "refuses", None
    method = reader.command if reader.command in ("GET", "HEAD", "POST") else "other"
    target = reader.path.split("?", 1) + [""]
    minor = "1.0" if reader.request_version != "HTTP/1.1" else "1.1"
    length = reader.headers.get("Content-Length", "0")
    if reader.headers.get("Transfer-Encoding", "").lower() == "chunked":
        length = "chunked"
    elif length.isdigit():
        length = str(int(length))
    return "takes", f"{method} {target[0]} {target[1]} {minor} {length}"


def inputs():
    for name in ("heads.cases", "hostile.cases"):
        for _, data in read_table(name):
            yield data
    for name in sorted(os.listdir(CORPUS)):
        with open(os.path.join(CORPUS, name), "rb") as file:
            yield file.read()


def ours(all_inputs):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, data in enumerate(all_inputs):
            paths.append(os.path.join(folder, str(i)))
            with open(paths[-1], "wb") as file:
                file.write(data)
        said = subprocess.run([os.environ["HTTP_READ"], *paths], check=True,
                              stdout=subprocess.PIPE).stdout
    return said.decode(errors="replace").splitlines()


def explained():
    """Pairs of what ours and theirs say, of the data file; none has been met yet."""
    with open(os.path.join(DATA, "differences.txt"), encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    rows = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    assert all(len(row) == 3 and row[2] for row in rows), "a difference without a reason"
    return {(row[0], row[1]): 0 for row in rows}


@test
def every_difference_from_another_parser_is_explained():
    cases, known, wrong = list(inputs()), explained(), []
    answers = ours(cases)
    assert len(answers) == len(cases) > 100
    agreed = 0
    for data, our in zip(cases, answers):
        their, read = theirs(data)
        took = our.startswith("done ")
        if took and their == "takes":
            if our[5:] == read:
                agreed += 1
                continue
            pair = ("takes", "reads it otherwise")
        elif not took and their != "takes" and our != "more":
            agreed += 1
            continue
        else:
            pair = ("takes" if took else our, their)
        if pair in known:
            known[pair] += 1
        else:
            wrong.append(f"{' | '.join(pair)}\n  {data[:300]!r}\n  {our}\n  {read}")
    print(f"# {len(cases)} inputs, {agreed} agreed, {sum(known.values())} differences explained")
    assert not wrong, "not explained:\n" + "\n".join(wrong)
    unused = [pair for pair, times in known.items() if times == 0]
    assert not unused, f"explained, but never met: {unused}"


run()
