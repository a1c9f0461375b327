"""What the programs say of their own options."""
import os
import re
import subprocess

import pages

COMMANDS = ("summarize", "analyze", "train", "evaluate", "status")


def output(*arguments):
    return subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False).stdout.decode()


def options_in(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z]\b", text))


def help_options(command):
    """Of a command's help, its examples apart; --help goes without saying."""
    text = output(os.environ["KHULASA"], command, "--help").split("\nExamples\n")[0]
    return options_in(text) | ({"--verbose"} if re.search(r"[ ,]-v\b", text) else set())


def refused_values(command, option):
    """The values that an error names."""
    extra = ["--characters", "5"] if option == "--unit" else []
    said = output(os.environ["KHULASA"], command, *extra, option, "?", "--local",
                  str(pages.ROOT / "README.md"))
    listed = re.search(r"known are:? ?(.*)", said)
    assert listed, said
    return re.findall(r"[\w-]+", listed.group(1))
