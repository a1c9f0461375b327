"""What --help says, what the pages say and what the programs take is the same."""
import os
import re
import sys

import pages
from helps import COMMANDS, help_options, options_in, output, refused_values

sys.path.insert(0, str(pages.ROOT / "tests" / "daemon"))
from harness import run, test  # noqa: E402

WHERE = "WHERE THE WORK IS DONE"  # of those that speak of it
WITH_WHERE = ("summarize", "analyze", "evaluate")


def page_options(page, heading):
    """Those that head an entry of a section, or are explained within one: in bold, alone."""
    return set(re.findall(r"\*(--[a-z-]+)\*", pages.sections(page)[heading]))


@test
def every_option_of_a_command_is_in_its_section_and_the_other_way_round():
    common = page_options("khulasa.1", WHERE)
    for command in COMMANDS:
        in_page = page_options("khulasa.1", command.upper())
        in_help = help_options(command)
        assert in_page <= in_help, (command, in_page - in_help)
        allowed = in_page | (common if command in WITH_WHERE else set())
        assert in_help <= allowed, (command, in_help - allowed)
    assert common <= help_options("summarize")


@test
def a_command_takes_the_options_that_its_help_names_and_no_others():
    every = {option for command in COMMANDS for option in help_options(command)}
    every |= page_options("khulasa.1", WHERE)
    for command in COMMANDS:
        known = help_options(command) | {"--help"}
        for option in sorted(every):
            said = output(os.environ["KHULASA"], command, option, "--help")
            refused = "is not an option of" in said
            assert refused == (option not in known), (command, option, said)


@test
def values_that_help_lists_are_those_of_the_page():
    source = pages.sections("khulasa.1")
    for command, options in (("summarize", ("--method", "--detail", "--format", "--offsets", "--unit")),
                             ("analyze", ("--format",)), ("evaluate", ("--format",))):
        for option in options:
            known = refused_values(command, option)
            text = entry(source[command.upper()], option)
            missing = [value for value in known if f"*{value}*" not in text]
            assert not missing, (command, option, missing, text)
            line = re.search(rf"^ +{option} .*(\n {{23}}.*)*", output(os.environ["KHULASA"], command,
                                                                   "--help"), re.M).group()
            assert all(re.search(rf"\b{value}\b", line) for value in known), (line, known)


def entry(section, option):
    """The entry that is headed by the option, or whose text explains it."""
    found = [head + text for head, text in pages.entries(section) if f"*{option}*" in head]
    found += [head + text for head, text in pages.entries(section) if f"*{option}*" in text]
    return found[0]


@test
def every_flag_of_the_daemon_is_in_its_page_or_a_setting():
    said = options_in(output(os.environ["KHULASAD"], "--help").split("\nTry it")[0])
    own = page_options("khulasad.8", "OPTIONS") | {"--version", "--help"}
    flags = {f"--{name.replace('_', '-')}" for name in printed()}
    assert said == own | flags, said ^ (own | flags)


def printed():
    """name -> (value, comment) of --print-config."""
    text = output(os.environ["KHULASAD"], "--config", "/dev/null", "--print-config")
    return {name: (value, comment) for comment, name, value in
            re.findall(r"^# (.*)\n(\w+) = (.*)$", text, re.M)}


@test
def every_setting_is_in_the_page_with_its_default_and_range():
    source = "".join(pages.sections("khulasa.conf.5").values())
    stated = {}
    for head, text in pages.entries(source):
        match = re.match(r"\*([a-z_]+)\* = _(.*)_$", head)
        if match:
            stated[match.group(1)] = (match.group(2), text)
    settings = printed()
    assert set(stated) == set(settings), set(stated) ^ set(settings)
    for name, (value, comment) in settings.items():
        default, text = stated[name]
        assert default == (value or "empty"), (name, default, value)
        span = re.search(r"; (\d[\w. ]* to \d[\w. ]*);", comment)
        assert span is None or span.group(1) in text, (name, span.group(1), text)


if __name__ == "__main__":
    run()
