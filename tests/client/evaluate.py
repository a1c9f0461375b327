"""khulasa evaluate, from outside: the figures against another implementation, formats, errors."""
import json
import os
import subprocess
import sys
import unittest

from program import KHULASA, TEXT, Case

ROOT = os.environ['SOURCE_ROOT']
DATA = os.path.join(ROOT, 'tests', 'data', 'evaluate')
SHARED = os.path.join(ROOT, '..', 'shared')
KINDS = ('rouge_1', 'rouge_2', 'rouge_l', 'position_f1')


def line(**fields):
    return json.dumps(fields, ensure_ascii=False) + '\n'


class Evaluate(Case):
    def rows(self, path, *options):
        out = json.loads(self.good('evaluate', '--format', 'json', *options, path))
        return {(row['kind'], row['name']): row for row in out['rows']}

    def fault(self, content):
        """Standard error of a run over a file that must be refused."""
        path = self.write('data.jsonl', content)
        status, out, err = self.run_command('evaluate', path)
        self.assertEqual((status, out), (1, b''))
        return err

    def test_every_row_is_there(self):
        rows = self.rows(os.path.join(DATA, 'extracts.jsonl'), '--ratio', '0.5')
        names = [name for _, name in rows]
        self.assertEqual(names[:3], ['random', 'first sentences', 'default'])
        self.assertEqual(names[-2:], ['one human, the others', 'oracle'])
        for row in rows.values():
            for kind in KINDS:
                self.assertTrue(0 <= row[kind] <= 100)
        for kind in KINDS:
            self.assertGreaterEqual(rows['oracle', 'oracle'][kind],
                                    rows['baseline', 'random'][kind])
            interval = rows['method', 'default']['above_lead'][kind]
            self.assertTrue(interval['low'] <= interval['difference'] <= interval['high'])

    def test_figures_are_as_computed_by_hand(self):
        # The limit is 5 words, so the first sentence alone. Reference: 3 of its 5 words and one
        # other; bigrams in common: 2 of 4 and of 3; longest common subsequence: 3.
        path = self.write('hand.jsonl', line(text='ا ب ت ث ج. ح خ د ذ ر ز.', summary='أ ب ت، ح'))
        row = self.rows(path, '--words', '5')['baseline', 'first sentences']
        one, two = 2 * 3 / (5 + 4), 2 * 2 / (4 + 3)
        self.assertAlmostEqual(row['rouge_1'], 100 * one, 3)
        self.assertAlmostEqual(row['rouge_2'], 100 * two, 3)
        self.assertAlmostEqual(row['rouge_l'], 100 * one, 3)
        self.assertIsNone(row['position_f1'])

    def test_words_are_folded_as_people_type_them(self):
        text = 'إنّ مسؤولـي الهيئة قالوا ذلك أمس في المؤتمر.'
        typed = 'ان مسوولي الهييه قالوا ذلك امس في الموتمر'
        path = self.write('typed.jsonl', line(text=text, summary=typed))
        self.assertEqual(self.rows(path, '--ratio', '1')['oracle', 'oracle']['rouge_l'], 100)

    def test_summaries_in_their_own_words(self):
        rows = self.rows(os.path.join(DATA, 'summaries.jsonl'), '--words', '20')
        self.assertEqual(rows['method', 'default']['articles'], 2)
        self.assertEqual(rows['human', 'one human, the others']['articles'], 1)
        self.assertIsNone(rows['method', 'default']['position_f1'])
        self.assertGreater(rows['oracle', 'oracle']['rouge_1'], 20)

    def test_it_is_the_same_however_many_work(self):
        path = os.path.join(DATA, 'extracts.jsonl')
        self.assertEqual(self.good('evaluate', '--workers', '1', path),
                         self.good('evaluate', '--workers', '7', path))

    def test_text_has_a_line_a_row(self):
        out = self.good('evaluate', os.path.join(DATA, 'extracts.jsonl')).decode()
        for name in ('random', 'first sentences', 'textrank', 'pacsum', 'oracle'):
            self.assertEqual(sum(row.startswith(name + ' ') for row in out.splitlines()), 1)

    def test_errors_name_file_and_line(self):
        good = line(text=TEXT, summary=TEXT)
        for bad, what in ((line(summary=TEXT), 'has no text'), ('{"text": }\n', ''),
                          (line(text=TEXT), 'needs one of references, summary and summaries'),
                          (line(text=TEXT, summary=TEXT, summaries=[TEXT]), 'needs one of'),
                          (line(text=TEXT, summaries=[]), 'summaries: must be a list'),
                          (line(text=TEXT, summaries=[3]), 'summaries[0]: must be'),
                          (line(text=TEXT, references=[[[0, 9]], [[5, 5]]]), 'references[1]: '),
                          (line(text=TEXT, references=[[[-1, 5]]]), 'references[0]: '),
                          (line(text=TEXT, references=[[[0, 1]]]), 'holds no word of the text'),
                          (line(text='...', summary=TEXT), 'holds no word'),
                          (line(articles=[]), 'set of articles')):
            err = self.fault(good + bad)
            self.assertIn('data.jsonl:2: ', err)
            self.assertIn(what, err)
        self.assertIn('data.jsonl: holds no article', self.fault(''))
        status, _, err = self.run_command('evaluate', 'missing.jsonl')
        self.assertEqual(status, 1)
        self.assertIn('missing.jsonl: No such file', err)

    def test_wrong_usage(self):
        for arguments in ([], ['a', 'b'], ['--ratio', '2', 'a'], ['--words', '0', 'a'],
                          ['--ratio', '0.3', '--words', '3', 'a'], ['--format', 'html', 'a'],
                          ['--socket', 's', 'a']):
            self.assertEqual(self.run_command('evaluate', *arguments)[0], 2, arguments)


class Explain(Case):
    def test_every_sentence_has_a_line(self):
        out = self.good('summarize', '--explain', '--local', '--sentences', '2', '-', stdin=TEXT)
        table = out.decode().split('\n\n')[1].splitlines()
        self.assertEqual(len(table), 6)
        self.assertIn('content', table[0])
        self.assertEqual(sum(' taken ' in row for row in table[1:]), 2)
        self.assertTrue(table[1].rstrip().endswith('…') and 'وصل الوفد' in table[1])

    def test_an_id_cannot_steer_the_terminal(self):
        article = json.dumps({'id': '\x1b[31m', 'text': TEXT})
        out = self.good('summarize', '--explain', '--set', '--local', '-', stdin=article)
        self.assertNotIn(b'\x1b', out)


@unittest.skipUnless(os.path.isdir(SHARED), 'no ../shared beside the repository')
class Shared(unittest.TestCase):
    """The figures of the reference scorer, on the evaluation data."""

    def test_the_reference_scorer_agrees(self):
        data = os.path.join(SHARED, 'data', 'easc-dev.jsonl')
        tool = subprocess.run(
            [sys.executable, os.path.join(SHARED, 'tools', 'score_articles.py'), '--json',
             '--khulasa', KHULASA + ' summarize --local', data],
            stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
        theirs = json.loads(tool[-1])
        ours = json.loads(subprocess.run([KHULASA, 'evaluate', '--format', 'json', data],
                                         stdout=subprocess.PIPE, check=True).stdout)
        rows = {row['name']: [row[kind] for kind in KINDS] for row in ours['rows']}
        for their_name, name in (('lead', 'first sentences'), ('khulasa', 'default'),
                                 ('one human vs the others', 'one human, the others'),
                                 ("oracle (annotators' votes)", 'oracle')):
            for a, b in zip(theirs[their_name], rows[name]):
                self.assertAlmostEqual(a, b, delta=0.01, msg=name)
        # Theirs is one order an article, ours the mean of many.
        for a, b in zip(theirs['random'], rows['random']):
            self.assertAlmostEqual(a, b, delta=3, msg='random')


if __name__ == '__main__':
    unittest.main()
