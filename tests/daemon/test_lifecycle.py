"""Starting, the service manager, reload, drain, stopping."""
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time

from harness import (ARTICLE, PROGRAM, SANITIZED, Client, Daemon, Skip, busy_workers, request, run,
                     test, wait_for)

SUMMARIZE = "/v1/summarize"
SMALL = request("POST", SUMMARIZE, {"text": ARTICLE})


def fails(*args, status=2, **settings):
    """Starts a daemon that must refuse to; returns what it said."""
    with Daemon(_ready=False, _stop=False, _args=args, **settings) as daemon:
        assert daemon.process.wait(20) == status, daemon.log()
        return daemon.log()


class Manager:
    """The service manager's end of sd_notify."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)
        self.told = []

    def has(self, what):
        try:
            while True:
                self.told += self.socket.recv(4096).decode().split("\n")
        except BlockingIOError:
            pass
        return any(line.startswith(what) for line in self.told)


@test
def a_live_daemon_is_not_pushed_aside():
    with Daemon() as daemon:
        assert "already answers" in fails(socket=daemon.path, status=1)
        assert daemon.once("GET", "/health").status == 200


@test
def a_stale_socket_is_replaced_and_other_files_never():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s")
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(path)
        stale.close()
        with Daemon(socket=path) as daemon:
            assert daemon.once("GET", "/health").status == 200
            assert os.stat(path).st_mode & 0o777 == 0o660
        assert not os.path.exists(path), "removed at the end"
        with open(path, "w", encoding="ascii") as file:
            file.write("precious")
        assert "not a socket" in fails(socket=path, status=1)
        with open(path, encoding="ascii") as file:
            assert file.read() == "precious"


@test
def the_configuration_is_checked_with_file_and_line():
    with Daemon(_args=["--check-config"], _ready=False) as daemon:
        daemon.process.wait(10)
        path = daemon.config("max_queue = 7\n# a comment\nmax_quue = 8\n")
        check = [PROGRAM, "--config", path, "--check-config"]
        result = subprocess.run(check, capture_output=True, text=True, check=False)
        assert result.returncode == 2 and f"{path}:3: no such setting" in result.stderr
        daemon.config("max_queue = 70000\n")
        result = subprocess.run(check, capture_output=True, text=True, check=False)
        assert "from 1 to 65536" in result.stderr
        daemon.config("max_queue = 7\nidle_timeout = 2min\n")
        os.mkdir(path + ".d")
        with open(path + ".d/10.conf", "w", encoding="ascii") as file:
            file.write("max_queue = 9\nmax_fields=9\n")
        result = subprocess.run([PROGRAM, "--config", path, "--max-fields", "11", "--print-config"],
                                capture_output=True, text=True, check=True)
        for line in ("max_queue = 9", "max_fields = 11", "idle_timeout = 120 s", "max_request = 64 MiB"):
            assert line + "\n" in result.stdout, line
        daemon.config("max_queue = 7\nmax_queue_uid = 8\n")
        os.remove(path + ".d/10.conf")
        result = subprocess.run(check, capture_output=True, text=True, check=False)
        assert "max_queue_uid (8) is above max_queue (7)" in result.stderr


@test
def usage_errors_end_with_2():
    assert "unrecognized option" in fails("--max-reqest", "5")
    assert "must be a size" in fails(max_request="a lot")
    assert "no such user" in fails(allow_users="nobody-of-this-name")
    fails(model="/nonexistent/model", status=1)


@test
def activation_takes_one_stream_socket_and_nothing_else():
    def passed(kind, count):
        return (f"import os,socket,sys; s=[socket.socket(socket.AF_UNIX, socket.{kind}) for _ in range({count})];"
                "[x.bind(sys.argv[1]+str(i)) for i,x in enumerate(s)];"
                f"[x.listen() for x in s if '{kind}' == 'SOCK_STREAM'];"
                "[os.dup2(x.fileno(), 20+i) for i,x in enumerate(s)];"
                "[os.dup2(20+i, 3+i, True) for i in range(len(s))];"
                "os.environ.update(LISTEN_FDS=str(len(s)), LISTEN_PID=str(os.getpid()));"
                "os.execv(sys.argv[2], sys.argv[2:])")

    for kind, count, reason in (("SOCK_STREAM", 2, "passed 2 descriptors"),
                                ("SOCK_DGRAM", 1, "not a listening Unix stream socket")):
        with tempfile.TemporaryDirectory() as folder:
            command = ["python3", "-c", passed(kind, count), folder + "/s", PROGRAM]
            with Daemon(_command=command, _ready=False, _stop=False) as daemon:
                assert daemon.process.wait(20) == 2 and reason in daemon.log(), daemon.log()


@test
def activation_by_systemd():
    try:
        subprocess.run(["systemd-socket-activate", "--version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise Skip("systemd-socket-activate is not there") from None
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/s.sock"
        command = ["systemd-socket-activate", "-l", path, PROGRAM]
        with Daemon(_command=command, _ready=False, _stop=False, socket="/nonexistent") as daemon:
            daemon.path = path
            wait_for(lambda: os.path.exists(path), what="the socket")
            assert daemon.once("POST", SUMMARIZE, {"text": ARTICLE}).status == 200
            daemon.signal(signal.SIGTERM)
            assert daemon.process.wait(20) == 0
            assert os.path.exists(path), "the manager's socket stays"


@test
def the_manager_is_told():
    with tempfile.TemporaryDirectory() as folder:
        manager = Manager(folder)
        env = {"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "200000"}
        with Daemon(_env=env) as daemon:
            wait_for(lambda: manager.has("READY=1") and manager.has("STATUS=Serving"), what="READY")
            wait_for(lambda: manager.has("WATCHDOG=1"), what="the watchdog's tick")
            daemon.signal(signal.SIGHUP)
            wait_for(lambda: manager.has("RELOADING=1") and manager.has("MONOTONIC_USEC="),
                     what="RELOADING")
            daemon.signal(signal.SIGTERM)
            wait_for(lambda: manager.has("STOPPING=1") and manager.has("EXTEND_TIMEOUT_USEC="),
                     what="STOPPING")


@test
def an_idle_daemon_sleeps_and_is_small():
    with Daemon() as daemon:
        daemon.once("POST", SUMMARIZE, {"text": ARTICLE})
        time.sleep(0.3)

        def switches():
            total = 0
            for task in os.listdir(f"/proc/{daemon.process.pid}/task"):
                with open(f"/proc/{daemon.process.pid}/task/{task}/status", encoding="ascii") as file:
                    total += sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)
            return total

        before = switches()
        time.sleep(1)
        assert SANITIZED or switches() == before, "nothing to do, and it wakes up"
        assert SANITIZED or daemon.proc("VmRSS") <= 25 * 1024, daemon.proc("VmRSS")


@test
def reload_changes_what_it_may_and_a_bad_one_nothing():
    with Daemon() as daemon:
        def reload(text):
            before = daemon.status()["counters"]
            daemon.config(text)
            daemon.signal(signal.SIGHUP)
            wait_for(lambda: daemon.status()["counters"]["reloads"] +
                     daemon.status()["counters"]["reload_failures"] >
                     before["reloads"] + before["reload_failures"], what="the reload")
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
        assert reload("")["reload"] == {"ok": True, "message": ""}


@test
def reloads_under_load_fail_no_request():
    with Daemon() as daemon:
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
            daemon.config(f"max_articles = {100 + i}\n")
            daemon.signal(signal.SIGHUP)
            wait_for(lambda: daemon.status()["counters"]["reloads"] > done, what="the reload")
        stop.set()
        for thread in threads:
            thread.join()
        assert set(statuses) == {200} and len(statuses) > 20, (set(statuses), len(statuses))


@test
def drain_finishes_what_was_accepted():
    with Daemon(workers=1) as daemon:
        with busy_workers(daemon, articles=700) as clients:
            accepted, late, partial, silent, empty = (daemon.client() for _ in range(5))
            accepted.send(SMALL)
            late.send("GET /health HTTP/1.1\r\n")
            partial.send(SMALL[:-5])
            assert silent.request("GET", "/health").status == 200
            wait_for(lambda: daemon.status()["queue"]["waiting"] == 1, what="one that waits")
            daemon.signal(signal.SIGTERM)
            assert silent.ended() and empty.ended()
            wait_for(lambda: not os.path.exists(daemon.path), what="the socket to go")
            late.send("Host: x\r\n\r\n")
            answer = late.answer()
            assert (answer.status, answer.code) == (503, "shutting_down")
            assert partial.answer().code == "shutting_down"
            for client in (clients[0], accepted):
                answer = client.answer()
                assert answer.status == 200 and answer.fields["connection"] == "close"
                assert client.ended()
        assert daemon.process.wait(30) == 0


@test
def drain_ends_after_its_time():
    with Daemon(workers=1, drain_timeout="200ms", linger_timeout="200ms") as daemon:
        with busy_workers(daemon) as clients:
            daemon.signal(signal.SIGTERM)
            answer = clients[0].answer()
            assert (answer.status, answer.code) == (503, "shutting_down")
            clients[0].close()
            assert daemon.process.wait(30) == 0


@test
def the_second_signal_ends_at_once():
    with Daemon(workers=1) as daemon, busy_workers(daemon):
        daemon.signal(signal.SIGTERM)
        wait_for(lambda: "draining" in daemon.log(), what="the drain")
        daemon.signal(signal.SIGINT)
        assert daemon.process.wait(5) == 0


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
                    with Client(folder + "/s", timeout=60) as client:
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
                wait_for(lambda: counts["well"] >= target or wrong, 30, "requests to be answered")
                daemon.signal(signal.SIGTERM)
                daemon.process.wait(30)
                logged += daemon.log().count("op=summarize")
        with Daemon(_command=command, _pass=[listener.fileno()]) as daemon:
            stop.set()
            for thread in threads:
                thread.join(60)
            daemon.signal(signal.SIGTERM)
            daemon.process.wait(30)
            logged += daemon.log().count("op=summarize")
        listener.close()
        assert not wrong, wrong
        assert counts["well"] == logged, f"{logged} worked on, {counts['well']} answered"


if __name__ == "__main__":
    run()
