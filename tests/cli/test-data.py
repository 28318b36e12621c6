"""test-data.py: the right numbers whatever the files are called and however they are packed

SPDX-License-Identifier: MIT
"""
import gzip
import pickle
import struct
import time
import zipfile

import numpy as np

from harness import case, close, fails, main, run, run_json
from oracle import Spectrum

N, N_TEST = 60, 20


def digits(n, seed):
    r = np.random.default_rng(seed)
    return r.integers(1, 255, (n, 8, 8), dtype=np.uint8), np.arange(n) % 2


TRAIN, TEST = digits(N, 0), digits(N_TEST, 1)


def complexity(x, labels):
    """Eq 10 of the first 40 images, by another program."""
    x = x.reshape(len(x), -1)[:40].astype(np.float64)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    return Spectrum(x).complexity(np.where(np.asarray(labels[:40]) == np.min(labels), 1.0, -1.0))


def measured(path, *arguments):
    result = run_json("analyze", "--dataset", path, "-n", 40, "--labels", "true", *arguments)
    return result["labels"][0]["complexity"]


def idx(array):
    head = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(head + array.astype(np.uint8).tobytes(), mtime=0)


def idx_files(prefix="", test="t10k", train="train"):
    return {f"{prefix}{word}-{kind}-ubyte.gz": idx(pair[place])
            for word, pair in ((train, TRAIN), (test, TEST))
            for kind, place in (("images-idx3", 0), ("labels-idx1", 1))}


def write(folder, files):
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@case
def names(folder):
    """the training set is the training set, whatever else its name says"""
    right = complexity(*TRAIN)
    for prefix in ("latest-", "test1_", "mnist_test_", "greatest.", "protest "):
        path = write(folder / prefix.strip("-_. "), idx_files(prefix))
        close(measured(path), right, 1e-8, prefix)
    for k, (a, b, c, d) in enumerate([("training_images", "training_labels", "test_images",
                                       "test_labels"), ("testbed_x_train", "testbed_y_train",
                                                        "testbed_x_test", "testbed_y_test"),
                                      ("arr_0", "arr_1", "arr_2", "arr_3")]):
        path = folder / f"{k}.npz"
        np.savez(path, **{a: TRAIN[0], b: TRAIN[1], c: TEST[0], d: TEST[1]})
        close(measured(path), right, 1e-8, a)
    path = folder / "typo.npz"
    np.savez(path, x_train=TRAIN[0], Y_trian=TRAIN[1], x_test=TEST[0], y_test=TEST[1])
    fails("analyze", "--dataset", path, code=3, says=["typo.npz", "x_train", "Y_trian"])


@case
def containers(folder):
    """a zip, a tar, one file an array: the same number"""
    right = complexity(*TRAIN)
    with zipfile.ZipFile(folder / "gzip.zip", "w") as archive:
        for name, data in idx_files("emnist-like-").items():
            archive.writestr("gzip/" + name, data)
    upright = complexity(TRAIN[0].transpose(0, 2, 1), TRAIN[1])
    close(measured(folder / "gzip.zip"), upright, 1e-8, "zip of IDX, EMNIST")
    for name, array in (("k49-train-imgs", TRAIN[0]), ("k49-train-labels", TRAIN[1]),
                        ("k49-test-imgs", TEST[0]), ("k49-test-labels", TEST[1])):
        np.savez_compressed(folder / f"{name}.npz", array)
    close(measured(folder / "k49-train-imgs.npz"), right, 1e-8, "one npz an array")


@case
def pickles(folder):
    """batches of CIFAR that NumPy and Python 3 wrote, with every protocol"""
    r = np.random.default_rng(2)
    x, y = r.integers(0, 255, (N, 3072), dtype=np.uint8), [int(i % 2) for i in range(N)]
    for protocol in (3, 4, 5):
        for key in (str, str.encode):
            path = folder / f"{protocol}{key.__name__}"
            path.mkdir()
            batch = {key("data"): x, key("labels"): y, key("filenames"): ["a.png"] * N}
            (path / "data_batch_1").write_bytes(pickle.dumps(batch, protocol))
            (path / "test_batch").write_bytes(pickle.dumps(batch, protocol))
            close(measured(path), complexity(x, y), 1e-8, path.name)


@case
def copies(folder):
    """copies behind an opposite image make the measure infinite or are left out"""
    r = np.random.default_rng(1)
    base = r.normal(size=(30, 20))
    for k in range(6):
        x = np.vstack([base, -base[k], -2 * base[k]])
        y = r.integers(0, 2, 32)
        y[:2] = 0, 1
        y[30] = 1 - y[31]
        np.savez(folder / "differ.npz", x_train=x, y_train=y, x_test=x[:4], y_test=y[:4])
        assert measured(folder / "differ.npz", "-n", 32) is None, k
        y[30] = y[31] = 0
        np.savez(folder / "same.npz", x_train=x, y_train=y, x_test=x[:4], y_test=y[:4])
        unit = x[:31] / np.linalg.norm(x[:31], axis=1, keepdims=True)
        right = Spectrum(unit).complexity(np.where(y[:31] == 0, 1.0, -1.0))
        close(measured(folder / "same.npz", "-n", 32), right, 1e-8, "without the copy")


@case
def large_labels(folder):
    """classes that are named by large integers have these names"""
    x = TRAIN[0]
    for first in (1000001, 20240101, 2**40 + 1, -123456789):
        y = first + TRAIN[1]
        np.savez(folder / "big.npz", x_train=x, y_train=y)
        info = run_json("datasets", "info", folder / "big.npz")
        assert [one["name"] for one in info["classes"]] == [str(first), str(first + 1)], info
        run("analyze", "--dataset", folder / "big.npz", "-n", 10, f"--classes={first},{first + 1}")


@case
def places(folder):
    """data one folder deeper, in capitals, or in a folder of the file's own name"""
    files = {}
    for name, data in idx_files().items():
        files[name] = data
    flat = np.tile(TRAIN[0], (1, 4, 4))[:, :28, :28]
    for word in ("train", "t10k"):
        files[f"{word}-images-idx3-ubyte.gz"] = idx(flat)
        files[f"{word}-labels-idx1-ubyte.gz"] = idx(TRAIN[1])
    write(folder / "caps", {name.upper(): data for name, data in files.items()})
    write(folder / "keras" / "mnist-target" / "mnist", files)
    for name, data in files.items():
        write(folder / "own" / name, {name: data})
    right = complexity(flat, TRAIN[1])
    for name in ("caps", "keras", "own"):
        close(measured("mnist", "--data-dir", folder / name), right, 1e-8, name)


@case
def parents(folder):
    """the folder's own name says what is in it, those above say nothing"""
    x = np.tile(TRAIN[0], (1, 4, 4))[:, :28, :28]
    y = np.arange(N) % 10
    kept = {"train-images-idx3-ubyte.gz": idx(x), "train-labels-idx1-ubyte.gz": idx(y)}
    for name, first in (("old-fashioned/data", "0"), ("fashion/data", "0"), ("networkmnist", "0"),
                        ("kmnist/fashion-or-kmnist", "0"), ("my fashion set", "T-shirt/top"),
                        ("FashionMNIST/raw", "T-shirt/top"), ("x/KMNIST", "o")):
        path = write(folder / name, kept)
        info = run_json("datasets", "info", path)
        assert info["classes"][0]["name"] == first, (name, info["classes"][0])


@case
def generated(_folder):
    """a dataset that is drawn tells at once what it holds"""
    start = time.monotonic()
    info = run_json("datasets", "info", "glyphs")
    # to draw them takes minutes
    assert time.monotonic() - start < 10
    assert [one["train"] for one in info["classes"]] == [100000] * 10
    assert "drawn when it is asked for" in run("datasets", "info", "glyphs").stdout


@case
def groups_of_classes(folder):
    """--classes 0+2,1+3: the images of each group in file order, as an oracle has them"""
    rng = np.random.default_rng(5)
    x, labels = rng.integers(1, 255, (80, 6, 6), dtype=np.uint8), rng.integers(0, 5, 80)
    np.savez(folder / "five.npz", x_train=x, y_train=labels, x_test=x[:30], y_test=labels[:30])
    common = ["--dataset", folder / "five.npz", "-n", 40, "--labels", "true"]
    for classes, a, b in (("0+2,1+3", {0, 2}, {1, 3}), ("4,0+1+2+3", {4}, {0, 1, 2, 3}),
                          ("3 + 1,0", {1, 3}, {0})):
        mine = np.array([label in a | b for label in labels])
        images = x[mine][:40].reshape(-1, 36).astype(np.float64)
        images /= np.linalg.norm(images, axis=1, keepdims=True)
        y = np.array([1.0 if label in a else -1.0 for label in labels[mine][:40]])
        options = [*common, "--classes", classes]
        result = run_json("analyze", *options)
        close(result["labels"][0]["complexity"], Spectrum(images).complexity(y), 1e-8, classes)
        assert result["dataset"]["classes"] == [
            "+".join(map(str, one)) for one in (
                [3, 1] if classes[0] == "3" else sorted(a), sorted(b))], result["dataset"]
        run("train", *options, "--steps", 1, "--width", 8, "--device", "cpu", "--dump-init",
            folder / "init", "--json", folder / "t")
        assert np.array_equal(np.load(folder / "init" / "y-true.npy"), y)
        assert np.allclose(np.load(folder / "init" / "X.npy"), images, atol=1e-15)
        test = [1.0 if label in a else -1.0 for label in labels[:30] if label in a | b]
        assert np.load(folder / "init" / "y-test-true.npy").tolist() == test
    run("figure", "noise", *common, "--classes", "0+2,1+3", "--out", folder / "f.svg")
    text = (folder / "f.svg").read_text()
    assert "0+2" in text and "1+3" in text, "the caption names the groups"


@case
def bad_groups(folder):
    """groups that overlap, name a class twice, have an empty place or are unknown"""
    x, labels = np.arange(1, 31, dtype=np.uint8).reshape(30, 1, 1), np.arange(30) % 3
    np.savez(folder / "three.npz", x_train=np.repeat(x, 4, 2), y_train=labels,
             x_test=np.repeat(x, 4, 2), y_test=labels)
    common = ["analyze", "--dataset", folder / "three.npz"]
    for classes, words in (("0+1,1+2", ["class A and class B are both “1”", "share none"]),
                           ("0+0,1", ["“0” is named twice"]), ("0+,1", ["“0+”", "0+2+4"]),
                           ("0,+", ["“+”"]), ("0+7,1", ["no class “7”", "0 … 2"]),
                           ("0+cat,1", ["no class “cat”"])):
        fails(*common, "--classes", classes, code=2, says=words)


if __name__ == "__main__":
    main()
