#!/usr/bin/env python3
# processes.py: what a helper and several processes cost, as ratios of one run
#
# SPDX-License-Identifier: MIT
"""Time a step on the CPU, through a helper over a pipe, and with MPI's processes, in turn, so that
what else the machine does falls on all alike. Run it with nothing else running."""

import argparse
import json
import os
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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", default="build/src/cli/gramscope-cli")
    parser.add_argument("--dataset", default="glyphs")
    parser.add_argument("-n", type=int, default=1024)
    parser.add_argument("--width", type=int, default=10240)
    parser.add_argument("--formulation", default="weights")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    arguments.cli = os.path.abspath(arguments.cli)
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
