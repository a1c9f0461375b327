"""libkhulasa(3) and the package's symbols against khulasa.h. The page's program is compiled and run
by test_examples.py."""
import re
import sys

import pages

sys.path.insert(0, str(pages.ROOT / "tests" / "daemon"))
from harness import run, test  # noqa: E402

HEADER = (pages.ROOT / "include" / "khulasa.h").read_text(encoding="utf-8")
SOURCE = re.sub(r"\\(.)", r"\1", (pages.DOCS / "libkhulasa.3.scd").read_text(encoding="utf-8"))
FUNCTIONS = set(re.findall(r"^KHULASA_API [^(]*?\*?(khulasa_\w+)\(", HEADER, re.M))


@test
def every_function_is_in_the_page_and_the_other_way_round():
    assert len(FUNCTIONS) > 30
    named = set(re.findall(r"\b(khulasa_\w+)\*?\(", SOURCE))
    assert named == FUNCTIONS, named ^ FUNCTIONS


@test
def declarations_in_the_page_are_those_of_the_header():
    """Those that are given in full, but for their attributes."""
    header = " ".join(HEADER.replace("KHULASA_MUST_CHECK", "").split())
    stated = re.findall(r"^\*((?!khulasa_\w+\*)[^\n]*?khulasa_\w+\([^)]+\))\*", SOURCE, re.M)
    assert len(stated) > 15, stated
    for declaration in stated:
        assert f"KHULASA_API {declaration} ;" in header or f"KHULASA_API {declaration};" in header, \
            declaration


@test
def every_code_is_in_the_page():
    table = HEADER.split("enum khulasa_code {", 1)[1].split("};", 1)[0]
    codes = set(re.findall(r"^\s+(KHULASA_E_\w+)", table, re.M))
    section = pages.sections("libkhulasa.3")["ERRORS"]
    assert set(re.findall(r"\*(KHULASA_E_\w+)\*", section)) == codes


@test
def the_package_lists_every_symbol():
    text = (pages.ROOT / "debian" / "libkhulasa1.symbols").read_text(encoding="utf-8")
    assert set(re.findall(r"^ (\w+)@Base", text, re.M)) == FUNCTIONS


if __name__ == "__main__":
    run()
