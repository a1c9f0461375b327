"""docs/openapi.yaml against the running daemon, in both directions: what it answers is within the
schemas, which leave no field open; what the schemas admit is taken, and what they do not is refused."""
import copy
import json
import re
import sys

import pages

sys.path.insert(0, str(pages.ROOT / "tests" / "daemon"))
from harness import ARTICLE, Skip, run, shared, test  # noqa: E402
from provoke import WAYS, provoke  # noqa: E402

try:
    import jsonschema
    import yaml
except ImportError as error:
    print(f"1..0 # SKIP {error.name} is not installed (python3-yaml, python3-jsonschema)")
    sys.exit()

DOCUMENT = yaml.safe_load((pages.DOCS / "openapi.yaml").read_text(encoding="utf-8"))
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
SUMMARIZE = "/v1/summarize"


def resolve(node):
    """The thing that a reference names."""
    while "$ref" in node:
        found = DOCUMENT
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def validator(schema):
    return jsonschema.Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def check(schema, value):
    for error in validator(schema).iter_errors(value):
        raise AssertionError(f"{error.json_path}: {error.message[:600]}")


def schema_of(path, method, status, type_="application/json"):
    response = resolve(DOCUMENT["paths"][path][method]["responses"][str(status)])
    return response["content"][type_]["schema"]


def operations():
    return [(path, method, operation) for path, item in DOCUMENT["paths"].items()
            for method, operation in item.items() if method in METHODS]


@test
def the_schemas_are_schemas():
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    used = set(re.findall(r"#/components/(\w+/\w+)", json.dumps(DOCUMENT)))
    there = {f"{kind}/{name}" for kind, items in DOCUMENT["components"].items() for name in items}
    assert used <= there, used - there
    assert there - used == {"responses/NotFound", "responses/MethodNotAllowed"}, there - used


@test
def no_object_is_left_open():
    def walk(node, where):
        if isinstance(node, dict):
            if node.get("type") == "object" and "properties" in node:
                assert node.get("additionalProperties") is False, where
            for key, value in node.items():
                walk(value, f"{where}/{key}")
        elif isinstance(node, list):
            for i, value in enumerate(node):
                walk(value, f"{where}/{i}")
    walk(DOCUMENT["components"]["schemas"], "")


@test
def paths_and_methods_are_the_daemons():
    source = (pages.ROOT / "daemon" / "request.c").read_text(encoding="utf-8")
    table = source.split("endpoints[] = {", 1)[1].split("};", 1)[0]
    assert set(DOCUMENT["paths"]) == set(re.findall(r'\{"(/[\w/]+)"', table))
    not_allowed = DOCUMENT["components"]["responses"]["MethodNotAllowed"]
    with shared() as daemon:
        for path, item in DOCUMENT["paths"].items():
            for method in METHODS:
                with daemon.client() as client:
                    answer = client.request(method.upper(), path, "" if method == "post" else None)
                assert (answer.status == 405) == (method not in item), (method, path)
                if method not in item and method != "head":
                    check(not_allowed["content"]["application/json"]["schema"], answer.json)
                if method not in item:
                    allowed = {m.strip().lower() for m in answer.fields["allow"].split(",")}
                    assert allowed == {m for m in item if m in METHODS}, answer.fields


@test
def what_has_no_body_answers_as_described():
    with shared() as daemon:
        for path, method, operation in operations():
            if "requestBody" in operation:
                continue
            answer = daemon.once(method.upper(), path)
            assert answer.status == 200
            if method == "head":
                assert answer.body == b""
                continue
            described = operation["responses"]["200"]["content"]
            type_ = answer.fields["content-type"].split(";")[0]
            assert type_ in described, (path, type_)
            if type_ == "application/json":
                check(described[type_]["schema"], answer.json)
            else:
                wanted = {daemon.once("GET", path, fields=[f"Accept: {t}"]).fields["content-type"]
                          .split(";")[0] for t in described}
                assert wanted == set(described), wanted


def examples():
    """(path, type, name, value) of each request that is shown."""
    return [(path, type_, name, example["value"])
            for path, _, operation in operations() if "requestBody" in operation
            for type_, media in operation["requestBody"]["content"].items()
            for name, example in media["examples"].items()]


@test
def requests_that_are_shown_are_valid_and_taken():
    with shared() as daemon:
        for path, type_, name, value in examples():
            check(DOCUMENT["paths"][path]["post"]["requestBody"]["content"][type_]["schema"], value)
            answer = daemon.once("POST", path, value, type_=type_)
            assert answer.status == 200, (path, name, answer.body)
            check(schema_of(path, "post", 200), answer.json)


@test
def every_field_of_a_request_is_shown():
    for path in (SUMMARIZE, "/v1/analyze"):
        content = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        fields = set(resolve(content["schema"])["properties"])
        shown = {key for p, type_, _, value in examples() if p == path and "json" in type_
                 for key in [*value, *(k for a in value.get("articles", []) for k in a)]}
        assert shown == fields, (path, shown ^ fields)


def corpus():
    """All articles of the corpus, one that cannot be read, and one twice."""
    found = []
    for file in sorted((pages.ROOT / "corpus" / "articles").rglob("*.*")):
        text = file.read_text(encoding="utf-8")
        found.append({**json.loads(text), "id": file.stem} if file.suffix == ".json"
                     else {"id": file.stem, "text": text})
    return [*found, {"id": "latin", "text": "no Arabic"}, {**found[0], "id": "again"}]


@test
def answers_over_the_corpus_are_within_the_schema():
    """With every detail, scope, method and note."""
    with shared() as daemon:
        seen, articles = set(), corpus()
        methods = [m["name"] for m in daemon.once("GET", "/v1/methods").json["methods"]]
        assert methods == DOCUMENT["components"]["schemas"]["Method"]["enum"]
        details = DOCUMENT["components"]["schemas"]["Detail"]["enum"]
        requests = [{"articles": articles, "scope": scope, "detail": details, "length": length,
                     "set_length": length, "offsets": offsets}
                    for scope, length, offsets in (
                        ("each", {"ratio": 0.2}, "utf-8"),
                        ("set", {"words": 200}, "utf-16"),
                        ("both", {"characters": 1500, "unit": "grapheme"}, "code-point"))]
        requests += [{"articles": articles[:9], "method": name, "scope": "both"} for name in methods]
        requests += [{"articles": articles[:3], "scope": "both", **options} for options in (
            {"length": {"words": 1}, "set_length": {"words": 1}},
            {"query": "زززززز"}, {"seen": [article["text"] for article in articles[:3]]})]
        requests += [{"text": "no Arabic", "scope": "both"}]
        for body in requests:
            check({"$ref": "#/components/schemas/SummarizeRequest"}, body)
            answer = daemon.once("POST", SUMMARIZE, body)
            assert answer.status == 200, answer.body
            check(schema_of(SUMMARIZE, "post", 200), answer.json)
            seen |= names(answer.json)
        for article in articles:
            answer = daemon.once("POST", "/v1/analyze", {"text": article["text"]})
            check(schema_of("/v1/analyze", "post", 200), answer.json)
            seen |= names(answer.json)
    missing = described("SummarizeAnswer") | described("Analysis")
    missing -= seen | {"limit"}  # of an article's error, which only another daemon gives
    assert not missing, f"described, and not once answered: {missing}"


def names(value):
    """All member names of a JSON value, those of score parts aside."""
    if isinstance(value, dict):
        return set(value) | {n for k, v in value.items() if k != "parts" for n in names(v)}
    return {n for v in value for n in names(v)} if isinstance(value, list) else set()


def described(name):
    """All property names that a schema and those it refers to describe."""
    found, todo, done = set(), [{"$ref": f"#/components/schemas/{name}"}], set()
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            if node.get("$ref") in done:
                continue
            done.add(node.get("$ref", ""))
            node = resolve(node)
            found |= set(node.get("properties", {}))
            todo += node.values()
        elif isinstance(node, list):
            todo += node
        done.discard("")
    return found


@test
def errors_are_those_described_for_their_status():
    paths = DOCUMENT["paths"][SUMMARIZE]["post"]["responses"]
    for code in WAYS:
        answer = provoke(code)
        own = {404: "NotFound", 405: "MethodNotAllowed"}.get(answer.status)
        response = DOCUMENT["components"]["responses"][own] if own else \
            resolve(paths[str(answer.status)])
        check(response["content"]["application/json"]["schema"], answer.json)
        for field, header in response.get("headers", {}).items():
            assert field.lower() in answer.fields and header["required"], (code, field)
    listed = {code for name, schema in DOCUMENT["components"]["schemas"].items()
              if "allOf" in schema for code in schema["allOf"][1]["properties"]["error"]
              ["properties"]["code"]["enum"]}
    assert listed == set(WAYS), listed ^ set(WAYS)


def damaged(value):
    """(what, value) with one thing wrong: an unknown field, a wrong type, a value out of range."""
    def at(node, path, change):
        copied = copy.deepcopy(node)
        target = copied
        for step in path:
            target = target[step]
        change(target)
        return copied

    for path in ([], ["articles", 0], ["length"], ["set_length"]):
        yield f"unknown field in {path}", at(value, path, lambda t: t.update(unknown=1))
    for field in value:
        for wrong in (None, 7, "no such value", {}, [7]):
            if not fits(field, wrong):
                yield f"{field} = {wrong!r}", {**value, field: wrong}
    for length in ({}, {"words": 0}, {"words": 1.5}, {"ratio": 0}, {"ratio": 1.01}, {"unit": "utf-8"},
                   {"words": 1, "sentences": 1}, {"words": 1, "unit": "utf-8"},
                   {"characters": 9, "unit": "bytes"}):
        yield f"length {length}", {**value, "length": length}
    for deadline in (0, 86400001, "9"):
        yield f"deadline {deadline!r}", {**value, "deadline_ms": deadline}
    for published in ("yesterday", "2025-5-9", "2025-05-09T10"):
        yield published, at(value, ["articles", 0], lambda t, p=published: t.update(published=p))
    yield "text beside articles", {**value, "text": ARTICLE}
    yield "no article", {**value, "articles": []}
    yield "without text", at(value, ["articles", 0], lambda t: t.pop("text"))


def fits(field, wrong):
    """Whether the value is one that the field may have."""
    return field == "query" and isinstance(wrong, str) or field == "deadline_ms" and wrong == 7


@test
def the_schema_and_the_daemon_refuse_the_same():
    schema = {"$ref": "#/components/schemas/SummarizeRequest"}
    sample = next(value for _, _, name, value in examples() if name == "set")
    count = 0
    with shared() as daemon:
        for what, value in damaged(sample):
            assert not validator(schema).is_valid(value), f"the schema takes {what}"
            answer = daemon.once("POST", SUMMARIZE, value)
            assert answer.status == 400, f"the daemon takes {what}"
            check(schema_of(SUMMARIZE, "post", 400), answer.json)
            count += 1
    assert count > 60, count


@test
def parameters_are_those_that_a_bare_text_takes():
    samples = {"offsets": "utf-16", "unit": "utf-8&characters=9", "set_unit": "utf-8&set_characters=9",
               "ratio": "0.5", "set_ratio": "0.5", "scope": "both", "method": "lead",
               "detail": "scores,figures", "published": "2025-01-01", "deadline_ms": "60000"}
    with shared() as daemon:
        for path in (SUMMARIZE, "/v1/analyze"):
            known = {resolve(p)["name"] for p in DOCUMENT["paths"][path]["post"]["parameters"]}
            every = {p["name"] for p in DOCUMENT["components"]["parameters"].values()}
            for name in every:
                value = samples.get(name, "1")
                answer = daemon.once("POST", f"{path}?{name}={value}", ARTICLE, type_="text/plain")
                assert answer.status == (200 if name in known else 400), (path, name, answer.body)
                if name in known:
                    check(schema_of(path, "post", 200), answer.json)


@test
def examples_of_the_manual_are_within_the_schemas():
    if not pages.HAVE_SCDOC:
        raise Skip("scdoc is not installed")
    schemas = {"Request": "SummarizeRequest", "Answer": "SummarizeAnswer", "Scores": "Score",
               "ANALYZE": "Analysis", "ERRORS": "Error"}
    found = {}
    for section, text in pages.literals("khulasa-protocol.7"):
        if section in schemas and text.startswith("{"):
            check({"$ref": f"#/components/schemas/{schemas[section]}"}, json.loads(text))
            found[section] = True
    assert set(found) == set(schemas), found


if __name__ == "__main__":
    run()
