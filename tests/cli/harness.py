"""harness.py: runs gramscope-cli and speaks TAP

SPDX-License-Identifier: MIT

A case is a function that asserts; its docstring is its name. Everything a case writes goes to a
folder of its own that is removed afterwards.
"""
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

CLI = os.environ.get("GRAMSCOPE_CLI") or str(
    Path(os.environ.get("GRAM_TEST_BUILDDIR", "build")) / "src/cli/gramscope-cli")
DATA = os.environ.get("GRAM_TEST_DATA")
FASHION = Path("/usr/share/datasets/fashion-mnist")

CASES = []


class Skip(Exception):
    """The case cannot be run here; the message says why."""


def case(function):
    CASES.append(function)
    return function


def run(*arguments, code=0, environment=None, **options):
    """Runs the CLI, checks its exit code, returns the finished process."""
    process = subprocess.run(
        [CLI, *map(str, arguments)], capture_output=True, stdin=subprocess.DEVNULL,
        env={**os.environ, "XDG_DATA_HOME": "/nonexistent", **(environment or {})},
        timeout=300, check=False, **options)
    process.stdout = process.stdout.decode()
    process.stderr = process.stderr.decode()
    assert process.returncode == code, (
        f"exit code {process.returncode}, not {code}: {' '.join(map(str, arguments))}\n"
        f"{process.stderr}")
    return process


def fails(*arguments, code, says=(), **options):
    """Runs a mistake: the exit code, and one line on stderr that says these words."""
    process = run(*arguments, code=code, **options)
    errors = [line for line in process.stderr.splitlines()
              if not line.startswith("gramscope-cli: note: ")]
    assert len(errors) == 1, f"not one line: {process.stderr!r}"
    assert errors[0].startswith("gramscope-cli: "), errors[0]
    for word in says:
        assert word in errors[0], f"“{word}” is not in: {errors[0]}"
    return errors[0]


def interrupted(path, *arguments):
    """Runs until the file is there, then sends SIGINT."""
    with subprocess.Popen([CLI, *map(str, arguments)], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as process:
        for _ in range(3000):
            time.sleep(0.1)
            if path.exists():
                break
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130, (process.returncode, errors)


def wait_for(condition, what, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.05)


class Run:
    """A run at a terminal of its own, past its first steps; killed when it is left."""

    def __init__(self, *command, environment=None, says=b"Training"):
        self.said, self.code, self.says = b"", None, says
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            # whoever started the tests may ignore it, as nohup(1) does
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            # one that shows progress
            os.execvpe(command[0], command, os.environ | {"TERM": "xterm"} | (environment or {}))

    def __enter__(self):
        try:
            wait_for(lambda: self.says in self.listen(), "the first steps")
        except AssertionError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.terminal)

    def listen(self):
        while select.select([self.terminal], [], [], 0)[0]:
            try:
                self.said += os.read(self.terminal, 4096)
            except OSError:  # its end was closed
                break
        return self.said

    def send(self, *signals):
        for number in signals:
            os.kill(self.pid, number)

    def type(self, keys):
        os.write(self.terminal, keys)

    def is_over(self):
        self.listen()
        done, status = os.waitpid(self.pid, os.WNOHANG)
        if done:
            self.code = os.waitstatus_to_exitcode(status)
        return done != 0

    def end(self, seconds=120):
        wait_for(self.is_over, "the end of the run", seconds)
        return self.code


def run_json(*arguments, **options):
    return json.loads(run(*arguments, "--json", "-", **options).stdout, parse_constant=reject)


def reject(word):
    raise AssertionError(f"{word} is no JSON")


def need_data(folder):
    """The folder of a real dataset, or the case is skipped."""
    if DATA is None or not (Path(DATA) / folder).is_dir():
        raise Skip(f"GRAM_TEST_DATA has no {folder}")
    return str(Path(DATA) / folder)


def close(value, expected, relative, what=""):
    error = abs(value - expected) / max(abs(expected), 1e-300)
    assert error <= relative, f"{what}: {value!r} is not {expected!r} ({error:.2g} relative)"


def main():
    failed = 0
    print(f"1..{len(CASES)}", flush=True)
    for number, function in enumerate(CASES, 1):
        name = " ".join((function.__doc__ or function.__name__).split())
        folder = Path(tempfile.mkdtemp(prefix="gramscope-cli-"))
        try:
            function(folder)
            print(f"ok {number} {name}", flush=True)
        except Skip as reason:
            print(f"ok {number} {name} # SKIP {reason}", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            print(f"not ok {number} {name}", flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)
