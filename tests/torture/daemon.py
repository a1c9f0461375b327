"""khulasad when something goes wrong around it: memory, sockets, descriptors, logs, clocks, clients.

The program ($KHULASAD) is the daemon linked with faults.c, whose state lies in a file that is mapped
here, too. After each fault the daemon must be healthy, hold nothing and have lost nothing.
"""
import json
import mmap
import os
import signal
import socket
import struct
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "daemon"))
from harness import ARTICLE, SANITIZED, Daemon, Skip, request, run, test, wait_for  # noqa: E402

STRIDE = int(os.environ.get("TORTURE_STRIDE", "1"))
MEASURED = os.environ.get("MEASURED") == "1"
FIELDS = ("allocations", "fail_at", "fail_count", "failed", "live", "io", "io_turn", "realtime_s",
          "monotonic_ms")
SHORT, EINTR, EAGAIN, ACCEPT = 1, 2, 4, 8
ALL_THAT_FOLLOW = 1 << 30

SECOND = ("قال رئيس البلدية إن المكتبة العامة افتتحت الأحد وتضم ثمانية عشر ألف كتاب. "
          "ورحب سكان الحي بالمشروع الذي انتظروه سنوات طويلة.")
ONE = request("POST", "/v1/summarize", {"text": ARTICLE})
SET = request("POST", "/v1/summarize", {
    "articles": [{"text": ARTICLE}, {"text": SECOND}, {"text": "no Arabic"}], "scope": "both",
    "detail": ["keyphrases", "figures", "duplicates", "scores"]})
ERROR = request("POST", "/v1/summarize", b'{"text": "x", "lenght": {"words": 5}}')
CHUNKS = (b"POST /v1/analyze HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
          b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
          % (len(SECOND.encode()), SECOND.encode()))
LINE = ('{"id": [7, "x"], "text": "%s"}\n' % SECOND).encode()
REQUESTS = {"one article": ONE, "a set": SET, "an error": ERROR, "chunks": CHUNKS, "a line": LINE,
            "status": request("GET", "/v1/status"), "metrics": request("GET", "/metrics"),
            "methods": request("GET", "/v1/methods"), "nothing there": request("GET", "/nothing"),
            "status in a line": b'{"op": "status", "id": 1}\n',
            "a bad line": b'{"id": 3, "text": \n'}
CHANGING = ("status", "metrics", "status in a line")


class Faults:
    """The mapped file; members are read and set by name."""

    def __init__(self):
        descriptor, path = tempfile.mkstemp(prefix="khulasad-faults-")
        self.__dict__["path"] = path
        os.ftruncate(descriptor, 4096)
        self.__dict__["map"] = mmap.mmap(descriptor, 4096)
        os.close(descriptor)

    def __getattr__(self, name):
        return struct.unpack_from("=q", self.map, 8 * FIELDS.index(name))[0]

    def __setattr__(self, name, value):
        struct.pack_into("=q", self.map, 8 * FIELDS.index(name), value)

    def close(self):
        self.map.close()
        os.unlink(self.path)


class Tortured(Daemon):
    """A daemon whose faults are at hand. One worker, so that work repeats itself exactly."""

    def __init__(self, **options):
        self.faults = Faults()
        options.setdefault("workers", 1)
        super().__init__(_env={"TORTURE_FILE": self.faults.path, **options.pop("_env", {})},
                         **options)

    def __exit__(self, *arguments):
        for name in ("fail_at", "io", "realtime_s"):
            setattr(self.faults, name, 0)
        try:
            super().__exit__(*arguments)
        finally:
            self.faults.close()

    def settled(self):
        """Waits until only this connection is left; returns how many blocks are allocated then."""
        def alone():
            answer = self.once("GET", "/v1/status")
            return answer and answer.status == 200 and answer.json["connections"] == 1

        wait_for(alone, "the connections to end")
        with self.client() as client:
            status = client.request("GET", "/v1/status").json
            queue = status["queue"]
            assert (status["held_bytes"], queue["running"], queue["waiting"]) == (0, 0, 0), status
        # Those who were only told that it is busy are not counted, and end a moment later.
        seen = [-1]

        def still():
            time.sleep(0.02)
            seen.append(self.faults.live)
            return seen[-1] == seen[-2]

        wait_for(still, "nothing to be freed any more")
        return seen[-1]


def exchange(daemon, data):
    """Sends a request, and returns all that comes until the end."""
    with daemon.client() as client:
        try:
            client.send(data)
            client.half_close()
        except (BrokenPipeError, ConnectionResetError):
            pass
        got = b""
        try:
            while piece := client.socket.recv(65536):
                got += piece
        except ConnectionResetError:
            pass
        return got


def body_of(answer):
    """Status and body of an HTTP answer; of the line dialect, the line. None where there is none."""
    if not answer:
        return None
    if answer.startswith(b"{"):
        assert answer.endswith(b"\n"), answer
        return None, json.loads(answer)
    head, body = answer.split(b"\r\n\r\n", 1)
    size = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
    assert len(body) == size, answer
    return int(head[9:12]), body


def is_busy(answer):
    if isinstance(answer[1], dict):
        return answer[1].get("error", {}).get("code") == "busy"
    return answer[0] == 503 and json.loads(answer[1])["error"]["code"] == "busy"


def shape(answer):
    """What stays the same of an answer whose numbers change: its status, and its keys."""
    status, body = answer
    if isinstance(body, bytes) and body.startswith(b"{"):
        body = json.loads(body)
    return status, list(body) if isinstance(body, dict) else None


def fail_allocations(daemon, name, data, count):
    faults = daemon.faults
    expected = body_of(exchange(daemon, data))
    assert expected is not None
    exchange(daemon, data)
    live = daemon.settled()
    before = faults.allocations
    exchange(daemon, data)
    number = faults.allocations - before
    assert number > 0
    daemon.settled()
    step = 1 if number < 300 else STRIDE
    for n in range(1, number + 1, step):
        faults.fail_count = count
        faults.fail_at = faults.allocations + n
        try:
            answer = body_of(exchange(daemon, data))
        finally:
            faults.fail_at = 0
        right = answer is None or answer == expected or is_busy(answer)
        if not right and name in CHANGING:
            right = shape(answer) == shape(expected)
        assert right, f"{name}, allocation {n} of {number}: status {answer[0]}, not as before"
    # Blocks that are kept for the next request are no leak, but they are few.
    after = daemon.settled()
    assert after - live <= 2, f"{name}: {after - live} blocks are left of {number} allocations"
    assert body_of(exchange(daemon, data))[0] == expected[0]
    return number


@test
def every_allocation_of_a_request_may_fail():
    with Tortured() as daemon:
        descriptors = daemon.descriptors()
        for name, data in REQUESTS.items():
            number = fail_allocations(daemon, name, data, 1)
            print(f"# {name}: {number} allocations", flush=True)
        daemon.settled()
        wait_for(lambda: daemon.descriptors() == descriptors, "descriptors to be closed")


@test
def every_allocation_may_fail_with_all_that_follow():
    with Tortured() as daemon:
        for name in ("one article", "a set", "an error", "a line"):
            fail_allocations(daemon, name, REQUESTS[name], ALL_THAT_FOLLOW)


@test
def a_reload_without_memory_changes_nothing():
    if SANITIZED:
        raise Skip("a sanitizer ends the process where it has no memory for a thread of its own")
    with Tortured() as daemon:
        def outcomes():
            log = daemon.log()
            return log.count("msg=reloaded") + log.count('msg="reload failed')

        def reload():
            done = outcomes()
            daemon.signal(signal.SIGHUP)
            wait_for(lambda: outcomes() > done, "the reload")

        reload()
        daemon.settled()
        before = daemon.faults.allocations
        reload()
        number = daemon.faults.allocations - before
        expected = body_of(exchange(daemon, ONE))
        live = daemon.settled()
        # Loading reads word lists of thousands of entries, each of which is one allocation.
        chosen = [*range(1, 40), *range(40, number, max(1, number // 40))]
        for n in chosen:
            done = outcomes()
            daemon.faults.fail_at = daemon.faults.allocations + n
            daemon.signal(signal.SIGHUP)
            wait_for(lambda: outcomes() > done, "the reload")
            daemon.faults.fail_at = 0
            assert body_of(exchange(daemon, ONE)) == expected
        reload()
        counters = daemon.status()["counters"]
        assert counters["reloads"] + counters["reload_failures"] == outcomes()
        assert abs(daemon.settled() - live) <= 2
        log = daemon.log()
        assert "reload failed; nothing has changed" in log and "out of memory" in log


@test
def a_start_without_memory_ends_and_says_so():
    if MEASURED:
        raise Skip("what measures coverage needs memory where a program ends")
    with Tortured() as daemon:
        number = daemon.faults.allocations
    for n in (*range(1, 30), *range(30, number, max(1, number // 30))):
        faults = Faults()
        faults.fail_at, faults.fail_count = n, ALL_THAT_FOLLOW
        daemon = Daemon(_ready=False, _stop=False, _env={"TORTURE_FILE": faults.path}, workers=1)
        with daemon:
            status = daemon.process.wait(60)
            # stdio and the event library have no other way than to end or go without.
            assert status in (1, 2) and daemon.log() != "", (n, status, daemon.log())
        faults.close()


def same_under(mode, names=tuple(REQUESTS)):
    with Tortured() as daemon:
        expected = {name: body_of(exchange(daemon, REQUESTS[name])) for name in names}
        daemon.settled()
        daemon.faults.io = mode
        for name in names:
            answer = body_of(exchange(daemon, REQUESTS[name]))
            if name in CHANGING:
                assert answer[0] == expected[name][0], name
            else:
                assert answer == expected[name], name
        daemon.faults.io = 0
        daemon.settled()


@test
def one_byte_reads_and_writes():
    same_under(SHORT)


@test
def storms_of_interruptions():
    same_under(EINTR)


@test
def storms_of_nothing_to_read_and_no_room_to_write():
    same_under(EAGAIN)


@test
def all_of_them_at_once():
    same_under(SHORT | EINTR | EAGAIN)


@test
def the_client_leaves_at_each_byte_of_a_request():
    with Tortured() as daemon:
        descriptors = daemon.descriptors()

        def leave():
            count = 0
            for data in (ONE, CHUNKS, LINE, ERROR):
                for size in range(0, len(data), 1 if len(data) < 300 else STRIDE):
                    with daemon.client() as client:
                        client.send(data[:size])
                    count += 1
            return daemon.settled(), count

        # The event library keeps a block for each descriptor it has ever seen: those of the first
        # round, and of the second some more at most.
        before, _ = leave()
        after, count = leave()
        assert after - before < count / 4, f"{after - before} blocks are left of {count} clients"
        wait_for(lambda: daemon.descriptors() == descriptors, "descriptors to be closed")
        assert body_of(exchange(daemon, ONE))[0] == 200


@test
def the_client_leaves_at_each_byte_of_an_answer():
    """Written byte by byte, with room for the next only now and then, so that each is the last."""
    with Tortured() as daemon:
        descriptors = daemon.descriptors()
        expected = exchange(daemon, ONE)
        live = daemon.settled()
        daemon.faults.io = SHORT | EAGAIN
        for size in range(0, len(expected), STRIDE):
            with daemon.client() as client:
                client.send(ONE)
                got = b""
                while len(got) < size:
                    got += client.socket.recv(size - len(got))
                # The answer's date may differ from the first one's.
                assert got[:15] == expected[:size][:15]
        daemon.faults.io = 0
        assert daemon.settled() - live <= 2
        wait_for(lambda: daemon.descriptors() == descriptors, "descriptors to be closed")


@test
def no_descriptor_is_left_for_a_new_connection():
    with Tortured() as daemon:
        with daemon.client() as kept:
            assert kept.request("GET", "/health").status == 200
            daemon.faults.io = ACCEPT
            with daemon.client() as waits:
                waits.send(ONE)
                wait_for(lambda: kept.request("GET", "/v1/status").json["counters"]
                         ["accept_failures"] > 0, "a refusal")
                loop = daemon.process.pid
                before = daemon.ticks(loop)
                time.sleep(1)
                assert daemon.ticks(loop) - before < 50, "it spins while it cannot accept"
                daemon.faults.io = 0
                assert waits.answer().status == 200
        daemon.settled()


@test
def a_log_that_cannot_be_written():
    """ENOSPC on standard error: nobody is told, and nobody is harmed."""
    daemon = Tortured(_ready=False, _stop=True,
                      _command=["sh", "-c", 'exec "$0" "$@" 2>/dev/full', os.environ["KHULASAD"]],
                      log_level="debug")
    with daemon:
        def answers():
            try:
                return daemon.once("GET", "/health").status == 200
            except (FileNotFoundError, ConnectionRefusedError):
                return False

        wait_for(answers, "the daemon to answer")
        for data in (ONE, ERROR, LINE):
            assert exchange(daemon, data)
        daemon.signal(signal.SIGHUP)
        wait_for(lambda: daemon.status()["counters"]["reloads"] == 1, "the reload")
        assert daemon.log() == ""


@test
def the_clock_is_set_back_and_forward():
    with Tortured(head_timeout="500ms", idle_timeout="60s") as daemon:
        for days in (-400, 400):
            with daemon.client() as idle, daemon.client() as slow:
                assert idle.request("GET", "/health").status == 200
                slow.send("GET /health")
                before = daemon.status()["uptime"]
                daemon.faults.realtime_s = days * 86400
                answer = daemon.once("GET", "/v1/status")
                year = time.gmtime(time.time() + days * 86400).tm_year
                assert str(year) in answer.fields["date"], answer.fields
                assert 0 <= answer.json["uptime"] - before < 30
                # What waits is neither over at once nor for ever.
                assert slow.answer().code == "timeout"
                assert idle.request("GET", "/health").status == 200
                assert body_of(exchange(daemon, SET))[0] == 200
        # Stopping waits for the workers, and not for a year.
        daemon.faults.realtime_s = -400 * 86400


run()
