#!/usr/bin/env python3
# window.py: how soon the window is there and answers, what it costs a run, whether its memory stays
#
# SPDX-License-Identifier: MIT
"""window.py slowdown [ROUNDS]   steps a second of gramscope-cli and of the window, in turn
window.py memory [MINUTES]    resident memory of the window while it trains, once a minute
window.py opening [TIMES]     from the start of the process to a painted window
window.py answers [SECONDS]   how long the window takes to answer while it loads and trains
window.py slider [MOVES]      from a move of the random-label slider to the new measure, n = 2000

Run from a build: GRAM_TEST_BUILDDIR names it (default: build). The window runs in a virtual
display, where all drawing is done by the processor: the hardest case.
"""
import os
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.setdefault("GRAM_TEST_BUILDDIR", os.path.join(ROOT, "build"))
sys.path.insert(0, os.path.join(ROOT, "tests", "ui"))
from harness import Desktop, Window, need  # noqa: E402

LARGE = "dataset=glyphs n=1000 test-samples=100 m=4096 eta=0.001 labels=true,random,worst"
MIDDLE = "dataset=glyphs n=2000 test-samples=100 m=1024 eta=0.001 labels=true,random"
SMALL = "dataset=glyphs n=300 test-samples=100 m=512 eta=0.01 labels=true,random,worst"
STEPS = 300
LIMIT = 300  # seconds that anything may take


def seconds_of(path):
    """Processor time in seconds from a stat file of /proc."""
    with open(path) as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def window_rate(window):
    """From the first step seen to the end of the run, asked seldom: an answer costs time too."""
    pid = window.process.pid
    thread = f"/proc/{pid}/task/{pid}/stat"
    window.action("reset")
    window.wait_status(20, "the first step", step=0, state="ready")
    window.action("start")
    first = window.wait_status(60, "a step", step=lambda step: step > 0)["step"]
    began, spent = time.monotonic(), seconds_of(thread)
    end = began + LIMIT
    while window.status()["step"] < 0.95 * STEPS and time.monotonic() < end:
        time.sleep(0.5)
    window.wait_status(120, "the end", state="finished")
    took = time.monotonic() - began
    return (STEPS - first) / took, (seconds_of(thread) - spent) / took


def command_seconds(steps):
    began = time.monotonic()
    subprocess.run([os.path.join(BUILD, "src", "cli", "gramscope-cli"), "train", "--dataset",
                    "glyphs", "-n", "1000", "--test-samples", "100", "--width", "4096", "--eta",
                    "0.001", "--labels", "true,random,worst", "--steps", str(steps), "--json",
                    os.devnull], check=True, stderr=subprocess.DEVNULL, timeout=LIMIT)
    return time.monotonic() - began


def command_rate():
    """From a run and one of a single step, so that reading and the analysis do not count, and all
    that a run does beside its steps does, as in the window."""
    return (STEPS - 1) / (command_seconds(STEPS) - command_seconds(1))


def slowdown(window, rounds):
    window.action("load", f"{LARGE} steps={STEPS}")
    window.wait_status(100, "the spectrum", stage="spectrum", state="ready", n=1000)
    window.action("page", "convergence")
    rates = []
    for _ in range(rounds):
        rate, spent = window_rate(window)
        alone = command_rate()
        rates.append((rate, alone))
        print(f"window {rate:.1f} steps/s, its own thread {100 * spent:.0f} % of a core; "
              f"alone {alone:.1f} steps/s; slower by {100 * (1 - rate / alone):.1f} %", flush=True)
    rate, alone = (statistics.median(column) for column in zip(*rates))
    print(f"medians: window {rate:.1f}, alone {alone:.1f} steps/s; slower by "
          f"{100 * (1 - rate / alone):.1f} %")


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


def tell(what, times):
    times = sorted(1000 * t for t in times)
    median, late = (times[int(len(times) * part)] for part in (0.5, 0.99))
    print(f"{what}: median {median:.1f} ms, 99 % below {late:.1f} ms, longest {times[-1]:.1f} ms, "
          f"of {len(times)}", flush=True)


def opening(window, count):
    """The header bar is read until it has more than a few colours; reading is part of it."""
    times = []
    for _ in range(count):
        window.quit()
        began = time.monotonic()
        process = window.desktop.spawn([os.path.join(BUILD, "src", "ui", "gramscope")],
                                       env=window.desktop.env, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        row = b""
        while len(set(row)) <= 8:
            if time.monotonic() > began + LIMIT:
                sys.exit(f"nothing was painted in {LIMIT} s")
            row = subprocess.run(["import", "-window", "root", "-crop", "800x60+100+0", "rgb:-"],
                                 env=window.desktop.env, capture_output=True, check=True,
                                 timeout=LIMIT).stdout
        times.append(time.monotonic() - began)
        window.process = process
        window.wait_status(60, "the data", state="ready")
    tell("process started to window painted", times)


def answers(window, seconds):
    window.wait_status(60, "the first spectrum", stage="spectrum")
    window.action("load", MIDDLE)
    times, started, end = [], False, time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        status = window.status()
        times.append(time.monotonic() - began)
        if not started and status["n"] == 2000:
            window.action("start")
            started = True
        time.sleep(0.008)
    tell("answers while loading, analysing and training", times)
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")


def slider(window, moves):
    """Moves and reads over AT-SPI, which the window's own thread answers."""
    window.desktop.enable_accessibility()
    window.action("load", MIDDLE)
    status = window.wait_status(200, "the spectrum", stage="spectrum", state="ready", n=2000)
    value = window.find("slider", "Random label fraction").get_value_iface()
    shown = [label for label in window.all("label")
             if (label.name or "").startswith(f"{status['complexity']:.4g}")]
    times = []
    for i in range(moves):
        before, began = shown[0].name, time.monotonic()
        value.set_current_value(37 * i % 100 + 1)
        while shown[0].name == before:
            if time.monotonic() > began + LIMIT:
                sys.exit(f"the measure has not changed in {LIMIT} s")
        times.append(time.monotonic() - began)
        time.sleep(0.02)
    tell("slider moved to new measure", times)


MODES = {"slowdown": (slowdown, 3), "memory": (memory, 60), "opening": (opening, 5),
         "answers": (answers, 40), "slider": (slider, 200)}


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in MODES:
        sys.exit(__doc__)
    need()
    measure, count = MODES[sys.argv[1]]
    with Desktop() as desktop:
        for name in ("MALLOC_PERTURB_", "G_SLICE"):  # of tests: freed memory is overwritten
            del desktop.env[name]
        window = Window(desktop)
        measure(window, int(sys.argv[2]) if len(sys.argv) > 2 else count)
        window.quit()


main()
