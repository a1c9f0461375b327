#!/usr/bin/env python3
"""How many of the corpus's reference sentences khulasa takes at equal length.

usage: corpus.py KHULASA CORPUS [--equal sentences|words] [--least 0.7] [--method NAME] [--show]

For every article of CORPUS/references/articles.jsonl khulasa may take as many sentences, or as many
words, as the reference extract has. A reference sentence is found where most of it is in one that was
taken. Exit status 1 where the share of those found is below --least.
"""
import argparse
import json
import os
import re
import subprocess
import sys


def article(path):
    with open(path, encoding='utf-8') as file:
        return json.load(file) if path.endswith('.json') else {'text': file.read()}


def overlap(a, b):
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('khulasa')
    parser.add_argument('corpus')
    parser.add_argument('--equal', choices=('sentences', 'words'), default='sentences')
    parser.add_argument('--least', type=float, default=0.7)
    parser.add_argument('--method', default='default')
    parser.add_argument('--show', action='store_true')
    args = parser.parse_args()
    found = wanted = 0
    with open(os.path.join(args.corpus, 'references', 'articles.jsonl'), encoding='utf-8') as rows:
        for row in map(json.loads, rows):
            read = article(os.path.join(args.corpus, row['file']))
            request = {key: read[key] for key in ('title', 'text') if key in read}
            length = len(row['extract'] if args.equal == 'sentences'
                         else re.findall(r'\w+', ' '.join(row['extract'])))
            run = subprocess.run(
                [args.khulasa, 'summarize', '--local', '--format', 'ndjson', '--method', args.method,
                 '--offsets', 'code-point', '--' + args.equal, str(length), '-'],
                input=json.dumps(request).encode(), stdout=subprocess.PIPE, check=True)
            taken = [(s['start'], s['end']) for s in json.loads(run.stdout)['sentences']]
            for sentence in row['extract']:
                start = read['text'].index(sentence)
                span = (start, start + len(sentence))
                hit = any(2 * overlap(span, other) > span[1] - span[0] for other in taken)
                found += hit
                wanted += 1
                if args.show:
                    print('%s %s: %s' % ('  ' if hit else '- ', row['id'], sentence[:90]))
    print('%s, as many %s: %d of %d reference sentences found, %.3f' % (
        args.method, args.equal, found, wanted, found / wanted))
    return 0 if found >= args.least * wanted else 1


if __name__ == '__main__':
    sys.exit(main())
