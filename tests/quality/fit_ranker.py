#!/usr/bin/env python3
"""Learns the weights of the default ranker (model/rank/mix.c), and says how far to trust them.

usage: fit_ranker.py [--draws 240] [--folds 7] [--repeats 3] [--kinds share,sentences,words] [--model FILE]
           RANKER CORPUS SHARED

RANKER is the program of ranker.c, which computes the features and makes the choices with the engine's own
code: nothing of it is written again here. CORPUS is corpus/, SHARED the folder that holds data/ and tools/.

Three sets of weights are learned, for lengths that are a share of the text, a number of sentences, and a number
of words or characters, each on several sources at once, with the worth of a source stated in SOURCES:

    easc      five people's extracts: ROUGE-1 above the first sentences', mean of eleven limits from 20 % to
              50 %, or of five from 40 to 100 words. One limit alone moves an article by five points by which
              whole sentences happen to fit
    corpus    share of the reference sentences found
    nuggets   share of the weighted facts carried, of those that the article carries
    outlets   ROUGE-1 recall, on light stems, of another outlet's abstract of the event
    headlines recall, on light stems, of the article's own headline, which the ranker does not see

Settings are drawn at random from RANGES; the weights are the mean of the best fifth, not the best, which is
luck. Cross-validation repeats that on the folds that train and scores it on the one left out; articles of one
event are in one fold. The spread is that of the folds, the interval a bootstrap over articles.
"""
import argparse
import itertools
import json
import lzma
import os
import random
import subprocess
import sys
import tempfile
import threading
from collections import Counter

SHARES = (.20, .23, .26, .29, .31, .33, .35, .38, .42, .46, .50)
WORDS = (40, 50, 60, 80, 100)
SOURCES = {'share': {'easc': 1.0, 'outlets': .5, 'nuggets': .05, 'corpus': .05},
           'sentences': {'corpus': .5, 'nuggets': .5, 'outlets': 2.0},
           'words': {'outlets': 1.0, 'headlines': .5, 'easc': .3, 'nuggets': .1, 'corpus': .05}}
RANGES = {'share': {'position': (.5, 3), 'opening': (.2, 1.2), 'paragraph': (0, .4), 'directed': (0, .7),
                    'content': (0, .6), 'run_on': (-1, 0), 'points_back': (-.6, 0), 'title': (0, 1)},
          'sentences': {'opening': (.3, 1.1), 'centrality': (0, .8), 'content': (.6, 2.4), 'points_back': (-.8, 0),
                        'title': (0, 1.2)},
          'words': {'position': (0, 2.2), 'opening': (.2, 1.2), 'paragraph': (0, .3), 'directed': (0, .6),
                    'centrality': (0, .7), 'content': (0, 1.2), 'run_on': (-1, 0), 'points_back': (-.6, 0),
                    'title': (0, 1)}}
# What another kind of limit has and this one has not: the report adds it to the weights in force, this much.
TRIED = {'share': {'centrality': .15}, 'sentences': {'position': .15, 'paragraph': .1, 'directed': .15, 'run_on': -.3},
         'words': {'paragraph': .1, 'directed': .15}}
HEADLINES = 150  # articles of each collection
KEPT = ('query', 'form')  # no source asks questions; form is for what reads badly, which no source counts


class Ranker:
    def __init__(self, program, model, rows):
        self.file = tempfile.NamedTemporaryFile('w', suffix='.jsonl', encoding='utf-8')
        for row in rows:
            self.file.write(json.dumps({k: row[k] for k in ('text', 'title') if row.get(k)}) + '\n')
        self.file.flush()
        command = [program] + (['--model', model] if model else []) + [self.file.name]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.weights = json.loads(self.process.stdout.readline())
        self.articles = [json.loads(line) for line in iter(self.process.stdout.readline, b'\n')]

    def choose(self, questions):
        """[(article, limit, weights)] -> the passages taken, for each. A limit is "w 60", of words, "s 3" or "c 280"."""
        text = ''.join('%d %s %s\n' % (a, limit, ' '.join('%.6g' % w for w in weights))
                       for a, limit, weights in questions).encode()

        def write():
            self.process.stdin.write(text)
            self.process.stdin.flush()
        writer = threading.Thread(target=write)
        writer.start()
        out = [[i for i, c in enumerate(self.process.stdout.readline().decode()) if c == '1'] for _ in questions]
        writer.join()
        return out


def in_words(numbers):
    return ['w %d' % n for n in numbers]


class Article:
    """limits: kind -> the limits asked. score(taken, limit number, kind) is in points, higher is better."""

    def __init__(self, row, passages, number):
        self.row, self.number, self.known = row, number, {}
        raw = row['text'].encode()
        self.spans = [(len(raw[:p['start']].decode()), len(raw[:p['end']].decode())) for p in passages]
        self.texts = [row['text'][a:b] for a, b in self.spans]
        self.group = row['group']

    def score(self, kind, k, taken):
        key = kind, k, tuple(taken)
        if key not in self.known:
            self.known[key] = self.measure(kind, k, taken)
        return self.known[key]


class Easc(Article):
    def __init__(self, row, passages, number, tools):
        super().__init__(row, passages, number)
        art = tools.articles.Article(row)
        count = lambda words: Counter(art.tok[i] for i in words)  # noqa: E731
        self.refs = [count(r) for r in art.refs]
        self.passages = [count(art.inside([s])) for s in self.spans]
        words = {'share': [int(q * len(art.tok)) for q in SHARES], 'words': WORDS}
        self.limits = {kind: in_words(n) for kind, n in words.items()}
        self.lead = {kind: [self.rouge(count(tools.articles.fill(range(len(art.sent)), art, n))) for n in numbers]
                     for kind, numbers in words.items()}

    def rouge(self, got):
        size = sum(got.values())
        return 100 * sum(2 * sum((got & r).values()) / max(1, size + sum(r.values())) for r in self.refs) / len(
            self.refs)

    def measure(self, kind, k, taken):
        return self.rouge(sum((self.passages[i] for i in taken), Counter())) - self.lead[kind][k]


class Corpus(Article):
    def __init__(self, row, passages, number, tools):
        super().__init__(row, passages, number)
        self.wanted = []
        for sentence in row['extract']:
            start = row['text'].index(sentence)
            self.wanted.append([i for i, (a, b) in enumerate(self.spans)
                                if 2 * (min(b, start + len(sentence)) - max(a, start)) > len(sentence)])
        self.limits = {'sentences': ['s %d' % len(self.wanted)]}
        self.limits['share'] = self.limits['words'] = in_words([sum(len(tools.words(s)) for s in row['extract'])])

    def measure(self, kind, k, taken):
        return 100 * sum(any(i in taken for i in w) for w in self.wanted) / len(self.wanted)


class Nuggets(Article):
    limits = {'sentences': ['s 3'], 'share': in_words([60, 100]), 'words': in_words([40, 60, 100])}

    def __init__(self, row, passages, number, tools):
        super().__init__(row, passages, number)
        have = [set(tools.words(t)) for t in self.texts]
        self.facts = {}
        for weight, name, text in row['carriers']:
            need = tools.words(text)
            held = {i for i, h in enumerate(have) if sum(w in h for w in need) >= .8 * len(need)}
            self.facts[name] = (weight, self.facts.get(name, (0, set()))[1] | held)

    def measure(self, kind, k, taken):
        return 100 * sum(w for w, held in self.facts.values() if held.intersection(taken)) / sum(
            w for w, _ in self.facts.values())


class Outlets(Article):
    limits = {'sentences': ['s 3'], 'share': in_words([60, 100]), 'words': in_words([30, 40, 60]) + ['c 280']}

    def __init__(self, row, passages, number, tools):
        super().__init__(row, passages, number)
        stems = lambda text: Counter(tools.light(w) for w in tools.words(text))  # noqa: E731
        self.refs = [stems(r) for r in row['references']]
        self.passages = [stems(t) for t in self.texts]

    def measure(self, kind, k, taken):
        got = sum((self.passages[i] for i in taken), Counter())
        return 100 * sum(sum((got & r).values()) / max(1, sum(r.values())) for r in self.refs) / len(self.refs)


class Headlines(Outlets):
    limits = {'words': Outlets.limits['words']}


def read_headlines(folder):
    """Articles of each collection with a headline of five words or more, which goes where a reference stands."""
    for name in sorted(os.listdir(folder)):
        with lzma.open(os.path.join(folder, name), 'rt', encoding='utf-8') as lines:
            rows = [row for row in map(json.loads, lines)
                    if len((row.get('title') or '').split()) >= 5 and 120 <= len(row['text'].split()) <= 900]
        for row in random.Random(3).sample(rows, min(HEADLINES, len(rows))):
            yield {'text': row['text'].replace('\0', ''), 'group': '%s %s' % (name, row['id']), 'references': [row['title']]}


def read_rows(corpus, data):
    """(class, row) of all articles."""
    lines = lambda path: [json.loads(line) for line in open(path, encoding='utf-8')]  # noqa: E731
    for row in lines(os.path.join(corpus, 'references', 'articles.jsonl')):
        with open(os.path.join(corpus, row['file']), encoding='utf-8') as file:
            read = json.load(file) if row['file'].endswith('.json') else {'text': file.read()}
        folder = os.path.basename(os.path.dirname(row['file']))
        yield Corpus, dict(row, text=read['text'], title=read.get('title'),
                           group=row['id'] if folder == 'singles' else folder)
    for row in lines(os.path.join(data, 'easc-dev.jsonl')):
        yield Easc, dict(row, group='easc ' + row['id'])
    for row in lines(os.path.join(data, 'nugget-sets-dev.jsonl')):
        for a in row['articles']:
            carriers = [(n['weight'], n['id'], c['text']) for n in row['nuggets'] for c in n['carriers']
                        if c['doc'] == a['id']]
            if carriers:
                yield Nuggets, dict(a, group=row['id'], carriers=carriers)
    for row in lines(os.path.join(data, 'outlet-sets-dev.jsonl')):
        for a in row['articles']:
            yield Outlets, dict(a, group=row['id'].split('/')[0], references=row['references'])
    for row in read_headlines(os.path.join(data, 'news')):
        yield Headlines, row


class Lab:
    def __init__(self, ranker, articles, kind):
        self.ranker, self.kind = ranker, kind
        self.articles = [a for a in articles if kind in a.limits and type(a).__name__.lower() in SOURCES[kind]]
        self.names = ranker.weights['names']
        self.known = {}

    def rows(self, weights):
        """Scores of an article at each limit, for each article."""
        if weights not in self.known:
            taken = iter(self.ranker.choose([(a.number, limit, weights)
                                             for a in self.articles for limit in a.limits[self.kind]]))
            self.known[weights] = [[a.score(self.kind, k, next(taken)) for k in range(len(a.limits[self.kind]))]
                                   for a in self.articles]
        return self.known[weights]

    def means(self, weights, which=None):
        """Mean of each source, over the articles numbered in which."""
        sums = {}
        for i in range(len(self.articles)) if which is None else which:
            sums.setdefault(type(self.articles[i]).__name__.lower(), []).append(mean(self.rows(weights)[i]))
        return {source: mean(x) for source, x in sums.items()}

    def worth(self, weights, which=None):
        return sum(SOURCES[self.kind][s] * x for s, x in self.means(weights, which).items())

    def draw(self, rng):
        in_force = dict(zip(self.names, self.ranker.weights[self.kind]))
        ranges = RANGES[self.kind]
        out = []
        for name in self.names:
            low, high = ranges.get(name, (0, 0))
            value = round(rng.uniform(low, high), 2)
            # Now and then a part is left out, unless the range says that it must be there.
            out.append(in_force[name] if name in KEPT else 0.0 if low <= 0 <= high and rng.random() < .35 else value)
        return tuple(out)

    def learn(self, settings, which=None):
        best = sorted(settings, key=lambda w: -self.worth(w, which))[:max(1, len(settings) // 5)]
        return tuple(round(mean(column), 2) for column in zip(*best))


def mean(x):
    x = list(x)
    return sum(x) / len(x)


def interval(x, draws=2000):
    rng = random.Random(7)
    means = sorted(mean(rng.choices(x, k=len(x))) for _ in range(draws))
    return means[int(.025 * draws)], means[int(.975 * draws)]


def columns(kind):
    """(source, name, which of the article's limits)"""
    if kind == 'sentences':
        return [('corpus', 'corpus', [0]), ('nuggets', 'nuggets, 3 sentences', [0]),
                ('outlets', 'outlets, 3 sentences', [0])]
    if kind == 'words':
        return [('corpus', 'corpus', [0])] + [
            (source, '%s, %s' % (source, name), which)
            for source, names in (('outlets', ('30 words', '40 words', '60 words', '280 characters')),
                                  ('headlines', ('30 words', '40 words', '60 words', '280 characters')),
                                  ('nuggets', ('40 words', '60 words', '100 words')),
                                  ('easc', ['%d words' % n for n in WORDS]))
            for name, which in [('all', range(len(names)))] + [(name, [k]) for k, name in enumerate(names)]]
    near = [k for k, q in enumerate(SHARES) if .3 < q < .4]
    return [('easc', 'easc 20-50 %', range(len(SHARES))), ('easc', 'easc 20 %', [0]),
            ('easc', 'easc 33 %', [SHARES.index(.33)]), ('easc', 'easc 31-38 %', near),
            ('easc', 'easc 50 %', [len(SHARES) - 1]), ('corpus', 'corpus', [0]),
            ('nuggets', 'nuggets, 60 words', [0]), ('nuggets', 'nuggets, 100 words', [1]),
            ('outlets', 'outlets, 60 words', [0]), ('outlets', 'outlets, 100 words', [1])]


def of_column(lab, rows, source, which):
    return [mean(row[k] for k in which) for a, row in zip(lab.articles, rows)
            if type(a).__name__.lower() == source]


def report_line(lab, title, rows):
    print('%-14s %s' % (title, '  '.join('%8.2f' % mean(of_column(lab, rows, s, w)) for s, _, w in columns(lab.kind))))


def cross_validate(lab, settings, folds, repeats):
    groups = sorted({a.group for a in lab.articles})
    held = [[0.0] * len(a.limits[lab.kind]) for a in lab.articles]
    by_fold, picked = [], []
    for repeat in range(repeats):
        order = groups[:]
        random.Random(repeat).shuffle(order)
        fold_of = {g: i % folds for i, g in enumerate(order)}
        for fold in range(folds):
            test = [i for i, a in enumerate(lab.articles) if fold_of[a.group] == fold]
            train = [i for i, a in enumerate(lab.articles) if fold_of[a.group] != fold]
            weights = lab.learn(settings, train)
            picked.append(weights)
            rows = lab.rows(weights)
            for i in test:
                held[i] = [x + y / repeats for x, y in zip(held[i], rows[i])]
            by_fold.append({s: x for s, x in lab.means(weights, test).items()})
    print('cross-validated, %d x %d folds' % (repeats, folds))
    for source, name, which in columns(lab.kind):
        x = of_column(lab, held, source, which)
        print('  %-22s %6.2f  [%6.2f %6.2f]' % (name, mean(x), *interval(x)))
    for source in SOURCES[lab.kind]:
        x = [f[source] for f in by_fold if source in f]
        print('  spread of the folds, %s: %.2f' % (source, (mean(v * v for v in x) - mean(x) ** 2) ** .5))
    print('  weights of the folds: ' + ', '.join('%s %g..%g' % (n, min(c), max(c))
                                                 for n, c in zip(lab.names, zip(*picked)) if any(c)))


def study(lab, draws, folds, repeats):
    rng = random.Random(11)
    settings = [lab.draw(rng) for _ in range(draws)]
    in_force = tuple(lab.ranker.weights[lab.kind])
    print('\n== %s; columns: %s' % (lab.kind, '; '.join(name for _, name, _ in columns(lab.kind))))
    learned = lab.learn(settings)
    report_line(lab, 'learned', lab.rows(learned))
    print('   ' + ', '.join('%s %g' % x for x in zip(lab.names, learned)))
    report_line(lab, 'in force', lab.rows(in_force))
    for kind in SOURCES:
        if kind != lab.kind:
            report_line(lab, 'of ' + kind, lab.rows(tuple(lab.ranker.weights[kind])))
    print('in force, without')
    for k, name in enumerate(lab.names):
        if in_force[k] and name != 'query':
            report_line(lab, '  ' + name, lab.rows(in_force[:k] + (0.0,) + in_force[k + 1:]))
    print('in force, with')
    for name, weight in TRIED[lab.kind].items():
        k = lab.names.index(name)
        report_line(lab, '  %s %g' % (name, weight), lab.rows(in_force[:k] + (weight,) + in_force[k + 1:]))
    cross_validate(lab, settings, folds, repeats)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--draws', type=int, default=240)
    parser.add_argument('--folds', type=int, default=7)
    parser.add_argument('--repeats', type=int, default=3)
    parser.add_argument('--kinds', default=','.join(SOURCES))
    parser.add_argument('--model', default='')
    parser.add_argument('ranker')
    parser.add_argument('corpus')
    parser.add_argument('shared')
    args = parser.parse_args()
    tools = os.path.join(args.shared, 'tools')
    if not os.path.isdir(tools):
        print('skipped: no %s' % tools)
        return 77
    sys.path.insert(0, tools)
    import arabic_rouge
    import score_articles
    arabic_rouge.articles = score_articles
    rows = list(read_rows(args.corpus, os.path.join(args.shared, 'data')))
    ranker = Ranker(args.ranker, args.model, [row for _, row in rows])
    articles = [kind(row, read['passages'], i, arabic_rouge)
                for i, ((kind, row), read) in enumerate(zip(rows, ranker.articles))]
    print(', '.join('%d articles of %s' % (len(list(g)), k) for k, g in itertools.groupby(
        articles, key=lambda a: type(a).__name__.lower())))
    for kind in args.kinds.split(','):
        study(Lab(ranker, articles, kind), args.draws, args.folds, args.repeats)
    return 0


if __name__ == '__main__':
    sys.exit(main())
