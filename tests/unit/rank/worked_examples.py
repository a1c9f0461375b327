#!/usr/bin/env python3
"""Computes what tests/data/rank/worked-examples.txt holds: the scores of a small text by each method.

usage: worked_examples.py > tests/data/rank/worked-examples.txt

Written from the papers, with dictionaries and full matrices, and with none of the engine's code or
its shortcuts: walks are solved by Gauss elimination and not stepped. The text is seven sentences over
letters; no letter is a stop word and each is a stem.

    idf         ln((n + 1) / (sf + 1/2)), n sentences, sf of them with the word (vector/matrix.h,
                without a background model); BM25 and PacSum have their own, ln((n - sf + 1/2) / (sf + 1/2))
    walks       p = (1 - a)/n + a sum over j of p_j w_ji / (sum over k of w_jk), a = 0.85, times n
    textrank    w_ij = words in common / (ln |S_i| + ln |S_j|)
    lexrank     w_ij = 1 where the cosine of tf idf is above 0.1, and w_ii = 1
    centroid    sum over the words of (count in the text x idf) of those at or above the mean of all
                words; the best is 1
    bm25        w_ij = BM25(S_j, query S_i), k1 1.2, b 0.75; the idf of a word in more than half of the
                sentences is 0.25 of the mean
    pacsum      -0.3 sum over j < i of e_ij + 0.7 sum over j > i, e_ij the product of tf idf; from the
                least, 0, to the most, 1
    lead        1 / place
"""
from collections import Counter
from math import log, sqrt

TEXT = ['a b c d', 'a b e e', 'c d f g', 'e g h a h', 'i k', 'b g l', 'a c l m']
S = [line.split() for line in TEXT]
N = len(S)
TF = [Counter(s) for s in S]
SF = Counter(w for tf in TF for w in tf)
IDF = {w: log((N + 1) / (SF[w] + 0.5)) for w in SF}
PLAIN = {w: log((N - SF[w] + 0.5) / (SF[w] + 0.5)) for w in SF}


def solve(a, b):
    n = len(b)
    m = [row[:] + [b[i]] for i, row in enumerate(a)]
    for i in range(n):
        p = max(range(i, n), key=lambda r: abs(m[r][i]))
        m[i], m[p] = m[p], m[i]
        for r in range(n):
            if r != i:
                f = m[r][i] / m[i][i]
                m[r] = [x - f * y for x, y in zip(m[r], m[i])]
    return [m[i][n] / m[i][i] for i in range(n)]


def walk(w, a=0.85):
    out = [sum(row) for row in w]
    matrix = [[(i == j) - a * (w[j][i] / out[j] if out[j] > 0 else 1 / N) for j in range(N)]
              for i in range(N)]
    return [N * p for p in solve(matrix, [(1 - a) / N] * N)]


def pairs(f):
    return [[f(i, j) if i != j else 0 for j in range(N)] for i in range(N)]


def textrank():
    return walk(pairs(lambda i, j: len(set(S[i]) & set(S[j])) / (log(len(S[i])) + log(len(S[j])))))


def vector(i, idf):
    return {w: n * idf[w] for w, n in TF[i].items()}


def dot(x, y):
    return sum(v * y.get(w, 0) for w, v in x.items())


def lexrank():
    x = [vector(i, IDF) for i in range(N)]
    cosine = pairs(lambda i, j: dot(x[i], x[j]) / sqrt(dot(x[i], x[i]) * dot(x[j], x[j])))
    return walk([[float(i == j or cosine[i][j] > 0.1) for j in range(N)] for i in range(N)])


def centroid():
    value = {w: sum(tf[w] for tf in TF) * IDF[w] for w in SF}
    mean = sum(value.values()) / len(value)
    scores = [sum(value[w] for w in s if value[w] >= mean) for s in S]
    return [x / max(scores) for x in scores]


def bm25():
    k1, b, mean = 1.2, 0.75, sum(map(len, S)) / N
    average = sum(PLAIN.values()) / len(PLAIN)
    idf = {w: PLAIN[w] if 2 * SF[w] <= N else 0.25 * average for w in SF}

    def weight(q, r):
        return sum(idf[w] * TF[r][w] * (k1 + 1) / (TF[r][w] + k1 * (1 - b + b * len(S[r]) / mean))
                   for w in S[q])
    return walk(pairs(weight))


def pacsum():
    x = [vector(i, PLAIN) for i in range(N)]
    scores = [sum((-0.3 if j < i else 0.7) * dot(x[i], x[j]) for j in range(N) if j != i)
              for i in range(N)]
    return [(s - min(scores)) / (max(scores) - min(scores)) for s in scores]


def lead():
    return [1 / (1 + i) for i in range(N)]


if __name__ == '__main__':
    print('# Made by tests/unit/rank/worked_examples.py, which says how. A line a sentence of the text,')
    print("# and a line a method: the sentences' scores.")
    for line in TEXT:
        print('sentence ' + line)
    for method in (textrank, lexrank, centroid, bm25, pacsum, lead):
        print(method.__name__ + ''.join(' %.9f' % x for x in method()))
