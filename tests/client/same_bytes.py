"""The daemon and the command in process print the same bytes for the same input."""
import json
import os
import sys
import unittest

from program import KHULASAD, OTHER, SENTENCES, TEXT, Case

if not KHULASAD or not os.path.exists(KHULASAD):
    print('skipped: khulasad is not built')
    sys.exit(77)

CORPUS = os.path.join(os.environ.get('SOURCE_ROOT', '.'), 'corpus', 'articles')


def article(**fields):
    return json.dumps(fields, ensure_ascii=False) + '\n'


class SameBytes(Case):
    def setUp(self):
        super().setUp()
        self.write('a.txt', TEXT)
        self.write('b.txt', OTHER + '\n\n' + SENTENCES[2])
        self.write('c.txt', 'no Arabic at all')
        self.write('feed.jsonl', ''.join(
            article(id='f%d' % i, title='عنوان %d' % i, text=SENTENCES[i % 5] + ' ' + OTHER)
            for i in range(70)) + article(text=TEXT) + article(id='bad', text=7))
        self.write('request.json', json.dumps(
            {'articles': [{'id': 'r1', 'text': TEXT}, {'id': 'r2', 'text': OTHER}],
             'scope': 'both', 'length': {'words': 30}, 'offsets': 'utf-16',
             'detail': ['keyphrases', 'figures', 'duplicates', 'scores']}))

    def test_every_format_and_option(self):
        inputs = ['a.txt', 'b.txt', 'c.txt', 'feed.jsonl', 'request.json']
        inputs += [CORPUS] if os.path.isdir(CORPUS) else []
        socket = self.start_daemon()
        for options in (['--format', 'json'], ['--format', 'ndjson'], ['--format', 'text'],
                        ['--format', 'markdown'], ['--format', 'html'],
                        ['--format', 'json', '--set', '--words', '80'],
                        ['--format', 'json', '--both', '--set-ratio', '0.2', '--characters', '280'],
                        ['--format', 'ndjson', '--detail', 'scores,keyphrases'],
                        ['--format', 'json', '--set', '--detail', 'figures,duplicates,scores'],
                        ['--format', 'json', '--query', 'كلفة الجسر', '--seen', 'a.txt'],
                        ['--format', 'json', '--method', 'textrank', '--offsets', 'code-point'],
                        ['--format', 'json', '--method', 'nonsense']):
            with self.subTest(options=options):
                here = self.run_command('summarize', '--local', *options, *inputs)
                there = self.run_command('summarize', '--socket', socket, *options, *inputs)
                self.assertEqual(here, there)
        for form in ('text', 'ndjson'):
            here = self.run_command('analyze', '--local', '--format', form, 'a.txt', 'b.txt')
            there = self.run_command('analyze', '--socket', socket, '--format', form, 'a.txt', 'b.txt')
            self.assertEqual(here, there)


class Fallback(Case):
    def test_more_than_the_daemon_takes_is_an_error_where_it_was_named(self):
        socket = self.start_daemon('--max-articles', '20')
        feed = ''.join(article(id=str(i), text=TEXT) for i in range(30))
        status, out, err = self.run_command('summarize', '--socket', socket, '--set', '-', stdin=feed)
        self.assertEqual((status, out), (1, b''))
        self.assertIn('the limit is 20 (max_articles)', err)
        out = self.good('summarize', '--socket', socket, '--format', 'ndjson', '-', stdin=feed)
        self.assertEqual(len(out.splitlines()), 30)

    def test_no_daemon_is_exit_3(self):
        for command in (('summarize', 'a.txt'), ('analyze', 'a.txt'), ('status',)):
            self.write('a.txt', TEXT)
            status, out, err = self.run_command(command[0], '--socket', 'none.sock', *command[1:])
            self.assertEqual((status, out), (3, b''))
            self.assertIn('none.sock: No such file', err)

    def test_verbose_says_which(self):
        self.write('a.txt', TEXT)
        self.assertIn('in process', self.run_command('summarize', '-v', '--local', 'a.txt')[2])
        socket = self.start_daemon()
        self.assertIn('using the daemon at ' + socket,
                      self.run_command('summarize', '-v', '--socket', socket, 'a.txt')[2])

    def test_status_shows_limits(self):
        socket = self.start_daemon('--max-articles', '21')
        status = json.loads(self.good('status', '--socket', socket, '--format', 'json'))
        self.assertEqual(status['limits']['max_articles'], 21)
        self.assertRegex(self.good('status', '--socket', socket).decode(),
                         r'(?m)^limits\.max_articles +21$')


if __name__ == '__main__':
    unittest.main()
