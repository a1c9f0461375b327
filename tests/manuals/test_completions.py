"""What bash, zsh and fish complete is what the help names, command by command."""
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

import pages
from helps import COMMANDS, help_options, refused_values

sys.path.insert(0, str(pages.ROOT / "tests" / "daemon"))
from harness import Skip, run, test  # noqa: E402

FOLDER = pages.DOCS / "completions"

# command, option, and what it takes: asked of the program, which lists it in an error.
VALUES = [("summarize", option) for option in ("--method", "--format", "--offsets", "--unit")] + [
    ("analyze", "--format"), ("analyze", "--offsets"), ("evaluate", "--format"),
    ("status", "--format")]


def values(command, option):
    return set(refused_values(command, option))


class Bash:
    """Calls the completion function as bash does."""

    def complete(self, *words):
        script = (f'. "{FOLDER}/khulasa.bash"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                  'complete -p khulasa >/dev/null || exit 1; '
                  '_khulasa "$1" "${@: -1}" "${@: -2:1}"; printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", script, "bash", *words], stdout=subprocess.PIPE,
                              check=True)
        return set(done.stdout.decode().split())

    def close(self):
        pass


class Fish:
    def __init__(self):
        self.home = tempfile.TemporaryDirectory(prefix="khulasa-fish-")

    def complete(self, *words):
        script = f'source "{FOLDER}/khulasa.fish"; complete -C "{" ".join(words)}"'
        done = subprocess.run(["fish", "--no-config", "-c", script], stdout=subprocess.PIPE,
                              check=True, env={**os.environ, "HOME": self.home.name})
        return {line.split("\t")[0] for line in done.stdout.decode().splitlines()}

    def close(self):
        self.home.cleanup()


class Zsh:
    """An interactive zsh on a terminal of its own, whose compadd writes down what it is given."""

    SETUP = """
    PS1= RPS1=; setopt no_beep no_auto_list; unsetopt prompt_cr prompt_sp
    fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D
    compadd() {{
        if [[ " ${{(j: :)@[1,(i)--]}} " == *' -'[OAD]' '* ]]; then builtin compadd "$@"; return; fi
        local -a hits; builtin compadd -A hits "$@"; print -rl -- $hits >>{out}
        builtin compadd "$@"
    }}
    capture() {{ zle complete-word; zle kill-buffer; print END >>{out} }}
    zle -N capture; bindkey '^I' capture; print READY >>{out}
    """

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="khulasa-zsh-")
        self.out = pathlib.Path(self.folder.name) / "out"
        self.out.touch()
        setup = pathlib.Path(self.folder.name) / "setup"
        setup.write_text(self.SETUP.format(folder=FOLDER, out=self.out))
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe("zsh", ["zsh", "-f", "-i"],
                       {**os.environ, "TERM": "xterm", "HOME": self.folder.name})
        self.send(f". {setup}\n")
        self.wait("READY")

    def send(self, text):
        os.write(self.terminal, text.encode())

    def wait(self, mark):
        """What was written down before the mark."""
        end = time.monotonic() + 30
        while mark not in (text := self.out.read_text()):
            assert time.monotonic() < end, f"zsh does not answer: {text}"
            if select.select([self.terminal], [], [], 0.02)[0]:
                os.read(self.terminal, 65536)
        self.out.write_text("")
        return text.split(mark)[0]

    def complete(self, *words):
        self.send(" ".join(words) + "\t")
        return set(self.wait("END").split())

    def close(self):
        os.close(self.terminal)
        os.waitpid(self.pid, 0)
        self.folder.cleanup()


def check_shell(shell):
    first = shell.complete("khulasa", "")
    assert set(COMMANDS) <= first, first
    assert "--version" in shell.complete("khulasa", "--v")
    for command in COMMANDS:
        found = {word for word in shell.complete("khulasa", command, "--") if word.startswith("--")}
        known = help_options(command) | {"--help"}
        assert found == known, (command, "too many", found - known, "missing", known - found)
    for command, option in VALUES:
        found = shell.complete("khulasa", command, option, "")
        known = values(command, option)
        assert found == known, (command, option, found ^ known)
    details = values("summarize", "--detail")
    assert details <= shell.complete("khulasa", "summarize", "--detail", ""), details
    found = shell.complete("khulasa", "summarize", "--method", "le")
    assert found == {"lexrank", "lead"}, found


def declare(name, kind):
    def completion():
        if shutil.which(name) is None:
            raise Skip(f"{name} is not installed")
        shell = kind()
        try:
            check_shell(shell)
        finally:
            shell.close()
    completion.__name__ = f"{name}_completes_what_the_help_names"
    test(completion)


declare("bash", Bash)
declare("zsh", Zsh)
declare("fish", Fish)


@test
def the_three_files_are_installed_under_the_names_that_shells_look_for():
    source = (pages.DOCS / "meson.build").read_text(encoding="utf-8")
    assert re.search(r"khulasa\.bash', rename: 'khulasa'", source)
    assert (FOLDER / "_khulasa").read_text(encoding="utf-8").startswith("#compdef khulasa\n")


if __name__ == "__main__":
    run()
