"""test-options.py: what there is to type, and that help, manual and completion agree on it

SPDX-License-Identifier: MIT
"""
import os
import re
import shutil
import subprocess
from pathlib import Path

from harness import CLI, FASHION, Skip, case, fails, main, run, run_json

SOURCE = Path(os.environ["GRAM_TEST_SRCDIR"])
BUILD = Path(os.environ["GRAM_TEST_BUILDDIR"])
COMPLETION = BUILD / "src/cli/completion"
MANUAL = BUILD / "docs/gramscope-cli.1"
COMMANDS = ["devices", "datasets", "analyze", "train", "sweep", "study", "learn", "figure",
            "selftest", "bench", "backend"]


def options_of(command):
    """The long options that --help lists."""
    return set(re.findall(r"^\s+(?:-\w, )?--([a-z-]+)", run(command, "--help").stdout,
                          re.MULTILINE)) - {"help"}


@case
def help_lists_commands(_folder):
    """--help lists the commands, --version the version, on stdout"""
    text = run("--help").stdout
    for command in COMMANDS:
        assert f"\n  {command} " in text, command
    version = re.search(r"version: '([^']+)'", (SOURCE / "meson.build").read_text()).group(1)
    assert run("--version").stdout == f"gramscope-cli {version}\n"


@case
def documented_options(_folder):
    """every documented option is there"""
    data = {"dataset", "data-dir", "classes", "samples", "test-samples", "select", "preprocess",
            "seed"}
    net = {"width", "eta", "kappa", "init", "device", "formulation", "threads"}
    expected = {
        "analyze": data | net | {"labels", "random-fraction", "json", "predict-at", "spectrum",
                               "spectrum-out"},
        "train": data | net | {"labels", "drift", "finite-width", "steps", "until-residual",
                               "record-every", "kernel-every", "json", "csv",
                               "checkpoint", "resume", "dump-init"},
        "sweep": data | net | {"fractions", "seeds", "csv", "resume"},
        "study": data | net | {"vary", "seeds", "labels", "csv", "json", "resume", "steps"},
        "learn": {"function", "alpha", "power", "beta-norm", "n-list", "json"},
        "figure": data | net | {"labels", "out", "size", "font-size", "no-title", "no-caption",
                                "flips", "dpi", "finite-width", "checkpoint", "resume"},
        "selftest": {"device"},
        "devices": {"json"},
    }
    for command, options in expected.items():
        missing = options - options_of(command)
        assert not missing, f"{command}: {missing}"


@case
def settings_are_options(_folder):
    """each row of the table of settings is an option of some command, and no command has two"""
    rows = (SOURCE / "src/engine/setup/gram-settings-rows.h").read_text()
    names = re.findall(r'\.name = "([^"]+)"', rows)
    assert len(names) == len(set(names)) >= 22
    missing = set(names).difference(*map(options_of, COMMANDS))
    assert not missing, missing
    for command in COMMANDS:
        listed = re.findall(r"^\s+(?:-\w, )?--([a-z-]+)", run(command, "--help").stdout,
                            re.MULTILINE)
        assert len(listed) == len(set(listed)), (command, listed)


@case
def documents(_folder):
    """every JSON document begins with its schema and the version; its members are these"""
    version = run("--version").stdout.split()[1]
    small = ["-n", 20, "--width", 8, "--steps", 3, "--device", "cpu"]
    cell = {"fraction", "seed", "complexity", "expected_complexity", "test", "train_error",
            "residual", "steps", "stopped"}
    member = cell - {"fraction", "expected_complexity"} | {"width", "labels", "predicted",
                                                          "difference"}
    row = {"function", "statement", "learnable", "n", "root", "complexity", "bound",
           "bound_tight", "norm", "residual"}
    dataset = {"name", "title", "available", "path", "width", "height", "channels", "classes",
               "licence", "citation"}
    device = {"backend", "index", "name", "details", "memory_total", "memory_free", "cores",
              "compute_major", "compute_minor"}
    expected = {
        ("devices",): ("devices", {"devices"}, "devices", device),
        ("datasets", "list"): ("datasets", {"datasets"}, "datasets", dataset),
        ("datasets", "info", "glyphs"): ("dataset-info",
                                         {"name", "title", "source", "width", "height", "channels",
                                          "classes", "warnings"}, "classes",
                                         {"name", "train", "test"}),
        ("selftest", "--device", "cpu"): ("selftest", {"device", "checks"}, "checks",
                                          {"name", "passed", "value", "limit", "detail",
                                           "seconds"}),
        ("learn", "--n-list", "20,30"): ("learnability", {"inputs", "rows"}, "rows", row),
        ("sweep", *small, "--fractions", "0,1"): ("sweep", {"dataset", "cells"}, "cells", cell),
        ("study", *small, "--vary", "width=8,16"): ("study",
                                                    {"dataset", "cells", "refused", "against",
                                                     "scaling"}, "cells", member),
    }
    for command, (schema, members, rows, columns) in expected.items():
        result = run_json(*command)
        assert list(result)[:2] == ["schema", "version"], command
        assert result["schema"] == f"gramscope.{schema}/1" and result["version"] == version
        assert set(result) == members | {"schema", "version", "notes"}, (command, set(result))
        for one in result[rows]:
            assert set(one) == columns, (command, set(one))


@case
def defaults_in_help(_folder):
    """help names the defaults"""
    text = run("train", "--help").stdout
    for words in ("glyphs (default)", "min(1000, available)", "at most 2000", "true,random,worst",
                  "0.001", "0.01", "10000", "2048"):
        assert words in text, words


@case
def manual_is_complete(_folder):
    """the manual page names every command and option"""
    if not MANUAL.is_file():
        raise Skip("built without the manual page")
    manual = MANUAL.read_text().replace("\\-", "-")
    for command in COMMANDS:
        assert command in manual
        for option in options_of(command):
            assert f"--{option}" in manual, f"{command} --{option}"
    if shutil.which("man"):
        checked = subprocess.run(["man", "--warnings", "-l", MANUAL],
                                 env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"},
                                 capture_output=True, text=True, check=True, timeout=60)
        assert not checked.stderr, checked.stderr


@case
def completions_are_complete(_folder):
    """bash, zsh and fish complete every option of every command"""
    bash = (COMPLETION / "gramscope-cli").read_text()
    zsh = (COMPLETION / "_gramscope-cli").read_text()
    fish = (COMPLETION / "gramscope-cli.fish").read_text()
    for command in COMMANDS:
        for option in options_of(command):
            assert f"--{option}" in bash, f"bash: {command} --{option}"
            assert f"--{option}" in zsh, f"zsh: {command} --{option}"
            assert f"-l {option} " in fish, f"fish: {command} --{option}"


@case
def lists_are_complete(folder):
    """help, manual, completions and errors name every figure and every kind of labels"""
    places = [MANUAL, COMPLETION / "gramscope-cli", COMPLETION / "_gramscope-cli",
              COMPLETION / "gramscope-cli.fish"]
    listed = run("figure", "--help").stdout.split("NAME is one of\n")[1].split(".\n")[0]
    figures = re.findall(r"\w+", listed)
    error = run("analyze", "--labels", "none-of-them", code=2).stderr
    kinds = re.findall(r"\w+:?", error.split("choose ")[1].split(" with ")[0].replace("RHO", ""))
    kinds.remove("or")
    assert len(figures) >= 18, figures
    assert {"true", "random", "worst", "mixed:"} <= set(kinds), kinds
    text = run("analyze", "--help").stdout
    for kind in kinds:
        assert kind in text, kind
    for place in places:
        text = place.read_text().replace("\\fB", "").replace("\\fP", "").replace("\\:", ":")
        assert "@FIGURES@" not in text and "@SETTINGS@" not in text, place
        for word in figures + kinds:
            assert re.search(rf"(?<![\w-]){re.escape(word)}", text), (place.name, word)
    for figure in figures:
        fails("figure", figure, "--out", folder / "figure.txt", code=2, says=["figure.txt"])


def complete(*words):
    """What bash offers after these words."""
    script = COMPLETION / "gramscope-cli"
    line = " ".join(f"'{word}'" for word in ("gramscope-cli", *words))
    result = subprocess.run(
        ["bash", "--norc", "-c", f"source '{script}'; COMP_WORDS=({line}); "
         f"COMP_CWORD={len(words)}; _gramscope_cli gramscope-cli '{words[-1]}' "
         f"'{words[-2] if len(words) > 1 else 'gramscope-cli'}'; "
         "printf '%s\\n' \"${COMPREPLY[@]}\""],
        capture_output=True, text=True, check=True, timeout=60)
    assert not result.stderr, result.stderr
    return result.stdout.split()


@case
def bash_completes(_folder):
    """bash completion offers commands, options and values"""
    assert complete("an") == ["analyze"]
    assert complete("train", "--prep") == ["--preprocess"]
    assert complete("train", "--preprocess", "c") == ["center"]
    assert complete("train", "--drift", "y") == ["yes"]
    assert complete("datasets", "in") == ["info"]
    assert complete("sweep", "--resume", "--se") == ["--select", "--seed", "--seeds"]
    assert "cifar10" in complete("analyze", "--dataset", "cif")
    assert "convergence" in complete("figure", "conv")
    assert "--seeds" in complete("sweep", "--s")


@case
def quiet(folder):
    """stdout carries only what was asked for, stderr nothing when it is no terminal"""
    process = run("analyze", "-n", 20, "--json", folder / "r.json")
    assert process.stdout == "" and process.stderr == "", process
    process = run("train", "-n", 20, "--width", 16, "--steps", 3, "--json", folder / "r.json",
                  "--device", "cpu")
    assert process.stdout == "" and process.stderr == "", process


@case
def devices(_folder):
    """devices shows the CPU with its memory"""
    listed = run_json("devices")["devices"]
    assert listed[0]["backend"] == "cpu" and listed[0]["memory_total"] > 0
    assert listed[0]["name"] in run("devices").stdout


@case
def blas_core(_folder):
    """OpenBLAS that takes the processor for an old one is started with better kernels"""
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    core = "SkylakeX" if " avx512vl" in flags else "Haswell" if " avx2" in flags else None
    if core is None:
        raise Skip("a processor without AVX2")
    free = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}

    def details(*starter, **more):
        process = subprocess.run([*starter, CLI, "devices"], env={**free, **more}, check=True,
                                 capture_output=True, text=True, timeout=300)
        assert process.stderr == "", process.stderr
        return process.stdout

    said = f"OpenBLAS's {core} kernels (in place of Prescott)"
    assert said in details(GRAM_CPU_BLAS_FOUND="Prescott")
    # as the bundle starts it on an older system
    linker = Path("/lib64/ld-linux-x86-64.so.2")
    if linker.exists():
        assert said in details(linker, GRAM_CPU_BLAS_FOUND="Prescott")
    assert "in place of" not in details(GRAM_CPU_BLAS_FOUND=core)
    # what the user says stands
    told = details(GRAM_CPU_BLAS_FOUND="Prescott", OPENBLAS_CORETYPE="Nehalem")
    assert "OpenBLAS's Nehalem kernels;" in told, told
    # a core that is not there, or that the check refused, is given up for the library's choice
    told = details(GRAM_CPU_BLAS_FROM="Haswell", OPENBLAS_CORETYPE="NoSuchCore")
    assert "OpenBLAS's Haswell kernels (NoSuchCore could not be had)" in told, told


@case
def datasets(_folder):
    """datasets lists the catalogue, info reads every image"""
    listed = {one["name"]: one for one in run_json("datasets")["datasets"]}
    assert {"glyphs", "mnist", "fashion-mnist", "kmnist", "cifar10", "cifar100"} <= set(listed)
    assert listed["glyphs"]["available"]
    assert not listed["kmnist"]["available"]
    assert "datasets get kmnist" in run("datasets").stdout
    if not FASHION.is_dir():
        raise Skip("no Fashion-MNIST on this machine")
    info = run_json("datasets", "info", FASHION)
    assert [one["train"] for one in info["classes"]] == [6000] * 10
    assert [one["test"] for one in info["classes"]] == [1000] * 10
    assert "sound" in run("datasets", "info", "fashion-mnist").stdout


if __name__ == "__main__":
    main()
