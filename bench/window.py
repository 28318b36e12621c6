#!/usr/bin/env python3
# window.py: what the open window costs a run, and whether its memory stays
#
# SPDX-License-Identifier: MIT
"""window.py slowdown [ROUNDS]   steps a second of gramscope-cli and of the window, in turn
window.py memory [MINUTES]    resident memory of the window while it trains, once a minute

Run from a build: GRAM_TEST_BUILDDIR names it (default: build). The window runs in a virtual
display, where all drawing is done by the processor: the hardest case.
"""
import json
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.setdefault("GRAM_TEST_BUILDDIR", os.path.join(ROOT, "build"))
sys.path.insert(0, os.path.join(ROOT, "tests", "ui"))
from harness import Desktop, Window, need  # noqa: E402

LARGE = "dataset=glyphs n=1000 test-samples=100 m=4096 eta=0.001 labels=true,random,worst"
SMALL = "dataset=glyphs n=300 test-samples=100 m=512 eta=0.01 labels=true,random,worst"
SECONDS = 6


def seconds_of(path):
    """Processor time in seconds from a stat file of /proc."""
    with open(path) as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def window_rate(window):
    pid = window.process.pid
    thread = f"/proc/{pid}/task/{pid}/stat"
    window.action("start")
    window.wait_status(60, "a run", state="training")
    time.sleep(1.5)
    first, began, spent = window.status()["step"], time.monotonic(), seconds_of(thread)
    time.sleep(SECONDS)
    steps, took = window.status()["step"] - first, time.monotonic() - began
    spent = seconds_of(thread) - spent
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")
    return steps / took, spent / took


def command_rate(steps):
    """From the difference of two runs, so that reading and the analysis do not count."""
    took = []
    for count in (20, 20 + steps):
        began = time.monotonic()
        subprocess.run([os.path.join(BUILD, "src", "cli", "gramscope-cli"), "train", "--dataset",
                        "glyphs", "-n", "1000", "--test-samples", "100", "--width", "4096",
                        "--eta", "0.001", "--labels", "true,random,worst", "--steps", str(count),
                        "--json", os.devnull], check=True, stderr=subprocess.DEVNULL)
        took.append(time.monotonic() - began)
    return steps / (took[1] - took[0])


def slowdown(window, rounds):
    window.action("load", LARGE)
    window.wait_status(100, "the spectrum", stage="spectrum", state="ready", n=1000)
    window.action("page", "convergence")
    steps = max(50, int(window_rate(window)[0] * SECONDS))
    for _ in range(rounds):
        rate, spent = window_rate(window)
        alone = command_rate(steps)
        print(f"window {rate:.1f} steps/s, its own thread {100 * spent:.0f} % of a core; "
              f"alone {alone:.1f} steps/s; slower by {100 * (1 - rate / alone):.1f} %", flush=True)


def memory(window, minutes):
    window.action("load", SMALL)
    window.wait_status(100, "the spectrum", stage="spectrum", state="ready", n=300)
    window.action("start")
    for minute in range(minutes + 1):
        with open(f"/proc/{window.process.pid}/status") as file:
            fields = dict(line.split(":", 1) for line in file)
        handles = len(os.listdir(f"/proc/{window.process.pid}/fd"))
        print(f"{minute} min: {fields['VmRSS'].strip()}, {fields['Threads'].strip()} threads, "
              f"{handles} descriptors, step {window.status()['step']}", flush=True)
        if minute < minutes:
            time.sleep(60)
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in ("slowdown", "memory"):
        sys.exit(__doc__)
    need()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 3 if sys.argv[1] == "slowdown" else 60
    with Desktop() as desktop:
        window = Window(desktop)
        (slowdown if sys.argv[1] == "slowdown" else memory)(window, count)
        window.quit()


main()
