#!/usr/bin/env python3
# make-files.py: small good and damaged data files for the tests of the readers
#
# SPDX-License-Identifier: MIT
#
# usage: make-files.py FOLDER
# Writes FOLDER/cases, one case a line: path TAB outcome TAB what. Outcomes: "ok" (what: the formula
# that the pixels follow), "warn" and "error" (what: a part of the message). Only the standard
# library is used. Where hostile archives would write if they could, there is FOLDER/canary.
import gzip
import io
import os
import struct
import sys
import tarfile
import zipfile
import zlib

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


# ---------- IDX


def idx(dims, data, code=0x08, zero=0):
    return (
        struct.pack(">HBB", zero, code, len(dims))
        + b"".join(struct.pack(">I", n) for n in dims)
        + data
    )


def images(n, transposed=False):
    def one(i):
        flat = image(i)
        if not transposed:
            return flat
        return bytes(flat[y * W + x] for x in range(W) for y in range(H))

    return b"".join(one(i) for i in range(n))


def labels(n):
    return bytes(label(i) for i in range(n))


GOOD = {
    "train-images-idx3-ubyte": idx((N, H, W), images(N)),
    "train-labels-idx1-ubyte": idx((N,), labels(N)),
    "t10k-images-idx3-ubyte": idx((N_TEST, H, W), images(N_TEST)),
    "t10k-labels-idx1-ubyte": idx((N_TEST,), labels(N_TEST)),
}


def idx_folder(folder, replace=None, zipped=False, rename=lambda name: name, only=None):
    for name, data in {**GOOD, **(replace or {})}.items():
        if data is None or (only and name not in only):
            continue
        name = rename(name)
        write(
            f"{folder}/{name}.gz" if zipped else f"{folder}/{name}",
            gzip.compress(data, mtime=0) if zipped else data,
        )


def idx_cases():
    ti, tl = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
    good = GOOD[ti]
    idx_folder("idx-plain")
    case("idx-plain", "ok", "grey")
    case(f"idx-plain/{ti}", "ok", "grey")
    idx_folder("idx-gzip", zipped=True)
    case("idx-gzip", "ok", "grey")
    idx_folder(
        "idx-emnist",
        {
            ti: idx((N, W, H), images(N, True)),
            "t10k-images-idx3-ubyte": idx((N_TEST, W, H), images(N_TEST, True)),
        },
        rename=lambda n: "emnist-letters-" + n.replace("t10k", "test"),
    )
    # EMNIST is square; here rows and columns differ, so that a mix-up shows
    case("idx-emnist", "ok", "grey")
    idx_folder("idx-train-only", only=(ti, tl))
    case("idx-train-only", "ok", "grey-train")
    idx_folder("idx-test-only", only=("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"))
    case("idx-test-only", "warn", "test images only")
    multi = gzip.compress(good[:300], mtime=0) + gzip.compress(good[300:], mtime=0)
    idx_folder("idx-multi-member")
    write("idx-multi-member/train-images-idx3-ubyte.gz", multi)
    os.remove(f"{ROOT}/idx-multi-member/{ti}")
    case("idx-multi-member", "ok", "grey")
    write("idx-strangers/a", good)
    write("idx-strangers/b", GOOD[tl])
    case("idx-strangers", "ok", "grey-train")
    write(
        "idx-rgb/train-images-idx4",
        idx(
            (N, H, W, 3),
            b"".join(
                bytes(pixel(i, c * W * H + j) for j in range(W * H) for c in range(3))
                for i in range(N)
            ),
        ),
    )
    write("idx-rgb/train-labels-idx1", GOOD[tl])
    case("idx-rgb", "ok", "colour-train")
    write(
        "idx-planar/train-images-idx4", idx((N, 3, 4, 6), b"".join(image(i, 72) for i in range(N)))
    )
    write("idx-planar/train-labels-idx1", GOOD[tl])
    case("idx-planar", "ok", "planar-train")
    floats = b"".join(
        struct.pack(">f", pixel(i, j) / 8 - 3) for i in range(N) for j in range(W * H)
    )
    write("idx-float/train-images-idx3", idx((N, H, W), floats, 0x0D))
    write("idx-float/train-labels-idx1", GOOD[tl])
    case("idx-float", "ok", "grey-train")
    bad = [
        ("magic", {ti: b"\x12\x34" + good[2:]}, "not an IDX file (magic 0x12340803)"),
        ("type", {ti: b"\0\0\x55" + good[3:]}, "not an IDX file (magic 0x00005503)"),
        ("dims0", {ti: b"\0\0\x08\0" + good[4:]}, "declares 0 dimensions"),
        ("dims5", {ti: idx((N, 1, 1, H, W), images(N))}, "declares 5 dimensions"),
        ("zero", {ti: idx((0, H, W), b"")}, "holds no data"),
        ("zero-size", {ti: idx((N, 0, W), b"")}, "holds no data"),
        (
            "overflow",
            {ti: idx((0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF), images(N))},
            "declares 4294967295 ×",
        ),
        (
            "exceeds",
            {ti: idx((N + 1, H, W), images(N))},
            f"declares {N+1} × {W*H} = {(N+1)*W*H} bytes of data, "
            f"holds {N*W*H} bytes ({W*H} are missing)",
        ),
        ("cut", {ti: good[:-7]}, "(7 are missing)"),
        ("cut-labels", {tl: GOOD[tl][:-3]}, "(3 are missing)"),
        ("cut-header", {ti: good[:9]}, "cut off"),
        ("empty", {ti: b""}, "cut off"),
        ("counts", {tl: idx((N - 1,), labels(N - 1))}, f"holds {N} images, but"),
        ("label", {tl: idx((N,), labels(N)[:5] + b"\xff" + labels(N)[6:])}, "label 255 in row 5"),
        ("no-labels", {tl: None}, "the file of their labels is missing"),
        ("no-images", {ti: None}, "the file of their images is missing"),
        (
            "shapes",
            {"t10k-images-idx3-ubyte": idx((N_TEST, W, H), images(N_TEST))},
            "they are not of one dataset",
        ),
        ("trailing", {ti: good + b"xyz"}, "bytes after the last image"),
    ]
    for name, replace, message in bad:
        folder = f"idx-bad-{name}"
        idx_folder(folder, replace)
        if name == "label":
            # out of range for a dataset with a known number of classes
            case(f"known:mnist28/{folder}", "skip", "")
            continue
        case(folder, "warn" if name == "trailing" else "error", message)
    packed = gzip.compress(good, mtime=0)
    gz = [
        ("crc", packed[:-8] + b"\1\2\3\4" + packed[-4:], "damaged at byte"),
        ("length", packed[:-4] + b"\1\2\3\4", "damaged at byte"),
        ("cut", packed[: len(packed) // 2], "it is cut off"),
        ("cut-trailer", packed[:-5], "it is cut off"),
        (
            "bits",
            packed[:200] + bytes(b ^ 0xFF for b in packed[200:220]) + packed[220:],
            "damaged at byte",
        ),
        ("short", gzip.compress(good[:-7], mtime=0), "(7 are missing)"),
        ("bomb", gzip.compress(good + b"\0" * 50_000_000, mtime=0), None),
        ("labels-bomb", gzip.compress(idx((0xFFFFFFFF,), b"\0" * 1000), mtime=0), "more than"),
    ]
    for name, data, message in gz:
        folder = f"idx-gz-{name}"
        idx_folder(folder, zipped=True)
        write(f"{folder}/{tl if name == 'labels-bomb' else ti}.gz", data)
        if message is None:
            case(folder, "warn", "bytes after the last image")
        else:
            case(folder, "error", message)
    idx_folder("idx-mixed")
    write(f"idx-mixed/{ti}.gz", b"\x1f\x8b\x08garbage")
    case("idx-mixed", "error", "damaged at byte")


# ---------- CIFAR


def cifar(first, n, hundred=False):
    out = bytearray()
    for i in range(first, first + n):
        out += bytes([i % 20, label(i)]) if hundred else bytes([label(i)])
        out += image(i, 3072)
    return bytes(out)


def cifar_cases():
    for k in range(3):
        write(f"cifar10/data_batch_{k+1}.bin", cifar(10 * k, 10))
    write("cifar10/test_batch.bin", cifar(0, N_TEST))
    case("cifar10", "ok", "cifar10")
    write("cifar100/train.bin", cifar(0, N, True))
    write("cifar100/test.bin", cifar(0, N_TEST, True))
    case("cifar100", "ok", "cifar100")
    write("cifar-one/data_batch_1.bin", cifar(0, N))
    case("cifar-one/data_batch_1.bin", "ok", "cifar10-train")
    # a size that is whole records of both kinds
    both = bytearray(3073 * 3074)
    for i in range(3074):
        both[3073 * i] = i % 10
    write("cifar-both/data_batch_1.bin", bytes(both))
    case("cifar-both", "ok", "any")
    # begins like an IDX header, because the first image is nearly black
    black = bytearray(cifar(0, N))
    black[0:4] = b"\0\0\x08\x03"
    write("cifar-black/data_batch_1.bin", bytes(black))
    case("cifar-black", "ok", "any")
    for name, data, message in [
        ("size", cifar(0, 3)[:-1], "not k·3073"),
        ("empty", b"", "holds 0 bytes"),
        ("label", cifar(0, 2) + b"\x0a" + image(2, 3072), "label 10 of record 2 is out of range"),
    ]:
        write(f"cifar-bad-{name}/data_batch_1.bin", data)
        case(f"cifar-bad-{name}", "error", message)
    write("cifar-mixed/train.bin", cifar(0, 3, True))
    write("cifar-mixed/data_batch_1.bin", cifar(0, 3))
    case("cifar-mixed", "error", "beside files of CIFAR-")
    write("foreign/notes.txt", b"nothing to see\n")
    case("foreign/notes.txt", "error", "no dataset that Gramscope reads")
    case("foreign", "error", "no file in this folder is a dataset")
    case("not-there", "error", "no such file or folder")


# ---------- tar


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


def batches():
    """In the order of no name, as the official archive has them."""
    return [
        ("cifar-10-batches-bin/" + name, data)
        for name, data in [
            ("readme.html", b"<html>"),
            ("data_batch_2.bin", cifar(10, 10)),
            ("data_batch_1.bin", cifar(0, 10)),
            ("test_batch.bin", cifar(0, N_TEST)),
            ("data_batch_3.bin", cifar(20, 10)),
        ]
    ]


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


def tar_cases():
    good = tar(batches())
    write("tar/plain.tar", good)
    case("tar/plain.tar", "ok", "cifar10")
    write("tar/packed.tar.gz", gzip.compress(good, mtime=0))
    case("tar/packed.tar.gz", "ok", "cifar10")
    write("tar/misnamed.dat", gzip.compress(good, mtime=0))
    case("tar/misnamed.dat", "ok", "cifar10")
    write("tar-folder/x.tar.gz", gzip.compress(good, mtime=0))
    case("tar-folder", "ok", "cifar10")
    hundred = tar(
        [
            ("cifar-100-binary/train.bin", cifar(0, N, True)),
            ("cifar-100-binary/test.bin", cifar(0, N_TEST, True)),
        ]
    )
    write("tar/hundred.tar", hundred)
    case("tar/hundred.tar", "ok", "cifar100")
    write("tar/pax.tar", tar(batches(), fmt=tarfile.PAX_FORMAT))
    case("tar/pax.tar", "ok", "cifar10")
    write("tar/gnu.tar", tar(batches(), fmt=tarfile.GNU_FORMAT))
    case("tar/gnu.tar", "ok", "cifar10")
    python = tar(
        [
            ("cifar-10-batches-py/" + n, cifar_pickle(f, c))
            for n, f, c in [
                ("data_batch_2", 10, 10),
                ("data_batch_1", 0, 10),
                ("test_batch", 0, N_TEST),
                ("data_batch_3", 20, 10),
            ]
        ]
    )
    write("tar/python.tar.gz", gzip.compress(python, mtime=0))
    case("tar/python.tar.gz", "ok", "cifar10")
    write("tar/duplicate.tar", tar(batches() + [("x/data_batch_1.bin", cifar(0, 3))]))
    case("tar/duplicate.tar", "error", "is in the archive twice")
    write(
        "tar/mixed.tar",
        tar([("a/train.bin", cifar(0, 3, True)), ("a/data_batch_1.bin", cifar(0, 3))]),
    )
    case("tar/mixed.tar", "error", "the archive is no dataset")
    write("tar/nothing.tar", tar([("a", b"x"), ("b", b"y")]))
    case("tar/nothing.tar", "error", "no member of this archive")
    write("tar/size.tar", tar([("a/data_batch_1.bin", cifar(0, 3)[:-1])]))
    case("tar/size.tar", "error", "not k·3073")
    write("tar/cut.tar", good[: len(good) // 2])
    case("tar/cut.tar", "error", "")
    packed = gzip.compress(good, mtime=0)
    write("tar/cut.tar.gz", packed[: len(packed) // 2])
    case("tar/cut.tar.gz", "error", "it is cut off")
    write("tar/crc.tar.gz", packed[:-8] + b"\1\2\3\4" + packed[-4:])
    case("tar/crc.tar.gz", "error", "damaged at byte")
    first = bytearray(tar([("x/data_batch_1.bin", cifar(0, 3))]))
    for name, at, value in [
        ("negative-size", 124, b"\xff" * 12),
        ("base256-huge", 124, b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"),
        ("octal-huge", 124, b"77777777777\0"),
        ("size-garbage", 124, b"zzzzzzzzzzz\0"),
    ]:
        block = bytearray(first)
        block[at : at + len(value)] = value
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block[:512])
        write(f"tar/{name}.tar", bytes(block))
        case(f"tar/{name}.tar", "error", "")
    block = bytearray(first)
    block[0:1] = b"y"
    write("tar/checksum.tar", bytes(block))
    case("tar/checksum.tar", "error", "")
    pax = io.BytesIO()
    with tarfile.open(
        fileobj=pax, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"comment": "x" * 3_000_000}
    ) as archive:
        info = tarfile.TarInfo("x/data_batch_1.bin")
        info.size = len(cifar(0, 3))
        archive.addfile(info, io.BytesIO(cifar(0, 3)))
    write("tar/huge-pax.tar", pax.getvalue())
    case("tar/huge-pax.tar", "any", "")
    kinds = {
        "symlink": tarfile.SYMTYPE,
        "hardlink": tarfile.LNKTYPE,
        "fifo": tarfile.FIFOTYPE,
        "device": tarfile.CHRTYPE,
        "block": tarfile.BLKTYPE,
        "folder": tarfile.DIRTYPE,
    }
    for name, kind in kinds.items():
        for target in ("/etc/passwd", "../../canary", "x/data_batch_2.bin"):
            file = f"hostile/tar-{name}-{len(CASES)}.tar"
            write(file, tar([("x/data_batch_1.bin", None, {"type": kind, "linkname": target})]))
            case(file, "error", "no member of this archive")
            file = f"hostile/tar-{name}-{len(CASES)}.tar"
            write(file, tar([("x/y", None, {"type": kind, "linkname": target})] + batches()))
            case(file, "ok", "cifar10")
    for k, name in enumerate(hostile_names()):
        for beside in (False, True):
            file = f"hostile/tar-name-{k}{'b' if beside else ''}.tar"
            try:
                data = tar(
                    [(name, cifar(0, 3))] + (batches() if beside else []), fmt=tarfile.GNU_FORMAT
                )
            except (ValueError, UnicodeError):
                continue
            write(file, data)
            # a name that ends in a slash is a folder with bytes, which no archive has
            folder = name == "" or name.endswith("/")
            case(
                file, "any" if folder else "ok" if beside else "error", "cifar10" if beside else ""
            )


# ---------- pickles


def p_string(text):
    text = text if isinstance(text, bytes) else text.encode()
    return (
        b"U" + bytes([len(text)]) + text
        if len(text) < 256
        else b"T" + struct.pack("<i", len(text)) + text
    )


def p_int(n):
    return (
        b"K" + bytes([n])
        if n < 256
        else b"M" + struct.pack("<H", n) if n < 65536 else b"J" + struct.pack("<i", n)
    )


def p_array(n, data, dtype="u1", fortran=b"\x89", columns=3072):
    return (
        b"cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85"
        b"U\x01b\x87Rq\x09(K\x01"
        + p_int(n)
        + p_int(columns)
        + b"\x86cnumpy\ndtype\nq\x0a"
        + p_string(dtype)
        + b"K\x00K\x01\x87Rq\x0b(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
        + fortran
        + b"T"
        + struct.pack("<i", len(data))
        + data
        + b"tb"
    )


def p_labels(values):
    return b"]q\x05(" + b"".join(p_int(v) for v in values) + b"e"


def cifar_pickle(first, n, hundred=False, **changes):
    data = b"".join(image(i, 3072) for i in range(first, first + n))
    entries = changes.get("entries") or [
        ("batch_label", p_string("training batch 1 of 5")),
        (
            "fine_labels" if hundred else "labels",
            p_labels(changes.get("labels") or [label(i) for i in range(first, first + n)]),
        ),
        ("data", changes.get("array") or p_array(n, data)),
        (
            "filenames",
            b"]("
            + b"".join(p_string(f"{i}.png") + b"q" + bytes([20 + i % 200]) for i in range(n))
            + b"e",
        ),
    ]
    return b"\x80\x02}q\x01(" + b"".join(p_string(k) + b"q\x02" + v for k, v in entries) + b"u."


def pickle_cases():
    for k in range(3):
        write(f"pickle10/data_batch_{k+1}", cifar_pickle(10 * k, 10))
    write("pickle10/test_batch", cifar_pickle(0, N_TEST))
    case("pickle10", "ok", "cifar10")
    write("pickle100/train", cifar_pickle(0, N, True))
    write("pickle100/test", cifar_pickle(0, N_TEST, True))
    case("pickle100", "ok", "cifar100")
    canary = os.path.join(ROOT, "canary", "pickled").encode()
    run = b"(S'touch " + canary + b"'\ntR."
    good = cifar_pickle(0, 5)
    body = good[2:-1]
    bad = {
        "os-system": (b"\x80\x02cos\nsystem\n" + run, "unsafe opcode"),
        "posix-system": (b"\x80\x02cposix\nsystem\n" + run, "unsafe opcode"),
        "subprocess": (b"\x80\x02csubprocess\nPopen\n" + run, "unsafe opcode"),
        "eval": (b"\x80\x02cbuiltins\neval\n" + run, "unsafe opcode"),
        "py2-eval": (b"\x80\x02c__builtin__\neval\n" + run, "unsafe opcode"),
        "numpy-loads": (b"\x80\x02cnumpy\nloads\n" + run, "unsafe opcode"),
        "numpy-load": (b"\x80\x02cnumpy\nload\n" + run, "unsafe opcode"),
        "other-dtype": (b"\x80\x02cevil\ndtype\n" + run, "it imports what no data needs"),
        "other-name": (b"\x80\x02cnumpy\ndtypes\n" + run, "it imports what no data needs"),
        "inst": (b"\x80\x02(S'x'\nios\nsystem\n.", "unsafe opcode"),
        "obj": (b"\x80\x02(cos\nsystem\nS'x'\no.", "unsafe opcode"),
        "newobj": (b"\x80\x02cnumpy\nndarray\n)\x81.", "unsafe opcode"),
        "ext1": (b"\x80\x02\x82\x01.", "unsafe opcode"),
        "ext2": (b"\x80\x02\x83\x01\x00.", "unsafe opcode"),
        "ext4": (b"\x80\x02\x84\x01\x00\x00\x00.", "unsafe opcode"),
        "persid": (b"\x80\x02Pabc\n.", "unsafe opcode"),
        "binpersid": (b"\x80\x02NQ.", "unsafe opcode"),
        "stack-global": (b"\x80\x04\x8c\x02os\x8c\x06system\x93.", "no pickle of protocol 2"),
        "proto5": (b"\x80\x05N.", "no pickle of protocol 2"),
        "string": (b"\x80\x02S'abc'\n.", "unsafe opcode"),
        "float": (b"\x80\x02G\0\0\0\0\0\0\0\0.", "unsafe opcode"),
        "long1": (b"\x80\x02\x8a\x01\x05.", "unsafe opcode"),
        "unicode": (b"\x80\x02X\x01\0\0\0a.", "unsafe opcode"),
        "dup": (b"\x80\x02N2.", "unsafe opcode"),
        "pop": (b"\x80\x02N0.", "unsafe opcode"),
        "call-array": (b"\x80\x02cnumpy\nndarray\n)R.", "unsafe opcode"),
        "call-array-tuple": (b"\x80\x02cnumpy\nndarray\nK\x01\x85R.", "calls what no data needs"),
        "call-int": (b"\x80\x02K\x01K\x01\x85R.", "calls what no data needs"),
        "call-list": (b"\x80\x02cnumpy\ndtype\n]R.", "calls what no data needs"),
        "empty-stack": (b"\x80\x02R.", "empty stack"),
        "stop": (b"\x80\x02.", "another kind of value"),
        "no-mark": (b"\x80\x02Nt.", "no mark"),
        "below-mark": (b"\x80\x02N(\x85.", "empty stack"),
        "memo-unset": (b"\x80\x02Nq\x05h\x04.", "never set"),
        "memo-missing": (b"\x80\x02h\x04.", "out of bounds"),
        "memo-bomb": (b"\x80\x02Nr\xff\xff\xff\x7f.", "out of bounds"),
        "memo-negative": (b"\x80\x02Nr\xff\xff\xff\xff.", "out of bounds"),
        "memo-empty": (b"\x80\x02q\x00.", "empty stack"),
        "marks-bomb": (b"\x80\x02" + b"(" * 5000 + b".", "nested too deeply"),
        "tuple-depth": (b"\x80\x02)" + b"\x85" * 10 + b".", "unsafe opcode"),
        "tuple-bomb": (b"\x80\x02N" + b"\x85" * 2_000_000 + b".", "too many values"),
        "none-bomb": (b"\x80\x02" + b"N" * 2_000_000 + b".", "too many values"),
        "laughs": (
            b"\x80\x02]q\0"
            + b"".join(
                b"](" + (b"h" + bytes([k])) * 10 + b"eq" + bytes([k + 1]) for k in range(100)
            )
            + b".",
            "another kind of value",
        ),
        "self": (b"\x80\x02]q\0h\0a.", "another kind of value"),
        "self-dict": (b"\x80\x02}q\0U\x04datah\0sU\x06labels]s.", "no data and labels"),
        "odd-items": (b"\x80\x02}(Nu.", "a key without a value"),
        "append-dict": (b"\x80\x02}Na.", "another kind of value"),
        "build-int": (b"\x80\x02K\x01Nb.", "another kind of value"),
        "build-twice": (b"\x80\x02cnumpy\ndtype\nU\x02u1\x85RNbNb.", "builds an object twice"),
        "long-global": (b"\x80\x02c" + b"a" * 5000 + b"\n.", "an endless name"),
        "negative-string": (b"\x80\x02T\xff\xff\xff\xff.", "negative length"),
        "huge-string": (b"\x80\x02T\xff\xff\xff\x7f.", "cut off"),
        "truncated": (good[: len(good) // 2], "cut off"),
        "no-stop": (b"\x80\x02" + body, "cut off"),
        "no-labels": (
            cifar_pickle(0, 5, entries=[("data", p_array(5, bytes(5 * 3072)))]),
            "no data and labels",
        ),
        "no-data": (
            cifar_pickle(0, 5, entries=[("labels", p_labels([0] * 5))]),
            "no data and labels",
        ),
        "label-range": (
            cifar_pickle(0, 5, labels=[0, 1, 2, 10, 0]),
            "label of image 3 is out of range",
        ),
        "label-count": (cifar_pickle(0, 5, labels=[0, 1, 2]), "holds 5 images but 3 labels"),
        "label-kind": (
            cifar_pickle(
                0, 2, entries=[("labels", b"](NNe"), ("data", p_array(2, bytes(2 * 3072)))]
            ),
            "label of image 0",
        ),
        "dtype": (
            cifar_pickle(0, 2, array=p_array(2, bytes(2 * 3072), "i1")),
            "no array of n × 3072 bytes",
        ),
        "object-dtype": (
            cifar_pickle(0, 2, array=p_array(2, bytes(2 * 3072), "O8")),
            "no array of n × 3072 bytes",
        ),
        "fortran": (
            cifar_pickle(0, 2, array=p_array(2, bytes(2 * 3072), fortran=b"\x88")),
            "no array of n × 3072 bytes",
        ),
        "columns": (
            cifar_pickle(0, 2, array=p_array(2, bytes(2 * 3072), columns=3071)),
            "no array of n × 3072 bytes",
        ),
        "short": (cifar_pickle(0, 2, array=p_array(2, bytes(2 * 3072 - 1))), "(1 are missing)"),
        "zero": (cifar_pickle(0, 2, array=p_array(0, bytes(3072)), labels=[0, 0]), "holds no data"),
    }
    for name, (data, message) in bad.items():
        write(f"hostile/pickle-{name}", data)
        case(f"hostile/pickle-{name}", "error", message)
        write(f"hostile/pickle-{name}.tar", tar([("p/data_batch_1", data)]))
        case(f"hostile/pickle-{name}.tar", "error", "")


# ---------- NPY and NPZ


def npy(descr, shape, data, fortran=False, version=1, header=None, length=None):
    text = header or f"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape!r}, }}"
    text = text.encode() + b" " * ((64 - (len(text) + 11) % 64) % 64) + b"\n"
    size = len(text) if length is None else length
    return (
        b"\x93NUMPY"
        + bytes([version, 0])
        + (struct.pack("<H", size) if version == 1 else struct.pack("<I", size))
        + text
        + data
    )


def cells(n, d, descr="|u1", fortran=False, scale=lambda v: v):
    code = {"u1": "B", "i2": "h", "u2": "H", "i4": "i", "i8": "q", "f2": "e", "f4": "f", "f8": "d"}[
        descr[1:]
    ]
    order = ">" if descr[0] == ">" else "<"
    places = (
        [(i, j) for j in range(d) for i in range(n)]
        if fortran
        else [(i, j) for i in range(n) for j in range(d)]
    )
    return b"".join(struct.pack(order + code, scale(pixel(i, j))) for i, j in places)


def label_array(n, descr="|u1", scale=lambda v: v, shape=None):
    code = {"u1": "B", "i1": "b", "i8": "q", "f4": "f"}[descr[1:]]
    order = ">" if descr[0] == ">" else "<"
    return npy(
        descr, shape or (n,), b"".join(struct.pack(order + code, scale(label(i))) for i in range(n))
    )


def npz(members, method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name) if method == zipfile.ZIP_STORED else name, data)
    return out.getvalue()


def interleaved(n, fortran=False):
    d = W * H
    if fortran:  # first axis fastest: n, then y, x, c
        return bytes(
            pixel(i, c * d + y * W + x)
            for c in range(3)
            for x in range(W)
            for y in range(H)
            for i in range(n)
        )
    return bytes(pixel(i, c * d + j) for i in range(n) for j in range(d) for c in range(3))


def array_cases():
    d = W * H
    good = {
        "x_train.npy": npy("|u1", (N, H, W), cells(N, d)),
        "y_train.npy": label_array(N),
        "x_test.npy": npy("|u1", (N_TEST, H, W), cells(N_TEST, d)),
        "y_test.npy": label_array(N_TEST),
    }
    write("npz/stored.npz", npz(good))
    case("npz/stored.npz", "ok", "grey")
    write("npz/deflated.npz", npz(good, zipfile.ZIP_DEFLATED))
    case("npz/deflated.npz", "ok", "grey")
    write("npz/misnamed", npz(good, zipfile.ZIP_DEFLATED))
    case("npz/misnamed", "ok", "grey")
    write("npz-folder/a.npz", npz(good))
    case("npz-folder", "ok", "grey")
    for name, data in good.items():
        write("npy-folder/" + name, data)
    case("npy-folder", "ok", "grey")
    case("npy-folder/x_train.npy", "ok", "grey")
    fortran_image = bytes(pixel(i, y * W + x) for x in range(W) for y in range(H) for i in range(N))
    to_float = lambda v: v / 8 - 3  # noqa: E731
    variants = {
        "images-labels": {"images.npy": good["x_train.npy"], "labels.npy": good["y_train.npy"]},
        "medmnist": {
            "train_images.npy": good["x_train.npy"],
            "train_labels.npy": label_array(N, shape=(N, 1)),
            "val_images.npy": b"not looked at",
        },
        "x-y": {"X.npy": good["x_train.npy"], "y.npy": label_array(N, "<i8")},
        "version2": {
            "x.npy": npy("|u1", (N, H, W), cells(N, d), version=2),
            "y.npy": good["y_train.npy"],
        },
        "version3": {
            "x.npy": npy("|u1", (N, H, W), cells(N, d), version=3),
            "y.npy": good["y_train.npy"],
        },
        "python2": {
            "x.npy": npy(
                "|u1",
                None,
                cells(N, d),
                header=f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({N}L, {H}L, {W}L), }}",
            ),
            "y.npy": good["y_train.npy"],
        },
        "fortran": {
            "x.npy": npy("|u1", (N, H, W), fortran_image, True),
            "y.npy": label_array(N, ">i8"),
        },
    }
    for descr in (
        "<u2",
        ">u2",
        "<i2",
        ">i2",
        "<i4",
        ">i4",
        "<i8",
        ">i8",
        "<f4",
        ">f4",
        "<f8",
        ">f8",
        "<f2",
        ">f2",
    ):
        scale = to_float if descr[1] == "f" else (lambda v: v * 3)
        variants["type" + descr[1:] + ("be" if descr[0] == ">" else "")] = {
            "x.npy": npy(descr, (N, H, W), cells(N, d, descr, scale=scale)),
            "y.npy": label_array(N, "<f4"),
        }
    variants["fortran-f8be"] = {
        "x.npy": npy(
            ">f8",
            (N, H, W),
            b"".join(
                struct.pack(">d", pixel(i, y * W + x) / 8 - 3)
                for x in range(W)
                for y in range(H)
                for i in range(N)
            ),
            True,
        ),
        "y.npy": good["y_train.npy"],
    }
    for name, members in variants.items():
        write(f"npz/{name}.npz", npz(members, zipfile.ZIP_DEFLATED))
        case(f"npz/{name}.npz", "ok", "grey-train")
    write(
        "npz/rgb.npz",
        npz({"x.npy": npy("|u1", (N, H, W, 3), interleaved(N)), "y.npy": good["y_train.npy"]}),
    )
    case("npz/rgb.npz", "ok", "colour-train")
    write(
        "npz/rgb-fortran.npz",
        npz(
            {
                "x.npy": npy("|u1", (N, H, W, 3), interleaved(N, True), True),
                "y.npy": good["y_train.npy"],
            }
        ),
    )
    case("npz/rgb-fortran.npz", "ok", "colour-train")
    write(
        "npz/planar.npz",
        npz({"x.npy": npy("|u1", (N, 3, 4, 6), cells(N, 72)), "y.npy": good["y_train.npy"]}),
    )
    case("npz/planar.npz", "ok", "planar-train")
    write(
        "npz/flat-cifar.npz",
        npz({"x.npy": npy("|u1", (N, 3072), cells(N, 3072)), "y.npy": good["y_train.npy"]}),
    )
    case("npz/flat-cifar.npz", "ok", "cifar-train")
    write(
        "npz/vectors.npz",
        npz(
            {
                "x.npy": npy("<f8", (N, 7), cells(N, 7, "<f8", scale=to_float)),
                "y.npy": label_array(N),
            }
        ),
    )
    case("npz/vectors.npz", "ok", "vectors-train")
    write(
        "npz/signs.npz",
        npz({"x.npy": good["x_train.npy"], "y.npy": label_array(N, "|i1", lambda v: v - 1)}),
    )
    case("npz/signs.npz", "ok", "grey-train")

    x, y = good["x_train.npy"], good["y_train.npy"]
    bad = {
        "header-long": (
            npy("|u1", (N, H, W), cells(N, d), length=10001),
            "header of more than 10,000 bytes",
        ),
        "header-huge": (
            npy("|u1", (N, H, W), cells(N, d), version=2, length=0xFFFFFFFF),
            "header of more than 10,000 bytes",
        ),
        "version": (npy("|u1", (N, H, W), cells(N, d), version=9), "version of NPY"),
        "magic": (b"\x94" + x[1:], "is not an NPY file"),
        "object": (npy("|O", (N, H, W), cells(N, d)), "Python objects"),
        "object8": (npy("|O8", (N, H, W), cells(N, d)), "Python objects"),
        "complex": (npy("<c16", (N, H, W), cells(N, d)), "complex numbers"),
        "text": (npy("<U4", (N, H, W), cells(N, d)), "holds text"),
        "bytes": (npy("|S4", (N, H, W), cells(N, d)), "holds text"),
        "void": (npy("|V8", (N, H, W), cells(N, d)), "records"),
        "dates": (npy("<M8[ns]", (N, H, W), cells(N, d)), "dates"),
        "f16": (npy("<f16", (N, H, W), cells(N, d)), "type of numbers that is not read"),
        "struct": (
            npy(
                "",
                None,
                cells(N, d),
                header=f"{{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': ({N},), }}",
            ),
            "structured array",
        ),
        "negative": (npy("|u1", (-1, H, W), cells(N, d)), "negative size"),
        "huge-shape": (npy("|u1", (2**63, H, W), cells(N, d)), "2⁶³ or more"),
        "overflow": (npy("<f8", (2**31, 2**31, 2**31), cells(N, d)), "declares 2147483648 ×"),
        "dims": (npy("|u1", (N, 1, 1, H, W), cells(N, d)), "more than 4 dimensions"),
        "scalar": (npy("|u1", (), b"\0"), "a single number"),
        "empty-shape": (npy("|u1", (0, H, W), b""), "holds no data"),
        "cut": (x[:-7], "(7 are missing)"),
        "no-descr": (
            npy("", None, b"", header="{'fortran_order': False, 'shape': (3,), }"),
            "lacks descr",
        ),
        "no-brace": (npy("", None, b"", header="'descr'"), "no dictionary"),
        "twice": (npy("", None, b"", header="{'shape': (3,), 'shape': (4,), }"), "or one twice"),
        "key": (
            npy("", None, b"", header="{'evil': __import__('os'), }"),
            "a key that NumPy does not write",
        ),
        "code": (npy("", None, b"", header="{'shape': (3, open('x')), }"), "whole numbers"),
        "bool": (npy("", None, b"", header="{'fortran_order': 1, }"), "neither True nor False"),
        "quote": (npy("", None, b"", header="{'descr"), "damaged"),
        "comma": (npy("", None, b"", header="{'fortran_order': True 'shape': (3,)}"), "damaged"),
        "tuple": (npy("", None, b"", header="{'shape': [3]}"), "not a tuple"),
        "nan": (
            npy(
                "<f4",
                (N, 7),
                struct.pack("<f", 1.5) * 12
                + struct.pack("<f", float("nan"))
                + struct.pack("<f", float("inf")) * 2
                + struct.pack("<f", 0.5) * (N * 7 - 15),
            ),
            "holds 3 numbers that are NaN or infinite, the first in row 1, element 5",
        ),
        "nan-fortran": (
            npy(
                "<f4",
                (N, 7),
                struct.pack("<f", 1.5) * (2 * N + 3)
                + struct.pack("<f", float("nan"))
                + struct.pack("<f", 0.5) * (5 * N - 4),
                True,
            ),
            "the first in row 3, element 2",
        ),
    }
    for name, (data, message) in bad.items():
        write(f"npz/bad-{name}.npz", npz({"x.npy": data, "y.npy": y}, zipfile.ZIP_DEFLATED))
        case(f"npz/bad-{name}.npz", "error", message)
        write(f"npy-bad-{name}/x.npy", data)
        write(f"npy-bad-{name}/y.npy", y)
        case(f"npy-bad-{name}", "error", "" if name == "magic" else message)
    pairs = {
        "lonely": ({"x.npy": x}, "no two arrays are images and labels"),
        "empty": ({}, "no two arrays"),
        "counts": ({"x.npy": x, "y.npy": label_array(N - 1)}, f"holds {N} images, but"),
        "onehot": (
            {"x.npy": x, "y.npy": npy("|u1", (N, 3), bytes(3 * N))},
            "3 numbers for each image",
        ),
        "label-nan": (
            {"x.npy": x, "y.npy": npy("<f4", (N,), struct.pack("<f", float("nan")) * N)},
            "a label is NaN",
        ),
        "regression": (
            {
                "x.npy": npy("|u1", (1200, 2), bytes(2400)),
                "y.npy": npy(
                    "<f4", (1200,), b"".join(struct.pack("<f", i / 7) for i in range(1200))
                ),
            },
            "more than 1000 values",
        ),
    }
    for name, (members, message) in pairs.items():
        write(f"npz/pair-{name}.npz", npz(members))
        case(f"npz/pair-{name}.npz", "error", message)
    zip_cases(good)


def zip_cases(good):
    x, y = good["x_train.npy"], good["y_train.npy"]
    plain = npz({"x.npy": x, "y.npy": y}, zipfile.ZIP_DEFLATED)
    end = plain.rindex(b"PK\5\6")
    directory = struct.unpack("<I", plain[end + 16 : end + 20])[0]
    second = plain.index(b"PK\1\2", directory + 4)

    def patch(at, value, data=plain):
        return data[:at] + value + data[at + len(value) :]

    bad = {
        "no-end": (plain[:end], "no directory at its end"),
        "encrypted": (patch(directory + 8, b"\1\0"), "is encrypted"),
        "method": (patch(directory + 10, b"\x0e\0"), "neither stored nor deflate"),
        "overlap": (patch(second + 42, plain[directory + 42 : directory + 46]), "members overlap"),
        "bomb": (
            patch(directory + 24, struct.pack("<I", 0x7FFFFFFF)),
            "larger than its data can hold",
        ),
        "stored-size": (patch(directory + 10, b"\0\0"), "larger than its data can hold"),
        "crc": (patch(directory + 16, b"\1\2\3\4"), "checksum is wrong"),
        "offset": (patch(directory + 42, struct.pack("<I", 7)), "not where the directory says"),
        "offset-far": (
            patch(directory + 42, struct.pack("<I", 0x7FFFFFFF)),
            "not where the directory says",
        ),
        "packed": (patch(directory + 20, struct.pack("<I", len(plain))), "beyond its place"),
        "entry": (patch(directory, b"XX"), "directory is damaged"),
        "name-length": (patch(directory + 28, b"\xff\xff"), "directory is damaged"),
        "start": (patch(end + 16, struct.pack("<I", len(plain))), "outside the file"),
        "volumes": (patch(end + 4, b"\1\0"), "several volumes"),
        "many": (patch(end + 8, struct.pack("<HH", 60000, 60000)), "1,000 members"),
        "count": (patch(end + 8, struct.pack("<HH", 3, 3)), "directory is damaged"),
        "short-data": (
            patch(directory + 24, struct.pack("<I", len(x) + 9)),
            "shorter than declared",
        ),
        "data": (patch(60, b"\xff" * 20), "damaged"),
        "zip64": (patch(end + 16, b"\xff\xff\xff\xff"), "too large"),
    }
    for name, (data, message) in bad.items():
        write(f"hostile/zip-{name}.npz", data)
        case(f"hostile/zip-{name}.npz", "error", message)
    for k, name in enumerate(hostile_names()):
        if not name or name == "/":
            continue
        write(
            f"hostile/zip-name-{k}.npz",
            npz(
                {
                    name: x,
                    "x.npy": x,
                    "y.npy": y,
                    "x_test.npy": good["x_test.npy"],
                    "y_test.npy": good["y_test.npy"],
                }
            ),
        )
        case(f"hostile/zip-name-{k}.npz", "any", "")
    out = io.BytesIO()
    import warnings

    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
        warnings.simplefilter("ignore")
        for _ in range(2):
            archive.writestr("x.npy", x)
        archive.writestr("y.npy", y)
    write("hostile/zip-twice.npz", out.getvalue())
    case("hostile/zip-twice.npz", "error", "there twice")
    write("hostile/zip-comment.npz", plain[: end + 20] + struct.pack("<H", 500) + b"PK\5\6" * 125)
    case("hostile/zip-comment.npz", "ok", "grey-train")
    quine = zlib.compress(b"\0" * 100)
    write("hostile/zlib", quine)
    case("hostile/zlib", "error", "no dataset that Gramscope reads")


def main():
    os.makedirs(os.path.join(ROOT, "canary"), exist_ok=True)
    idx_cases()
    cifar_cases()
    tar_cases()
    pickle_cases()
    array_cases()
    with open(os.path.join(ROOT, "cases"), "w", encoding="utf-8", errors="surrogateescape") as out:
        out.write("".join(line + "\n" for line in CASES if "\tskip\t" not in line))


main()
