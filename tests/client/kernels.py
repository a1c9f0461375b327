#!/usr/bin/env python3
"""The same bytes under every kernel of OpenBLAS and any number of workers: corpus/, each article and
the set, by every method. TAP."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(os.environ['SOURCE_ROOT'])
KHULASA = os.environ['KHULASA']
METHODS = 'default', 'textrank', 'lexrank', 'centroid', 'lead'
KERNELS = 'Prescott', 'Nehalem', 'Haswell'


def answer(method, workers, kernel=None):
    environment = {k: v for k, v in os.environ.items() if k != 'OPENBLAS_CORETYPE'}
    if kernel:
        environment['OPENBLAS_CORETYPE'] = kernel
    return subprocess.run(
        [KHULASA, 'summarize', '--local', '--workers', str(workers), '--method', method, '--both',
         '--set-words', '100', '--detail', 'scores', '--format', 'json',
         str(ROOT / 'corpus' / 'articles')],
        env=environment, stdout=subprocess.PIPE, check=True).stdout


def supported(kernel):
    """Haswell needs AVX2; the others run on any x86-64."""
    with open('/proc/cpuinfo', encoding='ascii', errors='replace') as info:
        return kernel != 'Haswell' or ' avx2 ' in info.read()


def main():
    failed = False
    print('1..%d' % (2 * len(METHODS)))
    for i, method in enumerate(METHODS):
        own = answer(method, 1)
        same = all(answer(method, 1, kernel) == own for kernel in KERNELS if supported(kernel))
        print('%sok %d - %s is the same under every kernel' % ('' if same else 'not ', 2 * i + 1, method))
        threads = answer(method, 8) == own
        print('%sok %d - %s is the same with eight workers' % ('' if threads else 'not ', 2 * i + 2, method))
        failed = failed or not (same and threads)
    return failed


if __name__ == '__main__':
    raise SystemExit(main())
