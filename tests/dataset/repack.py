#!/usr/bin/env python3
# repack.py: real images in every form that is read, against one another
#
# SPDX-License-Identifier: MIT
#
# usage: repack.py DATASET-DIGEST
# The same images as plain and gzipped IDX, NPZ, Fortran-order and big-endian NPY, CIFAR batches,
# tar, tar.gz and pickles must give the same pixels and labels, byte for byte; what they are is
# computed here from the files themselves.
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

try:
    import numpy as np
except ImportError:
    print("1..0 # SKIP NumPy is not installed")
    sys.exit(0)

DATA = os.environ.get("GRAM_TEST_DATA")
FASHION = "/usr/share/datasets/fashion-mnist"
NAMES = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"]
TESTS = ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]
results = []


def digest_of(images, labels):
    """What dataset-digest prints: over the rows in order, the label and the planar pixels."""
    digest = hashlib.sha256()
    flat = images.reshape(len(images), -1)
    rows = np.concatenate([labels[:, None].astype(np.uint8), flat], axis=1)
    digest.update(np.ascontiguousarray(rows).tobytes())
    return digest.hexdigest()


def check(name, path, expected):
    run = subprocess.run([sys.argv[1], path], capture_output=True, text=True, timeout=60)
    found = run.stdout.split()
    good = run.returncode == 0 and found == expected
    results.append(f"{'ok' if good else 'not ok'} {len(results) + 1} {name}")
    if not good:
        results.append(f"# {run.stderr.strip()} {found} instead of {expected}")


def read_idx(folder, name):
    path = os.path.join(folder, name)
    opened = gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb")
    with opened as file:
        data = file.read()
    if "images" in name:
        return np.frombuffer(data, np.uint8, offset=16).reshape(-1, 28, 28)
    return np.frombuffer(data, np.uint8, offset=8)


def idx_forms(title, folder, work):
    train, labels = (read_idx(folder, n) for n in NAMES)
    test, test_labels = (read_idx(folder, n) for n in TESTS)
    whole = [digest_of(train, labels), digest_of(test, test_labels)]
    check(f"{title}: as it is", folder, whole)
    plain = os.path.join(work, "plain")
    os.makedirs(plain)
    for name in NAMES + TESTS:
        with gzip.open(os.path.join(folder, name + ".gz")) as source:
            with open(os.path.join(plain, name), "wb") as out:
                shutil.copyfileobj(source, out)
    check(f"{title}: plain", plain, whole)
    path = os.path.join(work, "keras.npz")
    np.savez(path, x_train=train, y_train=labels, x_test=test, y_test=test_labels)
    check(f"{title}: npz", path, whole)
    path = os.path.join(work, "packed.npz")
    np.savez_compressed(path, images=test, labels=test_labels.astype(np.int64))
    check(f"{title}: npz, compressed", path, [whole[1]])
    arrays = os.path.join(work, "arrays")
    os.makedirs(arrays)
    np.save(os.path.join(arrays, "x_train.npy"), np.asfortranarray(test))
    np.save(os.path.join(arrays, "y_train.npy"), test_labels.astype(">i4"))
    check(f"{title}: npy, Fortran order", arrays, [whole[1]])
    np.save(os.path.join(arrays, "x_train.npy"), test.astype(">f4"))
    check(f"{title}: npy, big-endian float32", arrays, [whole[1]])
    np.save(os.path.join(arrays, "x_train.npy"), np.asfortranarray(test.astype(">f8") / 255))
    check(f"{title}: npy, big-endian float64 in Fortran order", arrays, [whole[1]])
    np.save(os.path.join(arrays, "x_train.npy"), test.astype("<f2"))
    check(f"{title}: npy, float16", arrays, [whole[1]])
    np.save(os.path.join(arrays, "x_train.npy"), test.reshape(len(test), 784))
    check(f"{title}: npy, flat", arrays, [whole[1]])


def python_batch(path, records):
    """Writes the layout of the official pickles, opcode by opcode."""
    import struct

    labels = b"".join(b"K" + bytes([label]) for label in records[:, 0])
    pixels = np.ascontiguousarray(records[:, 1:]).tobytes()
    with open(path, "wb") as out:
        out.write(b"\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x15training batch 1 of 5q\x03")
        out.write(b"U\x06labelsq\x04]q\x05(" + labels + b"eU\x04dataq\x06")
        out.write(b"cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85")
        out.write(b"U\x01b\x87Rq\x09(K\x01M" + struct.pack("<H", len(records)) + b"M\x00\x0c\x86")
        out.write(b"cnumpy\ndtype\nq\x0aU\x02u1K\x00K\x01\x87Rq\x0b(K\x03U\x01|NNN")
        out.write(b"J\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T")
        out.write(struct.pack("<i", len(pixels)) + pixels + b"tbu.")


def cifar_forms(title, folder, work):
    names = sorted(n for n in os.listdir(folder) if n.endswith(".bin"))
    records = {n: np.fromfile(os.path.join(folder, n), np.uint8).reshape(-1, 3073) for n in names}
    train = np.concatenate([records[n] for n in names if "test" not in n])
    test = records["test_batch.bin"]
    whole = [digest_of(train[:, 1:], train[:, 0]), digest_of(test[:, 1:], test[:, 0])]
    check(f"{title}: as it is", folder, whole)
    for mode in ("w", "w:gz"):
        path = os.path.join(work, "binary.tar" + (".gz" if mode == "w:gz" else ""))
        extra = {"compresslevel": 1} if mode == "w:gz" else {}
        with tarfile.open(path, mode, **extra) as archive:
            for name in reversed(names):
                archive.add(os.path.join(folder, name), "cifar-10-batches-bin/" + name)
        check(f"{title}: {os.path.basename(path)}", path, whole)
    above = os.path.join(work, "above")
    pickles = os.path.join(above, "cifar-10-batches-py")
    os.makedirs(pickles)
    for name in names:
        python_batch(os.path.join(pickles, name[:-4]), records[name])
    check(f"{title}: pickles", pickles, whole)
    check(f"{title}: folder above", above + "/", whole)
    path = os.path.join(work, "python.tar.gz")
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        archive.add(pickles, "cifar-10-batches-py")
    check(f"{title}: python.tar.gz", path, whole)
    path = os.path.join(work, "colour.npz")
    images = test[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    np.savez(path, images=images, labels=test[:, :1])
    check(f"{title}: npz, channels last", path, [whole[1]])


def main():
    done = 0
    sets = [
        ("MNIST", os.path.join(DATA or "", "mnist"), idx_forms),
        ("Fashion-MNIST", FASHION, idx_forms),
    ]
    sets.append(("CIFAR-10", os.path.join(DATA or "", "cifar-10-pair01"), cifar_forms))
    for title, folder, forms in sets:
        if not os.path.isdir(folder) or (DATA is None and folder != FASHION):
            continue
        done += 1
        with tempfile.TemporaryDirectory() as work:
            forms(title, folder, work)
    if done == 0:
        print("1..0 # SKIP no real images: GRAM_TEST_DATA is not set")
        return
    print("\n".join(results))
    print(f"1..{sum(1 for line in results if line[0] != '#')}")


main()
