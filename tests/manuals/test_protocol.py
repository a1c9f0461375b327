"""khulasa-protocol(7) against the daemon: its error codes, paths, fields and limits."""
import json
import re
import sys

import pages

sys.path.insert(0, str(pages.ROOT / "tests" / "daemon"))
from harness import ARTICLE, Daemon, Skip, run, shared, test  # noqa: E402
from provoke import WAYS, provoke  # noqa: E402

SECTIONS = pages.sections("khulasa-protocol.7")
SUMMARIZE = "/v1/summarize"


def stated_codes():
    """code -> status, of the request's errors."""
    return {code: int(status) for status, code in
            re.findall(r"^\*(\d+)\* \*(\w+)\*$", SECTIONS["ERRORS"], re.M)}


def bold(text):
    return set(re.findall(r"\*([\w-]+)\*", text))


def part(section, heading, following=""):
    """What stands in a section behind a line and before another."""
    text = SECTIONS[section].split(heading, 1)[1]
    return text.split(following, 1)[0] if following else text


def heads(text):
    """The names that head the entries of a list."""
    return {name for head, _ in pages.entries(text) for name in bold(head)}


@test
def every_code_that_is_stated_is_given_with_its_status():
    for code, status in stated_codes().items():
        answer = provoke(code)
        assert answer.status == status, (code, answer.status)
        assert answer.json["error"]["retry"] == (status == 503), answer.body
        assert ("retry-after" in answer.fields) == (status == 503), answer.fields
        assert ("allow" in answer.fields) == (status == 405), answer.fields


@test
def every_code_that_is_given_is_stated():
    """The table in wire/ has all of them. `cancelled` ends work whose client has gone."""
    table = (pages.ROOT / "wire" / "error.c").read_text(encoding="utf-8")
    known = dict(re.findall(r'\{"(\w+)", (\d+)\}', table))
    assert len(known) > 10
    known.pop("cancelled")
    assert stated_codes() == {code: int(status) for code, status in known.items()}
    assert set(WAYS) == set(known)


@test
def codes_of_an_article_are_those_that_are_stated():
    stated = bold(SECTIONS["ERRORS"].split("An article's own error", 1)[1])
    given = set()
    many = " ".join(f"{ARTICLE} {i}" for i in range(12000))
    with Daemon(max_article_bytes="4K", max_memory="1M") as daemon:
        for text in ("hello", ARTICLE * 20):
            answer = daemon.once("POST", SUMMARIZE, {"text": text}).json
            given.add(answer["articles"][0]["error"]["code"])
    with Daemon(max_memory="1M") as daemon:
        answer = daemon.once("POST", SUMMARIZE, {"text": many[:4000000]}).json
        given.add(answer["articles"][0]["error"]["code"])
    assert given == stated, (given, stated)


@test
def every_path_is_stated():
    source = (pages.ROOT / "daemon" / "request.c").read_text(encoding="utf-8")
    table = source.split("endpoints[] = {", 1)[1].split("};", 1)[0]
    known = set(re.findall(r'\{"(/[\w/]+)"', table))
    stated = set(re.findall(r"/(?:v1/\w+|health|metrics)\b", SECTIONS["SYNOPSIS"]))
    assert stated == known, (stated, known)
    others = set(re.findall(r"^\*GET (\S+)\*$", SECTIONS["OTHERS"], re.M))
    assert others == stated - {"/v1/summarize", "/v1/analyze"}, others
    with shared() as daemon:
        for path in stated:
            assert daemon.once("GET", path).status in (200, 405), path


@test
def every_field_of_a_request_is_stated_and_taken():
    fields = heads(part("SUMMARIZE", "Only a text is required", "An article:"))
    article = heads(part("SUMMARIZE", "An article:", "## Lengths"))
    lengths = bold(part("SUMMARIZE", "## Lengths", "Every length"))
    source = (pages.ROOT / "wire" / "decode.c").read_text(encoding="utf-8")
    known = set(re.findall(r'strcmp\((?:key|m\.name), "(\w+)"\)', source))
    kinds = {"sentences", "words", "characters", "ratio", "unit"}
    assert kinds <= lengths, lengths
    assert known == fields | article | kinds | {"op"}, known ^ (fields | article)
    example = next(text for section, text in literals() if section == "Request")
    sample = json.loads(example)
    assert set(sample) == fields - article, set(sample) ^ (fields - article)
    assert set(sample["articles"][0]) == article
    sample["articles"][0]["text"] = ARTICLE
    with shared() as daemon:
        answer = daemon.once("POST", SUMMARIZE, sample)
        assert answer.status == 200, answer.body


@test
def the_parameters_of_a_bare_text_are_those_that_are_stated():
    stated = bold(part("SUMMARIZE", "## A bare text", "An unknown"))
    stated -= {"Content-Type", "text", "plain"}
    values = {"scope": "both", "method": "lead", "query": "x", "detail": "scores,figures", "id": "x",
              "title": "x", "source": "x", "published": "2025-01-01", "url": "x",
              "offsets": "utf-16", "deadline_ms": "9000", "unit": "utf-8", "set_unit": "utf-8"}
    lengths = {"sentences", "words", "characters", "ratio"}
    assert stated == set(values) | lengths | {f"set_{kind}" for kind in lengths}, stated
    with shared() as daemon:
        for name in stated:
            value = values.get(name, "1")
            extra = {"unit": "&characters=9", "set_unit": "&set_characters=9"}.get(name, "")
            answer = daemon.once("POST", f"{SUMMARIZE}?{name}={value}{extra}", ARTICLE,
                                 type_="text/plain")
            assert answer.status == 200, (name, answer.body)
            again = daemon.once("POST", f"{SUMMARIZE}?{name}={value}&{name}={value}", ARTICLE,
                                type_="text/plain")
            assert again.code == "bad_request", name


@test
def values_of_a_field_are_those_that_an_error_lists():
    entries = {name: text for head, text in
               pages.entries(part("SUMMARIZE", "Only a text is required", "An article:"))
               for name in bold(head)}
    for field in ("scope", "method", "offsets", "detail"):
        with shared() as daemon:
            value = ["?"] if field == "detail" else "?"
            message = daemon.once("POST", SUMMARIZE, {"text": "x", field: value}).json["error"]["message"]
        known = set(message.split("known are ")[1].split(", "))
        stated = bold(entries[field].split("GET /v1")[0]) - {"start", "end"}
        assert stated == known, (field, stated, known)


@test
def fields_of_an_answer_are_those_of_the_example():
    """The example names every field there is, and only those."""
    if not pages.HAVE_SCDOC:
        raise Skip("scdoc is not installed")
    shown = json.loads(next(text for section, text in literals() if section == "Answer"))
    source = (pages.ROOT / "wire" / "encode.c").read_text(encoding="utf-8")
    source += (pages.ROOT / "wire" / "error.c").read_text(encoding="utf-8")
    known = set(re.findall(r'\\"(\w+)\\":', source))
    known |= set(re.findall(r'write_number\(out, "(\w+)"', source))
    text = (pages.DOCS / "khulasa-protocol.7.scd").read_text(encoding="utf-8")
    missing = {name for name in known if f'"{name}"' not in text and f"*{name}*" not in text}
    assert not missing, missing
    entries = heads(part("SUMMARIZE", "An element of *articles*:", "The *set* has"))
    assert set(shown["articles"][0]) | {"keyphrases", "scores", "note"} == entries | {"id"}, entries
    of_set = heads(part("SUMMARIZE", "The *set* has", "## Scores"))
    assert set(shown["set"]) - {"summary", "words"} == of_set, of_set


@test
def limits_are_the_defaults():
    rows = re.findall(r"^\|  (\w+)\n:  (.+)\n:  ", SECTIONS["LIMITS"], re.M)
    assert len(rows) > 5
    sizes = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
    with shared() as daemon:
        limits = daemon.status()["limits"]
    for name, value in rows:
        number, *unit = value.split()
        assert limits[name] == int(number) * (sizes[unit[0]] if unit else 1), (name, value)


def literals():
    if not pages.HAVE_SCDOC:
        raise Skip("scdoc is not installed")
    return pages.literals("khulasa-protocol.7")


if __name__ == "__main__":
    run()
