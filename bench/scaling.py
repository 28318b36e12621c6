#!/usr/bin/env python3
# scaling.py: how the cost of a step grows with n, d and m, as a picture
#
# SPDX-License-Identifier: MIT
"""Time one step in each formulation over a range of n, d and m; draw docs/performance-scaling.svg.

Processor time of one thread is measured, the least of three, so a machine with other work to do
gives the same picture.
"""

import argparse
import math
import os
import subprocess
import tempfile

import numpy as np

from served import LIMIT

SWEEPS = [  # title, what varies, values, n, d, m
    ("n (d = 784, m = 4096)", "n", [128, 256, 512, 1024, 2048], 0, 784, 4096),
    ("d (n = 512, m = 4096)", "d", [64, 128, 256, 512, 1024, 2048], 512, 0, 4096),
    ("m (n = 512, d = 784)", "m", [256, 512, 1024, 2048, 4096, 8192], 512, 784, 0),
]
HOW = [("weights", "#1c71d8"), ("samples", "#c64600"), ("sparse", "#26a269")]


def smooth_images(n, d):
    """Images with a quarter of their pixels set, side by side, as strokes are."""
    rng = np.random.default_rng(d)
    start = rng.integers(0, d, n)
    set_here = (np.arange(d)[None, :] - start[:, None]) % d < max(1, d // 4)
    images = rng.integers(1, 256, (n, d)) * set_here
    return images.astype(np.float64)


def milliseconds(bench, n, d, m, how):
    X = smooth_images(n, d)
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    with tempfile.TemporaryDirectory() as folder:
        X.tofile(os.path.join(folder, "X.f64"))
        np.where(np.arange(n) % 2, 1.0, -1.0).tofile(os.path.join(folder, "y.f64"))
        count = max(1, round(3e9 / (n * m * (d + n))))
        ask = "step 1\n" + f"step {count}\n" * 3 + "quit\n"
        done = subprocess.run([bench, "--problem", folder, f"--n={n}", f"--d={d}", f"--m={m}",
                               f"--eta={0.5 / n}", "--threads=1", f"--formulation={how}"],
                              input=ask, capture_output=True, text=True, check=True,
                              timeout=LIMIT)
    return min(1e3 * float(line.split()[1]) / count for line in done.stdout.splitlines()[2:])


def draw_panel(x0, title, values, series):
    width, height, top = 220, 230, 40
    low_x, high_x = math.log2(values[0]), math.log2(values[-1])
    every = [t for _, _, times in series for t in times]
    low_y, high_y = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))
    def place(v, t):
        return (x0 + (math.log2(v) - low_x) / (high_x - low_x) * width,
                top + height - (math.log10(t) - low_y) / (high_y - low_y) * height)
    out = [f'<rect x="{x0}" y="{top}" width="{width}" height="{height}" '
           'fill="none" stroke="#888"/>',
           f'<text x="{x0 + width / 2}" y="{top - 14}" text-anchor="middle">{title}</text>']
    for v in values:
        x, _ = place(v, 10 ** low_y)
        out.append(f'<text x="{x:.0f}" y="{top + height + 16}" text-anchor="middle">{v}</text>')
    for e in range(low_y, high_y + 1):
        _, y = place(values[0], 10 ** e)
        label = f"{10 ** e:g} ms"
        out.append(f'<text x="{x0 - 6}" y="{y + 4:.0f}" text-anchor="end">{label}</text>')
        out.append(f'<line x1="{x0}" x2="{x0 + width}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ccc"/>')
    for how, colour, times in series:
        points = " ".join("{:.1f},{:.1f}".format(*place(v, t)) for v, t in zip(values, times))
        out.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        x, y = place(values[-1], times[-1])
        out.append(f'<text x="{x + 4:.0f}" y="{y + 4:.0f}" fill="{colour}">{how}</text>')
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--bench", default="build/bench/gram-bench")
    parser.add_argument("--output", default="docs/performance-scaling.svg")
    args = parser.parse_args()
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 310" '
             'font-family="sans-serif" font-size="11">',
             '<rect width="1000" height="310" fill="white"/>']
    for column, (title, what, values, n, d, m) in enumerate(SWEEPS):
        series = []
        for how, colour in HOW:
            times = [milliseconds(args.bench, *(v if what == w else fixed for w, fixed in
                                                zip("ndm", (n, d, m))), how) for v in values]
            print(what, how, " ".join(f"{v}:{t:.3g}" for v, t in zip(values, times)), flush=True)
            series.append((how, colour, times))
        parts += draw_panel(60 + 320 * column, title, values, series)
    parts.append("</svg>")
    with open(args.output, "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "\n")


if __name__ == "__main__":
    main()
