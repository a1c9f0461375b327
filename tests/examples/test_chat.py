"""examples/chat driven through a pipe, over the corpus and over what is pasted."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(os.environ["SOURCE_ROOT"])
sys.path.insert(0, str(ROOT / "tests" / "daemon"))
from harness import ARTICLE, Daemon, run, test  # noqa: E402

CORPUS = ROOT / "corpus" / "articles"


def chat(path, *lines, paths=()):
    return subprocess.run(
        [sys.executable, ROOT / "examples" / "chat", "--socket", path, *paths],
        input="".join(line + "\n" for line in lines), capture_output=True, encoding="utf-8",
        timeout=120, check=False)


def answers(done):
    """The sentences of each answer, in order."""
    assert done.returncode == 0 and done.stderr == "", done
    blocks, current = [], []
    for line in done.stdout.splitlines():
        if line.startswith("• "):
            current.append(line[2:].rsplit(" [", 1)[0])
        elif current:
            blocks.append(current)
            current = []
    return blocks + ([current] if current else [])


@test
def a_folder_an_article_and_the_whole_set_in_turn():
    with Daemon() as daemon:
        done = chat(daemon.path, str(CORPUS / "cup-final"), "2", "الكل", "البوابات", "the whole set")
    first, second, whole, by_title, again = answers(done)
    assert len(second) <= 3 and len(whole) <= 5
    assert first == whole == again and second != by_title
    assert done.stdout.startswith("1. ")


@test
def shorter_and_longer_change_what_was_shown():
    with Daemon() as daemon:
        done = chat(daemon.path, "shorter", "أقصر", "اقصر", "longer",
                    paths=[CORPUS / "cup-final" / "cup-final-almasa.json"])
    assert [len(answer) for answer in answers(done)] == [3, 2, 1, 1, 2]


@test
def more_shows_only_what_was_not_shown():
    with Daemon() as daemon:
        done = chat(daemon.path, "المزيد", "more",
                    paths=[CORPUS / "cup-final" / "cup-final-almasa.json"])
    first, second, third = answers(done)
    assert not set(first) & set(second) and not (set(first) | set(second)) & set(third)


@test
def what_about_answers_on_the_query_or_says_that_nothing_does():
    with Daemon() as daemon:
        done = chat(daemon.path, str(CORPUS / "cup-final"), "ماذا عن البوابات؟",
                    "what about الزرافات?")
    whole, gates = answers(done)
    assert gates != whole and any("البوابات" in sentence for sentence in gates)
    assert "لا شيء عن هذا" in done.stdout


@test
def an_article_is_pasted():
    long_line = " ".join([ARTICLE] * 2)
    with Daemon() as daemon:
        done = chat(daemon.path, "لصق", "عنوان المقال", "", ARTICLE, ".", "shorter")
        first, second = answers(done)
        assert len(first) == 3 and len(second) == 2
        assert all(sentence in ARTICLE for sentence in first)
        assert answers(chat(daemon.path, long_line, "."))
        assert answers(chat(daemon.path, long_line))


@test
def what_is_not_understood_is_answered_with_help():
    with Daemon() as daemon:
        done = chat(daemon.path, "زبدة", "help", "الكل", "quit", "never read")
    assert done.returncode == 0 and done.stdout.count("ماذا عن") == 3, done


@test
def an_error_of_the_daemon_is_shown_and_the_chat_goes_on():
    with Daemon() as daemon, tempfile.TemporaryDirectory() as place:
        pathlib.Path(place, "latin.txt").write_text("nothing Arabic")
        pathlib.Path(place, "bytes.txt").write_bytes(b"\xff")
        done = chat(daemon.path, place, str(CORPUS / "cup-final" / "cup-final-almasa.json"))
    assert "latin" in done.stdout and "bytes" in done.stdout, done
    assert len(answers(done)) == 1


@test
def a_connection_closed_for_being_idle_is_opened_again():
    with Daemon(idle_timeout="1s") as daemon:
        with subprocess.Popen(
                [sys.executable, ROOT / "examples" / "chat", "--socket", daemon.path,
                 CORPUS / "cup-final"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                encoding="utf-8") as process:
            time.sleep(2.5)
            out, _ = process.communicate("shorter\n", timeout=60)
    assert process.returncode == 0 and out.count("• ") == 9, out


@test
def without_a_daemon_it_says_so():
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "none.sock")
        done = chat(path, paths=[CORPUS / "cup-final"])
    assert done.returncode == 3 and path in done.stderr, done


run()
