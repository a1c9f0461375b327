"""Holds the instructions that one article and one set take to tests/bench/instructions.bounds.

Counted by callgrind, so no other load on the machine matters, and slow creep shows that a timing
would hide. A count more than a quarter above its bound fails; one more than a quarter below is said,
for then the bound is to be lowered. Where valgrind is missing the test is skipped.

usage: instructions_guard.py BUILD
"""
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOM = 1.25


def read_bounds():
    bounds = {}
    with open(os.path.join(HERE, "instructions.bounds"), encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, count = line.rsplit(":", 1)
                bounds[name] = int(count)
    return bounds


def main():
    if shutil.which("valgrind") is None:
        print("skipped: valgrind is not installed")
        return 77
    printed = subprocess.run([os.path.join(HERE, "instructions"), sys.argv[1]], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    counts = {name: int(count) for name, count in
              re.findall(r"^(\S.*): (\d+) instructions$", printed, re.M)}
    bounds, well = read_bounds(), True
    if counts.keys() != bounds.keys():
        print(f"counted {sorted(counts)}, and there are bounds for {sorted(bounds)}")
        return 1
    for name, bound in bounds.items():
        count, verdict = counts[name], "well"
        if count > bound * ROOM:
            well, verdict = False, "TOO MANY"
        elif count * ROOM < bound:
            verdict = "well; lower the bound"
        print(f"{name}: {count}, {count / bound - 1:+.1%} of {bound}: {verdict}")
    if not well:
        print(printed)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
