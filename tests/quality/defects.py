#!/usr/bin/env python3
"""Counts what an editor would strike out of summaries, by rules of its own that share nothing with the engine.

usage: defects.py KHULASA FILE... [--sample 300] [--seed 1] [--sentences 3 | --words N | --characters N] [--dangling 0.02]
                  [--show]

FILE is .jsonl with {"text", "title"?, "id"?} a line, an article as .json or .txt, or a folder of these. Each is summarised
in that length, --sample of them picked at random over all files. Counted are, in sentences:

  heading     a line of its own, short and without a stop, that ends before the text goes on
  byline      begins with a writer's, photographer's or translator's mark
  credit      names a source and says nothing
  promo       tells the reader to read, watch, follow or click
  half        begins or ends in the middle of a sentence
  quote       quotation marks or brackets without their other half
  dangling    opens with what stands in a sentence that was not taken: هذا، ذلك، هو، من جانبه with nobody named

Exit status 1 where there is any but dangling ones, or more of these than --dangling of all sentences.
"""
import argparse
import itertools
import json
import os
import random
import re
import subprocess
import sys

MARKS = '[\u0610-\u061a\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069]'
STOPS = '.!?؟…۔'
CLOSERS = '"”’»)]\u200f\u200e \t›'
BYLINE = re.compile(r'^(كتبت?|بقلم|إعداد|اعداد|تصوير|ترجمة|تحرير|مراسلنا)\s*[:/-]')
CREDIT = re.compile(r'^(المصدر|المصادر|نقلا عن|الصورة|صورة)\s*[:/-]|^\(?(رويترز|أ ?ف ?ب|وكالات|وات|د ?ب ?أ)\)?[.]?$')
PROMO = re.compile(r'^(إقرأ|اقرأ|اقرا|طالع|شاهد|شاهدوا|تابعوا?|تابعونا|انقر|اضغط|للمزيد|لمزيد)\b'
                   r'|^(إقرأ|اقرأ) (أيضا|المزيد)|اضغط هنا|انقر هنا')
POINTER = re.compile(r'^[وف]?(هذا|هذه|هذان|هؤلاء|ذلك|تلك|أولئك|هو|هي|هما|هم|كذلك|لذلك|ولذا|بذلك|عندها|حينها|وعليه)\s')
TURN = re.compile(r'^[وف]?(من جانبه|من جانبها|من جهته|من جهتها|بدوره|بدورها)\s*[,،]?\s*(.*)')
TELLS = re.compile(r'^[وف]?(قال|قالت|أضاف|أضافت|أكد|أكدت|تابع|تابعت|أوضح|أوضحت|أشار|أشارت|ذكر|ذكرت|شدد|شددت|اعتبر|اعتبرت)'
                   r'\s+(أن|إن|أنه|إنه|أنها|إنها|في|خلال|قائلا|قائلة|إلى|على)\s|^[وف]?(قال|قالت|أضاف|أضافت|تابع|تابعت|أوضح|أوضحت)\s*[:"“«]')


def plain(text):
    return re.sub(MARKS, '', text)


def unbalanced(text):
    """Whether marks lack their other half. Outlets mix " “ ” ″ in one quotation, so these count together."""
    depth = 0
    for at, char in enumerate(text):
        if char == '(':
            depth += 1
        elif char == ')' and depth:
            depth -= 1
        elif char == ')' and not re.search(r'(^|\s)\w{1,2}$', text[:at]):  # «1)» of an enumeration
            return True
    return (depth > 0 or text.count('«') != text.count('»') or text.count('[') != text.count(']') or
            sum(text.count(mark) for mark in '"“”″') % 2 == 1)


def is_heading(source, start, end):
    line_start = source.rfind('\n', 0, start) + 1
    line_end = source.find('\n', end)
    line_end = len(source) if line_end < 0 else line_end
    line = source[line_start:line_end].strip()
    return (line == source[start:end].strip() and len(line.split()) <= 12 and source[line_end:].strip() != '' and
            line[-1:] not in STOPS + CLOSERS + ':،,؛;')


def is_half(source, start, end):
    before = source[:start].rstrip(' \t"“«(\u200f\u200e')
    after = source[end:].lstrip(CLOSERS)
    cut_before = before and before[-1] not in STOPS + '\n\r:؛;*•-–—»”"' and '\n' not in source[len(before):start]
    sentence = source[start:end].rstrip(CLOSERS)
    cut_after = after and sentence[-1:] not in STOPS + ':؛;' and '\n' not in source[end:end + 2]
    return bool(cut_before or cut_after)


def dangles(text, before_taken):
    text = plain(text)
    if before_taken:
        return False
    turn = TURN.match(text)
    if turn:
        return bool(TELLS.match(turn.group(2)))
    return bool(POINTER.match(text) or TELLS.match(text))


def find_defects(source, sentences):
    taken = [(s['start'], s['end']) for s in sentences]
    # A quotation may run over neighbours that were taken together.
    runs = []
    for start, end in taken:
        if runs and not source[runs[-1][1]:start].strip(CLOSERS + '\n\r'):
            runs[-1][1] = end
        else:
            runs.append([start, end])
    for start, end in runs:
        if unbalanced(source[start:end]):
            yield 'quote', source[start:end]
    for i, (start, end) in enumerate(taken):
        text = source[start:end]
        shown = plain(text).strip()
        before_taken = i > 0 and not source[taken[i - 1][1]:start].strip(CLOSERS + '\n\r')
        if is_heading(source, start, end):
            yield 'heading', text
        if BYLINE.match(shown):
            yield 'byline', text
        if CREDIT.match(shown):
            yield 'credit', text
        if PROMO.match(shown):
            yield 'promo', text
        if is_half(source, start, end):
            yield 'half', text
        # What opens the text leans on its title at most.
        if source[:start].strip() and dangles(text, before_taken):
            yield 'dangling', text


def files_below(path):
    if not os.path.isdir(path):
        return [path]
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names)


def read_articles(paths):
    for path in itertools.chain.from_iterable(map(files_below, paths)):
        with open(path, encoding='utf-8') as file:
            if path.endswith('.jsonl'):
                yield from map(json.loads, file)
            elif path.endswith('.json'):
                yield json.load(file)
            else:
                yield {'id': path, 'text': file.read()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('khulasa')
    parser.add_argument('files', nargs='+')
    parser.add_argument('--sample', type=int, default=300)
    parser.add_argument('--seed', type=int, default=1)
    length = parser.add_mutually_exclusive_group()
    length.add_argument('--sentences', type=int, default=3)
    length.add_argument('--words', type=int)
    length.add_argument('--characters', type=int)
    parser.add_argument('--dangling', type=float, default=0.02)
    parser.add_argument('--show', action='store_true')
    args = parser.parse_args()
    asked = (['--words', str(args.words)] if args.words else ['--characters', str(args.characters)] if args.characters
             else ['--sentences', str(args.sentences)])
    articles = list(read_articles(args.files))
    if len(articles) > args.sample:
        articles = random.Random(args.seed).sample(articles, args.sample)
    requests = ''.join(json.dumps({key: article[key] for key in ('title', 'text') if article.get(key)},
                                  ensure_ascii=False) + '\n' for article in articles)
    run = subprocess.run([args.khulasa, 'summarize', '--local', '--format', 'ndjson', '--offsets', 'code-point',
                          *asked, '-'],
                         input=requests.encode(), stdout=subprocess.PIPE, check=True)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    kinds = dict.fromkeys(('heading', 'byline', 'credit', 'promo', 'half', 'quote', 'dangling'), 0)
    sentences = empty = 0
    for article, answer in zip(articles, answers, strict=True):
        sentences += len(answer['sentences'])
        empty += not answer['sentences']
        for kind, text in find_defects(article['text'], answer['sentences']):
            kinds[kind] += 1
            if args.show:
                print('%-8s %s: %s' % (kind, article.get('id', ''), text.replace('\n', ' ')))
    print('%d articles, %d sentences, %d empty: %s' % (
        len(articles), sentences, empty, ', '.join('%s %d' % item for item in kinds.items())))
    fatal = sum(count for kind, count in kinds.items() if kind != 'dangling')
    return 1 if fatal or kinds['dangling'] > args.dangling * sentences else 0


if __name__ == '__main__':
    sys.exit(main())
