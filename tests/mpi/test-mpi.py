#!/usr/bin/env python3
"""test-mpi.py: many processes as one device

SPDX-License-Identifier: MIT

More processes than processors yield to each other, and as root only those start that say they may.
"""
import functools
import os
import re
import shutil
import subprocess

from harness import CLI, Skip, case, fails, main, run

RANKS = os.environ.get("GRAM_RANKS")
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
       "PRTE_ALLOW_RUN_AS_ROOT": "1", "PRTE_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
       "OMPI_MCA_mpi_yield_when_idle": "1", "OPENBLAS_NUM_THREADS": "1"}
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


def mpirun(count, *words, code=0, seconds=120):
    """What these processes print; they must end, and as expected."""
    process = subprocess.run(
        ["mpirun", "-n", str(count), "--bind-to", "none", "--oversubscribe", *map(str, words)],
        capture_output=True, stdin=subprocess.DEVNULL, env={**os.environ, **MPI}, timeout=seconds,
        check=False)
    output, errors = process.stdout.decode(), process.stderr.decode()
    assert process.returncode == code, f"exit code {process.returncode}\n{output}\n{errors}"
    return output


def alone(*words, **more):
    """What the program prints where nobody started it among others."""
    environment = {**os.environ, **MPI, **more,
                   "PATH": f"{os.path.dirname(CLI)}:{os.environ['PATH']}"}
    return subprocess.run([RANKS, *map(str, words)], capture_output=True, timeout=240, check=True,
                          env=environment).stdout.decode()


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
    run(*common, "--device", "cpu", "--csv", folder / "here.csv")
    there = run(*common, "--device", "mpi:2", "--csv", folder / "there.csv", environment=MPI)
    assert curve(folder / "here.csv") == curve(folder / "there.csv"), there.stdout + there.stderr
    mpirun(2, CLI, *common, "--device", "mpi", "--csv", folder / "batch.csv")
    assert curve(folder / "here.csv") == curve(folder / "batch.csv")


@case
@with_mpi
def killed(_folder):
    """a process of the device that is killed costs no run: it goes on from the last state"""
    assert alone("kill", 4) == "4 killed\n"


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
