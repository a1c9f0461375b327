"""The model's file changes under a running daemon: nothing that is served may change with it."""
import contextlib
import json
import os
import signal
import subprocess
import tempfile
import threading

from harness import ARTICLE, SANITIZED, Daemon, request, run, test, wait_for

KHULASA = os.environ.get("KHULASA", "khulasa")

SUMMARIZE = request("POST", "/v1/summarize", {"text": ARTICLE, "length": {"sentences": 2},
                                              "detail": ["keyphrases", "scores"]})
ANALYZE = request("POST", "/v1/analyze", {"text": ARTICLE})
REQUESTS = (SUMMARIZE, ANALYZE)

# Under the one model every word of these is common, under the other what the article has is rare.
TOWN = ("شهدت المدينة صباح اليوم افتتاح سوق جديد في وسط الحي القديم. وقال رئيس البلدية إن السوق يضم "
        "مئات المحلات وإن السكان رحبوا بالمشروع.")
HARBOUR = ("غادرت السفينة الميناء مساء أمس وعلى متنها شحنة كبيرة من القمح. وأعلنت الشركة أن الرحلة "
           "تستغرق أسبوعين بسبب سوء الأحوال الجوية.")


def train(folder, name, texts):
    """Trains a model of that name; returns its path."""
    path = os.path.join(folder, name + ".model")
    feed = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts * 5)
    subprocess.run([KHULASA, "train", "-o", path, "--name", name, "-"], input=feed.encode(),
                   stdout=subprocess.DEVNULL, check=True)
    return path


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def put(path, content):
    """Writes into the file as it lies there; no rename."""
    with open(path, "r+b") as file:
        file.write(content)
        file.truncate()


@contextlib.contextmanager
def models():
    """A folder with the file that is served, and the bytes of two models."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        first = contents(train(folder, "town", [TOWN, ARTICLE]))
        second = contents(train(folder, "harbour", [HARBOUR]))
        served = os.path.join(folder, "served.model")
        with open(served, "wb") as file:
            file.write(first)
        yield served, first, second


def answers(client):
    """The bodies of one round of requests, each of which must succeed."""
    bodies = []
    for bytes_ in REQUESTS:
        client.send(bytes_)
        answer = client.answer()
        assert answer.status == 200, answer.body
        bodies.append(answer.body)
    return bodies


class Load:
    """Asks without a pause from several connections, and keeps every different answer."""

    def __init__(self, daemon, threads=3):
        self.daemon, self.seen, self.rounds, self.faults = daemon, set(), 0, []
        self.stop, self.lock = threading.Event(), threading.Lock()
        self.threads = [threading.Thread(target=self._ask) for _ in range(threads)]

    def _ask(self):
        try:
            with self.daemon.client() as client:
                while not self.stop.is_set():
                    bodies = answers(client)
                    with self.lock:
                        self.seen.update(bodies)
                        self.rounds += 1
        except (AssertionError, OSError) as fault:
            self.faults.append(fault)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()
        assert not self.faults, self.faults

    def more(self):
        """Waits for rounds that began after now."""
        enough = self.rounds + 2 * len(self.threads) + (0 if SANITIZED else 20)
        wait_for(lambda: self.faults or self.rounds >= enough, what="answers")


def reload(daemon):
    """Sends SIGHUP, waits until it has taken effect or failed, and returns the status."""
    def count():
        counters = daemon.status()["counters"]
        return counters["reloads"] + counters["reload_failures"]
    before = count()
    daemon.signal(signal.SIGHUP)
    wait_for(lambda: count() > before, what="the reload")
    return daemon.status()


@test
def a_file_that_changes_under_requests_changes_no_answer():
    with models() as (path, first, second), Daemon(model=path) as daemon:
        with daemon.client() as client:
            right = answers(client)
        assert json.loads(right[0])["model"] == "town"
        with Load(daemon) as load:
            load.more()
            with open(path + ".new", "wb") as file:
                file.write(second)
            os.rename(path + ".new", path)
            load.more()
            put(path, first[:1000])
            load.more()
            put(path, b"")
            load.more()
            put(path, bytes(range(256)) * (len(first) // 256 + 1))
            load.more()
            os.remove(path)
            load.more()
        assert load.seen == set(right), f"{len(load.seen)} different answers"
        assert daemon.status()["model"] == "town"


@test
def a_good_file_is_taken_at_a_reload_and_no_request_fails():
    with models() as (path, first, second), Daemon(model=path) as daemon:
        status = daemon.status()
        assert status["model_file"] == {"name": "town", "path": path}
        with daemon.client() as client, Load(daemon) as load:
            old = answers(client)
            put(path, second)
            status = reload(daemon)
            assert status["reload"] == {"ok": True, "message": ""}
            assert status["model_file"] == {"name": "harbour", "path": path}
            new = answers(client)
            assert json.loads(new[0])["model"] == "harbour"
            load.more()
        assert not set(new) & set(old), "the models give different answers"
        assert load.seen == {*old, *new}, f"{len(load.seen)} different answers"
        put(path, first)
        assert reload(daemon)["model"] == "town"
        with daemon.client() as client:
            assert answers(client) == old


@test
def a_damaged_file_is_refused_at_a_reload_and_said():
    with models() as (path, first, second), Daemon(model=path) as daemon:
        with daemon.client() as client:
            right = answers(client)
            flipped = bytearray(second)
            flipped[len(second) // 2] ^= 1
            for content, said in ((second[:-8], "truncated"), (second[:1000], "truncated"),
                                  (b"", "not a khulasa model"), (b"rubbish " * 5000,
                                  "not a khulasa model"), (bytes(flipped), "checksum")):
                put(path, content)
                status = reload(daemon)
                assert status["model"] == "town" and not status["reload"]["ok"], status["reload"]
                assert path in status["reload"]["message"], status["reload"]
                assert said in status["reload"]["message"], status["reload"]
                assert answers(client) == right
            assert daemon.log().count("nothing has changed") == 5
            os.remove(path)
            assert path in reload(daemon)["reload"]["message"]
            assert answers(client) == right
        put_back = path + ".new"
        with open(put_back, "wb") as file:
            file.write(first)
        os.rename(put_back, path)
        assert reload(daemon)["reload"] == {"ok": True, "message": ""}


if __name__ == "__main__":
    run()
