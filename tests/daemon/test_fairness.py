"""Users are told apart by uid; these tests become other users and need root."""
import grp
import json
import os
import select
import subprocess
import sys
import threading
import time

from harness import (ARTICLE, SANITIZED, UNHURRIED, Client, Daemon, Skip, endless_request,
                     long_request, request, run, test, wait_for)

KHULASA = os.environ.get("KHULASA", "khulasa")
SUMMARIZE = "/v1/summarize"
SMALL = request("POST", SUMMARIZE, {"text": ARTICLE})
BOT, OTHER = 4001, 4002


def as_user(uid, function, groups=()):
    """Runs function() in a child of that uid, its own group and the others; returns its pid and the
    pipe its result comes by."""
    if os.geteuid() != 0:
        raise Skip("not root: cannot become another user")
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.setgroups(groups)
            os.setgid(uid)
            os.setuid(uid)
            os.write(write, json.dumps(function()).encode())
            status = 0
        except BaseException as error:
            print(f"# uid {uid}: {error!r}", file=sys.stderr)
        finally:
            os._exit(status)
    os.close(write)
    return pid, read


def result(child):
    pid, read = child
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    assert os.waitpid(pid, 0)[1] == 0, "the child failed"
    return json.loads(data)


def open_to_all(daemon):
    os.chmod(daemon.path, 0o666)


def p99(path, count=300):
    times = []
    with Client(path) as client:
        for _ in range(count):
            begin = time.monotonic()
            client.send(SMALL)
            assert client.answer().status == 200
            times.append(time.monotonic() - begin)
            time.sleep(0.002)
    return sorted(times)[count * 99 // 100 - 1]


@test
def a_batch_under_one_uid_leaves_a_worker_for_another():
    with Daemon(workers=2, **UNHURRIED) as daemon:
        open_to_all(daemon)
        batch = [Client(daemon.path) for _ in range(2)]
        for client in batch:
            client.send(endless_request(500))
        wait_for(lambda: daemon.status()["queue"]["running"] >= 1, "the batch")
        time.sleep(0.05)
        assert daemon.status()["queue"]["running"] == 1, "one uid holds the last worker"
        result(as_user(BOT, lambda: p99(daemon.path, 5)))
        assert daemon.status()["queue"]["running"] == 1, "the batch was over before the chat"
        for client in batch:
            client.close()


@test
def with_one_worker_a_short_request_is_served_between_two_articles():
    with Daemon(workers=1, **UNHURRIED) as daemon:
        open_to_all(daemon)
        with Client(daemon.path) as batch:
            batch.send(endless_request(500))
            wait_for(lambda: daemon.status()["queue"]["running"] == 1, "the batch")
            result(as_user(BOT, lambda: p99(daemon.path, 5)))
            log = daemon.log()
            assert f"uid={BOT}" in log and "articles=500" not in log


def send_newsletters(path, stop):
    """One after another, until the pipe can be read; returns how many were answered."""
    newsletter = request("POST", SUMMARIZE,
                         {**long_request(500 if SANITIZED else 4000), "scope": "each"})
    count = 0
    with Client(path) as client:
        while not select.select([stop], [], [], 0)[0]:
            client.send(newsletter)
            assert client.answer().status == 200
            count += 1
    return count


@test
def a_chat_beside_a_newsletter_stays_quick():
    """Prints the figures: whether they are good is for a quiet machine and a reader to say."""
    ratios = []
    for _ in range(1 if SANITIZED else 5):
        with Daemon() as daemon:
            open_to_all(daemon)
            alone = result(as_user(BOT, lambda: p99(daemon.path)))
            read, write = os.pipe()
            batch = as_user(OTHER, lambda: send_newsletters(daemon.path, read))
            wait_for(lambda: daemon.status()["queue"]["running"] >= 1, "the batch")
            beside = result(as_user(BOT, lambda: p99(daemon.path)))
            os.write(write, b".")
            assert result(batch) > 0
            os.close(read)
            os.close(write)
        ratios.append(beside / alone)
        print(f"# p99 alone {alone * 1e3:.2f} ms, beside the batch {beside * 1e3:.2f} ms")
    print(f"# median ratio {sorted(ratios)[len(ratios) // 2]:.1f}")


@test
def bodies_of_two_users_stay_within_the_total():
    """Each within its share, and the shares together above the total: the total holds."""
    body = b" " * 900_000

    def send_all(path):
        clients = [Client(path) for _ in range(16)]
        threads = [threading.Thread(target=c.send, args=(request("POST", SUMMARIZE, body),))
                   for c in clients]
        for thread in threads:
            thread.start()
        codes = [client.answer().code for client in clients]
        for thread in threads:
            thread.join()
        return codes

    with Daemon(max_request="1M", max_held="4M", max_held_uid="3M", body_timeout="1h") as daemon:
        open_to_all(daemon)
        children = [as_user(uid, lambda: send_all(daemon.path)) for uid in (BOT, OTHER)]
        most, together = 0, 0
        with daemon.client() as client:
            while not all(select.select([read], [], [], 0)[0] for _, read in children):
                status = client.request("GET", "/v1/status").json
                most = max(most, status["held_bytes"])
                together = max(together, status["connections"])
        for child in children:
            assert result(child) == ["bad_json"] * 16
        assert 0 < most <= 4 << 20, most
        assert together > 17, "the two were there at once"
        assert daemon.status()["held_bytes"] == 0


@test
def one_user_cannot_take_all_connections():
    with Daemon(max_connections=6, max_connections_uid=3) as daemon:
        open_to_all(daemon)
        held = [daemon.client() for _ in range(3)]
        assert all(c.request("GET", "/health").status == 200 for c in held)
        assert daemon.once("GET", "/health").status == 503
        assert result(as_user(BOT, lambda: Client(daemon.path).request("GET", "/health").status)) == 200
        for client in held:
            client.close()


@test
def only_allowed_users_and_groups_connect():
    def try_it(path):
        try:
            answer = Client(path).request("GET", "/health")
            return answer.status if answer else 0
        except (ConnectionResetError, BrokenPipeError):
            return 0

    with Daemon(allow_users=f"root {BOT}") as daemon:
        open_to_all(daemon)
        assert result(as_user(BOT, lambda: try_it(daemon.path))) == 200
        assert result(as_user(OTHER, lambda: try_it(daemon.path))) == 0
        assert daemon.status()["counters"]["not_allowed"] == 1
    with Daemon(allow_users="root", allow_groups=str(OTHER)) as daemon:
        open_to_all(daemon)
        assert result(as_user(OTHER, lambda: try_it(daemon.path))) == 200
        assert result(as_user(BOT, lambda: try_it(daemon.path))) == 0
        # A group beside one's own counts, wherever it stands among them.
        for groups in ([OTHER], [OTHER, 5000], [5000, OTHER]):
            assert result(as_user(BOT, lambda: try_it(daemon.path), groups)) == 200, groups
        assert result(as_user(BOT, lambda: try_it(daemon.path), [5000])) == 0


@test
def whoever_may_not_open_the_socket_is_told_which_group_may():
    def ask(path):
        asked = subprocess.run([KHULASA, "status", "--socket", path], capture_output=True, text=True,
                               check=False)
        return asked.returncode, asked.stderr

    def reachable():
        return os.access(KHULASA, os.X_OK)

    if not result(as_user(OTHER, reachable)):
        raise Skip("another user cannot run the command where it lies")
    with Daemon() as daemon:
        os.chown(daemon.path, 0, grp.getgrnam("daemon").gr_gid)
        status, message = result(as_user(OTHER, lambda: ask(daemon.path)))
        assert status == 3 and "join the group daemon" in message, (status, message)


if __name__ == "__main__":
    run()
