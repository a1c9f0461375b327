"""khulasad ($KHULASAD) under valgrind, from its start to its end: no bad access, nothing undefined
looked at, no leak. Requests of every kind, a reload, a client that leaves, a drain."""
import os
import shutil
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "daemon"))
from harness import ARTICLE, PROGRAM, Daemon, Skip, request, run, test, wait_for  # noqa: E402

VALGRIND = ["valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full",
            "--errors-for-leak-kinds=definite,indirect", "--child-silent-after-fork=yes"]


@test
def a_life_under_valgrind():
    if shutil.which("valgrind") is None:
        raise Skip("valgrind is not installed")
    # The vector units that OpenBLAS would choose may be newer than valgrind knows.
    with Daemon(_command=[*VALGRIND, PROGRAM], workers=2, _env={"OPENBLAS_CORETYPE": "Haswell"},
                job_timeout="5min", set_timeout="5min", body_timeout="5min") as daemon:
        articles = [{"text": f"{ARTICLE} {i}.", "source": f"s{i}"} for i in range(6)]
        with daemon.client() as client:
            answer = client.request("POST", "/v1/summarize", {
                "articles": articles, "scope": "both", "query": "مكتبة",
                "detail": ["keyphrases", "figures", "duplicates", "scores"]})
            assert answer.status == 200 and answer.json["set"]["summary"]
            assert client.request("POST", "/v1/analyze", ARTICLE, type_="text/plain").status == 200
            assert client.request("POST", "/v1/summarize", b'{"text": }').code == "bad_json"
            for target in ("/health", "/v1/status", "/metrics", "/v1/methods"):
                assert client.request("GET", target).status == 200
        with daemon.client() as client:
            client.send('{"id": 1, "text": "%s"}\n' % ARTICLE)
            assert client.line()["id"] == 1
            client.send('{"id": 2, "op": "status"}\n')
            assert client.line()["status"] == "ok"
        for bad in (b"GET / HTTP/1.1\n\n", b"\0", request("GET", "/nowhere")):
            with daemon.client() as client:
                client.send(bad)
                client.half_close()
                while client.socket.recv(65536):
                    pass
        with daemon.client() as client:
            client.send(request("POST", "/v1/summarize", {"articles": articles})[:-1])
        daemon.signal(signal.SIGHUP)
        wait_for(lambda: daemon.status()["counters"]["reloads"] == 1, "the reload")
        assert daemon.once("POST", "/v1/summarize", {"text": ARTICLE}).status == 200


run()
