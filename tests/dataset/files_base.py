# files_base.py: what made data files share: pixels, labels, archives, the list of cases
#
# SPDX-License-Identifier: MIT
import io
import os
import sys
import tarfile

ROOT = sys.argv[1]
CASES = []
N, N_TEST, W, H = 30, 12, 5, 4
CLASSES = 3


def pixel(i, j):
    """Grey level of pixel j of row i; both ends of the range occur."""
    if (i, j) == (0, 0):
        return 0
    if (i, j) == (1, 0):
        return 255
    return (i * 37 + j * 11 + (i * j) % 13) % 256


def image(i, d=W * H):
    return bytes(pixel(i, j) for j in range(d))


def label(i):
    return (i * i + i // 3) % CLASSES


def write(path, data):
    path = os.path.join(ROOT, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(data)


def case(path, outcome, what):
    CASES.append(f"{path}\t{outcome}\t{what}")


def tar(members, mode="w", fmt=tarfile.USTAR_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=fmt) as archive:
        for member in members:
            info = tarfile.TarInfo(member[0])
            data = member[1]
            for key, value in (member[2] if len(member) > 2 else {}).items():
                setattr(info, key, value)
            if data is not None:
                info.size = len(data)
            archive.addfile(info, io.BytesIO(data) if data is not None else None)
    return out.getvalue()


def hostile_names():
    """Names that would land outside; none is ever written, and none is a batch."""
    up = "../" * 12
    return [
        "../canary",
        up + "tmp/canary",
        "/tmp/canary",
        "a/../../canary",
        "./../canary",
        "..",
        ".",
        "/",
        "",
        "cifar/../data_batch_1.bin",
        "../data_batch_1.bin",
        "/data_batch_1.bin",
        "a/b/data_batch_1.bin",
        "C:\\canary",
        "..\\canary",
        "canary\0x",
        "a" * 200,
        "data_batch_1.bin/",
        "x/" * 100 + "canary",
        "\x1b[31mred",
        "<b>bold</b>",
        "caf\xe9",
    ] + [up * k + f"canary{k}" for k in range(1, 6)]
