#!/usr/bin/env python3
"""Digests from outside: what is new, what was asked about, reading order, and their evaluation."""
import json
import unittest

from program import Case

FIRE = [
    'اندلع حريق كبير في سوق الخشب بوسط مدينة طنطا فجر الثلاثاء وأتى على ستين متجرا.',
    'وقالت الحماية المدنية إن ثلاثين سيارة إطفاء شاركت في إخماد الحريق طوال سبع ساعات.',
    'ونقل تسعة تجار إلى المستشفى بعد أن أصيبوا باختناق من دخان الحريق.',
]
CAUSE = 'وأظهر تحقيق النيابة أن تماسا كهربائيا في مخزن للدهانات كان سبب الحريق في سوق الخشب.'
PLEDGE = 'وتعهد المحافظ بتعويض أصحاب المتاجر وبناء سوق جديدة خارج المدينة قبل نهاية العام.'


def article(identifier, *sentences, **more):
    return json.dumps({'id': identifier, 'text': ' '.join(sentences), **more},
                      ensure_ascii=False) + '\n'


FEED = (article('late', PLEDGE, CAUSE, title='سبب حريق سوق الخشب', source='ب') +
        article('first', *FIRE, title='حريق في سوق الخشب بطنطا', source='أ'))


class Digests(Case):
    def digest(self, *options, feed=FEED):
        return json.loads(self.good('summarize', '--local', '--set', '--format', 'json', *options,
                                    '-', stdin=feed))['set']

    def test_what_was_seen_is_not_told_again(self):
        seen = self.write('seen.txt', ' '.join(FIRE))
        told = self.digest('--words', '60', '--seen', seen)
        self.assertTrue(told['sentences'])
        self.assertEqual({s['article'] for s in told['sentences']}, {'late'})

    def test_nothing_new_is_a_note(self):
        seen = self.write('seen.txt', ' '.join([*FIRE, CAUSE, PLEDGE]))
        told = self.digest('--words', '60', '--seen', seen)
        self.assertEqual(told['sentences'], [])
        self.assertEqual(told['note']['code'], 'nothing_new')
        text = self.good('summarize', '--local', '--set', '--seen', seen, '-', stdin=FEED).decode()
        self.assertEqual(text.strip(), 'لا جديد فيها على ما قرأته.')

    def test_a_question_is_answered_by_who_says_it(self):
        told = self.digest('--sentences', '1', '--query', 'ما سبب الحريق؟ تحقيق النيابة')
        self.assertEqual([(s['article'], s['text']) for s in told['sentences']], [('late', CAUSE)])

    def test_nothing_on_a_question_is_a_note(self):
        told = self.digest('--words', '60', '--query', 'أسعار القمح في شيكاغو')
        self.assertEqual(told['sentences'], [])
        self.assertEqual(told['note']['code'], 'nothing_on_query')

    def test_news_is_read_before_what_presupposes_it(self):
        feed = (article('b', 'مقدمة قصيرة جدا.', CAUSE, title='حريق سوق الخشب') +
                article('a', *FIRE, title='حريق سوق الخشب'))
        told = self.digest('--sentences', '4', feed=feed)
        self.assertEqual(len(told['stories']), 1)
        places = [(s['article'], s['index']) for s in told['sentences']]
        self.assertEqual(places[0], ('a', 0))
        self.assertIn(('b', 1), places[1:])

    def test_a_copy_is_collapsed_and_named(self):
        feed = ''.join(article(name, *FIRE, CAUSE, source=name) for name in ('أ', 'ب', 'ج'))
        told = self.digest('--words', '80', '--detail', 'duplicates', feed=feed)
        self.assertEqual([d['articles'] for d in told['duplicates']], [['أ', 'ب', 'ج']])
        self.assertEqual(len({s['article'] for s in told['sentences']}), 1)
        for sentence in told['sentences']:
            self.assertEqual(len(sentence['also_in']), 2)

    def test_an_edited_copy_is_one_and_a_follow_up_is_none(self):
        report = [*FIRE, CAUSE, PLEDGE]
        words = ' '.join(report).split()
        edited = ' '.join('نحو' if i % 14 == 7 else w for i, w in enumerate(words))
        feed = (article('agency', *report) + article('edited', edited) +
                article('dressed', 'حريق طنطا: ما الذي حدث؟\n\n' + ' '.join(report) +
                        '\n\nالمصدر: وكالات') +
                article('follow', 'افتتح المحافظ الأحد سوقا جديدة للخشب خارج طنطا بعد عام من الحريق. '
                        'وتسلم ستون تاجرا مفاتيح متاجرهم في حفل حضره وزير التموين والنواب. '
                        'وبلغت كلفة البناء أربعين مليون جنيه دفعت الدولة نصفها. ' + CAUSE))
        told = self.digest('--words', '80', '--detail', 'duplicates', feed=feed)
        self.assertEqual([d['articles'] for d in told['duplicates']],
                         [['agency', 'edited', 'dressed']])


class Evaluation(Case):
    """Sets as `evaluate` reads them, small enough to count by hand."""

    def sets(self, **what):
        rows = [{'id': 'fire/x', 'articles': [json.loads(line) for line in FEED.splitlines()],
                 **what}]
        return self.write('sets.jsonl', ''.join(json.dumps(r) + '\n' for r in rows))

    def evaluate(self, path, *options):
        return json.loads(self.good('evaluate', '--format', 'json', *options, path))

    def test_a_reference_that_is_said_is_recalled_whole(self):
        answer = self.evaluate(self.sets(references=[FIRE[0]]), '--words', '200')
        self.assertEqual(answer['sets'], 1)
        self.assertEqual(answer['limit'], {'words': 200})
        row = answer['rows'][0]
        self.assertEqual((row['name'], row['rouge_1_recall'], row['rouge_2_recall']),
                         ('default', 100.0, 100.0))

    def test_half_a_reference_is_half_recalled(self):
        other = 'هبط الذهب وصعد النفط في لندن أمس'
        self.assertEqual(len(other.split()), 7)
        said = ' '.join(FIRE[0].split()[:7])
        answer = self.evaluate(self.sets(references=[said, other]), '--words', '200')
        # Of the other, «في» alone stands in the articles.
        self.assertAlmostEqual(answer['rows'][0]['rouge_1_recall'], 100 * (1 + 1 / 7) / 2, places=3)
        self.assertEqual(answer['rows'][0]['rouge_2_recall'], 50.0)

    def test_facts_weigh_what_they_weigh(self):
        facts = [{'id': 1, 'weight': 3, 'carriers': [{'doc': 'first', 'text': FIRE[0]}]},
                 {'id': 2, 'weight': 1, 'carriers': [{'doc': 'x', 'text': 'صعد النفط في أسواق لندن'}]}]
        row = self.evaluate(self.sets(nuggets=facts), '--words', '200')['rows'][0]
        self.assertEqual((row['facts'], row['vital_facts']), (75.0, 100.0))

    def test_stories_are_compared_by_pairs(self):
        path = self.write('sets.jsonl', ''.join(json.dumps(row) + '\n' for row in (
            {'id': 'fire/x', 'references': ['x'],
             'articles': [json.loads(article(name, *FIRE)) for name in 'abc']},
            {'id': 'fire/y', 'references': ['x'], 'articles': [json.loads(article('a', *FIRE))]},
            {'id': 'market', 'references': ['x'], 'articles': [json.loads(article('d', *FIRE))]})))
        stories = self.evaluate(path)['stories']
        # One story of four, where three belong together: 3 pairs of 6 are right, 3 of 3 found.
        self.assertEqual([stories[k] for k in ('articles', 'events', 'stories')], [4, 2, 1])
        self.assertEqual((stories['precision'], stories['recall']), (50.0, 100.0))
        self.assertAlmostEqual(stories['f1'], 200 / 3, places=3)

    def test_text_names_every_method(self):
        out = self.good('evaluate', self.sets(references=[FIRE[0]])).decode()
        self.assertTrue(out.startswith('1 sets, 60 words, model '))
        for name in ('default', 'textrank', 'lexrank', 'centroid', 'lead'):
            self.assertIn('\n' + name + ' ', out)

    def test_a_line_that_is_no_set_is_named(self):
        path = self.sets(references=[FIRE[0]])
        with open(path, 'a', encoding='utf-8') as f:
            f.write('{"id": "y", "articles": []}\n')
        status, _, err = self.run_command('evaluate', path)
        self.assertEqual(status, 1)
        self.assertIn(path + ':2: must be a set', err)


if __name__ == '__main__':
    unittest.main()
