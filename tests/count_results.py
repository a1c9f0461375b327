#!/usr/bin/env python3
"""Counts the results in a meson testlog.json: prints `PASSED FAILED SKIPPED`.

A test that speaks TAP counts as many as it has numbered lines; any other as one.
"""
import json
import re
import sys

TAP = re.compile(r'^(not )?ok \d+(.*)$', re.M)


def count(path):
    passed = failed = skipped = 0
    with open(path, encoding='utf-8') as log:
        for row in map(json.loads, log):
            lines = TAP.findall(row.get('stdout') or '')
            for bad, rest in lines:
                skip = '# SKIP' in rest.upper()
                skipped += skip
                failed += bool(bad) and not skip
                passed += not bad and not skip
            good = row['result'] in ('OK', 'EXPECTEDFAIL')
            if row['result'] == 'SKIP' and not lines:
                skipped += 1
            elif not lines:
                passed += good
                failed += not good
            elif not good and row['result'] != 'SKIP' and not any(bad for bad, _ in lines):
                failed += 1
    return passed, failed, skipped


if __name__ == '__main__':
    print(*count(sys.argv[1]))
