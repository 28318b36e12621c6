#!/usr/bin/env python3
# large-n.py: as many images as memory holds half of H∞ for
#
# SPDX-License-Identifier: MIT
"""Time an analysis from products with H∞ alone, and write down when each answer was there.

Runs `gramscope-cli analyze` on a terminal of its own, whose progress line says which stage is
worked at. Prints wall and processor seconds at which H∞ was there, at which curves and the measure
were, and λ₀ and the worst-case labels; peak memory; and a model of the floor beside them: building
H∞ takes n²·d operations, a product with it reads 4n² bytes. --log keeps every line of progress with
both times. Where all n images fit, GRAM_CPU_HALVED_FROM=1 runs the same without the factor.
"""

import argparse
import json
import os
import pty
import re
import sys
import tempfile
import time

EVEN_ODD = "0+2+4+6+8,1+3+5+7+9"


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def follow(fd, pid, begun, log):
    """(stage, per cent, wall, processor) of each line of progress."""
    lines, last = [], None
    while True:
        try:
            text = os.read(fd, 65536).decode(errors="replace")
        except OSError:  # the terminal is gone with the program
            return lines
        for line in re.split(r"[\r\n]+|\x1b\[K", text):
            if not line.strip() or line == last:
                continue
            last = line
            at = (time.monotonic() - begun, processor_seconds(pid))
            if log:
                print(f"{at[0]:9.1f} {at[1]:9.1f} {line}", file=log, flush=True)
            found = re.fullmatch(r"(\w+) +(\d+) %", line.strip())
            if found:
                lines.append((found[1], int(found[2]), *at))


def reached(lines, stage, percent):
    """The first line that far."""
    for line in lines:
        if line[0] == stage and line[1] >= percent:
            return line[2:]
    return (float("nan"), float("nan"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--program", default="build/src/cli/gramscope-cli")
    parser.add_argument("--dataset", default="glyphs")
    parser.add_argument("--data-dir", help="where datasets are looked for first")
    parser.add_argument("--classes", default=EVEN_ODD)
    parser.add_argument("-n", type=int, default=60000)
    parser.add_argument("--labels", default="true,random,worst")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--pixels", type=int, default=784, help="that are set in some image")
    parser.add_argument("--gflops", type=float, default=108, help="of a product of matrices")
    parser.add_argument("--gbytes", type=float, default=24.7, help="that memory gives a second")
    parser.add_argument("--log", help="write each line of progress to this file")
    args = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(args.threads)

    with tempfile.TemporaryDirectory() as folder:
        result = os.path.join(folder, "analysis.json")
        command = [args.program, "analyze", f"--dataset={args.dataset}", f"--samples={args.n}",
                   f"--classes={args.classes}", f"--labels={args.labels}", "--test-samples=0",
                   f"--threads={args.threads}", "--spectrum=none", f"--json={result}"]
        if args.data_dir:
            command.append(f"--data-dir={args.data_dir}")
        begun = time.monotonic()
        pid, fd = pty.fork()
        if pid == 0:
            os.execvp(command[0], command)
        with open(args.log or os.devnull, "w", encoding="utf-8") as log:
            lines = follow(fd, pid, begun, log)
        _, status, usage = os.wait4(pid, 0)
        wall = time.monotonic() - begun
        if status:
            sys.exit(f"{args.program} failed; --log FILE keeps what it said")
        with open(result, encoding="utf-8") as file:
            answer = json.load(file)

    n = answer["dataset"]["n"]
    print(f"{answer['dataset']['name']}, n = {n}, {answer['device']}")
    print(f"λ₁ = {answer['gram']['lambda_max']:.10g}, λ₀ = {answer['gram']['lambda_min']}")
    for label in answer["labels"]:
        print(f"  {label['name']}: complexity {label['complexity']:.10g}")
    print("seconds, wall and processor:")
    for name, at in (("H∞", reached(lines, "krylov", 0)),
                     ("curves and measures", reached(lines, "krylov", 30)),
                     ("λ₀, worst-case labels", reached(lines, "krylov", 40)),
                     ("all", (wall, usage.ru_utime + usage.ru_stime))):
        print(f"  {name:22} {at[0]:9.1f} {at[1]:9.1f}")
    print(f"peak memory {usage.ru_maxrss / 2**20:.2f} GiB")
    print(f"floor: H∞ {n * n * args.pixels / args.gflops / 1e9:.1f} s "
          f"at {args.gflops:g} GFLOP/s and 1 product {4e-9 * n * n / args.gbytes:.2f} s "
          f"at {args.gbytes:g} GB/s")


if __name__ == "__main__":
    main()
