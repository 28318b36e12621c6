"""test-errors.py: every mistake gets one line with its remedy and the documented exit code

SPDX-License-Identifier: MIT
"""
import gzip
import json
import locale
import os
import struct
import subprocess

import numpy as np

from harness import CLI, FASHION, case, fails, main, run, run_json


def write_idx(folder, prefix, images, labels):
    """An MNIST-like pair of files."""
    n, height, width = images.shape
    (folder / f"{prefix}-images-idx3-ubyte").write_bytes(
        struct.pack(">IIII", 2051, n, height, width) + images.astype(np.uint8).tobytes())
    (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(
        struct.pack(">II", 2049, n) + labels.astype(np.uint8).tobytes())


def make_dataset(folder, n=40, seed=1):
    """Random images of ten classes, train and test."""
    folder.mkdir(exist_ok=True)
    random = np.random.default_rng(seed)
    images = random.integers(1, 256, (n, 28, 28))
    labels = np.arange(n) % 10
    write_idx(folder, "train", images, labels)
    write_idx(folder, "t10k", images[: n // 2], labels[: n // 2])
    return images, labels


def analyze(path, *arguments):
    return ["analyze", "--dataset", path, *arguments]


@case
def sound_files(folder):
    """the files that the other cases damage are read"""
    make_dataset(folder / "d")
    result = run_json(*analyze(folder / "d", "-n", 8, "--labels", "true"))
    assert result["dataset"]["n"] == 8 and result["dataset"]["d"] == 784


@case
def usage(_folder):
    """mistakes of usage: exit 2 and one line"""
    fails("nonsense", code=2, says=["nonsense", "--help"])
    fails("--nonsense", code=2, says=["--nonsense"])
    assert "Usage" in run(code=2).stderr
    fails("analyze", "--nonsense", code=2, says=["--nonsense", "analyze --help"])
    fails("analyze", "stray", code=2, says=["stray"])
    fails("analyze", "-n", code=2)
    fails("analyze", "-n", "many", code=2, says=["many"])
    fails("analyze", "--spectrum", "half", code=2, says=["half", "none, full"])
    fails("analyze", "--spectrum", "none", "--spectrum-out", "x.csv", code=2)
    fails("analyze", "--predict-at", "1,x", code=2, says=["1,x"])
    fails("analyze", "--labels", "true,wrong", code=2, says=["wrong"])
    fails("analyze", "--labels", "mixed:1.5", code=2, says=["1.5"])
    fails("analyze", "--preprocess", "bleach", code=2, says=["bleach", "pixel-center"])
    fails("analyze", "--classes", "1", code=2, says=["classes"])
    fails("analyze", "--classes", "1,1", code=2, says=["differ"])
    fails("train", "--eta", "-1", code=2, says=["eta"])
    fails("train", "--eta", "nan", code=2, says=["eta"])
    fails("train", "--kappa", "0", code=2, says=["kappa"])
    fails("train", "--width", "-5", code=2, says=["width"])
    fails("train", "--init", "zero", code=2, says=["zero"])
    fails("train", "--formulation", "magic", code=2, says=["magic"])
    fails("figure", "nonsense", "--out", "x.svg", code=2, says=["nonsense"])
    fails("figure", "1a", code=2, says=["--out"])
    fails("figure", "1a", "--out", "x.bmp", code=2, says=["x.bmp"])
    fails("figure", "1a", "--out", "x.svg", "--size", "10", code=2, says=["10"])


@case
def too_few_samples(_folder):
    """n = 1 is refused"""
    fails("analyze", "-n", 1, code=2, says=["1"])


@case
def no_such_dataset(folder):
    """a path that is not there, an empty folder, a device, a folder that cannot be read"""
    fails(*analyze(folder / "absent"), code=3, says=["absent"])
    (folder / "empty").mkdir()
    fails(*analyze(folder / "empty"), code=3, says=["empty"])
    fails(*analyze("/dev/null"), code=3, says=["/dev/null"])
    fails(*analyze("/dev/zero"), code=3, says=["/dev/zero"])
    fails(*analyze("no-such-name"), code=3, says=["no-such-name"])
    os.mkfifo(folder / "fifo")
    fails(*analyze(folder / "fifo"), code=3, says=["fifo"])


@case
def not_installed(folder):
    """a known dataset that is not on this machine: how to get it"""
    fails(*analyze("kmnist", "--data-dir", folder), code=3, says=["kmnist", "datasets get"])


@case
def foreign_file(folder):
    """a file of another kind is named as such"""
    (folder / "notes.txt").write_text("not a dataset at all\n" * 100)
    fails(*analyze(folder / "notes.txt"), code=3, says=["notes.txt"])
    (folder / "random").write_bytes(bytes(np.random.default_rng(3).integers(0, 256, 5000,
                                                                            dtype=np.uint8)))
    fails(*analyze(folder / "random"), code=3, says=["random"])


@case
def truncated_file(folder):
    """a truncated file: how much is missing, nothing partly loaded"""
    make_dataset(folder / "d")
    path = folder / "d" / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1000])
    fails(*analyze(folder / "d"), code=3, says=["train-images", "1000"])


@case
def truncated_gzip(folder):
    """a gzip file that is cut or damaged"""
    make_dataset(folder / "d")
    path = folder / "d" / "train-images-idx3-ubyte"
    packed = gzip.compress(path.read_bytes())
    path.unlink()
    (folder / "d" / "train-images-idx3-ubyte.gz").write_bytes(packed[: len(packed) // 2])
    fails(*analyze(folder / "d"), code=3, says=["train-images"])


@case
def unreadable_file(folder):
    """a file without permission to read"""
    make_dataset(folder / "d")
    (folder / "d" / "train-images-idx3-ubyte").chmod(0)
    if os.geteuid() == 0:
        return  # root reads everything; the other assertions of this file remain
    fails(*analyze(folder / "d"), code=3, says=["train-images"])


@case
def class_with_too_few(folder):
    """more images asked for than a class has: how many there are"""
    make_dataset(folder / "d")
    fails(*analyze(folder / "d", "-n", 500), code=3, says=["8"])
    fails(*analyze(folder / "d", "--classes", "0,77"), code=2, says=["77", "0 … 9"])


@case
def zero_image(folder):
    """an image of zeros is named and dropped with a note"""
    images, labels = make_dataset(folder / "d")
    images[10] = 0
    write_idx(folder / "d", "train", images, labels)
    process = run(*analyze(folder / "d", "-n", 6, "--labels", "true", "--json", folder / "r.json"))
    assert "rows 10" in process.stderr and "left out" in process.stderr, process.stderr
    assert json.loads((folder / "r.json").read_text())["dataset"]["n"] >= 5


@case
def identical_images(folder):
    """two identical images with different labels: named, and the measure is no number"""
    images, labels = make_dataset(folder / "d")
    images[11] = images[10]
    write_idx(folder / "d", "train", images, labels)
    process = run(*analyze(folder / "d", "-n", 8, "--labels", "true", "--json", folder / "r.json"))
    assert "rows 10 and 11" in process.stderr and "leave one out" in process.stderr
    label = json.loads((folder / "r.json").read_text())["labels"][0]
    assert label["complexity"] is None and label["quadratic_form"] is None, label
    assert None not in label["predicted"]["residual"]
    table = run(*analyze(folder / "d", "-n", 8, "--labels", "true")).stdout
    assert "0 ± " in table and "(rounding)" in table, table


@case
def no_space(folder):
    """a full disk: the reason, exit 1"""
    fails("analyze", "-n", 20, "--json", "/dev/full", code=1, says=["/dev/full", "space"])
    fails("analyze", "-n", 20, "--json", folder / "no" / "such" / "folder", code=1)
    process = subprocess.run([CLI, "analyze", "-n", "20", "--json", "-"], check=False,
                             stdout=open("/dev/full", "w", encoding="ascii"),
                             stderr=subprocess.PIPE, timeout=60)
    assert process.returncode == 1 and b"stdout" in process.stderr, process.stderr


@case
def hostile_name(folder):
    """line breaks and markup in a name stay one line"""
    fails(*analyze(folder / "a\nb<b>"), code=3)


@case
def no_device(_folder):
    """a device that is not there"""
    devices = run_json("devices")["devices"]
    assert devices[0]["backend"] == "cpu"
    if not any(device["backend"] == "cuda" for device in devices):
        fails("analyze", "-n", 20, "--device", "cuda", code=1, says=["no device “cuda” here"])


@case
def too_large(_folder):
    """a network that cannot fit is refused before anything is allocated, with the figure"""
    fails("train", "-n", 100, "--width", 90_000_000, "--steps", 1, "--device", "cpu", code=1,
          says=["memory", "width"])


def comma_locale():
    """A locale that writes 1,5: one of the system's or one made for the test."""
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8"):
        try:
            locale.setlocale(locale.LC_ALL, name)
            return {"LC_ALL": name}
        except locale.Error:
            continue
    return None


@case
def comma(folder):
    """a locale with a decimal comma changes no file"""
    environment = comma_locale()
    if environment is None:
        made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", folder / "de_DE.UTF-8"],
                              capture_output=True, check=False, timeout=120)
        # 1 is warnings; without the locale this would compare C with C
        assert made.returncode in (0, 1) and (folder / "de_DE.UTF-8").exists(), made.stderr
        environment = {"LC_ALL": "de_DE.UTF-8", "LOCPATH": str(folder)}
    for name in ("plain", "comma"):
        run("train", "-n", 40, "--width", 32, "--steps", 5, "--eta", "0.0015", "--device", "cpu",
            "--csv", folder / f"{name}.csv", "--json", folder / f"{name}.json",
            environment=environment if name == "comma" else {"LC_ALL": "C"})
    assert (folder / "plain.csv").read_bytes() == (folder / "comma.csv").read_bytes()
    plain, other = (json.loads((folder / f"{name}.json").read_text())
                    for name in ("plain", "comma"))
    assert plain["runs"] == other["runs"] and other["network"]["eta"] == 0.0015


@case
def numbers_out_of_range(_folder):
    """0 is no word for “auto”, and what would be ignored is refused"""
    fails("analyze", "-n", 0, code=2, says=["samples=0", "from 2"])
    fails("train", "--width", 0, code=2, says=["width=0", "from 1"])
    for option in ("threads", "record-every"):
        fails("train", f"--{option}", 0, code=2, says=[f"{option}=0", "from 1", "or auto"])
    fails("sweep", "-n", 20, "--steps", 0, code=2, says=["--steps=0", "1 or more"])
    fails("sweep", "--seeds", 0, code=2, says=["--seeds=0", "from 1"])
    fails("learn", "--n-list", "10,x", code=2, says=["--n-list=10,x", "from 2"])
    fails("analyze", "--predict-at", "1,-2", code=2, says=["--predict-at=1,-2", "from 0"])
    fails("learn", "--alpha", 3, code=2, says=["--function"])
    fails("analyze", "--spectrum-out", "x.txt", code=2, says=[".csv or .npy"])


@case
def empty_lists(_folder):
    """an empty list, or any empty setting, is a mistake and not the default"""
    fails("learn", "--n-list", "", code=2, says=["--n-list=", "whole numbers from 2"])
    fails("analyze", "--predict-at", "", code=2, says=["--predict-at=", "from 0"])
    fails("sweep", "-n", 20, "--width", 8, "--fractions", "", code=2, says=["fractions="])
    fails("learn", "--n-list", ",", code=2, says=["--n-list=,"])
    for option in ("labels", "classes", "dataset", "data-dir", "width"):
        fails("train", f"--{option}", "", code=2, says=[f"--{option}: must not be empty", "leave"])


@case
def nothing_before_a_mistake(folder):
    """a mistake of usage that shows late leaves stdout and files empty"""
    for mistake in (["linear", "--alpha", "1e308"], ["linear", "--beta-norm", "1e308"],
                    ["power", "--power", 3, "--alpha", "1e308"],
                    ["power", "--power", 3, "--beta-norm", "1e103"]):
        for output in ([], ["--json", "-"], ["--csv", "-"], ["--json", folder / "r"]):
            process = run("learn", "--n-list", "4,200", "--function", *mistake, *output, code=2)
            assert process.stdout == "" and "smaller α or β" in process.stderr, (mistake, process)
            assert not (folder / "r").exists()


@case
def short_options(_folder):
    """-n40 is -n 40, and the word after it is an option still"""
    assert run_json("analyze", "-n40", "--labels", "true")["dataset"]["n"] == 40
    fails("analyze", "-nmany", "--labels", "true", code=2, says=["samples=many"])
    fails("analyze", "--", "-n40", code=2, says=["-n40"])


@case
def sizes_of_figures(folder):
    """the limits of a size are those that hold; 0 dots an inch is no default"""
    figure = ["figure", "spectrum", "-n", 20, "--test-samples", 4, f"-o{folder}/f.png"]
    fails(*figure, "--size", "100x100", code=2, says=["100x100", "120x90"])
    fails(*figure, "--size", "0x100", code=2, says=["0x100", "960x640"])
    fails(*figure, "--dpi", 0, code=2, says=["--dpi=0", "10 and 4800"])
    assert not (folder / "f.png").exists()
    run(*figure, "--size", "120x90")
    assert (folder / "f.png").exists()


@case
def notes_once(folder):
    """a note about the data is said once, also where the data are refused"""
    make_dataset(folder / "d")
    (folder / "d" / "t10k-labels-idx1-ubyte").unlink()
    (folder / "d" / "t10k-images-idx3-ubyte").unlink()
    images, labels = np.ones((40, 28, 28)), np.arange(40) % 10
    write_idx(folder / "d", "other-train", images, labels)
    for extra, code in (("6", 0), ("500", 3)):
        said = run(*analyze(folder / "d", "-n", extra, "--labels", "true"), code=code).stderr
        assert said.count("another dataset of this folder") == 1, said


@case
def names_that_are_no_text(folder):
    """a path that is not UTF-8 is read by every command, and again from what they wrote"""
    images = np.random.default_rng(1).integers(1, 256, (60, 8, 8), dtype=np.uint8)
    path, labels = f"{folder}/bad\udcff.npz", np.arange(60) % 2
    with open(path, "wb") as file:
        np.savez(file, x_train=images, y_train=labels, x_test=images[:9] // 2, y_test=labels[:9])
    data = ["--dataset", path, "-n", 20]
    run_json("datasets", "info", path)
    assert run_json("analyze", *data)["dataset"]["d"] == 64
    assert run_json("learn", "--dataset", path, "--n-list", 10)["rows"]
    net = [*data, "--width", 8, "--steps", 3, "--device", "cpu"]
    run("train", *net, "--checkpoint", f"{folder}/c\udcff", "--csv", f"{folder}/r\udcff.csv")
    assert run_json("train", "--resume", f"{folder}/c\udcff", "--steps", 5, cwd="/")["steps"] == 5
    sweep = ["sweep", *net, "--csv", f"{folder}/s\udcff.csv"]
    run(*sweep, "--fractions", "0,1")
    run(*sweep, "--fractions", "0,0.5,1", "--resume")
    make_dataset(folder / "mnist\udcff")
    assert run_json("analyze", "--dataset", "mnist", "--data-dir", folder / "mnist\udcff", "-n", 6,
                    "--labels", "true")["dataset"]["name"] == "mnist"
    fails("analyze", "--classes", "a,\udcff", code=2, says=["classes", "UTF-8"])


@case
def places_that_take_nothing(folder):
    """a full disk behind stdout fails; a pipe without a reader is not waited for"""
    for command in ("devices", "--help", "--version"):
        with open("/dev/full", "wb") as full:
            process = subprocess.run([CLI, command], stdout=full, stderr=subprocess.PIPE,
                                     check=False, timeout=60)
        assert process.returncode == 1 and b"stdout: cannot write" in process.stderr, process
    os.mkfifo(folder / "pipe.svg")
    fails("figure", "spectrum", "-n", 20, "--test-samples", 4, "--out", folder / "pipe.svg", code=1,
          says=["pipe.svg", "nobody reads"])
    process = subprocess.run([CLI, "analyze", "-n", "20", "--json", "/dev/tty"], check=False,
                             stderr=subprocess.PIPE, start_new_session=True, timeout=60)
    assert process.returncode == 1 and b"no terminal" in process.stderr, process
    loop = folder / "loop"
    loop.symlink_to(loop)
    fails(*analyze(loop), code=3, says=["loop"])


if __name__ == "__main__":
    main()
