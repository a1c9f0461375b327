"""Every example of every manual page and of the READMEs, run as it stands there.

A block is run in one shell, in a folder with the files that the pages speak of; the socket's usual
path stands for that of a daemon of our own. Where output is shown, it is compared.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import pages

sys.path.insert(0, str(pages.ROOT / "tests" / "daemon"))
from harness import Daemon, Skip, free_environment, run, shared, test, wait_for  # noqa: E402

CORPUS = pages.ROOT / "corpus"
SOCKET = "/run/khulasad/khulasad.sock"
BUILD = pathlib.Path(os.environ["BUILD_ROOT"])


def write_files(folder):
    """article.txt, articles/, news/, cup/, feed.jsonl and my-articles.jsonl, from the corpus."""
    articles = CORPUS / "articles"
    shutil.copy(articles / "singles" / "bee-dance.txt", folder / "article.txt")
    shutil.copytree(articles / "harbour-fire", folder / "news")
    shutil.copytree(articles / "cup-final", folder / "cup")
    shutil.copytree(articles / "singles", folder / "articles")
    shutil.copytree(articles, folder / "corpus" / "articles")
    feed = [json.loads(path.read_text(encoding="utf-8"))
            for path in sorted((articles / "desert-rail").glob("*.json"))]
    (folder / "feed.jsonl").write_text("".join(json.dumps(a) + "\n" for a in feed))
    with open(CORPUS / "references" / "articles.jsonl", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    with open(folder / "my-articles.jsonl", "w", encoding="utf-8") as file:
        for row in rows:
            path = CORPUS / row["file"]
            if path.suffix == ".txt":
                file.write(json.dumps({"text": path.read_text(encoding="utf-8"),
                                       "summary": " ".join(row["extract"])}) + "\n")


def install(folder):
    """An installation below the folder, and the variables by which pkg-config and programs find it."""
    subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", folder],
                   check=True, stdout=subprocess.DEVNULL)
    description = next(folder.rglob("khulasa.pc"))
    return {"PKG_CONFIG_LIBDIR": str(description.parent),
            "PKG_CONFIG_SYSROOT_DIR": str(folder),
            "LD_LIBRARY_PATH": str(description.parent.parent)}


@contextlib.contextmanager
def place():
    """A folder with all that the examples need, and the environment to run them in."""
    with tempfile.TemporaryDirectory(prefix="khulasa-examples-") as name:
        folder = pathlib.Path(name)
        work, programs = folder / "work", folder / "bin"
        work.mkdir()
        programs.mkdir()
        write_files(work)
        for variable in ("KHULASA", "KHULASAD"):
            (programs / variable.lower()).symlink_to(os.environ[variable])
        if os.environ["SANITIZE"] != "none":
            # A program that is linked with a sanitized library needs the sanitizer's own.
            (programs / "cc").write_text(
                f'#!/bin/sh\nexec /usr/bin/cc -fsanitize={os.environ["SANITIZE"]} "$@"\n')
            (programs / "cc").chmod(0o755)
        environment = {**free_environment(), "PATH": f"{programs}:{os.environ['PATH']}"}
        yield work, environment


def run_block(block, folder, environment, socket):
    """Runs the commands of a block in one shell and complains of the first that is not as shown."""
    steps = pages.commands(block.replace(SOCKET, socket))
    script = "set -o pipefail\n" + "".join(
        f"{{\n{command}\n}} >{folder}/../{i}.out 2>{folder}/../{i}.err; echo $? >{folder}/../{i}.status\n"
        for i, (command, _) in enumerate(steps))
    shell = subprocess.Popen(["bash", "-c", script], cwd=folder, env=environment,
                             stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        shell.wait(180)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGTERM)
    for i, (command, shown) in enumerate(steps):
        output, errors, status = ((folder.parent / f"{i}.{kind}").read_text(encoding="utf-8")
                                  for kind in ("out", "err", "status"))
        assert status == "0\n", f"$ {command}\nexit status {status}{errors[-2000:]}"
        assert not shown or pages.matches(shown, output), \
            f"$ {command}\nshown:\n{shown}\nprinted:\n{output[:3000]}"


def need_tools(block):
    for tool in ("jq", "nc", "curl", "pkg-config"):
        if re.search(rf"(^|[$|(] *){tool} ", block, re.M) and shutil.which(tool) is None:
            raise Skip(f"{tool} is not installed")


def check_examples(blocks):
    """All of them in one place: what one leaves behind the next may use."""
    blocks = [text for _, text in blocks if text.startswith("$ ")]
    assert blocks, "there is no example"
    with shared() as daemon, place() as (folder, environment):
        for block in blocks:
            need_tools(block)
            if "pkg-config" in block:
                environment |= install(folder.parent / "installed")
                (folder / "two-sentences.c").write_text(pages.program("libkhulasa.3"))
            run_block(block, folder, environment, daemon.path)


def declare(name, blocks):
    def examples():
        if not pages.HAVE_SCDOC:
            raise Skip("scdoc is not installed")
        check_examples(blocks())
    examples.__name__ = f"examples_of_{name}"
    test(examples)


for page in pages.PAGES:
    if page != "khulasa.conf.5":  # a file has no commands
        declare(page, lambda page=page: pages.literals(page))
for readme in pages.READMES:
    declare(readme, lambda readme=readme: pages.fenced(readme))


def log_keys(text):
    return re.findall(r"(?:^|\s)(\w+)=", text)


@test
def what_is_no_command_is_sound_too():
    """JSON is JSON, configuration is taken, a log line has the keys that are shown."""
    if not pages.HAVE_SCDOC:
        raise Skip("scdoc is not installed")
    with place() as (folder, environment), Daemon() as daemon:
        daemon.once("POST", "/v1/summarize", {"text": "مرحبا"})
        line = wait_for(lambda: re.search(".*msg=request.*", daemon.log()), what="a line").group()
        for page in pages.PAGES:
            for section, text in pages.literals(page):
                if text.startswith("{"):
                    parse_json(text, f"{page}, {section}")
                elif text.startswith("msg=request"):
                    assert log_keys(text) == log_keys(line)[1:], (log_keys(text), line)
                elif page == "khulasa.conf.5":
                    path = folder / "example.conf"
                    path.write_text(text.replace("bots, news", "root"))
                    subprocess.run([os.environ["KHULASAD"], "--config", path, "--check-config"],
                                   env=environment, check=True, stdout=subprocess.DEVNULL)
                else:
                    assert text.startswith(("$ ", "# ", "#include")), \
                        f"{page}, {section}: an example of no kind that is tested:\n{text}"


def parse_json(text, where):
    """One value, or one a line."""
    decoder = json.JSONDecoder()
    rest = text
    try:
        while rest:
            _, end = decoder.raw_decode(rest)
            rest = rest[end:].lstrip("\n")
    except json.JSONDecodeError as error:
        raise AssertionError(f"{where}: {error}\n{rest}") from None


if __name__ == "__main__":
    run()
