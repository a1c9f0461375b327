"""What a user does wrong, and what goes wrong about the command: each is named, and the rest is done."""
import fcntl
import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
import termios
import threading
import time
import unittest

from program import KHULASA, KHULASAD, OTHER, TEXT, Case, article, lines


class Input(Case):
    def test_the_good_files_are_done_beside_the_bad(self):
        self.write('good.txt', TEXT)
        self.write('binary.txt', bytes(range(256)))
        self.write('latin.txt', b'caf\xe9 ' + TEXT.encode())
        self.write('empty.txt', '')
        self.write('folder/x.md', TEXT)
        status, out, err = self.run_command('summarize', '--local', '--format', 'ndjson', 'none.txt',
                                            'binary.txt', 'latin.txt', 'empty.txt', 'good.txt')
        self.assertEqual(status, 1)
        rows = lines(out)
        self.assertEqual([r['id'] for r in rows], ['empty', 'good'])
        self.assertEqual(rows[0]['error'], {'code': 'empty_text', 'retry': False,
                                            'message': 'article empty has no Arabic sentence'})
        self.assertIn('summary', rows[1])
        self.assertIn('none.txt: No such file', err)
        self.assertIn('binary.txt: is not text: byte 0 is NUL', err)
        self.assertIn('latin.txt: is not UTF-8 at byte 3', err)

    def test_a_damaged_line_costs_itself_alone(self):
        feed = (article(id='a', text=TEXT) + 'no json\n' + '{"id":"b","text":"cut\n' +
                '{"id":"c","text":"x"\n' + article(id='d', text=5) +
                article(id='e', text=TEXT, titel='x') + article(id='a', text=OTHER) +
                article(id='f', text=OTHER))
        self.write('feed.jsonl', feed)
        status, out, err = self.run_command('summarize', '--local', '--format', 'ndjson',
                                            'feed.jsonl')
        self.assertEqual(status, 1)
        self.assertEqual([r['id'] for r in lines(out)], ['a', 'f'])
        for said in ('feed.jsonl:2: is not a JSON object', 'feed.jsonl:3: is not a JSON object',
                     'feed.jsonl:4: is not a JSON object', 'feed.jsonl:5: text must be a string',
                     'feed.jsonl:6: titel is not a field', 'feed.jsonl:7: repeats the id "a"'):
            self.assertIn(said, err)

    def on_a_terminal(self, *arguments):
        """What the command writes to standard error where that is a terminal."""
        ours, its = os.openpty()
        with subprocess.Popen([KHULASA, *arguments], stdout=subprocess.PIPE, stderr=its,
                              stdin=subprocess.DEVNULL, cwd=self.folder) as child:
            os.close(its)
            child.communicate(timeout=60)
            told = b''
            while select.select([ours], [], [], 0)[0]:
                try:
                    told += os.read(ours, 4096)
                except OSError: # the other end is closed
                    break
        os.close(ours)
        self.assertEqual(child.returncode, 0)
        return told.decode()

    def test_a_large_set_says_on_a_terminal_what_is_done(self):
        self.write('many.jsonl', article(text=TEXT) * 600)
        self.write('few.jsonl', article(text=TEXT) * 3)
        told = self.on_a_terminal('summarize', '--local', '--set', 'many.jsonl')
        self.assertIn('600 articles', told)
        self.assertTrue(told.endswith('\r\033[K'), 'the line is taken off again')
        self.assertEqual(self.on_a_terminal('summarize', '--local', '--set', 'few.jsonl'), '')

    def test_an_empty_input_says_so(self):
        status, out, err = self.run_command('summarize', '--local')
        self.assertEqual((status, out), (1, b''))
        self.assertIn('nothing to summarise', err)
        self.assertEqual(self.run_command('summarize', '--local', '--format', 'ndjson')[0], 0)

    def test_what_cannot_be_read_is_named(self):
        os.mkdir(self.path('empty'))
        os.mkfifo(self.path('pipe'))
        os.symlink('pipe', self.path('to-pipe'))
        self.write('a.txt', TEXT)
        for arguments, said in (
                (('summarize', 'none.txt'), 'none.txt: No such file or directory'),
                (('summarize', 'empty'), 'nothing to summarise'),
                (('summarize', ''), 'No such file or directory'),
                (('summarize', 'a.txt', 'a.txt'), 'a.txt: is given twice'),
                (('summarize', '--model', 'empty', 'a.txt'), "model 'empty': not a regular file"),
                (('summarize', '--model', 'none', 'a.txt'), "model 'none': No such file"),
                (('train', '-o', 'none/m.model', 'a.txt'), "beside 'none/m.model': No such file"),
                (('train', '-o', 'empty', 'a.txt'), "cannot write 'empty': Is a directory"),
                (('train', '-o', 'pipe', 'a.txt'), "cannot write 'pipe': not a regular file"),
                (('train', '-o', 'to-pipe', 'a.txt'), "cannot write 'to-pipe': not a regular file"),
                (('evaluate', 'none.jsonl'), 'none.jsonl: No such file'),
                (('evaluate', 'empty'), 'empty: Is a directory'),
                (('evaluate', 'a.txt'), 'a.txt:1: is not a JSON object')):
            with self.subTest(arguments=arguments):
                where = () if arguments[0] in ('train', 'evaluate') else ('--local',)
                if '--model' in arguments:
                    where = ()
                status, _, err = self.run_command(arguments[0], *where, *arguments[1:])
                self.assertEqual(status, 1, err)
                self.assertIn(said, err)
        self.assertTrue(stat.S_ISFIFO(os.stat(self.path('pipe')).st_mode), 'train has replaced it')

    def test_what_one_may_not_read_is_named(self):
        self.write('secret.txt', TEXT)
        self.write('closed/x.txt', TEXT)
        self.write('a.txt', TEXT)
        os.chmod(self.path('secret.txt'), 0)
        os.chmod(self.path('closed'), 0)
        os.chmod(self.folder, 0o755)
        self.addCleanup(os.chmod, self.path('closed'), 0o700)
        nobody = {'user': 65534, 'group': 65534, 'extra_groups': []} if os.geteuid() == 0 else {}
        p = subprocess.run([KHULASA, 'summarize', '--local', 'secret.txt', 'closed', 'a.txt'],
                           cwd=self.folder, capture_output=True, **nobody)
        self.assertEqual(p.returncode, 1)
        self.assertIn(b'secret.txt: Permission denied', p.stderr)
        self.assertIn(b'closed: Permission denied', p.stderr)
        self.assertIn(b'\n', p.stdout)

    def test_an_option_that_is_wrong_is_said_once_and_is_usage(self):
        for name in ('a.txt', 'b.txt'):
            self.write(name, TEXT)
        for command in ('summarize', 'analyze'):
            status, out, err = self.run_command(command, '--local', '--offsets', 'miles', 'a.txt',
                                                'b.txt')
            self.assertEqual((status, out, err.count('\n')), (2, b'', 1), err)
            self.assertIn('offsets is "miles"', err)
            status, out, err = self.run_command(command, '--local', '--offsets', b'\xff', 'a.txt')
            self.assertEqual((status, out), (2, b''))
            self.assertIn('is not UTF-8', err)

    def test_a_variable_that_is_empty_names_no_model(self):
        p = subprocess.run([KHULASA, 'summarize', '--local'], input=TEXT.encode(),
                           capture_output=True, env={**os.environ, 'KHULASA_MODEL': ''})
        self.assertEqual((p.returncode, p.stderr), (0, b''))

    def test_standard_input_that_is_closed_is_named(self):
        for arguments in (('summarize', '--local'), ('analyze', '--local'),
                          ('train', '-o', self.path('m.model'))):
            p = subprocess.run([KHULASA, *arguments], capture_output=True,
                               preexec_fn=lambda: os.close(0))
            self.assertEqual((p.returncode, p.stdout), (1, b''), arguments)
            self.assertIn(b'standard input: Bad file descriptor', p.stderr)


class Output(Case):
    def test_a_reader_that_leaves_ends_the_run_quietly(self):
        feed = ''.join(article(id=str(i), text=TEXT) for i in range(2000))
        p = subprocess.Popen([KHULASA, 'summarize', '--local', '--format', 'ndjson', '-'],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            p.stdout.close()
            try:
                p.stdin.write(feed.encode())
                p.stdin.close()
            except BrokenPipeError:
                pass
            self.assertNotEqual(p.wait(timeout=60), 0)
            self.assertEqual(p.stderr.read(), b'')
        finally:
            p.stderr.close()
            try:
                p.stdin.close()
            except BrokenPipeError:
                pass

    def test_standard_output_that_takes_nothing_is_said_once(self):
        self.write('a.txt', TEXT)
        for arguments in (('--help',), ('--version',), ('summarize', '--help'),
                          ('summarize', '--local', 'a.txt'),
                          ('summarize', '--local', '--set', '--format', 'html', 'a.txt'),
                          ('summarize', '--local', '--format', 'json', 'a.txt'),
                          ('summarize', '--local', '--format', 'ndjson', 'a.txt'),
                          ('analyze', '--local', 'a.txt'), ('train', '-o', 'm.model', 'a.txt')):
            with self.subTest(arguments=arguments), open('/dev/full', 'wb') as full:
                p = subprocess.run([KHULASA, *arguments], stdout=full, stderr=subprocess.PIPE,
                                   cwd=self.folder)
                self.assertEqual((p.returncode, p.stderr),
                                 (1, b'khulasa: standard output: No space left on device\n'))
        p = subprocess.run([KHULASA, 'summarize', '--local', 'a.txt'], stderr=subprocess.PIPE,
                           cwd=self.folder, preexec_fn=lambda: os.close(1))
        self.assertEqual((p.returncode, p.stderr),
                         (1, b'khulasa: standard output: Bad file descriptor\n'))

    def test_an_interrupt_ends_the_run_at_once_and_quietly(self):
        p = subprocess.Popen([KHULASA, 'summarize', '--local', '--format', 'ndjson', '-'],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with p:
            p.stdin.write(''.join(article(id=str(i), text=TEXT) for i in range(20)).encode())
            p.stdin.flush()
            out = p.stdout.readline()
            p.send_signal(signal.SIGINT)
            out += p.stdout.read()
            self.assertEqual(p.wait(timeout=60), -signal.SIGINT)
            self.assertEqual(p.stderr.read(), b'')
        whole = lines(out)
        self.assertEqual([row['id'] for row in whole], [str(i) for i in range(len(whole))])

    def behind_a_reader_that_stopped(self, *arguments):
        """A run that waits in the middle of its output, for nobody reads on."""
        p = subprocess.Popen([KHULASA, *arguments, '--local', '--format', 'ndjson', 'feed.jsonl'],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, cwd=self.folder)
        fcntl.fcntl(p.stdout, fcntl.F_SETPIPE_SZ, 4096)
        end, before = time.monotonic() + 60, -1
        while time.monotonic() < end: # until the pipe is full, and so the run waits
            time.sleep(0.05)
            now = int.from_bytes(fcntl.ioctl(p.stdout, termios.FIONREAD, b'\0' * 4), sys.byteorder)
            if now == before and now > 0:
                return p
            before = now
        self.fail('no output')

    def test_an_interrupt_amid_a_line_lets_it_end(self):
        self.write('feed.jsonl', ''.join(article(id=str(i), text=TEXT) for i in range(200)))
        for command in ('summarize', 'analyze'):
            for number in (signal.SIGINT, signal.SIGTERM):
                with self.subTest(command=command), \
                        self.behind_a_reader_that_stopped(command) as p:
                    p.send_signal(number)
                    time.sleep(0.05)
                    out = p.stdout.read()
                    self.assertEqual((p.wait(timeout=60), p.stderr.read()), (-number, b''))
                    lines(out)
                    self.assertTrue(out.endswith(b'\n'))

    def test_a_second_interrupt_waits_for_no_reader(self):
        self.write('feed.jsonl', ''.join(article(id=str(i), text=TEXT) for i in range(200)))
        with self.behind_a_reader_that_stopped('summarize') as p:
            p.send_signal(signal.SIGINT)
            time.sleep(0.2)
            p.send_signal(signal.SIGINT)
            self.assertEqual(p.wait(timeout=60), -signal.SIGINT)

    def test_an_interrupt_that_is_ignored_stays_so(self):
        p = subprocess.Popen([KHULASA, 'summarize', '--local', '--format', 'ndjson', '-'],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        with p:
            p.stdin.write(article(id='0', text=TEXT).encode())
            p.stdin.flush()
            self.assertEqual(json.loads(p.stdout.readline())['id'], '0')
            p.send_signal(signal.SIGHUP)
            p.stdin.write(article(id='1', text=TEXT).encode())
            p.stdin.close()
            self.assertEqual(json.loads(p.stdout.read())['id'], '1')
            self.assertEqual(p.wait(timeout=60), 0)

    def test_no_name_in_an_error_steers_the_terminal(self):
        status, _, err = self.run_command('summarize', '--local', '\x1b[31m.txt', '-',
                                          stdin='{"text":"x","\\u001b[2J":1}')
        self.assertEqual(status, 1)
        self.assertIn('?[31m.txt: No such file', err)
        self.assertIn('?[2J is not a field', err)
        self.assertNotIn('\x1b', err)


class Socket(Case):
    """The daemon is not there, not one's own, or leaves."""

    def refused(self, *arguments, **more):
        status, out, err = self.run_command(*arguments, **more)
        self.assertEqual(status, 3, err)
        return out, err

    def test_no_daemon_is_exit_3_and_names_the_socket(self):
        self.write('a.txt', TEXT)
        for path, said in (('none', 'none: No such file'), ('a.txt', 'a.txt: Connection refused'),
                           ('x' * 200, 'at most 107 bytes')):
            for command in (('summarize', 'a.txt'), ('analyze', 'a.txt'), ('status',)):
                out, err = self.refused(*command, '--socket', path)
                self.assertEqual(out, b'')
                self.assertIn('no daemon: ', err)
                self.assertIn(said, err)

    def test_a_daemon_that_hangs_up_is_said(self):
        path = self.path('rude.sock')
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen()

            def hang_up():
                for _ in range(2): # the command asks once more
                    one, _ = listener.accept()
                    one.recv(1)
                    one.close()
            thread = threading.Thread(target=hang_up, daemon=True)
            thread.start()
            _, err = self.refused('summarize', '--socket', path, stdin=TEXT)
            thread.join(30)
        self.assertIn('no daemon: ' + path + ': ', err)

    def test_what_is_no_khulasad_is_no_daemon(self):
        path = self.path('other.sock')
        self.write('a.txt', TEXT)
        answers = [b'HTTP/1.1 400 Bad Request\r\n\r\n', b'hello\n', b'\n', b'{}\n', b'[]\n',
                   b'{"articles":[{"id":"0","summ\n', b'{"result":{"articles":[]}}\n',
                   b'[' * 5000 + b'\n']
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen()

            def serve():
                for answer in answers:
                    for _ in range(5):
                        one, _ = listener.accept()
                        one.recv(65536)
                        one.sendall(answer)
                        one.close()
            threading.Thread(target=serve, daemon=True).start()
            for answer in answers:
                for command in (('summarize', 'a.txt'), ('summarize', '--set', 'a.txt'),
                                ('summarize', '--format', 'json', 'a.txt'), ('analyze', 'a.txt'),
                                ('status',)):
                    with self.subTest(answer=answer[:40], command=command):
                        out, err = self.refused(*command, '--socket', path)
                        self.assertEqual(out, b'')
                        self.assertIn('no daemon: ' + path + ': it does not answer as', err)

    def test_an_answer_that_leaves_articles_out_is_no_success(self):
        path = self.path('other.sock')
        for name in ('a.txt', 'b.txt', 'c.txt'):
            self.write(name, TEXT)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen()

            def serve():
                one, _ = listener.accept()
                while not one.recv(65536).endswith(b'\n'):
                    pass
                one.sendall(b'{"articles":[{"id":"a","summary":""},null],"model":"m"}\n')
                one.close()
            threading.Thread(target=serve, daemon=True).start()
            status, out, err = self.run_command('summarize', '--socket', path, '--format', 'ndjson',
                                                'a.txt', 'b.txt', 'c.txt')
        self.assertEqual((status, out), (1, b'{"id":"a","summary":""}\n'))
        for name in ('b.txt', 'c.txt'):
            self.assertIn(name + ": the daemon's answer says nothing of it", err)

    @unittest.skipUnless(KHULASAD, 'the daemon is not built')
    def test_a_daemon_that_is_killed_midway_ends_the_run_after_what_was_answered(self):
        path = self.start_daemon()
        p = subprocess.Popen([KHULASA, 'summarize', '--socket', path, '--format', 'ndjson', '-'],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with p:
            p.stdin.write(article(id='0', text=TEXT).encode())
            p.stdin.flush()
            self.assertEqual(json.loads(p.stdout.readline())['id'], '0')
            self.daemon.kill()
            self.daemon.wait(timeout=30)
            p.stdin.write(article(id='1', text=TEXT).encode())
            p.stdin.close()
            self.assertEqual((p.wait(timeout=60), p.stdout.read()), (3, b''))
            self.assertIn('no daemon: ' + path, p.stderr.read().decode())

    @unittest.skipUnless(KHULASAD and os.geteuid() == 0, 'needs the daemon, and another user')
    def test_who_may_not_ask_is_told_the_group(self):
        path = self.start_daemon()
        os.chmod(self.folder, 0o755)
        p = subprocess.run([KHULASA, 'status', '--socket', path], capture_output=True, user=65534,
                           group=65534, extra_groups=[])
        self.assertEqual(p.returncode, 3)
        self.assertIn(b'Permission denied; to use the daemon, join the group', p.stderr)


if __name__ == '__main__':
    unittest.main()
