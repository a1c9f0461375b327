"""Starts khulasad on a socket of its own and speaks to it as any program would.

A test file defines functions decorated with @test and ends with run(). Output is TAP; why a test
failed goes to standard error, which meson shows. The program is named by $KHULASAD. Whatever a
daemon writes to standard error is kept, and a sanitizer's report, a wrong exit status or a letter of
an article in it fails the test that started it.

No test asserts how long something takes. What is waited for is waited for PATIENCE seconds, which
only bounds how long a broken program is looked at.
"""
import contextlib
import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

PROGRAM = os.environ.get("KHULASAD", "khulasad")
SANITIZED = os.environ.get("SANITIZED") == "1"
PATIENCE = 120

# For tests that keep a worker at work: its time is not over before theirs, on any machine.
UNHURRIED = {"job_timeout": "1h", "set_timeout": "1h", "body_timeout": "1h",
             "stuck_after": "1h", "max_sentences": 1_000_000}

ARTICLE = (
    "افتتحت بلدية المدينة الجديدة يوم الأحد مكتبة عامة كبيرة في وسط السوق القديم. "
    "وقال رئيس البلدية إن المكتبة تضم أكثر من عشرين ألف كتاب في العلوم والآداب والتاريخ. "
    "وأضاف أن الدخول إليها مجاني لجميع السكان طوال أيام الأسبوع. "
    "وستنظم المكتبة دورات للأطفال في القراءة والكتابة خلال العطلة الصيفية. "
    "ورحب سكان الحي بالمشروع الذي انتظروه سنوات طويلة."
)

_tests = []
_shared = None


class Skip(Exception):
    """The test cannot run here; the message says why."""


def test(function):
    _tests.append(function)
    return function


def say(title, text):
    """Where meson shows it: what a TAP test writes to standard output it only parses."""
    print(title, *text.splitlines(), sep="\n    ", file=sys.stderr, flush=True)


def skip_without_sandbox():
    """Where the program is sandbox.c around khulasad: says what of the sandbox cannot be had."""
    if "SANDBOX_PROGRAM" not in os.environ:
        return
    checked = subprocess.run([PROGRAM], env={**os.environ, "SANDBOX_CHECK": "1"},
                             capture_output=True, text=True, check=False)
    for line in checked.stdout.splitlines():
        print("# " + line)
    if checked.returncode == 77:
        print("1..0 # SKIP " + checked.stdout.strip())
        sys.exit(0)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def run():
    skip_without_sandbox()
    wanted = sys.argv[1:]
    chosen = [t for t in _tests if not wanted or t.__name__ in wanted]
    print(f"1..{len(chosen)}")
    failed = 0
    for number, function in enumerate(chosen, 1):
        name = function.__name__.replace("_", " ")
        try:
            function()
            print(f"ok {number} - {name}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}", flush=True)
        except Exception:
            failed += 1
            say(f"not ok: {name}", traceback.format_exc())
            print(f"not ok {number} - {name}", flush=True)
    if _shared is not None:
        try:
            _shared.__exit__(None)
        except AssertionError as error:
            failed += 1
            say("not ok: the shared daemon", str(error))
    sys.exit(1 if failed else 0)


def wait_for(condition, what):
    """Polls until condition() is true, and returns what it gave."""
    end = time.monotonic() + PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.01)


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]


class Client:
    """One connection, byte by byte where a test wants that."""

    def __init__(self, path, timeout=PATIENCE):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(path)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def _more(self):
        data = self.socket.recv(65536)
        self.buffer += data
        return data

    def answer(self, head_only=False):
        """The next HTTP answer; None when the connection ended before one began."""
        while b"\r\n\r\n" not in self.buffer:
            if not self._more():
                assert not self.buffer, f"ended inside a head: {self.buffer!r}"
                return None
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        status = int(lines[0].split(" ")[1])
        fields = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines[1:])}
        size = 0 if head_only else int(fields.get("content-length", 0))
        while len(self.buffer) < size:
            assert self._more(), "ended inside a body"
        body, self.buffer = self.buffer[:size], self.buffer[size:]
        return Answer(status, fields, body)

    def line(self):
        """The next line of the line dialect, decoded; None at the end."""
        while b"\n" not in self.buffer:
            if not self._more():
                assert not self.buffer, f"ended inside a line: {self.buffer!r}"
                return None
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    def ended(self):
        """Waits for the end of the connection; true when nothing came before it."""
        try:
            return self.socket.recv(1) == b"" and not self.buffer
        except ConnectionResetError:
            raise AssertionError("the connection was reset") from None

    def request(self, method, target, body=None, fields=(), type_="application/json"):
        self.send(request(method, target, body, fields, type_))
        return self.answer(method == "HEAD")


def request(method, target, body=None, fields=(), type_="application/json"):
    """The bytes of a request; body: bytes, text, or an object that becomes JSON."""
    if isinstance(body, (dict, list)):
        body = json.dumps(body, ensure_ascii=False)
    if isinstance(body, str):
        body = body.encode()
    head = [f"{method} {target} HTTP/1.1", "Host: localhost", *fields]
    if body is not None:
        head += [f"Content-Type: {type_}", f"Content-Length: {len(body)}"]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + (body or b"")


def long_request(articles=2500, **options):
    """A request that is a good deal of work, and ends."""
    text = " ".join(ARTICLE for _ in range(12))
    return {"articles": [{"text": f"{i} {text}"} for i in range(articles)], "scope": "both",
            **options}


@functools.lru_cache
def endless_request(articles):
    """The bytes of a request that keeps a worker at work until it is told to stop: each article costs
    as much as some hundred others of its length, and between two of them the worker looks up."""
    words = "مكتبة مدينة كتاب مدرسة طريق حديقة مستشفى جامعة سوق ميناء".split()
    text = " ".join(f"{words[i % 10]} {words[i // 10 % 10]} {words[i // 100]} رقم {i} {words[i * 7 % 10]}."
                    for i in range(950))
    return request("POST", "/v1/summarize",
                   {"articles": [{"text": f"{i} {text}"} for i in range(articles)],
                    "scope": "each", "method": "lexrank"})


def free_environment():
    """Ours, without what a service manager sets, and without meson's MALLOC_PERTURB_: it would touch
    every byte of buffers that are only reserved, and memory is measured here."""
    return {k: v for k, v in os.environ.items()
            if k not in ("LISTEN_FDS", "LISTEN_PID", "NOTIFY_SOCKET", "JOURNAL_STREAM",
                         "WATCHDOG_USEC", "WATCHDOG_PID", "MALLOC_PERTURB_")}


class Daemon:
    """khulasad with the given settings (max_request="1K" becomes --max-request 1K)."""

    def __init__(self, _ready=True, _args=(), _env=None, _command=None, _pass=(), _stop=True,
                 **settings):
        self.folder = tempfile.mkdtemp(prefix="khulasad-")
        os.chmod(self.folder, 0o755)
        self.path = settings.pop("socket", os.path.join(self.folder, "s.sock"))
        self.log_path = os.path.join(self.folder, "log")
        self.expected_status = 0 if _stop else None
        flags = [f for k, v in settings.items() for f in ("--" + k.replace("_", "-"), str(v))]
        command = [*(_command or [PROGRAM]), "--config", self.config(""), "--socket", self.path,
                   *flags, *_args]
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log,
                                            env={**free_environment(), **(_env or {})},
                                            pass_fds=_pass)
        if _ready:
            try:
                wait_for(lambda: self.process.poll() is not None or "msg=ready" in self.log(),
                         "the daemon to be ready")
                assert self.process.poll() is None, self.log()
            except BaseException:
                self.process.kill()
                raise

    def config(self, text):
        """Writes the configuration file and returns its path."""
        path = os.path.join(self.folder, "khulasad.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = "killed"
        log = self.log()
        shutil.rmtree(self.folder, ignore_errors=True)
        if kind is None:
            report = re.search("Sanitizer|runtime error", log)
            assert not report, log[max(0, report.start() - 500):][:4000]
            assert not re.search("[\u0600-\u06ff]", log), f"article text in the log:\n{log[-3000:]}"
            if self.expected_status is not None:
                assert status == self.expected_status, f"exit status {status}\n{log[-3000:]}"
        elif not issubclass(kind, Skip):
            say(f"the end of the log of the daemon, whose exit status was {status}:",
                "\n".join(log.splitlines()[-15:]))

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def client(self, **options):
        return Client(self.path, **options)

    def once(self, *args, **options):
        with self.client() as client:
            return client.request(*args, **options)

    def status(self):
        return self.once("GET", "/v1/status").json

    def signal(self, number):
        self.process.send_signal(number)

    def threads(self, name=""):
        """The ids of the threads whose name begins so."""
        def named(task):
            with open(f"/proc/{self.process.pid}/task/{task}/comm", encoding="utf-8") as file:
                return file.read().startswith(name)
        return [int(task) for task in os.listdir(f"/proc/{self.process.pid}/task") if named(task)]

    def ticks(self, thread):
        """Hundredths of a second of processor time."""
        with open(f"/proc/{self.process.pid}/task/{thread}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 100 // os.sysconf("SC_CLK_TCK")

    def sleeps(self, thread):
        """How often a thread has gone to sleep, and so, but for the last, has been woken."""
        with open(f"/proc/{self.process.pid}/task/{thread}/status", encoding="ascii") as file:
            return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M).group(1))

    def proc(self, name):
        """A number of /proc/PID/status: VmRSS and the like, in KiB."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(rf"^{name}:\s+(\d+)", file.read(), re.M).group(1))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


@contextlib.contextmanager
def shared():
    """A daemon with default settings that several tests use one after another."""
    global _shared
    if _shared is None:
        _shared = Daemon()
    yield _shared


@contextlib.contextmanager
def busy_workers(daemon, body=None, articles=500):
    """Keeps a worker at work for as long as the block lasts; the daemon should be UNHURRIED."""
    with daemon.client() as client:
        client.send(body or endless_request(articles))
        wait_for(lambda: daemon.status()["queue"]["running"] == 1, "a busy worker")
        yield client
