"""Manual pages as their readers see them, and the examples in them.

A page is rendered by scdoc first: what is wrong with its source (a backslash that was eaten, say) is
wrong in the examples too. `pages.py program PAGE` prints the C program of a page.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("SOURCE_ROOT") or pathlib.Path(__file__).parents[2])
DOCS = ROOT / "docs"
PAGES = sorted(path.name.removesuffix(".scd") for path in DOCS.glob("*.scd"))
READMES = ["README.md", "README.ar.md"]
HAVE_SCDOC = shutil.which("scdoc") is not None


def _plain(line):
    """A line of roff without escapes and fonts."""
    line = re.sub(r"\\f[BIRP]", "", line.replace(r"\&", ""))
    return line.replace(r"\-", "-").replace(r"\e", "\\").replace(r"\\", "\\")


def rendered(page):
    source = (DOCS / f"{page}.scd").read_bytes()
    return subprocess.run(["scdoc"], input=source, stdout=subprocess.PIPE,
                          check=True).stdout.decode().splitlines()


def literals(page):
    """(section, text) of each literal block, in order."""
    found, section, block = [], "", None
    for line in rendered(page):
        if line.startswith((".SH ", ".SS ")):
            section = _plain(line[4:]).strip('"')
        elif line == ".nf":
            block = []
        elif line == ".fi" and block is not None:
            found.append((section, "\n".join(block)))
            block = None
        elif block is not None and not line.startswith(".RS"):
            block.append(_plain(line))
    return found


def fenced(name):
    """The same of a README: its blocks of the language `console`."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return [(name, block) for block in re.findall(r"^```console\n(.*?)\n```$", text, re.M | re.S)]


def commands(block):
    """(command, what is shown of its output) of a block whose commands begin with '$ '."""
    found, command, output = [], [], []

    def finish():
        if command:
            found.append(("\n".join(command), "\n".join(output)))

    for line in block.splitlines():
        if line.startswith("$ "):
            finish()
            command, output = [line[2:]], []
        elif not output and command[-1].endswith(("\\", "|")):
            command.append(line)
        else:
            output.append(line)
    finish()
    return found


def matches(shown, output):
    """Whether the output is what is shown, where … stands for anything."""
    pattern = ".*?".join(re.escape(part) for part in shown.split("…"))
    return re.fullmatch(pattern, output.rstrip("\n"), re.S) is not None


def sections(page):
    """Source of each section, by its heading; what stands above the first one is under ''."""
    parts = re.split(r"^# (.*)$", (DOCS / f"{page}.scd").read_text(encoding="utf-8"), flags=re.M)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2]))}


def entries(source):
    """(head, text) of each entry of a definition list, without fonts."""
    found = re.findall(r"^(\*.*)\n((?:\t.*\n|\n(?=\t))+)", source, re.M)
    return [(re.sub(r"\\(.)", r"\1", head), " ".join(text.split())) for head, text in found]


def program(page):
    """The C program of a page."""
    return next(text for _, text in literals(page) if text.startswith("#include"))


if __name__ == "__main__":
    if sys.argv[1:2] != ["program"] or len(sys.argv) != 3:
        sys.exit("usage: pages.py program PAGE")
    print(program(sys.argv[2]))
