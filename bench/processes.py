#!/usr/bin/env python3
# processes.py: what a helper and several processes cost, as ratios of one run
#
# SPDX-License-Identifier: MIT
"""Time a step on the CPU, through a helper over a pipe, and with MPI's processes, in turn, so that
what else the machine does falls on all alike. Run it with nothing else running. With --analysis
the processor seconds of an analysis whose H∞ is divided between two processes are compared with
those of one, which other work does not change much."""

import argparse
import json
import os
import resource
import statistics
import subprocess
import tempfile

from served import LIMIT

WAYS = {  # name: device, threads of each process
    "cpu, 1 thread": ("cpu", 1),
    "a helper, 1 thread": ("remote:here", 1),
    "mpi:1, 1 thread": ("mpi:1", 1),
    "cpu, 2 threads": ("cpu", 2),
    "mpi:2, 1 thread each": ("mpi:2", 1),
}
PAIRS = [  # what is compared, with what, and the target
    ("a helper, 1 thread", "cpu, 1 thread", 1.02),
    ("mpi:1, 1 thread", "cpu, 1 thread", 1.03),
    ("mpi:2, 1 thread each", "cpu, 2 threads", 1.15),
]


def seconds(arguments, name, folder):
    device, threads = WAYS[name]
    words = [arguments.cli, "train", "--dataset", arguments.dataset, "-n", arguments.n, "--width",
             arguments.width, "--formulation", arguments.formulation, "--labels", "true", "--steps",
             arguments.steps, "--device", device, "--threads", threads, "--json", "-"]
    output = subprocess.run([str(word) for word in words], check=True, timeout=LIMIT,
                            stdout=subprocess.PIPE, env={**os.environ, "XDG_CONFIG_HOME": folder})
    return json.loads(output.stdout)["seconds_per_step"]


def processor_seconds(arguments, spectrum, launcher, device):
    words = [*launcher, arguments.cli, "analyze", "--dataset", arguments.dataset, "-n", arguments.n,
             "--labels", "true", "--spectrum", spectrum, "--device", device, "--threads", 1,
             "--json", "-"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(word) for word in words], check=True, timeout=LIMIT,
                   stdout=subprocess.DEVNULL,
                   env={**os.environ, "GRAMSCOPE_DIVIDED_FROM": "1", "OPENBLAS_NUM_THREADS": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def compare_analyses(arguments):
    mpirun = ["mpirun", "-n", "2", "--bind-to", "none", "--oversubscribe"]
    took = {(spectrum, device): [] for spectrum in ("none", "full") for device in ("cpu", "mpi")}
    for _ in range(arguments.rounds):
        for (spectrum, device), times in took.items():
            launcher = mpirun if device == "mpi" else []
            times.append(processor_seconds(arguments, spectrum, launcher, device))
    took = {key: statistics.median(times) for key, times in took.items()}
    for device in ("cpu", "mpi"):
        took["eigen", device] = took["full", device] - took["none", device]
    for key, what in (("none", "H∞, its factor and Krylov"), ("eigen", "its spectrum")):
        one, two = took[key, "cpu"], took[key, "mpi"]
        print(f"{what:26} {one:7.2f} s in one process, {two:7.2f} s in two: {two / one:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", default="build/src/cli/gramscope-cli")
    parser.add_argument("--dataset", default="glyphs")
    parser.add_argument("-n", type=int, default=1024)
    parser.add_argument("--width", type=int, default=10240)
    parser.add_argument("--formulation", default="weights")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--analysis", action="store_true")
    arguments = parser.parse_args()
    arguments.cli = os.path.abspath(arguments.cli)
    if arguments.analysis:
        compare_analyses(arguments)
        return
    took = {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "gramscope"))
        with open(os.path.join(folder, "gramscope/servers.ini"), "w", encoding="utf-8") as file:
            file.write(f"[here]\ncommand={arguments.cli} backend --device cpu --threads 1\n")
        for _ in range(arguments.rounds):
            for name, times in took.items():
                times.append(seconds(arguments, name, folder))
    for name, times in took.items():
        print(f"{name:22} {statistics.median(times) * 1e3:8.2f} ms a step")
    for name, other, target in PAIRS:
        ratio = statistics.median(a / b for a, b in zip(took[name], took[other]))
        print(f"{name} : {other}  {ratio:.3f}  (at most {target})")


main()
