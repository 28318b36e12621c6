"""test-sweep.py: gramscope-cli sweep, Figure 2

SPDX-License-Identifier: MIT
"""
import csv
import json
import os
import random
import signal
import subprocess
import time

import numpy as np

from harness import CLI, Run, case, close, fails, interrupted, main, need_data, run
from oracle import Spectrum

SMALL = ["-n", 80, "--width", 128, "--eta", "0.01", "--steps", 400, "--device", "cpu"]
GRID = ["--fractions", "0,0.5,1", "--seeds", 2]


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@case
def cells(folder):
    """every fraction × seed has a net, a measure and test losses"""
    run("sweep", *SMALL, *GRID, "--csv", folder / "s.csv", "--json", folder / "s.json")
    result = json.loads((folder / "s.json").read_text())
    assert result["schema"] == "gramscope.sweep/1" and len(result["cells"]) == 6
    assert len(read(folder / "s.csv")) == 6
    by_fraction = {}
    for cell in result["cells"]:
        by_fraction.setdefault(cell["fraction"], []).append(cell)
        assert cell["steps"] > 0 and 0 <= cell["test"]["error"] <= 1
    assert {fraction: len(found) for fraction, found in by_fraction.items()} == {0: 2, 0.5: 2, 1: 2}
    mean = {fraction: np.mean([cell["test"]["error"] for cell in found])
            for fraction, found in by_fraction.items()}
    measure = {fraction: np.mean([cell["complexity"] for cell in found])
               for fraction, found in by_fraction.items()}
    assert mean[0] < mean[0.5] < mean[1] and measure[0] < measure[0.5] < measure[1]
    assert 0.35 < mean[1] < 0.65, mean


def same(one, other):
    """The same rows in the same order, but for the last digits of what all cells were measured with
    side by side."""
    rows = [[line.split(",") for line in path.read_text().splitlines()] for path in (one, other)]
    assert rows[0][:2] == rows[1][:2] and len(rows[0]) == len(rows[1])
    for a, b in zip(rows[0][2:], rows[1][2:]):
        assert a[:2] + a[4:] == b[:2] + b[4:], (a, b)
        close(float(b[2]), float(a[2]), 1e-12)
        close(float(b[3]), float(a[3]), 1e-12)


@case
def parts(folder):
    """three parts, merged, are the table of one process; parts of other settings are refused"""
    whole, table = folder / "whole.csv", folder / "s.csv"
    run("sweep", *SMALL, "--fractions", "0,1", "--seeds", 4, "--csv", whole)
    for part in (1, 2, 3):
        run("sweep", *SMALL, "--fractions", "0,1", "--seeds", 4, "--csv", table, "--part",
            f"{part}/3")
    assert not table.exists()
    found = sorted(folder.glob("s.csv.*-of-3"))
    assert [len(read(path)) for path in found] == [4, 2, 2]
    run("sweep", "--merge", "--csv", folder / "merged.csv", *found)
    same(whole, folder / "merged.csv")
    # any part may come twice, or not at all; what is missing can be gone on with
    assert run("sweep", "--merge", found[1], found[1]).stdout == found[1].read_text()
    run("sweep", "--merge", "--csv", folder / "less.csv", found[0], found[1])
    run("sweep", *SMALL, "--fractions", "0,1", "--seeds", 4, "--csv", folder / "less.csv",
        "--resume")
    same(whole, folder / "less.csv")
    run("sweep", *SMALL, "--eta", "0.005", "--fractions", "0,1", "--csv", folder / "other.csv")
    fails("sweep", "--merge", found[0], folder / "other.csv", code=2,
          says=["other.csv", "eta='0.005', not eta='0.01'"])
    (folder / "text").write_text("no table")
    fails("sweep", "--merge", found[0], folder / "text", code=3, says=["text", "not a file of a"])
    fails("sweep", "--merge", code=2, says=["--merge needs"])
    fails("sweep", "--merge", found[0], "--eta", 1, code=2, says=["settings of the parts"])
    for wrong in ("0/3", "4/3", "3", "1/2/3", "a/b"):
        fails("sweep", *SMALL, "--csv", table, "--part", wrong, code=2, says=["I/N"])
    fails("sweep", *SMALL, "--part", "1/2", code=2, says=["--csv FILE"])
    fails("sweep", *SMALL, "--seeds", 2, "--csv", folder / "t.csv", "--part", "1/3", code=2,
          says=["3 parts are more than the 2 groups"])


@case
def measures(folder):
    """the measures are NumPy's: for ρ = 0, and the expectation when just ρn labels are drawn"""
    run("sweep", *SMALL, "--fractions", "0,0.4", "--json", folder / "s.json")
    run("train", *SMALL[:6], "--steps", 1, "--labels", "true", "--dump-init", folder, "--device",
        "cpu", "--json", folder / "t.json")
    oracle = Spectrum(np.load(folder / "X.npy"))
    y = np.load(folder / "y-true.npy")
    trace = np.trace(np.linalg.inv(oracle.H))
    for cell in json.loads((folder / "s.json").read_text())["cells"]:
        left = len(y) - round(cell["fraction"] * len(y))
        keep = left * (left - 1) / (len(y) * (len(y) - 1))
        expected = keep * oracle.quadratic_form(y) + (1 - keep) * trace
        close(cell["expected_complexity"], np.sqrt(2 * expected / len(y)), 1e-7)
        if cell["fraction"] == 0:
            close(cell["complexity"], oracle.complexity(y), 1e-7)


@case
def resume(folder):
    """an interrupted sweep goes on without repeating a cell, and gives the same table"""
    whole = folder / "whole.csv"
    run("sweep", *SMALL, *GRID, "--csv", whole)
    path = folder / "s.csv"
    lines = whole.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-3]))
    started = time.monotonic()
    run("sweep", *SMALL, *GRID, "--csv", path, "--resume")
    assert read(path) == read(whole), (read(path), read(whole))
    first = time.monotonic() - started
    started = time.monotonic()
    run("sweep", *SMALL, *GRID, "--csv", path, "--resume")
    assert read(path) == read(whole) and first >= 0


@case
def until_nothing(folder):
    """--until-residual 0 is no word for the default: every step is made"""
    net = ["sweep", "-n", 10, "--width", 256, "--eta", "0.3", "--steps", 150, "--test-samples", 4,
           "--fractions", "0", "--device", "cpu"]
    ends = []
    for k, until in enumerate(([], ["--until-residual", 0], ["--until-residual", 0.5])):
        run(*net, *until, "--csv", folder / f"{k}.csv")
        ends.append([(int(row["steps"]), row["stopped"]) for row in read(folder / f"{k}.csv")][0])
    assert ends[1] == (150, "steps"), ends
    assert ends[2][1] == ends[0][1] == "target" and ends[2][0] < ends[0][0] < 150, ends


@case
def interrupt(folder):
    """SIGINT: exit 130, the file holds the finished cells"""
    path = folder / "s.csv"
    interrupted(path, "sweep", "-n", 200, "--width", 1024, "--fractions", "0:1:0.05", "--seeds", 50,
                "--steps", 300, "--csv", path, "--device", "cpu")
    assert read(path)


@case
def killed(folder):
    """SIGKILL at any moment: the table is whole up to a net, and goes on to the same end"""
    grid = ["--fractions", "0:1:0.1", "--seeds", 4, "--steps", 40]
    whole, path = folder / "whole.csv", folder / "killed.csv"
    run("sweep", *SMALL, *grid, "--csv", whole)
    expected = read(whole)
    dice = random.Random(1)
    for _ in range(int(os.environ.get("GRAM_TEST_KILLS", "12"))):
        process = subprocess.Popen(
            [CLI, *map(str, ["sweep", *SMALL, *grid, "--csv", path, "--resume"])],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0.02, 0.4))
        process.kill()
        process.wait(30)
        if path.exists():
            rows = read(path)
            assert all(row in expected for row in rows), "a row that is not whole"
            if len(rows) == len(expected):
                path.unlink()
    run("sweep", *SMALL, *grid, "--csv", path, "--resume")
    assert sorted(map(str, read(path))) == sorted(map(str, expected))


@case
def nets_on_their_way(folder):
    """--checkpoint: what is being trained goes on where it was interrupted, to the same table"""
    net = ["sweep", "-n", 200, "--width", 1024, "--fractions", "0,1", "--steps", 2000, "--device",
           "cpu", "--until-residual", 0]
    whole, path, kept = folder / "whole.csv", folder / "s.csv", folder / "s.gram"
    on = [*net, "--csv", path, "--checkpoint", kept]
    run(*net, "--csv", whole)
    with Run(CLI, *map(str, on), says=b" left ") as process:
        process.send(signal.SIGINT)
        assert process.end() == 130
    assert kept.exists() and not (path.exists() and read(path))
    fails(*on, code=2, says=["s.gram is there already", "--resume"])
    fails(*on, "--resume", "--kappa", 0.5, code=2, says=["s.gram", "kappa=0.01, not 0.5"])
    assert kept.exists()
    run(*on, "--resume")
    assert read(path) == read(whole) and not kept.exists(), (read(path), read(whole))
    fails(*net, "--checkpoint", kept, code=2, says=["--checkpoint", "--csv FILE"])
    fails("sweep", "--merge", path, "--checkpoint", kept, code=2, says=["and no others"])


@case
def protected(folder):
    """a table that is there is neither overwritten nor mixed with other settings"""
    path = folder / "s.csv"
    run("sweep", *SMALL, "--fractions", "0", "--csv", path)
    before = path.read_bytes()
    fails("sweep", *SMALL, "--fractions", "0", "--csv", path, code=2, says=["--resume"])
    process = run("sweep", *SMALL, "--kappa", "0.5", "--fractions", "0", "--csv", path, "--resume",
                  code=2)
    assert "s.csv" in process.stderr, process.stderr
    assert path.read_bytes() == before
    fails("sweep", *SMALL, "--resume", code=2, says=["--csv"])
    fails("sweep", "--fractions", "0:2:0.1", code=2)
    fails("sweep", "--seeds", "-1", code=2, says=["--seeds"])


@case
def figure_2_rises(folder):
    """MNIST: complexity and test error rise together"""
    run("sweep", "--dataset", "mnist", "--data-dir", need_data("mnist"), "-n", 200, "--width", 256,
        "--eta", "0.005", "--steps", 1500, "--test-samples", 500, "--fractions", "0:1:0.25",
        "--json", folder / "s.json", "--device", "cpu")
    found = sorted((cell["fraction"], cell["complexity"], cell["test"]["error"], cell["test"]["l1"])
                   for cell in json.loads((folder / "s.json").read_text())["cells"])
    measure, error, loss = (np.array([row[i] for row in found]) for i in (1, 2, 3))
    assert np.all(np.diff(measure) > 0), measure
    assert np.corrcoef(measure, error)[0, 1] > 0.85, (measure, error)
    assert np.corrcoef(measure, loss)[0, 1] > 0.85, (measure, loss)


if __name__ == "__main__":
    main()
