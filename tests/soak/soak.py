#!/usr/bin/env python3
"""Soaks a daemon of its own in mixed load, and holds it to staying as it is.

usage: soak.py [--minutes N] [--program KHULASAD]

Two clients ask for one article after another, as a chat does, and one for sets of 200 articles. A
tenth of the requests is left before the answer is read, a twentieth is malformed, and the daemon
reloads once a minute, or eight times where that is more. After the warm-up, which is half of the time
or five minutes and has seen reloads, memory that is resident and descriptors that are open may not
grow by more than 5 % (15 % in less than ten minutes): ten times the clients pause and both are taken,
for what a request holds meanwhile is no growth, and the median of the first third is set against that of
the last. Answers are what they must be; of those with a status of 5xx there are only `busy` and
`deadline`.

A line a twentieth of the run says how it stands. Exit status: 0 flat and right, 1 not.
"""
import argparse
import collections
import json
import os
import random
import signal
import socket
import statistics
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "daemon"))
import harness  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
GROWTH = 1.05
GROWTH_SHORT = 1.15  # of less than ten minutes, in which heaps still fill
SET = 200
QUIET = 1.0  # seconds until a daemon without requests has put away what the last one held


def read_articles():
    """The texts of corpus/articles, byte for byte in the order of their paths."""
    articles = []
    for folder, names, files in os.walk(os.path.join(ROOT, "corpus", "articles")):
        names.sort()
        for name in sorted(files):
            if name.endswith(".txt"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    articles.append(file.read())
    assert len(articles) >= 10, "corpus/articles is not there"
    return articles


MALFORMED = [
    b"GET / HTTP/1.1\n\n",
    b"POST /v1/summarize HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked"
    b"\r\n\r\nabc",
    b"POST /v1/summarize HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    harness.request("POST", "/v1/summarize", b'{"text": "x",}'),
    harness.request("POST", "/v1/summarize", b'{"text": "\xff\xfe"}'),
    harness.request("POST", "/v1/summarize", {"txt": "x"}),
    harness.request("POST", "/v1/summarize?sentences=many", "نص".encode(), type_="text/plain"),
    harness.request("POST", "/v1/summarize", b"x", type_="image/png"),
    harness.request("GET", "/nowhere"),
    b"\x16\x03\x01\x02\x00\x01\x00",
    b'{"id": 1, "text": 7}\n',
]


class Load:
    """What all clients share: the daemon's path, the end, the tally, what went wrong."""

    def __init__(self, path, articles):
        self.path, self.articles = path, articles
        self.stop, self.go = threading.Event(), threading.Event()
        self.go.set()
        self.working = 0
        self.lock = threading.Lock()
        self.tally = collections.Counter()
        self.wrong = []

    def count(self, what):
        with self.lock:
            self.tally[what] += 1

    def complain(self, what):
        with self.lock:
            self.wrong.append(what)

    def work(self, more):
        """One client more, or fewer, is at a request."""
        with self.lock:
            self.working += more

    def pause(self):
        """Lets no client begin, and waits for those who have begun."""
        self.go.clear()
        while self.working > 0:
            time.sleep(0.01)

    def check(self, answer, articles):
        """An answer to a well-formed request."""
        if answer is None:
            self.complain("the connection ended without an answer")
        elif answer.status == 200:
            given = answer.json
            right = len(given["articles"]) == articles and all(
                a["summary"] or "note" in a for a in given["articles"])
            if articles > 1:
                right = right and given["set"]["summary"] and given["set"]["stories"]
            if not right:
                self.complain("an answer of 200 without a summary")
            self.count("answered")
        elif answer.status in (503, 504) and answer.code in ("busy", "deadline"):
            self.count(answer.code)
        else:
            self.complain(f"status {answer.status}: {answer.body[:200]!r}")


def one_article(load, chance):
    text = chance.choice(load.articles)
    kind = chance.randrange(3)
    if kind == 0:
        return harness.request("POST", "/v1/summarize", {"text": text, "detail": ["scores"]})
    if kind == 1:
        return harness.request("POST", "/v1/summarize?characters=280", text, type_="text/plain")
    return harness.request("POST", "/v1/summarize",
                           {"articles": [{"id": "a", "text": text}], "query": "المدينة"})


def a_set(load, chance):
    articles = [{"id": str(i), "text": chance.choice(load.articles), "source": f"s{i % 7}"}
                for i in range(SET)]
    return harness.request("POST", "/v1/summarize", {
        "articles": articles, "scope": "both", "set_length": {"words": 200},
        "detail": ["keyphrases", "figures", "duplicates"]})


def malformed(load, chance):
    with harness.Client(load.path, timeout=60) as client:
        client.send(chance.choice(MALFORMED))
        client.half_close()
        data = client.socket.recv(65536)
        if data.startswith(b"HTTP/1.1 "):
            status = int(data[9:12])
            if not 400 <= status < 500:
                load.complain(f"malformed, and answered {status}")
        load.count("malformed")


def left_early(load, chance, data):
    with harness.Client(load.path, timeout=60) as client:
        client.send(data[:chance.randrange(1, len(data) + 1)])
        if chance.random() < 0.5:
            time.sleep(chance.random() * 0.02)
    load.count("left")


def run_client(load, seed, make, articles, pause):
    chance = random.Random(seed)
    client = None
    while not load.stop.is_set():
        load.work(1)
        if not load.go.is_set():
            load.work(-1)
            if client is not None:  # whose descriptor is no growth either
                client.close()
                client = None
            load.go.wait()
            continue
        try:
            draw = chance.random()
            if draw < 0.05:
                malformed(load, chance)
            elif draw < 0.15:
                left_early(load, chance, make(load, chance))
            else:
                if client is None:
                    client = harness.Client(load.path, timeout=120)
                client.send(make(load, chance))
                load.check(client.answer(), articles)
                if chance.random() < 0.1:
                    client.close()
                    client = None
        except (OSError, socket.timeout, AssertionError, ValueError, KeyError) as error:
            load.complain(f"{type(error).__name__}: {error}")
            client = None
        finally:
            load.work(-1)
        load.stop.wait(pause)
    if client is not None:
        client.close()


class Watch:
    """Samples of one number over time, and whether it has grown."""

    def __init__(self, name, unit):
        self.name, self.unit, self.samples = name, unit, []

    def ends(self):
        window = max(1, len(self.samples) // 3)
        return statistics.median(self.samples[:window]), statistics.median(self.samples[-window:])

    def flat(self, growth):
        first, last = self.ends()
        return last <= first * growth

    def __str__(self):
        first, last = self.ends()
        return f"{self.name} {first} -> {last} {self.unit} ({last / first - 1:+.1%})"


def soak(minutes, daemon, load):
    clients = [threading.Thread(target=run_client, args=(load, seed, make, articles, pause))
               for seed, make, articles, pause in ((1, one_article, 1, 0.005),
                                                   (2, one_article, 1, 0.02),
                                                   (3, a_set, SET, 0.05))]
    for client in clients:
        client.start()
    memory, descriptors = Watch("resident memory", "KiB"), Watch("descriptors", "open")
    begin = time.monotonic()
    seconds = minutes * 60
    warm_up, between_reloads = min(300, seconds / 2), min(60, seconds / 8)
    next_reload, next_line = between_reloads, seconds / 20
    reloads = 0
    try:
        while (now := time.monotonic() - begin) < seconds and daemon.process.poll() is None:
            if now >= next_reload:
                daemon.signal(signal.SIGHUP)
                reloads += 1
                next_reload += between_reloads
            if now >= next_line:
                next_line += seconds / 20
                load.pause()
                time.sleep(QUIET)
                if now >= warm_up:
                    memory.samples.append(daemon.proc("VmRSS"))
                    descriptors.samples.append(daemon.descriptors())
                print(f"{now:6.0f} s  {daemon.proc('VmRSS')} KiB  {daemon.descriptors()} open  "
                      + "  ".join(f"{k} {v}" for k, v in sorted(load.tally.items()))
                      + f"  wrong {len(load.wrong)}", flush=True)
                load.go.set()
            time.sleep(0.2)
    finally:
        load.stop.set()
        load.go.set()
        for client in clients:
            client.join()
    status = daemon.status()
    if status["counters"]["reloads"] != reloads:
        load.complain(f"{reloads} reloads were asked for: {status['counters']}")
    return memory, descriptors


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--program", default=harness.PROGRAM)
    arguments = parser.parse_args()
    harness.PROGRAM = arguments.program
    with harness.Daemon() as daemon:
        load = Load(daemon.path, read_articles())
        memory, descriptors = soak(arguments.minutes, daemon, load)
        print(memory)
        print(descriptors)
        counters = daemon.status()["counters"]
        print(json.dumps(counters))
    for what, times in collections.Counter(load.wrong).most_common(10):
        print(f"wrong, {times} times: {what}")
    growth = GROWTH if arguments.minutes >= 10 else GROWTH_SHORT
    flat = memory.flat(growth) and descriptors.flat(growth)
    if not flat:
        print(f"not flat: it grew by more than {growth - 1:.0%}")
    well = not load.wrong and flat and load.tally["answered"] > 0
    print("soaked" if well else "FAILED")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
