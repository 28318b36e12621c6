#!/usr/bin/env python3
"""test-mpi.py: many processes as one device

SPDX-License-Identifier: MIT

More processes than processors yield to each other, and as root only those start that say they may.
"""
import functools
import json
import os
import re
import shutil
import subprocess

from harness import CLI, Skip, case, fails, main, run

RANKS = os.environ.get("GRAM_RANKS")
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
       "PRTE_ALLOW_RUN_AS_ROOT": "1", "PRTE_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
       "OMPI_MCA_mpi_yield_when_idle": "1", "OPENBLAS_NUM_THREADS": "1",
       "HWLOC_COMPONENTS": "-gl"}  # no look at X displays, which other tests begin and end
REHEARSAL = os.environ.get("GRAM_CUDA_REHEARSAL")
SCALAPACK = os.environ.get("GRAM_SCALAPACK") is not None
GAP = 1e-3  # of λ₁, between clusters of eigenvalues
DIVIDED = {"GRAMSCOPE_DIVIDED_FROM": "1"}
NET = ["-n", 20, "--width", 576, "--eta", "0.002", "--formulation", "weights"]


def need_mpi():
    if RANKS is None:
        raise Skip("the MPI module was not built")
    if shutil.which("mpirun") is None:
        raise Skip("there is no mpirun")


def with_mpi(function):
    @functools.wraps(function)
    def checked(folder):
        need_mpi()
        function(folder)
    return checked


def mpirun(count, *words, code=0, seconds=120, environment=None):
    """What these processes print; they must end, and as expected."""
    process = subprocess.run(
        ["mpirun", "-n", str(count), "--bind-to", "none", "--oversubscribe", *map(str, words)],
        capture_output=True, stdin=subprocess.DEVNULL, timeout=seconds, check=False,
        env={**os.environ, **MPI, **(environment or {})})
    output, errors = process.stdout.decode(), process.stderr.decode()
    assert process.returncode == code, f"exit code {process.returncode}\n{output}\n{errors}"
    return output


def alone(*words, **more):
    """What the program prints where nobody started it among others."""
    environment = {**os.environ, **MPI, **more,
                   "PATH": f"{os.path.dirname(CLI)}:{os.environ['PATH']}"}
    process = subprocess.run([RANKS, *map(str, words)], capture_output=True, timeout=240,
                             check=False, env=environment)
    assert process.returncode == 0, process.stderr.decode(errors="replace")
    return process.stdout.decode()


def numbers(line):
    return [float(word) for word in line.split()[1:]]


@case
@with_mpi
def same_bits(_folder):
    """residuals, weights and patterns are the same bits for 1, 2, 3, 4 and 8 processes, of a few
    units of neurons, saved and restored, with iid and antisymmetric weights"""
    whole = alone("bits", "cpu").splitlines()
    assert len(whole) > 80
    for count in (1, 2, 3, 4, 8):
        lines = mpirun(count, RANKS, "bits", "mpi").splitlines()
        assert len(lines) == len(whole)
        for here, there in zip(whole, lines):
            # what is a sum over processes beside the residuals agrees to rounding
            if here.startswith("seen"):
                for one, two in zip(numbers(here), numbers(there)):
                    assert abs(one - two) <= 1e-6 * max(abs(one), 1e-3), (count, here, there)
            else:
                assert here == there, (count, here, there)


@case
@with_mpi
def lazy(_folder):
    """where S waits each process decides for itself: the residuals agree to 1e-7"""
    waited, *whole = [float(line) for line in alone("lazy", "cpu").splitlines()]
    assert waited > 10
    for count in (1, 2, 3, 4):
        there, *residuals = [float(line)
                             for line in mpirun(count, RANKS, "lazy", "mpi").splitlines()]
        assert there > 10, (count, there)
        assert len(residuals) == len(whole) == 240
        off = max(abs(one / two - 1) for one, two in zip(residuals, whole))
        assert off <= 1e-7, (count, off)


@case
@with_mpi
def failures(_folder):
    """whichever call fails in whichever process, all come back with its words, and serve on"""
    residuals = set()
    for rank, call in [(0, 1), (1, 1), (2, 1), (0, 2), (1, 4), (2, 7), (0, 8), (1, 9), (2, 13),
                       (0, 14), (1, 14), (2, 14)]:
        residuals.add(mpirun(3, RANKS, "fail", rank, call))
    assert len(residuals) == 1, residuals


@case
@with_mpi
def cancelled(_folder):
    """a batch that is cancelled ends after the same step everywhere"""
    mpirun(3, RANKS, "cancel")


@case
@with_mpi
def releases(_folder):
    """processes of different releases are refused, and the odd one is named"""
    output = mpirun(3, RANKS, "release")
    assert output.count("refused: ") == 1, output
    assert re.search(r"process 1 has Gramscope .*; install the same release", output), output


@case
@with_mpi
def states_move(folder):
    """a run begun on the CPU goes on with 4 processes, then 2, a server, and the CPU again"""
    (folder / "gramscope").mkdir()
    (folder / "gramscope/servers.ini").write_text(
        f'[lab]\ncommand="{CLI}" backend --device cpu --threads 1\n')

    def steps(output):
        return [float(line) for line in output.splitlines()]

    whole = [residual for _ in range(5)
             for residual in steps(alone("state", "cpu", folder / "whole"))]
    moved = (steps(alone("state", "cpu", folder / "moved"))
             + steps(mpirun(4, RANKS, "state", "mpi", folder / "moved"))
             + steps(mpirun(2, RANKS, "state", "mpi", folder / "moved"))
             + steps(alone("state", "remote:lab", folder / "moved", XDG_CONFIG_HOME=str(folder)))
             + steps(alone("state", "cpu", folder / "moved")))
    assert len(whole) == len(moved) > 110
    # W goes over in float32
    assert all(abs(one - two) <= 2e-6 * one for one, two in zip(whole, moved))


def curve(path):
    return [line.split(",")[:3] for line in path.read_text().splitlines()[1:]]


@case
@with_mpi
def from_the_program(folder):
    """an ordinary program starts its processes itself, and draws the curves of one"""
    common = ["train", *NET, "--steps", 30, "--record-every", 1]
    # worst-case labels are an eigenvector, and its last bits depend on the threads of BLAS
    run(*common, "--device", "cpu", "--csv", folder / "here.csv", environment=MPI)
    there = run(*common, "--device", "mpi:2", "--csv", folder / "there.csv", environment=MPI)
    assert curve(folder / "here.csv") == curve(folder / "there.csv"), there.stdout + there.stderr
    mpirun(2, CLI, *common, "--device", "mpi", "--csv", folder / "batch.csv")
    assert curve(folder / "here.csv") == curve(folder / "batch.csv")


def residuals(path):
    return [float(row[2]) for row in curve(path)]


@case
@with_mpi
def cards(folder):
    """where each process has a card they compute there, and where only some have, nowhere"""
    if REHEARSAL is None:
        raise Skip("there is no make-believe card")
    modules = folder / "modules"
    modules.mkdir()
    for name, place in (("mpi", os.environ["GRAMSCOPE_MODULE_DIR"]), ("cuda", REHEARSAL)):
        (modules / f"libgram-{name}.so").symlink_to(os.path.join(place, f"libgram-{name}.so"))
    environment = {**MPI, "GRAMSCOPE_MODULE_DIR": str(modules), "GRAM_SHIM_DEVICES": "2"}
    found = {}
    for formulation in ("weights", "samples"):
        common = ["train", "-n", 20, "--width", 576, "--eta", "0.002", "--steps", 10,
                  "--record-every", 1, "--formulation", formulation]
        run(*common, "--device", "cuda", "--csv", folder / "one.csv", environment=environment)
        one = residuals(folder / "one.csv")
        for count, device in ((2, "Host shim"), (3, "threads")):
            run(*common, "--device", f"mpi:{count}", "--csv", folder / "many.csv", "--json",
                folder / "many.json", environment=environment)
            told = json.loads((folder / "many.json").read_text())
            found[count] = told["device"]
            assert device in found[count], (formulation, found, told["notes"])
            many = residuals(folder / "many.csv")
            off = max(abs(a / b - 1) for a, b in zip(one, many, strict=True))
            assert off <= 1e-6, (formulation, count, off)
            if count == 2:  # on a real card another width may add up in another order
                assert one == many


@case
@with_mpi
def killed(_folder):
    """a process of the device that is killed costs no run: it goes on from the last state"""
    assert alone("kill", 4) == "4 killed\n"


def need_scalapack():
    if not SCALAPACK:
        raise Skip("the MPI module was built without ScaLAPACK")


def clusters(path):
    """λ, and for every label set Σ(vᵢᵀy)² over eigenvalues that lie together: [(end, sums)]"""
    rows = [list(map(float, line.split(","))) for line in path.read_text().splitlines()[1:]]
    values = [row[1] for row in rows]
    sums, found = [0] * len(rows[0][2:]), []
    for at, row in enumerate(rows):
        sums = [total + p * p for total, p in zip(sums, row[2:])]
        if at + 1 == len(rows) or values[at] - values[at + 1] > GAP * values[0]:
            found.append((at, sums))
            sums = [0] * len(sums)
    return values, found


def compare_analyses(folder, n):
    """one.json and two.json, one.csv and two.csv: equal to 60·n·ε"""
    limit = 60 * n * 2.0**-52
    one, two = (json.loads((folder / f"{name}.json").read_text()) for name in ("one", "two"))

    def close(here, there):
        return abs(here - there) <= limit * abs(here)

    for name in ("lambda_max", "condition", "trace", "stable_step"):
        assert close(one["gram"][name], two["gram"][name]), (name, one["gram"], two["gram"])
    for here, there in zip(one["labels"], two["labels"]):
        assert close(here["quadratic_form"], there["quadratic_form"]), (here, there)
        assert close(here["complexity"], there["complexity"]), (here, there)
        residuals = here["predicted"]["residual"], there["predicted"]["residual"]
        assert len(residuals[0]) == len(residuals[1]) > 3
        assert all(close(*pair) for pair in zip(*residuals)), residuals
    (values, sums), (others, other_sums) = (clusters(folder / f"{name}.csv")
                                            for name in ("one", "two"))
    assert len(values) == len(others) == n
    assert all(abs(a - b) <= limit * values[0] for a, b in zip(values, others))
    assert len(sums) == len(other_sums) > 5
    for (end, here), (other_end, there) in zip(sums, other_sums):
        assert end == other_end
        # a subspace turns by the error of H∞ over the gap around it; y has n entries ±1
        near = [abs(a - b) <= 2 * limit / GAP * n for a, b in zip(here, there)]
        assert all(near), (end, here, there)


@case
@with_mpi
def divided(_folder):
    """H∞ that lies over 1 to 4 processes passes every check of systems, as one that does not"""
    need_scalapack()
    whole = mpirun(1, RANKS, "systems")
    assert re.fullmatch(r"1\d\d checks, 0 failed\n", whole), whole
    for count in (1, 2, 3, 4):
        output = mpirun(count, RANKS, "systems", environment=DIVIDED)
        assert output == whole, (count, output)


@case
@with_mpi
def divided_analysis(folder):
    """an analysis over 2 processes is that of one: bound, λ₀, λ₁, spectrum and projections"""
    need_scalapack()
    common = ["analyze", "--dataset", "glyphs", "-n", 300, "--labels", "true,random",
              "--spectrum", "full"]
    run(*common, "--device", "cpu", "--json", folder / "one.json",
        "--spectrum-out", folder / "one.csv")
    run(*common, "--device", "mpi:2", "--json", folder / "two.json",
        "--spectrum-out", folder / "two.csv", environment={**MPI, **DIVIDED})
    compare_analyses(folder, 300)


@case
@with_mpi
def divided_memory(_folder):
    """a process that has no memory for its part is named, in one line, and all serve on"""
    need_scalapack()
    for rank in (0, 1):
        output = mpirun(2, RANKS, "memory", rank, environment=DIVIDED)
        assert output.count("\n") == 1 and "H∞" in output, output


@case
@with_mpi
def divided_killed(_folder):
    """a process that is killed with its part of H∞ loses the device, in one line"""
    need_scalapack()
    output = alone("kill-system", **DIVIDED)
    assert output.count("\n") == 1, output


@case
def cannot_start(_folder):
    """what is missing or wrong is told in one line"""
    start = ["train", *NET, "--steps", 3, "--device"]
    fails(*start, "mpi", code=1, says=["--device mpi:4"])
    fails(*start, "mpi:x", code=2, says=["mpi:4"])
    fails(*start, "mpi:0", code=2, says=["mpi:4"])
    fails(*start, "mpi:2", code=1, says=["mpirun", "install"], environment={"PATH": "/nonexistent"})
    fails(*start, "mpi:2", code=1, says=["mpi:2"],
          environment={**MPI, "GRAMSCOPE_MODULE_DIR": "/nonexistent"})


main()
