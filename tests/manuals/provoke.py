"""One way to each error that the daemon has: provoke() gives its answer, over HTTP."""
import contextlib
import signal
import sys

import pages

sys.path.insert(0, str(pages.ROOT / "tests" / "daemon"))
from harness import ARTICLE, Daemon, busy_workers, long_request, request, wait_for  # noqa: E402

SUMMARIZE = "/v1/summarize"


def _send(data, **settings):
    """The answer to these bytes, of a daemon with these settings."""
    with Daemon(**settings) as daemon, daemon.client() as client:
        client.send(data)
        return client.answer()


def _post(body, fields=(), type_="application/json", **settings):
    return _send(request("POST", SUMMARIZE, body, fields, type_), **settings)


def _busy():
    """Behind a request in work and one that waits there is no room for a third."""
    with Daemon(workers=1, max_queue=1, max_queue_uid=1) as daemon, busy_workers(daemon):
        with daemon.client() as waiting, daemon.client() as client:
            waiting.send(request("POST", SUMMARIZE, {"text": ARTICLE}))
            wait_for(lambda: daemon.status()["queue"]["waiting"] == 1, what="a request that waits")
            return client.request("POST", SUMMARIZE, {"text": ARTICLE})


def _shutting_down():
    """A connection that has asked before is answered while the daemon drains."""
    with Daemon(workers=1) as daemon, contextlib.ExitStack() as stack:
        client = stack.enter_context(daemon.client())
        client.send(request("POST", SUMMARIZE, long_request())[:-1])
        stack.enter_context(busy_workers(daemon))
        daemon.signal(signal.SIGTERM)
        return client.answer()


def _deadline():
    return _post({**long_request(400), "deadline_ms": 1})


WAYS = {
    "bad_json": lambda: _post('{"text": '),
    "bad_request": lambda: _post({"txet": ARTICLE}),
    "bad_http": lambda: _send("GET /health HTTP/1.1\nHost: x\n\n"),
    "bad_utf8": lambda: _post(b'{"text": "\xff"}'),
    "not_found": lambda: _send(request("GET", "/v2/summarize")),
    "method_not_allowed": lambda: _send(request("PUT", SUMMARIZE, {"text": ARTICLE})),
    "not_acceptable": lambda: _post({"text": ARTICLE}, ["Accept: image/png"]),
    "timeout": lambda: _send("GET /health HTTP/1.1\r\n", head_timeout="100ms"),
    "too_large": lambda: _post({"text": ARTICLE * 20}, max_request="1K"),
    "too_many_articles": lambda: _post({"articles": [{"text": ARTICLE}] * 3}, max_articles=2),
    "unsupported_type": lambda: _post("<p>", type_="text/html"),
    "too_complex": lambda: _post({"articles": [{"text": ARTICLE}] * 3, "scope": "set"},
                                 max_sentences=10),
    "head_too_large": lambda: _send(request("GET", "/health", None, ["X: " + "x" * 9000])),
    "busy": _busy,
    "shutting_down": _shutting_down,
    "deadline": _deadline,
}


def provoke(code):
    answer = WAYS[code]()
    assert answer is not None and answer.code == code, answer and answer.body
    return answer
