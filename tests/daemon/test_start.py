"""Starting: the socket, the configuration, usage, activation; what is wrong is named, and nothing runs."""
import os
import re
import resource
import signal
import socket
import subprocess
import tempfile

from harness import (ARTICLE, PATIENCE, PROGRAM, SANITIZED, Client, Daemon, Skip, request, run,
                     test, wait_for)


def fails(*args, status=2, **settings):
    """Starts a daemon that must refuse to; returns what it said."""
    with Daemon(_ready=False, _stop=False, _args=args, **settings) as daemon:
        assert daemon.process.wait(PATIENCE) == status, daemon.log()
        return daemon.log()


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
def what_took_the_path_meanwhile_is_left_there():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s")
        with socket.socket(socket.AF_UNIX) as other:
            with Daemon(socket=path) as daemon:
                assert daemon.once("GET", "/health").status == 200
                os.remove(path)
                other.bind(path)
                other.listen()
            assert os.path.exists(path), "it has removed another's socket"


@test
def where_no_socket_can_be_is_named():
    with tempfile.TemporaryDirectory() as folder:
        none = os.path.join(folder, "none", "s")
        assert f"cannot listen on {none}: No such file" in fails(socket=none, status=1)
        file = os.path.join(folder, "file")
        with open(file, "w", encoding="ascii"):
            pass
        assert f"{file}/s: Not a directory" in fails(socket=f"{file}/s", status=1)
        assert "socket is longer than 107 bytes" in fails(socket=folder + "/" + "x" * 107)


@test
def a_closed_standard_error_costs_the_log_alone():
    def listens(path):
        with socket.socket(socket.AF_UNIX) as one: # a socket is there before it listens
            return one.connect_ex(path) == 0

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s")
        with subprocess.Popen([PROGRAM, "--config", "/dev/null", "--socket", path],
                              preexec_fn=lambda: [os.close(i) for i in range(3)]) as process:
            try:
                wait_for(lambda: listens(path), what="a socket")
                with Client(path) as client:
                    client.send(request("GET", "/health"))
                    assert client.answer().status == 200
                    assert not client.buffer
            finally:
                process.terminate()
                assert process.wait(PATIENCE) == 0


@test
def a_worker_that_cannot_start_is_said_with_the_reason():
    if SANITIZED or resource.getrlimit(resource.RLIMIT_STACK)[1] != resource.RLIM_INFINITY:
        raise Skip("no thread's stack can be made too large here")

    def no_room_for_stacks():
        resource.setrlimit(resource.RLIMIT_STACK, (1 << 50, resource.RLIM_INFINITY))

    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run([PROGRAM, "--config", "/dev/null", "--socket", f"{folder}/s"],
                                preexec_fn=no_room_for_stacks, capture_output=True, text=True,
                                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, check=False,
                                timeout=PATIENCE)
        assert result.returncode == 1, result
        assert re.search(r"cannot start worker 1 of \d+: Resource temporarily", result.stderr), result
        assert "TasksMax=" in result.stderr and not os.listdir(folder), result


@test
def what_is_printed_to_a_full_disk_fails():
    for flag in ("--help", "--version", "--print-config"):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([PROGRAM, "--config", "/dev/null", flag], stdout=full, check=False,
                                    stderr=subprocess.PIPE)
        assert result.returncode == 1 and b"standard output: No space left" in result.stderr, flag


@test
def the_configuration_is_checked_with_file_and_line():
    with Daemon(_args=["--check-config"], _ready=False) as daemon:
        daemon.process.wait(PATIENCE)
        path = daemon.config("max_queue = 7\n# a comment\nmax_quue = 8\n")
        check = [PROGRAM, "--config", path, "--check-config"]
        result = subprocess.run(check, capture_output=True, text=True, check=False)
        assert result.returncode == 2 and f"{path}:3: no such setting" in result.stderr
        daemon.config("max_queue = 70000\n")
        result = subprocess.run(check, capture_output=True, text=True, check=False)
        assert "from 1 to 65536" in result.stderr
        daemon.config("socket = /run/\x1bkhulasad.sock\n")
        result = subprocess.run(check, capture_output=True, text=True, check=False)
        assert f"{path}:1: socket holds a control character" in result.stderr, result.stderr
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
def limits_are_checked_against_each_other():
    for small, large, high, low in (
            ("max_connections_uid", "max_connections", "9", "8"),
            ("max_queue_uid", "max_queue", "9", "8"), ("max_request", "max_held", "9M", "8M"),
            ("max_request", "max_held_uid", "9M", "8M"), ("max_held_uid", "max_held", "9M", "8M"),
            ("max_request", "max_queue_bytes", "9M", "8M"), ("job_timeout", "set_timeout", "9s", "8s")):
        flags = ["--" + small.replace("_", "-"), high, "--" + large.replace("_", "-"), low]
        result = subprocess.run([PROGRAM, "--config", "/dev/null", "--check-config", *flags],
                                capture_output=True, text=True, check=False)
        assert result.returncode == 2, (small, large)
        assert re.search(rf"{small} \(.*\) is above {large} \(.*\)", result.stderr), result.stderr
        # Of two, one of which was not given, that one follows.
        result = subprocess.run([PROGRAM, "--config", "/dev/null", "--print-config", *flags[2:]],
                                capture_output=True, text=True, check=True)
        values = dict(re.findall(r"^(\w+) = (.*)$", result.stdout, re.M))
        assert values[small] == values[large], (small, large)


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
                assert daemon.process.wait(PATIENCE) == 2 and reason in daemon.log(), daemon.log()


@test
def activation_by_systemd():
    try:
        subprocess.run(["systemd-socket-activate", "--version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise Skip("systemd-socket-activate is not there") from None
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/s.sock"
        keep = [f"--setenv={name}" for name in os.environ if name.startswith("SANDBOX_")]
        command = ["systemd-socket-activate", *keep, "-l", path, PROGRAM]
        with Daemon(_command=command, _ready=False, _stop=False, socket="/nonexistent") as daemon:
            daemon.path = path
            wait_for(lambda: "Listening on" in daemon.log(), "the socket")
            assert daemon.once("POST", "/v1/summarize", {"text": ARTICLE}).status == 200
            daemon.signal(signal.SIGTERM)
            assert daemon.process.wait(PATIENCE) == 0
            assert os.path.exists(path), "the manager's socket stays"


@test
def a_damaged_model_is_refused_at_the_start():
    with Daemon() as daemon:
        model = daemon.status()["model_file"]["path"]
    if not model:
        raise Skip("no model is installed")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "damaged.model")
        with open(model, "rb") as file:
            data = bytearray(file.read())
        data[len(data) // 2] ^= 1
        with open(path, "wb") as file:
            file.write(data)
        assert "checksum" in fails(model=path, status=1)


if __name__ == "__main__":
    run()
