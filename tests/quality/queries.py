#!/usr/bin/env python3
"""Whether two sentences about what was asked hold the answer, and nothing comes where there is none.

usage: queries.py KHULASA ARTICLES QUERIES.jsonl

A line of QUERIES is {"file", "query", "wanted"}: the file below ARTICLES, and words of the sentence that
must be among the two; null: no sentence, and the note that says so. Exit status 1 where one is not so.
"""
import json
import os
import subprocess
import sys


def main():
    khulasa, articles, queries = sys.argv[1:]
    wrong = asked = 0
    with open(queries, encoding='utf-8') as rows:
        for row in map(json.loads, rows):
            run = subprocess.run([khulasa, 'summarize', '--local', '--format', 'ndjson', '--sentences', '2',
                                  '--query', row['query'], os.path.join(articles, row['file'])],
                                 stdout=subprocess.PIPE, check=True)
            answer = json.loads(run.stdout)
            got = ' '.join(s['text'] for s in answer['sentences'])
            if row['wanted'] is None:
                right = not answer['sentences'] and answer['note']['code'] == 'nothing_on_query'
            else:
                right = row['wanted'] in got
            asked += 1
            wrong += not right
            if not right:
                print('%s, %s: %s' % (row['file'], row['query'], got or 'nothing'))
    print('%d of %d queries answered as wanted' % (asked - wrong, asked))
    return 0 if asked and not wrong else 1


if __name__ == '__main__':
    sys.exit(main())
