"""HTTP: every row of the error table, keep-alive, chunked bodies, Expect, what lies behind a request."""
from harness import ARTICLE, Daemon, request, run, shared, test, wait_for

SUMMARIZE = "/v1/summarize"


def provoke(status, code, data, settings=None, then_closed=True):
    """Sends bytes and wants that error; returns the answer."""
    with (Daemon(**settings) if settings else shared()) as daemon, daemon.client() as client:
        client.send(data)
        answer = client.answer()
        assert (answer.status, answer.code) == (status, code), (answer.status, answer.body)
        assert answer.fields["content-type"] == "application/json"
        assert answer.json["error"]["message"]
        if then_closed:
            assert answer.fields["connection"] == "close"
            client.half_close()
            assert client.ended()
        return answer


@test
def a_summary_and_keep_alive():
    with shared() as daemon, daemon.client() as client:
        for _ in range(3):
            answer = client.request("POST", SUMMARIZE, {"text": ARTICLE, "length": {"sentences": 1}})
            assert answer.status == 200, answer.body
            article = answer.json["articles"][0]
            sentence = article["sentences"][0]
            raw = ARTICLE.encode()[sentence["start"]:sentence["end"]].decode()
            assert raw == sentence["text"] == article["summary"]
            assert "connection" not in answer.fields and "date" in answer.fields


@test
def plain_text_with_options_in_the_query():
    with shared() as daemon:
        answer = daemon.once("POST", SUMMARIZE + "?sentences=2", ARTICLE, type_="text/plain; charset=UTF-8")
        assert len(answer.json["articles"][0]["sentences"]) == 2
        answer = daemon.once("POST", "/v1/analyze", ARTICLE, type_="text/plain")
        assert answer.json["blocks"], answer.body


@test
def get_endpoints():
    with shared() as daemon, daemon.client() as client:
        assert client.request("GET", "/health").json == {"status": "ok"}
        assert client.request("GET", "/health?x=1").status == 200
        assert client.request("HEAD", "/health").body == b""
        assert "default" in [m["name"] for m in client.request("GET", "/v1/methods").json["methods"]]
        assert client.request("GET", "/v1/status").json["limits"]["max_fields"] == 64
        assert client.request("GET", "/metrics").body.endswith(b"# EOF\n")


@test
def bad_json_names_line_and_column():
    error = provoke(400, "bad_json", request("POST", SUMMARIZE, b'{"text":\n"x'), then_closed=False)
    assert error.json["error"]["line"] == 2 and "column" in error.json["error"]


@test
def bad_request_names_the_field():
    error = provoke(400, "bad_request", request("POST", SUMMARIZE, {"text": ARTICLE, "lenght": 3}),
                    then_closed=False)
    assert error.json["error"]["field"] == "lenght"


@test
def bad_utf8_names_the_offset():
    error = provoke(400, "bad_utf8", request("POST", SUMMARIZE, b"abc\xff", type_="text/plain"),
                    then_closed=False)
    assert error.json["error"]["offset"] == 3


@test
def bad_http():
    for head in (b"GET /health HTTP/1.1\r\n\r\n", b"GET /health HTTP/1.1\nHost: x\n\n",
                 b"GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                 b"POST /v1/summarize HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                 b"Transfer-Encoding: chunked\r\n\r\n",
                 b"GET /health HTTP/2.0\r\nHost: x\r\n\r\n"):
        provoke(400, "bad_http", head)


@test
def not_found():
    provoke(404, "not_found", request("GET", "/v2/summarize"))


@test
def method_not_allowed_says_which_is():
    assert provoke(405, "method_not_allowed", request("GET", SUMMARIZE)).fields["allow"] == "POST"
    answer = provoke(405, "method_not_allowed", request("DELETE", "/health"))
    assert answer.fields["allow"] == "GET, HEAD"


@test
def not_acceptable():
    provoke(406, "not_acceptable", request("GET", "/health", fields=["Accept: text/html"]))
    provoke(406, "not_acceptable",
            request("GET", "/health", fields=["Accept: */*, application/json;q=0"]))
    with shared() as daemon:
        for accept in ("*/*", "application/*;q=0.1", "text/html, application/json"):
            assert daemon.once("GET", "/health", fields=["Accept: " + accept]).status == 200
        assert daemon.once("GET", "/metrics", fields=["Accept: application/json"]).status == 406


@test
def unsupported_type():
    provoke(415, "unsupported_type", request("POST", SUMMARIZE, "text=x",
                                             type_="application/x-www-form-urlencoded"))
    provoke(415, "unsupported_type", request("POST", SUMMARIZE, ARTICLE,
                                             type_="text/plain; charset=windows-1256"))
    provoke(415, "unsupported_type", request("POST", SUMMARIZE, {}, ["Content-Encoding: gzip"]))


@test
def too_large_from_the_length_alone():
    head = b"POST /v1/summarize HTTP/1.1\r\nHost: x\r\nContent-Length: 94371840\r\n\r\n"
    answer = provoke(413, "too_large", head)
    assert answer.json["error"]["limit"] == 67108864 and answer.json["error"]["retry"] is False


@test
def too_large_while_the_body_is_being_sent():
    """The client sends all of it before it reads: the refusal must still reach it."""
    with Daemon(max_request="64K") as daemon, daemon.client() as client:
        client.send(request("POST", SUMMARIZE, b"x" * 3_000_000))
        answer = client.answer()
        assert answer.status == 413 and answer.code == "too_large"
        client.half_close()
        assert client.ended()


@test
def too_large_in_chunks():
    chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    provoke(413, "too_large",
            b"POST /v1/summarize HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 3,
            {"max_request": "64K"})


@test
def too_many_articles():
    articles = [{"text": ARTICLE}] * 3
    provoke(413, "too_many_articles", request("POST", SUMMARIZE, {"articles": articles}),
            {"max_articles": 2}, then_closed=False)


@test
def head_too_large():
    provoke(431, "head_too_large", request("GET", "/health", fields=["X: " + "y" * 9000]))
    provoke(431, "head_too_large", request("GET", "/health", fields=["X: y"] * 70))


@test
def too_complex():
    provoke(422, "too_complex",
            request("POST", SUMMARIZE, {"articles": [{"text": ARTICLE}] * 30, "scope": "set"}),
            {"max_sentences": 20}, then_closed=False)


@test
def deadline():
    provoke(504, "deadline",
            request("POST", SUMMARIZE, {"text": (ARTICLE + "\n\n") * 3000, "deadline_ms": 1}),
            then_closed=False)


@test
def chunked_bodies_in_any_pieces():
    import json
    body = json.dumps({"text": ARTICLE}, ensure_ascii=False).encode()
    head = b"POST /v1/summarize HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"".join(b"%x;a=b\r\n%s\r\n" % (len(body[i:i + 100]), body[i:i + 100])
                      for i in range(0, len(body), 100))
    whole = head + chunks + b"0\r\nX-Trailer: 1\r\n\r\n"
    with shared() as daemon, daemon.client() as client:
        client.send(whole + whole)
        first, second = client.answer(), client.answer()
        assert first.status == second.status == 200 and first.body == second.body
        for i in range(len(whole)):
            client.send(whole[i:i + 1])
        assert client.answer().body == first.body


@test
def a_large_body_in_chunks_and_by_length_give_the_same():
    text = "\n\n".join(ARTICLE for _ in range(800))
    with shared() as daemon, daemon.client() as client:
        plain = client.request("POST", SUMMARIZE, text, type_="text/plain")
        raw = text.encode()
        client.send(b"POST /v1/summarize HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                    b"Transfer-Encoding: chunked\r\n\r\n")
        for i in range(0, len(raw), 7001):
            part = raw[i:i + 7001]
            client.send(b"%X\r\n%s\r\n" % (len(part), part))
        client.send(b"0\r\n\r\n")
        assert client.answer().body == plain.body and plain.status == 200


@test
def bad_chunks():
    head = b"POST /v1/summarize HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    for body in (b"zz\r\n", b"3\nabc\r\n", b"3\r\nabcd\r\n", b"-1\r\n"):
        provoke(400, "bad_http", head + body)


@test
def expect_continue_is_answered():
    with Daemon(max_request="1K") as daemon, daemon.client() as client:
        head = "POST /v1/summarize HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
        body = '{"text": "لا شيء"}'.encode()
        client.send(head % len(body))
        assert client.answer().status == 100
        client.send(body)
        assert client.answer().status == 200
        client.send(head % 5000)
        assert client.answer().code == "too_large", "refused before the body is asked for"


@test
def pipelined_requests_wait_and_are_answered_in_order():
    data = b"".join(request("POST", SUMMARIZE, {"articles": [{"id": str(i), "text": ARTICLE}]})
                    for i in range(40))
    with shared() as daemon, daemon.client() as client:
        client.send(data + request("GET", "/health", fields=["Connection: close"]))
        ids = [client.answer().json["articles"][0]["id"] for _ in range(40)]
        assert ids == [str(i) for i in range(40)]
        assert client.answer().fields["connection"] == "close" and client.ended()


@test
def http_1_0_closes_unless_asked():
    with shared() as daemon:
        with daemon.client() as client:
            client.send("GET /health HTTP/1.0\r\n\r\n")
            assert client.answer().fields["connection"] == "close" and client.ended()
        with daemon.client() as client:
            for _ in range(2):
                client.send("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                assert client.answer().fields["connection"] == "keep-alive"


@test
def one_byte_at_a_time():
    with shared() as daemon, daemon.client() as client:
        for byte in request("POST", SUMMARIZE, {"text": ARTICLE}):
            client.send(bytes([byte]))
        assert client.answer().status == 200


@test
def silence_and_other_languages_are_closed_without_a_word():
    with shared() as daemon:
        with daemon.client() as client:
            client.half_close()
            assert client.ended()
        for first in (b"\x16\x03\x01", b"[1]\n", b" GET", b"get /"):
            with daemon.client() as client:
                client.send(first[:1])
                assert client.ended()
        assert daemon.once("GET", "/health").status == 200


@test
def a_client_that_leaves_at_each_byte_of_a_request():
    data = request("POST", SUMMARIZE, {"text": ARTICLE[:60]})
    with shared() as daemon:
        before = daemon.descriptors()
        for i in range(0, len(data), 3):
            with daemon.client() as client:
                client.send(data[:i])
        wait_for(lambda: daemon.once("GET", "/health").status == 200, "health")
        wait_for(lambda: daemon.descriptors() <= before, "the connections to be closed")


if __name__ == "__main__":
    run()
