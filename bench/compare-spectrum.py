#!/usr/bin/env python3
# compare-spectrum.py: the whole spectrum here, by an earlier build and by numpy.linalg.eigh
#
# SPDX-License-Identifier: MIT
"""Time the spectrum stage: all eigenvalues and the projections of three label sets.

Each round runs, one after the other so that whatever else the machine does hits all of them,
`analyze` with and without the spectrum, the same of an earlier build if --before names one, and
numpy.linalg.eigh of the same H∞ with the products VᵀY. Processor seconds (user and system) of the
spectrum are the difference of the two runs; medians are printed. Eigenvalues and projections are
compared with those of eigh.
"""

import argparse
import concurrent.futures
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

LABELS = "true,random,mixed:0.5"


def run(program, args, spectrum, out=None):
    """Processor seconds, seconds of the stage, peak memory in MB."""
    command = [program, "analyze", f"--dataset={args.dataset}", f"--samples={args.n}",
               f"--labels={LABELS}", "--test-samples=0", f"--threads={args.threads}",
               f"--spectrum={spectrum}", "--seed=1", "--json=-"]
    if args.data_dir:
        command.append(f"--data-dir={args.data_dir}")
    if out:
        command.append(f"--spectrum-out={out}")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        sys.exit(f"{program} failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, json.loads(text), usage.ru_maxrss / 1000


def stage(program, args, out=None):
    with_it, answer, peak = run(program, args, "full", out)
    without, _, _ = run(program, args, "none")
    return {"processor": with_it - without, "wall": answer["seconds"]["spectrum"], "peak": peak}


def by_eigh(folder, n):
    import numpy as np  # pylint: disable=import-outside-toplevel
    H = np.fromfile(os.path.join(folder, "H.f64")).reshape(n, n)
    Y = np.fromfile(os.path.join(folder, "Y.f64")).reshape(-1, n)
    wall, used = time.perf_counter(), time.process_time()
    lam, V = np.linalg.eigh(H)
    P = V.T @ Y.T
    return {"processor": time.process_time() - used, "wall": time.perf_counter() - wall}, lam, P


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--program", default="build/src/cli/gramscope-cli")
    parser.add_argument("--before", help="gramscope-cli of an earlier build")
    parser.add_argument("--bench", default="build/bench/gram-bench-analysis",
                        help="writes H∞ for eigh; with an empty name there is no eigh")
    parser.add_argument("--dataset", default="glyphs")
    parser.add_argument("--data-dir", help="where datasets are looked for first")
    parser.add_argument("-n", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--json", help="write the figures to this file")
    args = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(args.threads)
    import numpy as np  # pylint: disable=import-outside-toplevel

    rows = {"here": [], "before": [], "eigh": []}
    off = {}
    # A process of its own for what takes much memory: programs started by one that holds it have
    # it in their peak.
    apart = concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    with tempfile.TemporaryDirectory() as folder, apart:
        if args.bench:
            command = [args.bench, f"--dataset={args.dataset}", f"--n={args.n}",
                       f"--labels={LABELS}", f"--folder={folder}"]
            if args.data_dir:
                command.append(f"--data-dir={args.data_dir}")
            subprocess.run(command, input=b"quit\n", stdout=subprocess.DEVNULL, check=True)
        out = os.path.join(folder, "spectrum.npy")
        for _ in range(args.rounds):
            rows["here"].append(stage(args.program, args, out))
            if args.before:
                rows["before"].append(stage(args.before, args))
            if args.bench:
                times, lam, P = apart.submit(by_eigh, folder, args.n).result()
                rows["eigh"].append(times)
        if args.bench:
            off = differences(np, np.load(out), lam[::-1], P[::-1])
    show(args, np, rows, off)


def differences(np, table, lam, P):
    """λ in units of nελ₁, projections on the ten largest, which are well apart, of nε‖y‖."""
    unit = len(lam) * np.finfo(float).eps
    return {"lambda": float(abs(table[:, 0] - lam).max() / (unit * lam[0])),
            "projections": float(abs(abs(table[:10, 1:]) - abs(P[:10])).max()
                                 / (unit * np.sqrt(len(lam))))}


def show(args, np, rows, off):
    median = {name: {key: statistics.median(row[key] for row in some) for key in some[0]}
              for name, some in rows.items() if some}
    print(f"{args.dataset}, n {args.n}, threads {args.threads}, NumPy {np.__version__}, "
          f"{args.rounds} rounds")
    for name, values in median.items():
        ratio = values["processor"] / median["here"]["processor"]
        wall = values["wall"] / median["here"]["wall"]
        peak = f", peak {values['peak']:.0f} MB" if "peak" in values else ""
        print(f"{name:7} {values['processor']:7.2f} s of processor ({ratio:.1f}×), "
              f"{values['wall']:7.2f} s ({wall:.1f}×){peak}")
    if off:
        print(f"largest difference from eigh: λ {off['lambda']:.3g}·nελ₁, projections on the ten "
              f"largest {off['projections']:.3g}·nε‖y‖")
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump({"n": args.n, "dataset": args.dataset, "threads": args.threads,
                       "median": median, "rounds": rows, "off": off}, file, indent=1)


if __name__ == "__main__":
    main()
