"""The log, the metrics, the status, and that the manual says what the program does."""
import os
import re
import shutil
import subprocess
import tempfile

from harness import ARTICLE, PROGRAM, Daemon, Skip, request, run, test, wait_for

SUMMARIZE = "/v1/summarize"


def parse_metrics(text):
    """OpenMetrics text to {sample with labels: value}; refuses what the format does not allow."""
    assert text.endswith("# EOF\n")
    types, samples, family = {}, {}, None
    for line in text.splitlines()[:-1]:
        if line.startswith("# "):
            word, name, rest = line[2:].split(" ", 2)
            assert word in ("TYPE", "HELP", "UNIT"), line
            if word == "TYPE":
                assert name not in types, f"{name} twice"
                types[name] = rest
                family = name
            assert name == family, "families do not interleave"
            assert word != "UNIT" or name.endswith("_" + rest)
            continue
        match = re.fullmatch(r'([a-z_]+)(\{[a-z]+="[^"]*"\})? ([0-9.e+-]+)', line)
        assert match, line
        name, labels, value = match.groups()
        suffixes = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_count", "_sum"]}
        assert any(name == family + s for s in suffixes[types[family]]), line
        key = name + (labels or "")
        assert key not in samples, f"{key} twice"
        samples[key] = float(value)
    return samples


def by_the_library(text):
    """The samples as Prometheus's own parser reads them; None where it is not there."""
    try:
        from prometheus_client.openmetrics.parser import text_string_to_metric_families as families
    except ImportError:
        return None

    def labels(sample):
        return "{%s}" % ",".join(f'{k}="{v}"' for k, v in sample.labels.items()) if sample.labels else ""

    return {s.name + labels(s): s.value for family in families(text) for s in family.samples}


@test
def metrics_are_openmetrics_and_count():
    with Daemon() as daemon:
        for _ in range(3):
            daemon.once("POST", SUMMARIZE, {"text": ARTICLE})
        daemon.once("GET", "/nowhere")
        answer = daemon.once("GET", "/metrics", fields=["Accept: application/openmetrics-text"])
        assert answer.fields["content-type"].startswith("application/openmetrics-text; version=1.0.0")
        samples = parse_metrics(answer.body.decode())
        assert by_the_library(answer.body.decode()) in (None, samples)
        assert samples['khulasad_answers_total{code="ok"}'] == 3
        assert samples['khulasad_answers_total{code="not_found"}'] == 1
        assert samples["khulasad_run_seconds_count"] == 3
        buckets = [v for k, v in samples.items() if k.startswith("khulasad_run_seconds_bucket")]
        assert buckets == sorted(buckets) and buckets[-1] == 3
        assert samples["khulasad_articles_total"] == 3
        for limit in ("max_connections", "max_connections_uid", "max_queue", "max_queue_uid",
                      "max_queue_bytes", "max_held"):
            assert samples[f'khulasad_busy_total{{limit="{limit}"}}'] == 0
        plain = daemon.once("GET", "/metrics", fields=["Accept: text/plain"])
        assert plain.fields["content-type"].startswith("text/plain")


@test
def who_has_an_answer_finds_it_counted_and_nothing_held():
    with Daemon(workers=2) as daemon:
        for i in range(1, 101):
            with daemon.client() as client:
                assert client.request("POST", SUMMARIZE, {"text": ARTICLE * 60}).status == 200
                status = daemon.status()
            assert status["counters"]["articles"] == i, status["counters"]
            assert status["held_bytes"] == 0 and status["queue"]["running"] == 0, status


@test
def the_log_has_a_line_a_request_and_never_the_text():
    with Daemon(log_level="debug") as daemon, daemon.client() as client:
        client.request("POST", SUMMARIZE + "?sentences=1", ARTICLE, type_="text/plain")
        client.request("POST", SUMMARIZE, {"articles": [{"text": ARTICLE, "title": "عنوان", "id": "سر"}],
                                           "query": "المكتبة"})
        client.request("POST", SUMMARIZE, {"المكتبة": 1})
        client.request("POST", SUMMARIZE, '{"text": "المكتبة')
        client.send(request("GET", "/المكتبة"))
        client.answer()
        with daemon.client() as lines:
            lines.send('{"id": "المكتبة", "op": "المكتبة"}\n')
            lines.line()
        wait_for(lambda: "dialect=line" in daemon.log(), "the line")
        log = daemon.log()
        line = next(line for line in log.splitlines() if "op=summarize" in line)
        for field in ("id=", "uid=%d" % os.getuid(), "dialect=http", "bytes=", "articles=1",
                      "sentences=", "queue_ms=", "run_ms=", "status=200", "code=ok"):
            assert field in line, (field, line)
        assert not re.search("[\u0600-\u06ff]", log), "article text in the log"
        assert all(re.match(r"level=\w+ msg=", entry) for entry in log.splitlines()), log


@test
def the_journal_gets_priorities():
    # The journal is known by device and inode of standard error, which a test can name too.
    script = ("import os,sys; s=os.fstat(2);"
              "os.environ['JOURNAL_STREAM']=f'{s.st_dev}:{s.st_ino}'; os.execv(sys.argv[1], sys.argv[1:])")
    with Daemon(_command=["python3", "-c", script, PROGRAM]) as daemon:
        assert re.match(r"<5>msg=ready ", daemon.log()), daemon.log()


@test
def all_else_gets_plain_lines():
    # As it is for a program that a service starts with another standard error.
    with Daemon(_env={"JOURNAL_STREAM": "1:1"}) as daemon:
        assert daemon.log().startswith("level=notice msg=ready "), daemon.log()


@test
def warnings_are_limited():
    with Daemon(max_connections=1) as daemon, daemon.client() as held:
        assert held.request("GET", "/health").status == 200
        for _ in range(40):
            with daemon.client() as client:
                client.send(request("GET", "/health"))
                assert client.answer().status == 503
        assert daemon.log().count("too many connections") <= 10


def table():
    result = subprocess.run([PROGRAM, "--config", "/dev/null", "--print-config"],
                            capture_output=True, text=True, check=True)
    return dict(line.split(" = ") if " = " in line else (line.rstrip(" ="), "")
                for line in result.stdout.splitlines() if not line.startswith("#"))


@test
def status_shows_every_limit():
    with Daemon() as daemon:
        limits = daemon.status()["limits"]
        named = {k for k in table() if k not in ("socket", "model", "allow_users", "allow_groups", "log_level")}
        assert set(limits) == named, set(limits) ^ named


@test
def the_manual_has_every_setting_with_its_default():
    path = os.path.join(os.environ.get("SOURCE_ROOT", "../.."), "docs", "khulasa.conf.5.scd")
    with open(path, encoding="utf-8") as file:
        manual = file.read()
    for name, value in table().items():
        entry = re.search(rf"^\*{name}\* = _?(.*?)_?$", manual.replace("\\_", "_"), re.M)
        assert entry, f"{name} is not in the manual"
        assert entry.group(1) == (value or "empty"), (name, entry.group(1), value)


@test
def the_units_are_sound_and_shut_in():
    root = os.environ.get("SOURCE_ROOT", "../..")
    if not shutil.which("systemd-analyze"):
        raise Skip("systemd-analyze is not there")
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{root}/systemd/khulasad.service.in", encoding="utf-8") as file:
            unit = file.read().replace("@sbindir@/khulasad", os.path.abspath(PROGRAM))
        with open(f"{folder}/khulasad.service", "w", encoding="utf-8") as file:
            file.write(unit)
        shutil.copy(f"{root}/systemd/khulasad.socket", folder)
        units = [f"{folder}/khulasad.service", f"{folder}/khulasad.socket"]
        verify = subprocess.run(["systemd-analyze", "verify", "--man=no", *units],
                                capture_output=True, text=True, check=False)
        assert verify.returncode == 0 and not verify.stderr.strip(), verify.stderr
        security = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=5", units[0]],
                                  capture_output=True, text=True, check=False)
        assert security.returncode == 0, security.stdout[-300:]


if __name__ == "__main__":
    run()
