"""The command in process, from outside: inputs, formats, options, exit statuses."""
import json
import os
import select
import subprocess
import unittest

from program import KHULASA, OTHER, SENTENCES, TEXT, Case, article, lines


class Inputs(Case):
    def ids(self, *arguments, stdin=b''):
        out = self.good('summarize', '--local', '--format', 'ndjson', *arguments, stdin=stdin)
        return [row['id'] for row in lines(out)]

    def test_a_file_is_called_by_its_name_without_the_ending(self):
        self.write('news/first.article.txt', TEXT)
        self.assertEqual(self.ids('news/first.article.txt'), ['first.article'])

    def test_files_of_one_name_are_called_by_their_paths(self):
        self.write('a/x.txt', TEXT)
        self.write('b/x.txt', OTHER)
        self.write('b/y.txt', OTHER)
        self.assertEqual(self.ids('a/x.txt', 'b'), ['a/x.txt', 'b/x.txt', 'y'])

    def test_a_file_whose_name_is_no_text_is_called_by_its_position(self):
        for name in (b'caf\xe9.txt', b'caf\xe9.json'):
            with open(os.path.join(self.folder.encode(), name), 'w', encoding='utf-8') as f:
                f.write(TEXT if name.endswith(b'txt') else article(text=OTHER))
        self.write('z.txt', TEXT)
        self.assertEqual(self.ids('.'), ['0', '1', 'z'])

    def test_a_folder_is_walked_in_byte_order_of_path(self):
        for name in ('n/b.txt', 'n/a/z.txt', 'n/a.txt', 'n/B.txt', 'n/deep/er/c.txt',
                     'n/.hidden.txt', 'n/.git/x.txt', 'n/readme.md', 'n/picture.png'):
            self.write(name, TEXT)
        self.assertEqual(self.ids('n'), ['B', 'a', 'z', 'b', 'c'])

    def test_json_may_be_an_article_a_list_or_a_stream(self):
        self.write('one.json', article(text=TEXT))
        self.write('list.json', json.dumps([{'id': 'l1', 'text': TEXT}, {'text': OTHER}], indent=1))
        self.write('two.json', article(id='s1', text=TEXT) + article(id='s2', text=OTHER))
        self.write('lines.jsonl', article(id='j1', text=TEXT) + '\n' + article(text=OTHER).strip())
        self.assertEqual(self.ids('one.json'), ['one'])
        self.assertEqual(self.ids('list.json'), ['l1', '1'])
        self.assertEqual(self.ids('two.json'), ['s1', 's2'])
        self.assertEqual(self.ids('lines.jsonl'), ['j1', '1'])

    def test_standard_input_is_told_by_its_first_byte(self):
        self.assertEqual(self.ids(stdin=TEXT), ['0'])
        self.assertEqual(self.ids('-', stdin=article(id='a', text=TEXT)), ['a'])
        self.assertEqual(self.ids('-', stdin=' \n' + article(id='a', text=TEXT) * 1), ['a'])
        self.assertEqual(self.ids('-', stdin=json.dumps([{'id': 'a', 'text': TEXT}])), ['a'])
        self.assertEqual(self.ids('-', stdin='[1] ' + TEXT), ['0'])
        self.assertEqual(self.ids('-', stdin='\ufeff' + article(id='a', text=TEXT)), ['a'])

    def test_objects_may_stand_over_several_lines_or_on_one(self):
        pretty = json.dumps({'id': 'p', 'text': TEXT}, indent=2, ensure_ascii=False)
        close = json.dumps({'id': 'q', 'text': OTHER}, ensure_ascii=False)
        self.assertEqual(self.ids('-', stdin=pretty + close + close.replace('"q"', '"r"')),
                         ['p', 'q', 'r'])

    def test_a_thousand_articles_keep_their_order(self):
        feed = ''.join(article(id=str(i), text=SENTENCES[i % 5] + ' ' + TEXT) for i in range(1000))
        self.assertEqual(self.ids('--workers', '8', '-', stdin=feed),
                         [str(i) for i in range(1000)])

    def test_offsets_of_a_text_file_count_from_its_first_byte(self):
        raw = b'\xef\xbb\xbf' + TEXT.encode()
        self.write('mark.txt', raw)
        for sentence in lines(self.good('summarize', '--local', '--format', 'ndjson',
                                        'mark.txt'))[0]['sentences']:
            self.assertEqual(raw[sentence['start']:sentence['end']].decode(), sentence['text'])

    def test_a_request_keeps_its_options_and_the_command_line_goes_over_them(self):
        self.write('r.json', json.dumps({'articles': [{'id': 'a', 'text': TEXT}],
                                         'length': {'sentences': 1}}))
        self.assertEqual(len(lines(self.good('summarize', '--local', '--format', 'ndjson',
                                             'r.json'))[0]['sentences']), 1)
        self.assertEqual(len(lines(self.good('summarize', '--local', '--format', 'ndjson',
                                             '--sentences', '2', 'r.json'))[0]['sentences']), 2)


class Options(Case):
    def usage(self, *arguments):
        status, out, err = self.run_command(*arguments)
        self.assertEqual((status, out), (2, b''), err)
        return err

    def test_wrong_usage_is_exit_2_and_says_what(self):
        self.write('a.txt', TEXT)
        for arguments, said in (
                ((), 'usage'),
                (('summarise',), 'summarise is not a command'),
                (('summarize', '--lenght', '3'), '--lenght is not an option'),
                (('summarize', '--words'), '--words needs a value'),
                (('summarize', '--words', '3', '--ratio', '0.2'), 'one length is allowed'),
                (('summarize', '-z'), '-z is not an option'),
                (('summarize', '--words', '-3'), 'whole number from 1 to 2147483647'),
                (('summarize', '--words', '3x'), 'whole number from 1 to'),
                (('summarize', '--words', '0'), '--words 0: must be'),
                (('summarize', '--words', '2147483648'), 'whole number from 1 to 2147483647'),
                (('summarize', '--set', '--set-sentences', '9' * 30), '--set-sentences 999'),
                (('summarize', '--ratio', '1.5'), 'above 0 and at most 1'),
                (('summarize', '--ratio', 'nan'), 'above 0 and at most 1'),
                (('summarize', '--set', '--both'), 'one is allowed'),
                (('summarize', '--set-words', '9'), 'goes with --set or --both'),
                (('summarize', '--set', '--words', '9', '--set-words', '9'), 'one length'),
                (('summarize', '--unit', 'utf-8'), 'goes with --characters'),
                (('summarize', '--format', 'xml'), 'known are text, json, ndjson, markdown, html'),
                (('summarize', '--socket', 's', '--local'), '--socket is the daemon'),
                (('summarize', '--model', 'm', '--no-model'), 'one is allowed'),
                (('summarize', '--workers', '0'), 'from 1 to 1024'),
                (('summarize', '--local', '--method', 'lsa', 'a.txt'), 'known are default'),
                (('summarize', '--local', '--detail', 'x', 'a.txt'), 'keyphrases, figures'),
                (('summarize', '--local', '--offsets', 'x', 'a.txt'), 'utf-8, utf-16, code-point'),
                (('summarize', '--local', '--characters', '9', '--unit', 'x', 'a.txt'), 'grapheme'),
                (('analyze', '--format', 'json'), 'known are text, ndjson'),
                (('train', '-o', 'm', '--min-documents', '0'), 'from 1 to 4294967295'),
                (('train', '-o', 'm', '--name', 'A b', 'a.txt'), '1 to 31 of a-z'),
                (('train', 'a.txt'), '-o MODEL is missing'),
                (('status', 'x'), 'takes no arguments')):
            with self.subTest(arguments=arguments):
                self.assertIn(said, self.usage(*arguments))

    def test_help_and_version(self):
        self.assertRegex(self.good('--version').decode(), r'^khulasa \d+\.\d+\.\d+\n$')
        self.assertIn(b'summarize', self.good('--help'))
        for command in ('summarize', 'analyze', 'train', 'status'):
            out = self.good(command, '--help').decode()
            self.assertIn('usage: khulasa ' + command, out)
            self.assertIn('Examples\n', out)

    def summary(self, *arguments):
        out = self.good('summarize', '--local', '--format', 'ndjson', *arguments, '-', stdin=TEXT)
        return lines(out)[0]

    def test_lengths_are_hard_limits(self):
        self.assertEqual(len(self.summary()['sentences']), 3)
        self.assertEqual(len(self.summary('--sentences', '1')['sentences']), 1)
        self.assertLessEqual(self.summary('--words', '25')['words']['summary'], 25)
        self.assertLessEqual(len(self.summary('--characters', '200')['summary']), 200)
        self.assertLessEqual(len(self.summary('--characters', '300', '--unit',
                                              'utf-8')['summary'].encode()), 300)
        short = self.summary('--words', '2')
        self.assertEqual((short['summary'], short['sentences'], short['note']['code']),
                         ('', [], 'shorter_than_any_sentence'))

    def test_what_was_seen_does_not_come_again(self):
        self.write('seen.txt', SENTENCES[0])
        texts = [s['text'] for s in self.summary('--seen', 'seen.txt')['sentences']]
        self.assertNotIn(SENTENCES[0], texts)
        status, _, err = self.run_command('summarize', '--seen', 'none.txt')
        self.assertEqual(status, 1)
        self.assertIn('none.txt', err)

    def test_scores_name_every_sentence(self):
        rows = self.summary('--detail', 'scores,keyphrases', '--sentences', '2')
        self.assertEqual([s['index'] for s in rows['scores']], list(range(5)))
        self.assertEqual(sum(s['taken'] for s in rows['scores']), 2)
        self.assertIn('keyphrases', rows)

    def test_offsets_come_in_other_units(self):
        for unit, text in (('utf-8', TEXT.encode()), ('code-point', TEXT),
                           ('utf-16', TEXT.encode('utf-16-le'))):
            for s in self.summary('--offsets', unit)['sentences']:
                size = 2 if unit == 'utf-16' else 1
                part = text[s['start'] * size:s['end'] * size]
                if unit != 'code-point':
                    part = part.decode('utf-16-le' if size == 2 else 'utf-8')
                self.assertEqual(part, s['text'])


class Sets(Case):
    FEED = article(id='a', title='جسر جديد', text=TEXT) + article(id='b', text=OTHER)

    def test_only_the_set_is_answered(self):
        answer = json.loads(self.good('summarize', '--local', '--set', '--words', '40', '--format',
                                      'json', '-', stdin=self.FEED))
        self.assertEqual(answer['articles'], [])
        self.assertLessEqual(answer['set']['words']['summary'], 40)
        self.assertEqual(sorted(i for s in answer['set']['stories'] for i in s['articles']),
                         ['a', 'b'])
        rows = lines(self.good('summarize', '--local', '--set', '--words', '40', '--format',
                               'ndjson', '-', stdin=self.FEED))
        self.assertEqual(rows, [{'set': answer['set']}])

    def test_both_have_their_own_lengths(self):
        rows = lines(self.good('summarize', '--local', '--both', '--sentences', '1',
                               '--set-sentences', '2', '--format', 'ndjson', '-',
                               stdin=self.FEED))
        self.assertEqual([len(r['sentences']) for r in rows[:2]], [1, 1])
        self.assertEqual(len(rows[2]['set']['sentences']), 2)

    def test_a_bad_article_does_not_sink_the_set(self):
        status, out, err = self.run_command('summarize', '--local', '--set', '--format', 'ndjson',
                                            '-', stdin=self.FEED + article(id='c', text='x'))
        self.assertEqual(status, 1)
        self.assertEqual(list(lines(out)[0]), ['set'])
        self.assertIn('article c has no Arabic sentence', err)

    def test_a_set_of_nothing_is_null(self):
        status, out, _ = self.run_command('summarize', '--local', '--set', '--format', 'json', '-',
                                          stdin=article(id='c', text='x'))
        self.assertEqual(status, 1)
        self.assertIsNone(json.loads(out)['set'])


class Formats(Case):
    FEED = article(id='a', title='عنوان <b>', text=TEXT) + article(id='b', text=OTHER)

    def test_json_is_one_object_however_many_articles(self):
        feed = ''.join(article(id=str(i), text=TEXT) for i in range(200))
        answer = json.loads(self.good('summarize', '--local', '--format', 'json', '-', stdin=feed))
        self.assertEqual([a['id'] for a in answer['articles']], [str(i) for i in range(200)])
        self.assertEqual(list(answer), ['articles', 'model', 'version'])

    def test_text_shows_id_title_and_sentences(self):
        out = self.good('summarize', '--local', '-', stdin=self.FEED).decode()
        self.assertTrue(out.startswith('a · عنوان <b>\n' + SENTENCES[0] + '\n'))
        self.assertIn('\n\nb\n', out)
        self.assertEqual(self.good('summarize', '--local', stdin=TEXT).decode().splitlines()[0],
                         SENTENCES[0])

    def test_no_text_steers_the_terminal(self):
        out = self.good('summarize', '--local', '-',
                        stdin=article(id='a\x1b[2J', text='\x1b[31m' + TEXT))
        self.assertNotIn(b'\x1b', out)

    def test_html_is_right_to_left_and_escaped(self):
        for more in ((), ('--set',)):
            out = self.good('summarize', '--local', '--format', 'html', *more, '-',
                            stdin=self.FEED).decode()
            self.assertIn('<html lang="ar" dir="rtl">', out)
            self.assertIn('عنوان &lt;b&gt;', out)
            self.assertTrue(out.endswith('</html>\n'))

    def test_markdown_is_a_heading_and_a_list(self):
        out = self.good('summarize', '--local', '--format', 'markdown', '-',
                        stdin=self.FEED).decode()
        self.assertTrue(out.startswith('## a · عنوان \\<b\\>\n\n- ' + SENTENCES[0]))

    def test_the_number_of_workers_changes_no_byte(self):
        feed = ''.join(article(id=str(i), text=SENTENCES[i % 5] + ' ' + OTHER) for i in range(120))
        for more in ((), ('--set',), ('--both',)):
            outs = {self.good('summarize', '--local', '--workers', n, '--format', 'json', *more, '-',
                              stdin=feed) for n in ('1', '2', '8')}
            self.assertEqual(len(outs), 1)


class Streaming(Case):
    def test_an_answer_comes_before_the_next_article_is_written(self):
        p = subprocess.Popen([KHULASA, 'summarize', '--local', '--format', 'ndjson', '-'],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            for i in range(3):
                p.stdin.write(article(id=str(i), text=TEXT).encode())
                p.stdin.flush()
                ready, _, _ = select.select([p.stdout], [], [], 30)
                self.assertTrue(ready, 'no answer while the writer waits')
                self.assertEqual(json.loads(p.stdout.readline())['id'], str(i))
            p.stdin.close()
            self.assertEqual(p.wait(timeout=30), 0)
        finally:
            p.kill()
            p.wait()
            p.stdout.close()


class Analyze(Case):
    def test_blocks_sentences_and_words_in_order(self):
        raw = ('الكاتبة : أمل شريف\n' + TEXT).encode()
        *rows, last = lines(self.good('analyze', '--local', '--format', 'ndjson', '-', stdin=raw))
        self.assertEqual(list(last), ['keyphrases'])
        self.assertEqual([r['block'] for r in rows if 'block' in r], [0, 1])
        self.assertEqual([r['type'] for r in rows if 'block' in r], ['byline', 'paragraph'])
        self.assertEqual([r['sentence'] for r in rows if 'sentence' in r], list(range(6)))
        for r in rows:
            if 'word' in r:
                self.assertEqual(raw[r['start']:r['end']].decode(), r['word'])
                self.assertEqual(list(r), ['word', 'folded', 'stem', 'stop', 'start', 'end'])
            elif 'sentence' in r:
                self.assertEqual(list(r), ['sentence', 'start', 'end', 'candidate', 'cut'])
            else:
                self.assertEqual(list(r), ['block', 'type', 'start', 'end'])

    def test_it_always_reads_text(self):
        self.write('a.json', '{"text": "' + TEXT + '"}')
        rows = lines(self.good('analyze', '--local', '--format', 'ndjson', 'a.json'))
        self.assertIn('text', [r.get('word') for r in rows])

    def test_text_is_for_people(self):
        out = self.good('analyze', '--local', '-', stdin=TEXT).decode()
        self.assertIn('paragraph 0-', out)
        self.assertIn(', candidate', out)

    def test_key_phrases_say_what_it_is_about(self):
        phrases = lines(self.good('analyze', '--local', '--format', 'ndjson', '-',
                                  stdin=OTHER))[-1]['keyphrases']
        self.assertIn('الحصبة', ' '.join(phrases))
        summary = lines(self.good('summarize', '--local', '--detail', 'keyphrases', '--format',
                                  'ndjson', '-', stdin=OTHER))[0]
        self.assertEqual(phrases, summary['keyphrases'])
        out = self.good('analyze', '--local', '-', stdin=OTHER).decode()
        self.assertEqual(out.splitlines()[-1], 'keyphrases ' + ', '.join(phrases))

    def test_what_has_no_sentence_to_show_has_no_key_phrases(self):
        rows = lines(self.good('analyze', '--local', '--format', 'ndjson', '-', stdin='المدينة'))
        self.assertEqual(rows[-1], {'keyphrases': []})
        self.assertNotIn(b'keyphrases', self.good('analyze', '--local', '-', stdin='المدينة'))

    def test_a_text_without_stops_is_cut_and_says_so(self):
        raw = ' '.join(TEXT.replace('.', '') for _ in range(8))
        rows = [r for r in lines(self.good('analyze', '--local', '--format', 'ndjson', '-',
                                           stdin=raw)) if 'sentence' in r]
        self.assertGreater(len(rows), 4)
        self.assertTrue(all(r['cut'] for r in rows))
        self.assertIn(b', cut to bound its length\n',
                      self.good('analyze', '--local', '-', stdin=raw))
        whole = lines(self.good('analyze', '--local', '--format', 'ndjson', '-', stdin=TEXT))
        self.assertFalse(any(r.get('cut') for r in whole))

    def test_what_is_no_text_is_named(self):
        self.write('b.bin', bytes(range(256)))
        status, out, err = self.run_command('analyze', '--local', 'b.bin')
        self.assertEqual((status, out), (1, b''))
        self.assertIn('b.bin: is not text', err)


class Train(Case):
    def test_a_trained_model_is_used(self):
        self.write('archive.jsonl', ''.join(
            article(id=str(i), text=SENTENCES[i % 5] + ' ' + TEXT, other=i) for i in range(20)))
        out = self.good('train', '-o', 'm.model', '--name', 'test-1', 'archive.jsonl').decode()
        self.assertIn('20 articles', out)
        answer = json.loads(self.good('summarize', '--model', 'm.model', '--format', 'json', '-',
                                      stdin=TEXT))
        self.assertEqual(answer['model'], 'test-1')

    def test_a_damaged_model_is_refused(self):
        self.write('m.model', b'no model at all' * 100)
        status, out, err = self.run_command('summarize', '--model', 'm.model', '-', stdin=TEXT)
        self.assertEqual((status, out), (1, b''))
        self.assertIn('m.model', err)

    def test_what_cannot_be_counted_is_named_and_the_rest_is(self):
        self.write('mixed.jsonl', article(articles=[{'text': TEXT}, {'text': 5}]) +
                   article(title='x') + article(text=OTHER) + article(text='…') +
                   '{"text": "\\ud800"}\n')
        status, out, err = self.run_command('train', '-o', 'm.model', '--min-documents', '1',
                                            'mixed.jsonl')
        self.assertEqual(status, 1)
        self.assertIn(b'm.model: 2 articles, ', out)
        for said in ('mixed.jsonl:1: has no text', 'mixed.jsonl:2: has no text',
                     'articles without a word, left out: 1', 'mixed.jsonl:5: '):
            self.assertIn(said, err)

    def test_nothing_to_train_on(self):
        status, _, err = self.run_command('train', '-o', 'm.model', '-')
        self.assertEqual(status, 1)
        self.assertIn('nothing to train on', err)
        self.assertFalse(os.path.exists(self.path('m.model')))


if __name__ == '__main__':
    unittest.main()
