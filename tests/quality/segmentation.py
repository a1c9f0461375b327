#!/usr/bin/env python3
"""Compares what khulasa reads in the corpus with what people marked there.

usage: segmentation.py KHULASA CORPUS [--least 0.97] [--show]

Every article of CORPUS/references/segmentation.jsonl goes through `KHULASA analyze --format ndjson -`.
Two figures, each at least what --least says, or the exit status is 1:

    boundaries   F1 of the ends of units inside an article, as character offsets. A unit's end and a
                 sentence's are the same where nothing but white space lies between them.
    kinds        of the units that must never be in a summary (heading, byline, dateline, credit,
                 promo, caption), and of the sentences and list items of 5 to 70 words, the share that
                 khulasa has as a candidate, or not, as marked

--show lists what differs.
"""
import argparse
import json
import os
import re
import subprocess
import sys

TEXT = {'sentence', 'list-item'}
LEAST, MOST = 5, 70


def article_text(path):
    with open(path, encoding='utf-8') as file:
        return json.load(file)['text'] if path.endswith('.json') else file.read()


def place(text, units):
    """Spans of the units in the text, in order."""
    spans, at = [], 0
    for unit in units:
        start = text.index(unit['text'], at)
        at = start + len(unit['text'])
        spans.append((start, at))
    return spans


def read(khulasa, text):
    """[(start, end, candidate)] of the sentences khulasa finds, in characters."""
    raw = text.encode()
    run = subprocess.run([khulasa, 'analyze', '--format', 'ndjson', '-'], input=raw,
                         stdout=subprocess.PIPE, check=True)
    rows = (json.loads(line) for line in run.stdout.decode().splitlines())
    return [(len(raw[:row['start']].decode()), len(raw[:row['end']].decode()),
             row.get('candidate', False)) for row in rows if 'sentence' in row]


def ends(text, spans):
    """Ends moved over white space, so that equal boundaries are equal numbers; not the last one."""
    out = set()
    for span in spans:
        end = span[1]
        while end < len(text) and text[end].isspace():
            end += 1
        out.add(end)
    return out - {len(text)}


def covered(span, sentences):
    """Is most of the span in candidates?"""
    inside = sum(max(0, min(span[1], end) - max(span[0], start))
                 for start, end, candidate in sentences if candidate)
    return 2 * inside >= span[1] - span[0]


class Score:
    def __init__(self):
        self.both = self.extra = self.missed = self.right = self.judged = 0
        self.differences = []

    def note(self, article, what, text):
        self.differences.append('%s: %s: %s' % (article, what, ' '.join(text.split())[:90]))

    def add(self, row, text, sentences):
        spans = place(text, row['units'])
        marked, found = ends(text, spans), ends(text, sentences)
        self.both += len(marked & found)
        self.extra += len(found - marked)
        self.missed += len(marked - found)
        for what, places in (('cut in two', found - marked), ('not cut', marked - found)):
            for at in sorted(places):
                self.note(row['id'], what, text[max(0, at - 40):at] + ' | ' + text[at:at + 40])
        for unit, span in zip(row['units'], spans):
            words = len(re.findall(r'\w+', unit['text']))
            is_text = unit['type'] in TEXT
            if is_text and not LEAST <= words <= MOST:
                continue
            taken = covered(span, sentences)
            self.judged += 1
            self.right += taken == is_text
            if taken != is_text:
                self.note(row['id'], unit['type'] + (' taken' if taken else ' left out'),
                          unit['text'])

    def boundaries(self):
        return 2 * self.both / max(1, 2 * self.both + self.extra + self.missed)

    def kinds(self):
        return self.right / max(1, self.judged)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('khulasa')
    parser.add_argument('corpus')
    parser.add_argument('--least', type=float, default=0.97)
    parser.add_argument('--show', action='store_true')
    args = parser.parse_args()
    score = Score()
    with open(os.path.join(args.corpus, 'references', 'segmentation.jsonl'),
              encoding='utf-8') as gold:
        for row in map(json.loads, gold):
            text = article_text(os.path.join(args.corpus, row['file']))
            score.add(row, text, read(args.khulasa, text))
    if args.show:
        print('\n'.join(score.differences))
    print('boundaries %.4f (%d right, %d extra, %d missed)   kinds %.4f (%d of %d)' % (
        score.boundaries(), score.both, score.extra, score.missed,
        score.kinds(), score.right, score.judged))
    return 0 if min(score.boundaries(), score.kinds()) >= args.least else 1


if __name__ == '__main__':
    sys.exit(main())
