"""The line dialect: one JSON request a line, one answer a line, in order."""
import json

from harness import ARTICLE, Daemon, run, shared, test


def line(**members):
    return json.dumps(members, ensure_ascii=False) + "\n"


@test
def operations_and_echoed_ids():
    with shared() as daemon, daemon.client() as client:
        ids = [1, "a", None, [1, {"b": 2}], 1.5, True]
        client.send("".join(line(op="summarize", id=i, text=ARTICLE) for i in ids))
        for i in ids:
            answer = client.line()
            assert answer["id"] == i and answer["articles"][0]["summary"], answer
        client.send(line(op="health", id=7) + line(op="status") + line(op="analyze", text=ARTICLE))
        assert client.line() == {"id": 7, "status": "ok"}
        assert client.line()["version"]
        assert client.line()["blocks"]


@test
def errors_keep_the_connection():
    with Daemon(max_request="2K") as daemon, daemon.client() as client:
        client.send('{"id": 1, "text": \n' + line(id=2, txet="x") + line(id=3, op="dance"))
        assert client.line()["error"]["code"] == "bad_json"
        assert [client.line()["error"]["code"] for _ in range(2)] == ["bad_request"] * 2
        client.send(line(id=4, text="x" * 500_000))
        error = client.line()
        assert (error["error"]["code"], error["id"]) == ("too_large", 4), error
        client.send("\r\n\n" + line(id=5, op="health"))
        assert client.line() == {"id": 5, "status": "ok"}


@test
def long_lines_grow_as_far_as_the_limit():
    with shared() as daemon, daemon.client() as client:
        text = "\n\n".join(ARTICLE for _ in range(600))
        client.send(line(id=1, text=text) + line(id=2, op="health"))
        assert client.line()["articles"][0]["summary"]
        assert client.line()["id"] == 2


@test
def the_last_line_may_lack_its_newline():
    with shared() as daemon, daemon.client() as client:
        client.send(line(id=1, op="health") + line(id=2, text=ARTICLE)[:-1])
        client.half_close()
        assert client.line()["id"] == 1 and client.line()["id"] == 2
        assert client.line() is None


@test
def both_dialects_carry_the_same_objects():
    with shared() as daemon, daemon.client() as client:
        client.send(line(text=ARTICLE))
        assert client.line() == daemon.once("POST", "/v1/summarize", {"text": ARTICLE}).json


if __name__ == "__main__":
    run()
