"""That the sandbox of the tests shuts in: what the unit forbids is tried inside, by another program."""
import os
import subprocess
import sys
import tempfile

from harness import PROGRAM, Skip, run, test

TRY = """
import ctypes, errno, mmap, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long

def call(*arguments):
    ctypes.set_errno(0)
    result = libc.syscall(*(ctypes.c_long(a) for a in arguments))
    return "done" if result >= 0 else errno.errorcode[ctypes.get_errno()]

def does(function, *arguments, **options):
    try:
        function(*arguments, **options)
        return "done"
    except OSError as error:
        return errno.errorcode[error.errno]

"""


def inside(expression, *arguments):
    """What a Python program in the sandbox prints of an expression."""
    done = subprocess.run([PROGRAM, "-S", "-c", f"{TRY}print({expression})", *arguments],
                          env={**os.environ, "SANDBOX_PROGRAM": os.path.realpath(sys.executable)},
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def missing():
    checked = subprocess.run([PROGRAM], env={**os.environ, "SANDBOX_CHECK": "1"},
                             capture_output=True, text=True, check=True)
    return checked.stdout


@test
def system_calls_off_the_list_are_refused():
    for name, numbers in (("mbind", "237, 0, 0, 0, 0, 0, 0"), ("mount", "165, 0, 0, 0, 0, 0"),
                          ("ptrace", "101, 0, 0, 0, 0"), ("clock_settime", "227, 0, 0"),
                          ("setns", "308, 0, 0"), ("bpf", "321, 0, 0, 0"), ("reboot", "169, 0, 0, 0")):
        assert inside(f"call({numbers})") == "EPERM", name


@test
def memory_is_never_written_and_executed():
    write, execute = 2, 4
    assert inside(f"call(9, 0, 4096, {1 | write | execute}, 34, -1, 0)") == "EPERM"
    assert inside(f"call(9, 0, 4096, {1 | write}, 34, -1, 0)") == "done"
    assert inside(f"call(10, ctypes.addressof(ctypes.create_string_buffer(1)) & ~4095, 4096, {1 | execute})") == "EPERM"


@test
def only_unix_sockets():
    assert inside("does(socket.socket, socket.AF_INET)") == "EAFNOSUPPORT"
    assert inside("does(socket.socket, socket.AF_NETLINK)") == "EAFNOSUPPORT"
    assert inside("does(socket.socket, socket.AF_UNIX)") == "done"


@test
def no_privileges_namespaces_set_id_or_realtime():
    assert "CapBnd:\t0000000000000000" in inside("open('/proc/self/status').read()")
    assert "CapEff:\t0000000000000000" in inside("open('/proc/self/status').read()")
    assert "NoNewPrivs:\t1" in inside("open('/proc/self/status').read()")
    assert inside("call(272, 0x10000000)") == "EPERM"
    assert inside("does(os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1))") == "EPERM"
    assert inside("does(os.chmod, '/', 0o4755)") == "EPERM"


@test
def files_are_read_only_hidden_or_the_sockets():
    reason = missing()
    if reason:
        raise Skip(reason.replace("\n", "; "))
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as other:
        own = os.path.join(folder, "s.sock")
        assert inside("does(open, sys.argv[2], 'w')", "--socket", own) == "done"
        assert inside("does(open, sys.argv[3], 'w')", "--socket", own, other.name) == "EROFS"
    assert inside("does(open, '/proc/cpuinfo')") == "ENOENT"
    assert inside("sorted(os.listdir('/dev'))") == str(["full", "null", "random", "tty", "urandom", "zero"])
    assert inside("socket.if_nameindex() if False else os.listdir('/proc/self/net') and "
                  "open('/proc/self/net/dev').read().count(':')") == "1"


if __name__ == "__main__":
    run()
