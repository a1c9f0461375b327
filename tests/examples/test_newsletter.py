"""examples/newsletter over the corpus, over articles that cannot be read, and without a daemon."""
import html.parser
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(os.environ["SOURCE_ROOT"])
sys.path.insert(0, str(ROOT / "tests" / "daemon"))
from harness import ARTICLE, Daemon, run, test  # noqa: E402

CORPUS = ROOT / "corpus" / "articles"
DIGEST = {"sentences": [{"article": "a.txt", "text": "جملة واحدة.", "also_in": []}],
          "stories": [{"headline": "عنوان", "articles": ["a.txt"], "sentences": [0], "summary": ""}],
          "figures": []}


class Page(html.parser.HTMLParser):
    """The page's elements, links and paragraphs; every element that needs it is closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.links, self.paragraphs = [], [], [], []
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag == "a":
            self.links.append(dict(attributes)["href"])
        if tag == "p":
            self.paragraphs.append("")
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if "p" in self.open:
            self.paragraphs[-1] += data


def newsletter(folder, path, *options):
    return subprocess.run(
        [sys.executable, ROOT / "examples" / "newsletter", folder, "--socket", path, *options],
        capture_output=True, encoding="utf-8", timeout=120, check=False)


def in_folder(files):
    """A folder with the files: name -> text, or an object that becomes JSON."""
    folder = tempfile.TemporaryDirectory()
    for name, text in files.items():
        if isinstance(text, dict):
            text = json.dumps(text)
        pathlib.Path(folder.name, name).write_bytes(
            text if isinstance(text, bytes) else text.encode())
    return folder


def answering(path, answers):
    """A daemon that gives these answers, one a connection, and counts them."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    served = []

    def serve():
        for status, fields, body in answers:
            connection = listener.accept()[0]
            with connection, connection.makefile("rwb") as stream:
                size = 0
                while (line := stream.readline()) not in (b"\r\n", b""):
                    if line.lower().startswith(b"content-length:"):
                        size = int(line.split(b":")[1])
                stream.read(size)
                body = json.dumps(body).encode()
                stream.write(f"HTTP/1.1 {status} X\r\n{fields}Content-Length: {len(body)}\r\n\r\n"
                             .encode() + body)
            served.append(status)
        listener.close()

    threading.Thread(target=serve, daemon=True).start()
    return served


@test
def a_set_becomes_a_right_to_left_page_of_its_own_sentences():
    folder = CORPUS / "cup-final"
    with Daemon() as daemon:
        done = newsletter(folder, daemon.path)
    assert done.returncode == 0 and done.stderr == "", done
    page = Page(done.stdout)
    assert ("html", {"lang": "ar", "dir": "rtl"}) in page.elements
    articles = [json.loads(file.read_text()) for file in folder.glob("*.json")]
    known = [" ".join(article["text"].split()) for article in articles]
    assert page.paragraphs
    for paragraph in page.paragraphs:
        sentence, source = " ".join(paragraph.split()).rsplit(" (", 1)
        assert any(sentence in text for text in known), sentence
        assert any(article["source"] in source for article in articles), source
    assert {article["url"] for article in articles} == set(page.links)


@test
def the_whole_corpus_names_every_article_among_the_sources():
    with Daemon() as daemon, tempfile.TemporaryDirectory() as place:
        target = os.path.join(place, "digest.html")
        done = newsletter(CORPUS, daemon.path, "-o", target, "--sentences", "6")
        text = pathlib.Path(target).read_text()
    assert done.returncode == 0 and done.stdout == "", done
    page = Page(text)
    assert text.count("<li>") >= len([f for f in CORPUS.rglob("*") if f.is_file()])
    assert page.paragraphs


@test
def an_article_that_cannot_be_read_does_not_sink_the_letter():
    files = {"good.txt": ARTICLE, "empty.txt": " ", "latin.txt": "no Arabic here",
             "bytes.txt": b"\xff\xfe", "broken.json": '{"text": ', "none.json": {"title": "x"}}
    with Daemon() as daemon, in_folder(files) as folder:
        done = newsletter(folder, daemon.path)
    assert done.returncode == 1, done
    for name in set(files) - {"good.txt"}:
        assert name in done.stderr, (name, done.stderr)
    assert "good.txt" in done.stdout and Page(done.stdout).paragraphs


@test
def what_stands_in_an_article_is_never_markup():
    article = {"text": "<script>alert(1)</script> " + ARTICLE, "title": "<b>عنوان</b> & {0}",
               "source": "\"><img src=x>", "url": "javascript:alert(1)"}
    with Daemon() as daemon, in_folder({"a.json": article}) as folder:
        done = newsletter(folder, daemon.path)
    assert done.returncode == 0, done
    page = Page(done.stdout)
    assert not {"script", "img", "b"} & {tag for tag, _ in page.elements}
    assert page.links == [] and "&lt;b&gt;عنوان&lt;/b&gt; &amp; {0}" in done.stdout


@test
def busy_is_asked_again_after_the_time_it_names():
    busy = {"error": {"code": "busy", "message": "the queue is full", "retry": True}}
    with tempfile.TemporaryDirectory() as place, in_folder({"a.txt": ARTICLE}) as folder:
        path = os.path.join(place, "s")
        served = answering(path, [(503, "Retry-After: 0\r\n", busy), (503, "Retry-After: 0\r\n", busy),
                                  (200, "", {"articles": [], "set": DIGEST})])
        done = newsletter(folder, path)
    assert served == [503, 503, 200] and done.returncode == 0, (served, done)
    assert "جملة واحدة." in done.stdout


@test
def figures_that_disagree_stand_with_their_sources():
    figures = [{"about": "القتلى", "values": [{"value": "600", "article": "a.txt"},
                                              {"value": "700", "article": "b.txt"}]}]
    with tempfile.TemporaryDirectory() as place, \
            in_folder({"a.txt": ARTICLE, "b.txt": ARTICLE}) as folder:
        path = os.path.join(place, "s")
        answering(path, [(200, "", {"articles": [], "set": {**DIGEST, "figures": figures}})])
        done = newsletter(folder, path)
    assert done.returncode == 0, done
    Page(done.stdout)
    assert "القتلى: <b>600</b> (<bdi>a.txt</bdi>)، <b>700</b> (<bdi>b.txt</bdi>)" in done.stdout


@test
def a_refusal_is_told_in_the_daemons_words():
    with Daemon() as daemon, in_folder({"a.json": {"text": ARTICLE, "published": "tomorrow"}}) as folder:
        done = newsletter(folder, daemon.path)
    assert done.returncode == 3 and "published" in done.stderr, done


@test
def without_a_daemon_or_an_article_it_says_so():
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "none.sock")
        done = newsletter(CORPUS / "cup-final", path)
        assert done.returncode == 3 and path in done.stderr and not done.stdout, done
        done = newsletter(place, path)
        assert done.returncode == 2 and "no .txt or .json" in done.stderr, done


run()
