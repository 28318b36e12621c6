#!/usr/bin/env python3
# make-corpus.py: small seeds for the fuzz targets
#
# SPDX-License-Identifier: MIT
#
# usage: make-corpus.py FOLDER
# Sorts the files of make-files.py by reader into FOLDER/idx, FOLDER/gzip, … and leaves out what is
# too large to be a good seed.
import gzip
import os
import struct
import subprocess
import sys
import tempfile

LIMIT = 60_000


def main():
    folder = sys.argv[1]
    counts = {}

    def seed(target, data):
        if len(data) > LIMIT:
            return
        os.makedirs(os.path.join(folder, target), exist_ok=True)
        counts[target] = counts.get(target, 0) + 1
        with open(os.path.join(folder, target, f"{counts[target]:04}"), "wb") as out:
            out.write(data)

    def sort(base, name, data):
        if "idx" in base and ("images" in name) and len(data) < 20_000:
            labels = data[:0]
            other = os.path.join(base, name.replace("images-idx3", "labels-idx1"))
            if os.path.exists(other) and other != os.path.join(base, name):
                with open(other, "rb") as file:
                    labels = file.read()
            seed("idx", struct.pack(">H", len(data)) + data + labels)
        if data[:3] == b"\x1f\x8b\x08":
            seed("gzip", data)
        if name.endswith(".bin"):
            seed("cifar", data)
        if name.startswith(("data_batch", "test_batch", "pickle-")) and data[:1] == b"\x80":
            seed("pickle", data)
        if name.endswith((".tar", ".tar.gz")):
            seed("tar", data)
        if name.endswith(".npy"):
            seed("npy", data)
        if data[:4] == b"PK\3\4" or name.startswith("zip-"):
            seed("npz", data)

    with tempfile.TemporaryDirectory() as files:
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "make-files.py")
        subprocess.run([sys.executable, script, files], check=True, timeout=60)
        for base, _, names in sorted(os.walk(files)):
            for name in sorted(names):
                with open(os.path.join(base, name), "rb") as file:
                    sort(base, name, file.read())
    seed("cifar", bytes(3073))
    seed("cifar", bytes(3074 * 2))
    seed("gzip", gzip.compress(b"abc" * 1000, mtime=0) * 2)


main()
