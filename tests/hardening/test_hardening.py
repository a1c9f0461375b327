"""That what the build asks of compiler and linker is in the programs: read from them, not from the
build files. $PROGRAMS are the executables and $LIBRARY the library of a build without sanitizers."""
import os
import pathlib
import platform
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["SOURCE_ROOT"]) / "tests" / "daemon"))
from harness import Skip, run, test  # noqa: E402

PROGRAMS = os.environ["PROGRAMS"].split(":")
LIBRARY = os.environ["LIBRARY"]
BUILD = pathlib.Path(os.environ["BUILD_ROOT"])
OURS = ("model", "wire", "daemon", "client")  # folders of what is installed


def read(tool, *arguments):
    return subprocess.run([tool, *arguments], stdout=subprocess.PIPE, check=True,
                          env={**os.environ, "LC_ALL": "C"}).stdout.decode()


def each(check, names=(*PROGRAMS, LIBRARY)):
    for name in names:
        assert check(name), name


def undefined(name):
    """Functions that the program takes from other libraries."""
    return set(re.findall(r"UND (\w+)", read("readelf", "--dyn-syms", "-W", name)))


@test
def programs_are_position_independent():
    each(lambda name: re.search(r"Type:\s+DYN", read("readelf", "-hW", name)))
    each(lambda name: re.search(r"FLAGS_1.*\bPIE\b", read("readelf", "-dW", name)), PROGRAMS)
    each(lambda name: "TEXTREL" not in read("readelf", "-dW", name))


@test
def relocations_are_read_only_before_anything_runs():
    each(lambda name: "GNU_RELRO" in read("readelf", "-lW", name))
    each(lambda name: re.search(r"FLAGS\).*BIND_NOW", read("readelf", "-dW", name)))


@test
def nothing_is_writable_and_executable():
    def sound(name):
        segments = re.findall(r"^  (LOAD|GNU_STACK) +(?:0x\w+ +){5}([RWE ]{3})",
                              read("readelf", "-lW", name), re.M)
        return len(segments) > 3 and not any("W" in flags and "E" in flags for _, flags in segments)
    each(sound)


@test
def stacks_are_guarded():
    """By -fstack-protector-strong: also functions without an array of characters."""
    each(lambda name: "__stack_chk_fail" in undefined(name))
    calls = read("objdump", "-d", "--no-show-raw-insn", LIBRARY).count("<__stack_chk_fail@plt>\n")
    assert calls > 50, calls


@test
def calls_of_libc_are_fortified():
    """snprintf() into a buffer whose size the caller alone knows cannot be; what has no size at all
    must not be there."""
    def sound(name):
        taken = undefined(name)
        checked = {symbol for symbol in taken if re.fullmatch(r"__\w+_chk", symbol)}
        bare = taken & {"sprintf", "vsprintf", "strcpy", "strcat", "gets"}
        return len(checked) > 2 and not bare
    each(sound)


def objects():
    return [path for folder in OURS for path in (BUILD / folder).rglob("*.c.o")]


@test
def indirect_calls_land_where_they_may():
    """CET, on x86-64. The mark on a whole program is the linker's to set, and it does only where the
    C library's start files have it, which Debian 12's have not; so our own objects are asked, and
    the entry of each function that others may call."""
    if platform.machine() != "x86_64":
        raise Skip(f"there is no such thing on {platform.machine()}")
    found = objects()
    assert len(found) > 60, len(found)
    notes = read("readelf", "-nW", *map(str, found))
    marked = len(re.findall(r"x86 feature: IBT, SHSTK", notes))
    assert marked == len(found), (marked, len(found))
    exported = re.findall(r"FUNC +GLOBAL +DEFAULT +\d+ (khulasa_\w+)",
                          read("readelf", "--dyn-syms", "-W", LIBRARY))
    assert len(exported) > 30, exported
    code = read("objdump", "-d", "--no-show-raw-insn", LIBRARY)
    for name in exported:
        entry = re.search(rf"<{name}>:\n +\w+:\s+(\w+)", code)
        assert entry and entry.group(1) == "endbr64", name


@test
def the_library_shows_its_interface_only():
    symbols = re.findall(r"(?:FUNC|OBJECT) +(?:GLOBAL|WEAK) +DEFAULT +\d+ (\w+)",
                         read("readelf", "--dyn-syms", "-W", LIBRARY))
    others = [name for name in symbols if not name.startswith("khulasa_")]
    assert symbols and not others, others


if __name__ == "__main__":
    run()
