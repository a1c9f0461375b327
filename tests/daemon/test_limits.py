"""Limits, deadlines, backpressure, and clients that behave badly."""
import json
import resource
import threading
import time

from harness import (ARTICLE, PATIENCE, PROGRAM, SANITIZED, UNHURRIED, Daemon, busy_workers,
                     long_request, request, run, test, wait_for)

SUMMARIZE = "/v1/summarize"
SMALL = request("POST", SUMMARIZE, {"text": ARTICLE})


def counter(daemon, *path):
    value = daemon.status()["counters"]
    for name in path:
        value = value.get(name, 0)
    return value


@test
def a_dripping_head_times_out_in_total():
    with Daemon(head_timeout="300ms") as daemon, daemon.client() as client:
        client.send("GET /health HTTP/1.1\r\n")
        try:
            # A clock that began anew with every byte would let all of them in: then it is 431.
            for _ in range(100):
                client.send("X: y\r\n")
                time.sleep(0.05)
                if counter(daemon, "timeouts", "head"):
                    break
        except BrokenPipeError:
            pass
        answer = client.answer()
        assert (answer.status, answer.code) == (408, "timeout")


@test
def a_dripping_body_and_line_time_out():
    with Daemon(body_timeout="300ms") as daemon:
        with daemon.client() as client:
            client.send(SMALL[:-3])
            assert client.answer().code == "timeout"
        with daemon.client() as client:
            client.send('{"id": 9, "text": "x')
            answer = client.line()
            assert (answer["error"]["code"], answer["id"]) == ("timeout", 9)


@test
def idle_and_silent_connections_are_closed_without_a_word():
    with Daemon(idle_timeout="2s") as daemon:
        with daemon.client() as client:
            assert client.ended()
        with daemon.client() as client:
            assert client.request("GET", "/health").status == 200
            assert client.ended()


@test
def a_client_that_never_reads_is_let_go():
    text = "\n\n".join(ARTICLE for _ in range(4000))
    with Daemon(write_timeout="300ms") as daemon, daemon.client() as client:
        client.send(request("POST", "/v1/analyze", text, type_="text/plain"))
        wait_for(lambda: counter(daemon, "timeouts", "write") == 1, "the write timeout")


@test
def a_job_over_its_time_is_ended():
    with Daemon(job_timeout="10ms", set_timeout="20ms") as daemon, daemon.client() as client:
        articles = [{"text": ARTICLE * 20}] * 2000
        answer = client.request("POST", SUMMARIZE, {"articles": articles})
        assert (answer.status, answer.code) == (504, "deadline")
        assert client.request("GET", "/health").status == 200


def told_busy(client, dialect):
    """What the client reads to the end of the connection: a whole answer in its dialect."""
    if dialect == "http":
        answer = client.answer()
        assert answer.status == 503 and answer.fields["connection"] == "close"
        assert answer.fields["retry-after"] == "1"
        error = answer.json["error"]
    else:
        error = client.line()["error"]
    assert error["code"] == "busy" and error["retry"] is True, error
    assert client.ended(), "and closed"
    return error


@test
def connections_over_a_cap_are_told_so_in_their_dialect():
    first_bytes = {"http": SMALL, "lines": json.dumps({"text": ARTICLE}) + "\n"}
    with Daemon(max_connections=9, max_connections_uid=3) as daemon:
        held = [daemon.client() for _ in range(3)]
        assert all(client.request("GET", "/health").status == 200 for client in held)
        for dialect, data in first_bytes.items():
            with daemon.client() as client:
                client.send(data)
                error = told_busy(client, dialect)
                assert error["limit"] == 3 and "max_connections_uid" in error["message"]
        with daemon.client() as client:
            client.send("?")
            assert client.ended(), "neither dialect: closed in silence"
        for client in held:
            client.close()
        wait_for(lambda: daemon.once("GET", "/health").status == 200, "a free place")
        assert counter(daemon, "busy", "max_connections_uid") >= 2
    with Daemon(max_connections=1) as daemon, daemon.client() as held:
        assert held.request("GET", "/health").status == 200
        with daemon.client() as client:
            client.send(SMALL)
            error = told_busy(client, "http")
            assert error["limit"] == 1 and "(max_connections)" in error["message"]


@test
def hundreds_beyond_the_caps_are_all_answered_and_bounded():
    hundreds = 700
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 2 * hundreds)), hard))
    line = json.dumps({"op": "health"}) + "\n"
    with Daemon(head_timeout="1h", linger_timeout="1h") as daemon:
        clients = [daemon.client() for _ in range(hundreds)]
        well = []
        for number, client in enumerate(clients):
            client.send(line if number % 2 else request("GET", "/health"))
        for number, client in enumerate(clients):
            if number < 64:
                well.append(client.line() if number % 2 else client.answer().json)
            else:
                told_busy(client, "lines" if number % 2 else "http")
        assert well == [{"status": "ok"}] * 64, well
        for client in clients:
            client.close()
        wait_for(lambda: daemon.once("GET", "/health").status == 200, "a free place")
        assert counter(daemon, "dropped") == 0
    # Silent ones beyond the descriptors: the oldest make room, and who speaks is answered.
    few = ["prlimit", "--nofile=320:320", PROGRAM]
    with Daemon(max_connections=1, head_timeout="1h", _command=few) as daemon:
        silent = [daemon.client() for _ in range(500)]
        with daemon.client() as client:
            client.send(SMALL)
            told_busy(client, "http")
        assert daemon.descriptors() <= 320
        for client in silent:
            client.close()
        wait_for(lambda: daemon.once("GET", "/health").status == 200, "a free place")
        assert counter(daemon, "dropped") > 100


@test
def the_queue_is_bounded_and_health_is_answered_meanwhile():
    with Daemon(workers=1, max_queue=2, **UNHURRIED) as daemon, busy_workers(daemon):
        waiting = [daemon.client(), daemon.client()]
        for client in waiting:
            client.send(SMALL)
        wait_for(lambda: daemon.status()["queue"]["waiting"] == 2, "a full queue")
        with daemon.client() as client:
            answer = client.request("POST", SUMMARIZE, {"text": ARTICLE})
            assert (answer.status, answer.code) == (503, "busy"), answer.body
            assert answer.fields["retry-after"] == "1" and answer.json["error"]["limit"] == 2
            assert client.request("GET", "/health").status == 200, "the connection goes on"
            assert client.request("GET", "/metrics").status == 200
            assert client.request("GET", "/v1/methods").status == 200
        for client in waiting:
            client.close()
        wait_for(lambda: daemon.status()["queue"]["waiting"] == 0, "the queue without those who left")
        assert counter(daemon, "busy", "max_queue") == 1


@test
def the_queue_is_bounded_by_user_and_by_bytes():
    with Daemon(workers=1, max_queue=9, max_queue_uid=1, **UNHURRIED) as daemon, \
            busy_workers(daemon):
        with daemon.client() as first:
            first.send(SMALL)
            wait_for(lambda: daemon.status()["queue"]["waiting"] == 1, "one that waits")
            answer = daemon.once("POST", SUMMARIZE, {"text": ARTICLE})
            assert answer.code == "busy" and "max_queue_uid" in answer.json["error"]["message"]
            assert counter(daemon, "busy", "max_queue_uid") == 1
    with Daemon(workers=1, max_request="20M", max_queue_bytes="24M", **UNHURRIED) as daemon:
        with busy_workers(daemon, articles=350), daemon.client() as first, \
                daemon.client() as second:
            body = b" " * (13 << 20)
            first.send(request("POST", SUMMARIZE, body))
            wait_for(lambda: daemon.status()["queue"]["waiting"] == 1, "one that waits")
            answer = second.request("POST", SUMMARIZE, body)
            assert answer.code == "busy" and "max_queue_bytes" in answer.json["error"]["message"]
            assert counter(daemon, "busy", "max_queue_bytes") == 1


@test
def departed_clients_cancel_their_work():
    with Daemon(workers=1, **UNHURRIED) as daemon:
        with busy_workers(daemon) as client:
            client.close()
            wait_for(lambda: daemon.status()["queue"]["running"] == 0, "the job to stop")
        assert counter(daemon, "departed") == 1
        assert "code=cancelled departed=true" in daemon.log(), "it has worked to the end"


@test
def a_half_closed_client_gets_its_answer_and_costs_no_cpu():
    with Daemon(workers=1, **UNHURRIED) as daemon, busy_workers(daemon) as busy:
        with daemon.client() as client:
            client.send(SMALL)
            client.half_close()
            busy.half_close()
            wait_for(lambda: daemon.status()["queue"]["waiting"] == 1, "the job to wait")
            loop = daemon.process.pid

            # Five looks a second at each of the two, before each a few waits of a millisecond until
            # libevent's coarse clock has come there, and none between: a loop that spins without
            # sleeping shows in its time, one that is woken again and again in its sleeps. The kernel
            # may put a thread to sleep for reasons of its own; what the daemon does by itself shows
            # every time.
            def sleeps_between_looks():
                sleeps, ticks, start = daemon.sleeps(loop), daemon.ticks(loop), time.monotonic()
                time.sleep(2)
                watched = time.monotonic() - start
                woken, spun = daemon.sleeps(loop) - sleeps, daemon.ticks(loop) - ticks
                print(f"# woken {woken} times in {watched:.1f} s, {spun} ticks of work")
                return woken <= 60 * watched and spun <= 10 * watched

            assert any(sleeps_between_looks() for _ in range(3)), "woken again and again, or spins"
    with Daemon() as daemon, daemon.client() as client:
        client.send(SMALL + SMALL)
        client.half_close()
        assert client.answer().status == 200 and client.answer().status == 200
        assert client.ended()


@test
def a_half_closed_client_that_leaves_is_noticed():
    with Daemon(workers=1, **UNHURRIED) as daemon, busy_workers(daemon) as client:
        client.half_close()
        time.sleep(0.3)
        assert daemon.status()["queue"]["running"] == 1
        client.close()
        wait_for(lambda: daemon.status()["queue"]["running"] == 0, "the job to stop")


@test
def one_that_sends_on_while_its_job_runs_is_read_no_further():
    with Daemon(workers=1, **UNHURRIED) as daemon, busy_workers(daemon) as client:
        client.socket.settimeout(0.5)
        sent = 0
        try:
            while sent < 1 << 26:
                sent += client.socket.send(b"x" * 65536)
        except TimeoutError:
            pass
        assert sent < 4 << 20, "the kernel's buffer is the end of it"
        client.close()
        wait_for(lambda: daemon.status()["queue"]["running"] == 0, "the job to stop")


@test
def sixty_four_bodies_at_once_stay_within_the_stated_bytes():
    body = json.dumps({"text": ARTICLE * 200}, ensure_ascii=False).encode() + b" " * 900_000
    with Daemon(max_request="2M", max_held="8M", max_held_uid="4M", body_timeout="1h",
                max_connections_uid=70) as daemon:
        statuses, most, done = [], [0], threading.Event()

        def send():
            with daemon.client() as client:
                statuses.append(client.request("POST", SUMMARIZE, body).status)

        def watch():
            with daemon.client() as client:
                while not done.is_set():
                    most[0] = max(most[0], client.request("GET", "/v1/status").json["held_bytes"])
                    time.sleep(0.005)

        watcher = threading.Thread(target=watch)
        watcher.start()
        threads = [threading.Thread(target=send) for _ in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done.set()
        watcher.join()
        assert statuses == [200] * 64, statuses
        assert 0 < most[0] <= 4 << 20, most
        assert daemon.status()["held_bytes"] == 0 and counter(daemon, "paused") > 0


@test
def bodies_that_can_never_fit_beside_each_other_do_not_wait_for_ever():
    """Two chunked bodies each hold what the other needs: one is told `busy`, the other goes on."""
    head = b"POST /v1/summarize HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with Daemon(max_request="1M", max_held="1M", max_held_uid="1M") as daemon:
        with daemon.client() as first, daemon.client() as second:
            codes = []
            for client in (first, second):
                client.send(head)

            def pump(client):
                try:
                    for _ in range(15):
                        client.send(chunk)
                        time.sleep(0.01)
                    client.send(b"0\r\n\r\n")
                except (BrokenPipeError, ConnectionResetError):
                    pass
                codes.append(client.answer().code)

            threads = [threading.Thread(target=pump, args=(c,)) for c in (first, second)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(codes) in (["bad_json", "busy"], ["bad_json", "bad_json"]), codes


@test
def accepting_survives_the_end_of_descriptors():
    with Daemon() as daemon:
        soft, hard = resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE,
                         (daemon.descriptors() + 8, hard))
        clients = [daemon.client() for _ in range(40)]
        begin = time.monotonic()
        time.sleep(1)
        for client in clients:
            client.close()
        seconds = time.monotonic() - begin
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (soft, hard))
        wait_for(lambda: daemon.once("GET", "/health").status == 200, "health")
        assert "cannot accept" in daemon.log()
        # Ten tries a second, and one for each connection that ends.
        assert 1 <= counter(daemon, "accept_failures") <= 10 * seconds + 45, "it spins on accept"


@test
def too_few_descriptors_are_refused_at_the_start():
    limit = ["prlimit", "--nofile=100:100", PROGRAM]
    with Daemon(max_connections=200, _command=limit, _ready=False, _stop=False) as daemon:
        assert daemon.process.wait(PATIENCE) == 2
        assert "RLIMIT_NOFILE" in daemon.log()


@test
def hostile_bodies_get_an_answer():
    cases = [b"", b"\x00" * 1000, b"\xff" * 1000, b"[" * 10000, b'{"text":' * 10000,
             json.dumps({"text": "ا" * 5_000_000}).encode(), b'{"text": ""}',
             json.dumps({"text": "\n".join("كلمة" for _ in range(100_000))}).encode()]
    with Daemon() as daemon, daemon.client() as client:
        for body in cases:
            for type_ in ("application/json", "text/plain"):
                answer = client.request("POST", SUMMARIZE, body, type_=type_)
                assert answer.status in (200, 400, 413, 422), (body[:20], answer.status)
                answer.json
        assert client.request("GET", "/health").status == 200


@test
def memory_and_descriptors_come_back_after_large_requests():
    with Daemon() as daemon:
        def burst():
            for _ in range(3):
                daemon.once("POST", SUMMARIZE, long_request(60 if SANITIZED else 600))
            threads = [threading.Thread(target=lambda: daemon.once("POST", SUMMARIZE, ARTICLE * (200 if SANITIZED else 2000),
                                                                   type_="text/plain"))
                       for _ in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            wait_for(lambda: daemon.status()["connections"] == 1, "the connections to end")

        burst()
        before, descriptors = daemon.proc("VmRSS"), daemon.descriptors() + 1
        burst()
        burst()
        wait_for(lambda: daemon.descriptors() <= descriptors, "the descriptors to come back")
        assert SANITIZED or daemon.proc("VmRSS") < before + 20_000, (before, daemon.proc("VmRSS"))
        assert SANITIZED or daemon.proc("VmRSS") < 100_000, daemon.proc("VmRSS")


if __name__ == "__main__":
    run()
