#!/usr/bin/env python3
"""test-remote.py: a run whose device is at the other end of a command

SPDX-License-Identifier: MIT
"""
import os
import signal
import subprocess

from harness import CLI, Run, case, fails, main, run

NET = ["-n", 60, "--width", 192, "--eta", "0.01", "--labels", "true,random"]


def server(folder, command):
    """The environment in which the server “lab” is this command."""
    (folder / "gramscope").mkdir(exist_ok=True)
    (folder / "gramscope/servers.ini").write_text(f"[lab]\ncommand={command}\n")
    return {"XDG_CONFIG_HOME": str(folder)}


def helper(before=""):
    return f"sh -c '{before} exec \"{CLI}\" backend --device cpu'"


@case
def same_numbers(folder):
    """a run on a server writes the curves of one here, bit by bit"""
    environment = server(folder, helper("echo Welcome;"))
    common = ["train", *NET, "--steps", 40, "--record-every", 1]
    run(*common, "--device", "cpu", "--csv", folder / "here.csv")
    run(*common, "--device", "remote:lab", "--csv", folder / "there.csv", environment=environment)
    assert (folder / "here.csv").read_text() == (folder / "there.csv").read_text()
    here, there = (run("analyze", *NET, "--device", device, "--predict-at", "10",
                       environment=environment).stdout.splitlines()[3:]
                   for device in ("cpu", "remote:lab"))
    assert here == there


@case
def killed_helper(folder):
    """a helper that is killed costs no run: it goes on on the CPU and is complete"""
    pid = folder / "pid"
    environment = server(folder, helper(f"echo $$ >{pid};"))
    # with a small κ one pattern that flips a step later moves the curve by more than all rounding
    common = ["train", *NET, "--kappa", 1, "--init", "antisymmetric", "--steps", 3000,
              "--formulation", "weights", "--record-every", 250]
    run(*common, "--device", "cpu", "--csv", folder / "here.csv")
    with Run(CLI, *map(str, common), "--device", "remote:lab", "--csv", str(folder / "there.csv"),
             environment=environment) as process:
        os.kill(int(pid.read_text()), signal.SIGKILL)
        assert process.end(300) == 0, process.said
        assert b"goes on from step" in process.said, process.said
    here = (folder / "here.csv").read_text().splitlines()
    there = (folder / "there.csv").read_text().splitlines()
    assert len(here) == len(there)
    # W goes over in float32, whose rounding is small beside what u began with, not what is left
    most = 1e-5 * max(float(line.split(",")[2]) for line in here[1:])
    for one, two in zip(here[1:], there[1:]):
        (*names, x), (*others, y) = (line.split(",")[:3] for line in (one, two))
        assert names == others, (one, two)
        assert abs(float(x) - float(y)) <= most, (one, two)


@case
def no_server(folder):
    """a server that cannot be used is told in one line, before any work"""
    start = ["train", *NET, "--steps", 3, "--device"]
    environment = server(folder, "sh -c 'echo gramscope-cli: not found >&2; exit 127'")
    fails(*start, "remote:lab", code=1, says=["gramscope-cli: not found", "lab"],
          environment=environment)
    fails(*start, "remote:lab", code=1, says=["no-such-program"],
          environment=server(folder, "no-such-program"))
    fails(*start, "remote:lab", code=3, says=["servers.ini"],
          environment=server(folder, "unfinished \"quote"))
    fails(*start, "remote:a/b", code=2, says=["USER@HOST"], environment=environment)
    fails(*start, "remote:", code=2, says=["remote:NAME", "mpi:RANKS"])
    fails(*start, "remote:-oProxyCommand=x", code=2, says=["remote:NAME"])


@case
def no_terminal(_folder):
    """the helper serves who speaks its language, and nobody else"""
    process = subprocess.run([CLI, "backend", "--device", "cpu"], input=b"hello\n",
                             capture_output=True, timeout=120, check=False)
    assert process.returncode == 1
    assert process.stdout.startswith(b"GRAMSCOPE-STREAM 1\n")
    assert b"the connection ended" in process.stderr


@case
def files_stay_here(folder):
    """a checkpoint that names a server connects to none until it is named again"""
    environment = server(folder, helper())
    checkpoint = folder / "c.gramscope"
    run("train", *NET, "--steps", 5, "--device", "remote:lab", "--checkpoint", checkpoint,
        environment=environment)
    other = server(folder, f"sh -c 'touch {folder}/connected; exit 1'")
    said = run("train", "--resume", checkpoint, "--steps", 10, environment=other).stderr
    assert "--device remote:lab" in said, said
    assert not (folder / "connected").exists()
    fails("train", "--resume", checkpoint, "--steps", 10, "--device", "remote:lab", code=1,
          says=["lab"], environment=other)
    assert (folder / "connected").exists()


main()
