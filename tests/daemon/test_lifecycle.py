"""The service manager, reload, drain, stopping."""
import contextlib
import ctypes
import json
import os
import shlex
import shutil
import signal
import socket
import tempfile
import threading
import time

from harness import (ARTICLE, PATIENCE, PROGRAM, SANITIZED, UNHURRIED, Client, Daemon, Skip,
                     busy_workers, endless_request, request, run, test, wait_for)

SUMMARIZE = "/v1/summarize"
SMALL = request("POST", SUMMARIZE, {"text": ARTICLE})


class Manager:
    """The service manager's end of sd_notify: reads all the time, or the daemon would wait for it."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.told = []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            self.told += self.socket.recv(4096).decode().split("\n")

    def has(self, what):
        return any(line.startswith(what) for line in list(self.told))

    def forget(self):
        self.told = []


WALL = 0x40000000  # waitpid() for threads, too


@contextlib.contextmanager
def frozen(thread):
    """Stops one thread of a child, as a bug would that never returns, for as long as the block lasts."""
    seize, interrupt, detach = 0x4206, 0x4207, 17
    ptrace = ctypes.CDLL(None, use_errno=True).ptrace
    ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    if ptrace(seize, thread, None, None) != 0:
        raise Skip(f"cannot stop a thread: {os.strerror(ctypes.get_errno())}")
    assert ptrace(interrupt, thread, None, None) == 0
    os.waitpid(thread, WALL)
    try:
        yield
    finally:
        ptrace(detach, thread, None, None)


@contextlib.contextmanager
def stuck_worker(daemon):
    """A worker that is stopped within a request, of a daemon that has only one; gives the thread and
    the client. Stopped where it holds a lock that the loop wants, it is let go and stopped anew: that
    would be a loop that hangs."""
    def loop_goes_on():
        try:
            with daemon.client(timeout=3) as client:
                return client.request("GET", "/v1/status").json["queue"]["running"] == 1
        except TimeoutError:
            return False

    worker, = daemon.threads("khulasad-worker")
    for _ in range(30):
        wait_for(lambda: daemon.status()["queue"]["running"] == 0, "an idle worker")
        with daemon.client() as client:
            client.send(endless_request(100))
            wait_for(lambda: daemon.status()["queue"]["running"] == 1, "a busy worker")
            with frozen(worker):
                if loop_goes_on():
                    yield worker, client
                    return
    raise AssertionError("no worker could be stopped where it holds no lock")


@test
def the_manager_is_told():
    with tempfile.TemporaryDirectory() as folder:
        manager = Manager(folder)
        env = {"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "200000"}
        with Daemon(_env=env) as daemon:
            wait_for(lambda: manager.has("READY=1") and manager.has("STATUS=Serving"), "READY")
            wait_for(lambda: manager.has("WATCHDOG=1"), "the watchdog's tick")
            daemon.signal(signal.SIGHUP)
            wait_for(lambda: manager.has("RELOADING=1") and manager.has("MONOTONIC_USEC="),
                     "RELOADING")
            daemon.signal(signal.SIGTERM)
            wait_for(lambda: manager.has("STOPPING=1") and manager.has("EXTEND_TIMEOUT_USEC="),
                     "STOPPING")


@test
def the_watchdog_is_told_only_while_no_job_is_stuck():
    with tempfile.TemporaryDirectory() as folder:
        manager = Manager(folder)
        env = {"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "200000"}
        with Daemon(_env=env, workers=1, job_timeout="2s", set_timeout="2s",
                    stuck_after="1s") as daemon:
            wait_for(lambda: manager.has("WATCHDOG=1"), "a tick")
            with stuck_worker(daemon):
                wait_for(lambda: "the watchdog is not told" in daemon.log(), "a stuck job")
                time.sleep(0.5)
                manager.forget()
                time.sleep(1)
                assert not manager.has("WATCHDOG=1"), "told of a job that hangs"
            wait_for(lambda: manager.has("WATCHDOG=1"), "a tick after it has gone on")
            assert daemon.once("POST", SUMMARIZE, {"text": ARTICLE}).status == 200


@test
def an_idle_daemon_sleeps_and_is_small():
    with tempfile.TemporaryDirectory() as folder:
        manager = Manager(folder)
        with Daemon(_env={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "400000"}) as daemon:
            daemon.once("POST", SUMMARIZE, {"text": ARTICLE})
            wait_for(lambda: daemon.proc("Threads") == len(daemon.threads()), "the threads")

            def workers_sleep():
                return sum(daemon.sleeps(task) for task in daemon.threads("khulasad-worker"))

            def only_the_watchdog_wakes_it():
                manager.forget()
                workers, loop = workers_sleep(), daemon.sleeps(daemon.process.pid)
                wait_for(lambda: manager.has("WATCHDOG=1") and manager.told.count("WATCHDOG=1") >= 5,
                         "five ticks")
                woken = daemon.sleeps(daemon.process.pid) - loop
                print(f"# {woken} wake-ups, {manager.told.count('WATCHDOG=1')} ticks")
                return workers_sleep() == workers and woken <= manager.told.count("WATCHDOG=1") + 1

            # The kernel may put a thread to sleep for reasons of its own, such as a page that it has
            # taken away; what the daemon does by itself shows every time. The sanitizers have
            # threads, and wake-ups, of their own.
            assert SANITIZED or any(only_the_watchdog_wakes_it() for _ in range(10))
            assert SANITIZED or daemon.proc("VmRSS") <= 25 * 1024, daemon.proc("VmRSS")


@test
def a_quiet_daemon_gives_its_memory_back():
    """Of sets that are too small for what the daemon does after each large request."""
    if SANITIZED:
        raise Skip("the sanitizers keep what is freed")
    with Daemon() as daemon:
        articles = [{"text": f"{ARTICLE} {i} " * 16} for i in range(25)]
        body = json.dumps({"articles": articles, "scope": "both"}, ensure_ascii=False).encode()
        assert 100_000 < len(body) < 250_000, len(body)
        daemon.once("POST", SUMMARIZE, {"text": ARTICLE})
        before = daemon.proc("VmRSS")

        def ask():
            for _ in range(5):
                assert daemon.once("POST", SUMMARIZE, body).status == 200

        clients = [threading.Thread(target=ask) for _ in range(6)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        busy = daemon.proc("VmRSS")
        wait_for(lambda: daemon.proc("VmRSS") < before + 3000, "the memory to be given back")
        print(f"# {before} KiB, busy {busy}, quiet again {daemon.proc('VmRSS')}")


@test
def reload_changes_what_it_may_and_a_bad_one_nothing():
    with Daemon() as daemon:
        def reload(text):
            before = daemon.status()["counters"]
            daemon.config(text)
            daemon.signal(signal.SIGHUP)
            wait_for(lambda: daemon.status()["counters"]["reloads"] +
                     daemon.status()["counters"]["reload_failures"] >
                     before["reloads"] + before["reload_failures"], "the reload")
            return daemon.status()

        status = reload("max_fields = 5\nworkers = 9\n")
        assert status["limits"]["max_fields"] == 5 and status["reload"]["ok"]
        assert "takes effect at the next start" in daemon.log()
        assert daemon.once("GET", "/health", fields=["A: b"] * 5).status == 431
        status = reload("max_fields = 6\nmax_feilds = 7\n")
        assert status["limits"]["max_fields"] == 5
        assert ":2: no such setting" in status["reload"]["message"]
        status = reload("max_fields = 6\nmodel = /nonexistent\n")
        assert status["limits"]["max_fields"] == 5 and not status["reload"]["ok"]
        status = reload("max_fields = 6\nmodel = a\"b\\c\n")
        failed = [line for line in daemon.log().splitlines() if "reload failed" in line][-1]
        reason = dict(part.split("=", 1) for part in shlex.split(failed))["reason"]
        assert reason == status["reload"]["message"] and 'a"b\\c' in reason, failed
        assert reload("")["reload"] == {"ok": True, "message": ""}
        descriptors = daemon.descriptors()
        reload("max_fields = many\n")
        reload("")
        wait_for(lambda: daemon.descriptors() <= descriptors, "what a reload opened to be closed")


@test
def a_reload_that_hangs_delays_nobody():
    with Daemon() as daemon:
        path = daemon.config("")
        os.remove(path)
        os.mkfifo(path)
        daemon.signal(signal.SIGHUP)
        # The loader waits in open() for a writer; requests do not wait for the loader.
        for _ in range(5):
            assert daemon.once("POST", SUMMARIZE, {"text": ARTICLE}).status == 200
        assert daemon.status()["counters"]["reloads"] == 0
        with open(path, "w", encoding="ascii") as file:
            file.write("max_fields = 7\n")
        wait_for(lambda: daemon.status()["limits"]["max_fields"] == 7, "the reload")


@test
def a_request_in_work_keeps_what_it_began_with():
    with Daemon(workers=1, **UNHURRIED) as daemon:
        with busy_workers(daemon, articles=20 if SANITIZED else 60) as client:
            daemon.config("max_articles = 2\nmax_sentences = 10\n")
            daemon.signal(signal.SIGHUP)
            wait_for(lambda: daemon.status()["limits"]["max_articles"] == 2, "the reload")
            assert daemon.once("POST", SUMMARIZE, {"articles": [{"text": ARTICLE}] * 3}).code == \
                "too_many_articles"
            assert client.answer().status == 200


@test
def a_reload_asks_for_descriptors_too():
    with Daemon(_command=["prlimit", "--nofile=600:600", PROGRAM],
                max_connections_uid=8) as daemon:
        daemon.config("max_connections = 5000\n")
        daemon.signal(signal.SIGHUP)
        wait_for(lambda: not daemon.status()["reload"]["ok"], "the reload to fail")
        assert "RLIMIT_NOFILE" in daemon.status()["reload"]["message"]


@test
def reloads_under_load_fail_no_request():
    """Of settings and of the model, which alternates between two copies."""
    with Daemon() as daemon:
        model = daemon.status()["model_file"]["path"]
        copies = [os.path.join(daemon.folder, f"{name}.model") for name in "ab"]
        for copy in copies if model else []:
            shutil.copyfile(model, copy)
        stop, statuses = threading.Event(), []

        def load():
            with daemon.client() as client:
                while not stop.is_set():
                    client.send(SMALL)
                    statuses.append(client.answer().status)

        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        for i in range(10 if SANITIZED else 100):
            done = daemon.status()["counters"]["reloads"]
            daemon.config(f"max_articles = {100 + i}\n" +
                          (f"model = {copies[i % 2]}\n" if model else ""))
            daemon.signal(signal.SIGHUP)
            wait_for(lambda: daemon.status()["counters"]["reloads"] > done, "the reload")
        if model:
            assert daemon.status()["model_file"]["path"] == copies[i % 2]
        stop.set()
        for thread in threads:
            thread.join()
        assert set(statuses) == {200} and len(statuses) > 20, (set(statuses), len(statuses))


@test
def drain_finishes_what_was_accepted():
    with Daemon(workers=1, drain_timeout="1h", **UNHURRIED) as daemon:
        with busy_workers(daemon, articles=25 if SANITIZED else 150) as busy:
            accepted, late, partial, silent, empty = (daemon.client() for _ in range(5))
            accepted.send(SMALL)
            late.send("GET /health HTTP/1.1\r\n")
            partial.send(SMALL[:-5])
            assert silent.request("GET", "/health").status == 200
            wait_for(lambda: daemon.status()["queue"]["waiting"] == 1, "one that waits")
            daemon.signal(signal.SIGTERM)
            assert silent.ended() and empty.ended()
            wait_for(lambda: not os.path.exists(daemon.path), "the socket to go")
            late.send("Host: x\r\n\r\n")
            answer = late.answer()
            assert (answer.status, answer.code) == (503, "shutting_down")
            assert partial.answer().code == "shutting_down"
            for client in (busy, accepted):
                answer = client.answer()
                assert answer.status == 200 and answer.fields["connection"] == "close"
                assert client.ended()
        assert daemon.process.wait(PATIENCE) == 0


@test
def drain_ends_after_its_time():
    with Daemon(workers=1, drain_timeout="200ms", linger_timeout="200ms", **UNHURRIED) as daemon:
        with busy_workers(daemon) as client:
            daemon.signal(signal.SIGTERM)
            answer = client.answer()
            assert (answer.status, answer.code) == (503, "shutting_down")
            client.close()
            assert daemon.process.wait(PATIENCE) == 0


@test
def who_is_given_up_is_told_however_late_the_daemon_is():
    with Daemon(workers=1, **{**UNHURRIED, "drain_timeout": "500ms",
                              "linger_timeout": "100ms"}) as daemon:
        with busy_workers(daemon) as client:
            daemon.signal(signal.SIGTERM)
            wait_for(lambda: "draining" in daemon.log(), "the drain")
            daemon.signal(signal.SIGSTOP)
            time.sleep(1)
            daemon.signal(signal.SIGCONT)
            assert client.answer().code == "shutting_down"
            client.close()
            assert daemon.process.wait(PATIENCE) == 0


@test
def the_second_signal_ends_at_once():
    with Daemon(workers=1, drain_timeout="1h", **UNHURRIED) as daemon, busy_workers(daemon) as client:
        daemon.signal(signal.SIGTERM)
        wait_for(lambda: "draining" in daemon.log(), "the drain")
        daemon.signal(signal.SIGINT)
        assert daemon.process.wait(PATIENCE) == 0
        assert "stopping at once" in daemon.log() and client.answer() is None


@test
def the_second_signal_does_not_wait_for_a_stuck_worker():
    with Daemon(workers=1, **{**UNHURRIED, "drain_timeout": "10ms", "linger_timeout": "10ms"}) as daemon:
        with stuck_worker(daemon) as (worker, client):
            daemon.signal(signal.SIGTERM)
            assert client.answer().code == "shutting_down"
            client.close()
            wait_for(lambda: "msg=stopped" in daemon.log(), "the loop to end")
            time.sleep(0.2)
            assert daemon.process.poll() is None, "it waits for the worker"

            def gone():
                daemon.signal(signal.SIGTERM)
                return os.waitpid(worker, WALL | os.WNOHANG)[0] == worker

            wait_for(gone, "the end")
        assert daemon.process.wait(PATIENCE) == 0


@test
def restarts_under_load_lose_no_accepted_request():
    """The test holds the listening socket and passes it on, as the service manager does. A request
    counts as accepted when an answer began; one that was not must have seen no byte."""
    start = ("import os,sys; os.dup2(int(sys.argv[1]), 3, True);"
             "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()));"
             "os.execv(sys.argv[2], sys.argv[2:])")
    rounds = 10 if SANITIZED else 100
    with tempfile.TemporaryDirectory() as folder:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(folder + "/s")
        listener.listen(100)
        stop, counts, wrong = threading.Event(), {"well": 0}, []

        def talk(client):
            """Requests on one connection, until the daemon or the test ends it."""
            while not stop.is_set():
                client.send(SMALL)
                answer = client.answer()
                if answer is None:
                    return "idle"
                if answer.status != 200:
                    return "late" if answer.code == "shutting_down" else answer.body
                counts["well"] += 1
                if answer.fields.get("connection") == "close":
                    return "idle"
            return "idle"

        def load():
            while not stop.is_set():
                try:
                    with Client(folder + "/s", timeout=PATIENCE) as client:
                        end = talk(client)
                except (BrokenPipeError, ConnectionResetError):
                    end = "idle"
                except AssertionError as error:
                    end = str(error)
                if end not in ("idle", "late"):
                    wrong.append(end)

        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        command = ["python3", "-S", "-c", start, str(listener.fileno()), PROGRAM]
        logged = 0
        for _ in range(rounds):
            with Daemon(_command=command, _pass=[listener.fileno()]) as daemon:
                target = counts["well"] + 5
                wait_for(lambda: counts["well"] >= target or wrong, "requests to be answered")
                daemon.signal(signal.SIGTERM)
                daemon.process.wait(PATIENCE)
                logged += daemon.log().count("op=summarize")
        with Daemon(_command=command, _pass=[listener.fileno()]) as daemon:
            stop.set()
            for thread in threads:
                thread.join(PATIENCE)
            daemon.signal(signal.SIGTERM)
            daemon.process.wait(PATIENCE)
            logged += daemon.log().count("op=summarize")
        listener.close()
        assert not wrong, wrong
        assert counts["well"] == logged, f"{logged} worked on, {counts['well']} answered"


if __name__ == "__main__":
    run()
