#!/usr/bin/env python3
# golden.py: the spectrum of the problem that the library builds, against the golden numbers
#
# SPDX-License-Identifier: MIT
import os
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    print("1..0 # SKIP NumPy is not installed")
    sys.exit(0)

DATA = os.environ.get("GRAM_TEST_DATA")
CASES = [
    ("mnist", "mnist", "none", 148.2803597, 0.02382655578, 0.4979164894),
    ("mnist", "mnist", "center", 118.5419474, 0.0248915798, 0.4644778525),
    ("cifar10", "cifar-10-pair01", "none", 337.8984125, 0.01417355835, 3.703748021),
    ("cifar10", "cifar-10-pair01", "center", 68.18243538, 0.04349256873, 2.247378782),
]


def spectrum(path):
    n, d = np.fromfile(path, dtype=np.int64, count=2)
    numbers = np.fromfile(path, dtype=np.float64, offset=16)
    x, y = numbers[: n * d].reshape(n, d), numbers[n * d :]
    k = np.clip(x @ x.T, -1, 1)
    h = k * (np.pi - np.arccos(k)) / (2 * np.pi)
    np.fill_diagonal(h, 0.5)
    values = np.linalg.eigvalsh(h)
    return values[-1], values[0], np.sqrt(2 * y @ np.linalg.solve(h, y) / n)


def main():
    dump = sys.argv[1]
    if not DATA:
        print("1..0 # SKIP GRAM_TEST_DATA is not set")
        return
    print(f"1..{len(CASES)}")
    with tempfile.TemporaryDirectory() as folder:
        for i, (name, sub, preprocess, *expected) in enumerate(CASES, 1):
            place = os.path.join(DATA, sub)
            if not os.path.isdir(place):
                print(f"ok {i} {name} {preprocess} # SKIP {place} is not there")
                continue
            out = os.path.join(folder, "problem")
            subprocess.run([dump, name, place, "0", "1", "1000", preprocess, out], check=True,
                           timeout=300)
            found = spectrum(out)
            worst = max(abs(a / b - 1) for a, b in zip(found, expected))
            verdict = "ok" if worst < 2e-9 else "not ok"
            print(f"{verdict} {i} {name} {preprocess} # {worst:.1e} {found}")


main()
