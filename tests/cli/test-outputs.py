"""test-outputs.py: what was computed reaches its file, whatever happens meanwhile

SPDX-License-Identifier: MIT
"""
import os
import shlex
import signal
import subprocess
import time

from harness import CLI, Run, case, fails, main, run, wait_for

ENDLESS = ["train", "--dataset", "glyphs", "-n", "40", "--width", "64", "--steps", "1000000000",
           "--labels", "true", "--device", "cpu"]
SHORT = ["train", "--dataset", "glyphs", "-n", "20", "--width", "16", "--steps", "3",
         "--labels", "true", "--device", "cpu"]
CURVE = "label,step,residual"


def endless(folder, *prefix):
    return Run(*prefix, CLI, *ENDLESS, "--csv", str(folder / "r.csv"))


def take_curve(folder):
    lines = (folder / "r.csv").read_text(encoding="utf-8").splitlines()
    (folder / "r.csv").unlink()
    assert lines[0].startswith(CURVE) and len(lines) > 1, lines


@case
def many_signals(folder):
    """any number of SIGTERM, SIGHUP and SIGINT, also at once: exit 130 and the curves so far"""
    for signals in ([signal.SIGTERM] * 3, [signal.SIGHUP], [signal.SIGINT] * 2,
                    [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]):
        with endless(folder) as process:
            process.send(*signals)
            assert process.end() == 130, (signals, process.code)
        take_curve(folder)


@case
def told_how_long(folder):
    """a long run says once how long it will take, and at a terminal how much is left"""
    with endless(folder) as process:
        wait_for(lambda: b"this will take about" in process.listen(), "the note")
        wait_for(lambda: b" left" in process.listen(), "the time left")
        process.send(signal.SIGTERM)
        assert process.end() == 130
        assert process.said.count(b"this will take about") == 1, process.said
    assert run(*SHORT).stderr == ""
    with subprocess.Popen(["timeout", "-k", "10", "100", CLI, "sweep", "-n", "40", "--width", "256",
                           "--steps", "20000", "--fractions", "1", "--seeds", "1000", "--device",
                           "cpu"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        said = process.stderr.readline()  # bounded: by timeout(1)
        assert b"this will take about" in said, said
        process.terminate()
        process.communicate(timeout=120)
    assert process.returncode == 130


@case
def all_results(folder):
    """one result that cannot be written costs none of the others; the first failure is told"""
    learn = ["learn", "--n-list", "10,20", "--function", "linear"]
    sweep = ["sweep", "-n", 20, "--width", 16, "--steps", 3, "--fractions", "0,1"]
    analyze = ["analyze", "-n", 20, "--labels", "true"]
    for command, other in ((SHORT, "csv"), (learn, "csv"), (sweep, "csv"),
                           (analyze, "spectrum-out")):
        path = folder / f"{command[0]}.csv"
        fails(*command, "--json", "/dev/full", f"--{other}", path, code=1,
              says=["/dev/full", "space"])
        assert len(path.read_text(encoding="utf-8").splitlines()) > 1, command
    fails(*SHORT, "--csv", "/dev/full", "--json", folder / "r", code=1, says=["/dev/full"])
    assert (folder / "r").read_text().startswith("{")
    assert "fraction,seed" in run(*sweep, "--json", "/dev/full", "--csv", "-", code=1).stdout
    fails(*SHORT, "--checkpoint", "/dev/full", "--csv", folder / "c", code=1, says=["/dev/full"])
    assert (folder / "c").read_text().startswith(CURVE)


@case
def nohup(folder):
    """a hang-up that the caller ignores stays ignored"""
    with endless(folder, "sh", "-c", "trap '' HUP; exec \"$@\"", "sh") as process:
        process.send(signal.SIGHUP)
        time.sleep(1)
        assert not process.is_over()
        process.send(signal.SIGTERM)
        assert process.end() == 130
    take_curve(folder)


@case
def pressed(folder):
    """Ctrl-C at a terminal, and the same key held down: the curves so far are written"""
    for keys in (b"\x03", b"\x03\x03\x03"):
        with endless(folder) as process:
            process.type(keys)
            assert process.end() == 130, process.code
        take_curve(folder)


@case
def pressed_again(folder):
    """Ctrl-C a second time, while a file waits for a reader that never reads: over at once"""
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    os.set_blocking(writer, False)
    try:
        while os.write(writer, bytes(4096)):  # until the pipe is full
            pass
    except BlockingIOError:
        os.set_blocking(writer, True)
    try:
        with Run(CLI, *ENDLESS, "--csv", f"/dev/fd/{writer}") as process:
            process.type(b"\x03")
            time.sleep(2)
            assert not process.is_over()
            process.type(b"\x03")
            assert process.end() == 130, process.code
    finally:
        os.close(reader)
        os.close(writer)


@case
def streams(folder):
    """/dev/stdout, /dev/fd/N and process substitution are written to as they are"""
    assert run(*SHORT, "--csv", "/dev/stdout").stdout.startswith(CURVE)
    assert run(*SHORT, "--csv", "/dev/fd/1").stdout.startswith(CURVE)
    script = f"{shlex.quote(CLI)} {' '.join(SHORT)} --csv >(cat >{folder}/got); wait $!"
    subprocess.run(["bash", "-c", script], check=True, timeout=120)
    wait_for(lambda: (folder / "got").exists()
             and (folder / "got").read_text().startswith(CURVE), "what was piped")
    with open(folder / "log", "w", encoding="ascii") as log:
        log.write("before\n")
        log.flush()
        subprocess.run([CLI, *SHORT, "--csv", "/dev/stdout"], stdout=log, check=True, timeout=120)
    assert (folder / "log").read_text().startswith("before\n" + CURVE)


@case
def early_reader(folder):
    """who reads stdout and stops early costs no file"""
    with subprocess.Popen([CLI, *SHORT, "--json", "-", "--csv", folder / "r.csv"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        process.stdout = None
        errors = process.communicate(timeout=120)[1]
    assert process.returncode == -signal.SIGPIPE and errors == b"", (process.returncode, errors)
    take_curve(folder)


@case
def tried_before_the_work(folder):
    """what cannot be written is refused before the work, by every command and option"""
    nowhere = folder / "no" / "such" / "file"
    needed = {"figure": ["movement"], "study": ["--vary", "width=8,16"]}
    for command, option in (("analyze", "json"), ("analyze", "spectrum-out"), ("train", "json"),
                            ("train", "csv"), ("train", "checkpoint"), ("sweep", "csv"),
                            ("sweep", "json"), ("study", "csv"), ("study", "json"),
                            ("learn", "csv"), ("learn", "json"), ("devices", "json"),
                            ("bench", "json"), ("selftest", "json"), ("figure", "out"),
                            ("figure", "checkpoint")):
        ending = {"spectrum-out": ".csv", "out": ".svg"}.get(option, "")
        words = [command, *needed.get(command, [])]
        begun = time.monotonic()
        fails(*words, f"--{option}", f"{nowhere}{ending}", code=1,
              says=["no/such/file", "cannot create"])
        assert time.monotonic() - begun < 20, f"{command} worked first"


@case
def one_file_each(folder):
    """two results are never written to one file, whatever its names"""
    path, link = folder / "r", folder / "link"
    path.touch()
    link.symlink_to(path)
    for first, second in ((path, path), (path, link), (folder / "new", folder / "." / "new"),
                          ("-", "-")):
        fails(*SHORT, "--csv", first, "--json", second, code=2,
              says=["--json and --csv both write to", "give each a file of its own"])
    fails(*SHORT, "--csv", path, "--checkpoint", link, code=2, says=["--csv and --checkpoint"])
    fails(*SHORT, "--csv", "/dev/stdout", "--json", "-", code=2, says=["both write to"])
    run(*SHORT, "--csv", "/dev/null", "--json", "/dev/null")


if __name__ == "__main__":
    main()
