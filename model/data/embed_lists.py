#!/usr/bin/env python3
"""Writes the word lists of model/data/ as one C file.

usage: embed_lists.py OUTPUT.c LIST.txt...

A list is UTF-8 text, one entry a line; a line that starts with '#' is a comment, unless it starts with
'##', which stands for one '#'. Each file `stop-words.txt` becomes the array `list_stop_words` and its
length `list_stop_words_count` (declared in base/lists.h). Entries are not folded here: whoever loads a
list folds it with the same code that folds texts.
"""
import os
import sys


def entries(path):
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            line = line.rstrip('\n')
            if line.startswith('##'):
                line = line[1:]
            elif line.startswith('#'):
                continue
            if line.strip():
                yield line.strip()


def literal(text):
    out = []
    for byte in text.encode():
        out.append(chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else '\\%03o' % byte)
    return '"' + ''.join(out) + '"'


def main(output, *paths):
    with open(output, 'w', encoding='ascii') as out:
        out.write('/* Made by embed_lists.py from the lists of model/data. */\n#include "base/lists.h"\n')
        for path in sorted(paths, key=os.path.basename):
            name = 'list_' + os.path.basename(path).rsplit('.', 1)[0].replace('-', '_')
            rows = list(entries(path))
            out.write('\nconst char *const %s[] = {\n' % name)
            out.writelines('    %s,\n' % literal(row) for row in rows)
            out.write('    0,\n};\nconst size_t %s_count = %d;\n' % (name, len(rows)))


if __name__ == '__main__':
    main(*sys.argv[1:])
