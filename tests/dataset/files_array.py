# files_array.py: NPY and NPZ files, good, damaged and hostile
#
# SPDX-License-Identifier: MIT
import io
import struct
import warnings
import zipfile
import zlib

from files_base import H, N, N_TEST, W, case, hostile_names, label, pixel, write


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
        "empty": ({}, "no member of this archive"),
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

    def both(at, value):
        """In the header before the member and in the directory, which are 2 bytes apart."""
        return patch(at, value, patch(directory + at + 2, value))

    harm = "the archive is damaged after byte"
    bad = {
        "no-end": (plain[:end], harm),
        "no-member": (plain[: second - 300], harm),
        "encrypted": (both(6, b"\1\0"), "is encrypted"),
        "method": (both(8, b"\x63\0"), harm),
        "overlap": (patch(second + 42, plain[directory + 42 : directory + 46]), "no array is"),
        "bomb": (both(22, struct.pack("<I", 0x7FFFFFFF)), "larger than its data can hold"),
        "bomb-directory": (patch(directory + 24, struct.pack("<I", 0x7FFFFFFF)), harm),
        "stored-size": (both(8, b"\0\0"), harm),
        "crc": (both(14, b"\1\2\3\4"), harm),
        "crc-directory": (patch(directory + 16, b"\1\2\3\4"), harm),
        "offset": (patch(directory + 42, struct.pack("<I", 7)), harm),
        "offset-far": (patch(directory + 42, struct.pack("<I", 0x7FFFFFFF)), harm),
        "packed": (patch(directory + 20, struct.pack("<I", len(plain))), harm),
        "packed-both": (both(18, struct.pack("<I", len(plain))), ""),
        "entry": (patch(directory, b"XX"), harm),
        "name-length": (patch(directory + 28, b"\xff\xff"), harm),
        "start": (patch(end + 16, struct.pack("<I", len(plain))), harm),
        "volumes": (patch(end + 4, b"\1\0"), harm),
        "short-data": (both(22, struct.pack("<I", len(x) + 9)), harm),
        "data": (patch(60, b"\xff" * 20), "damaged"),
        "zip64": (patch(end + 16, b"\xff\xff\xff\xff"), harm),
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
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
        warnings.simplefilter("ignore")
        for _ in range(2):
            archive.writestr("x.npy", x)
        archive.writestr("y.npy", y)
    write("hostile/zip-twice.npz", out.getvalue())
    case("hostile/zip-twice.npz", "error", "is in the archive twice")
    write("hostile/zip-comment.npz", plain[: end + 20] + struct.pack("<H", 500) + b"PK\5 6" * 100)
    case("hostile/zip-comment.npz", "ok", "grey-train")
    write("hostile/zip-ends.npz", plain[: end + 20] + struct.pack("<H", 500) + b"PK\5\6" * 125)
    case("hostile/zip-ends.npz", "error", harm)
    # the directory is read to its end, whatever it says of its length
    write("hostile/zip-many.npz", patch(end + 8, struct.pack("<HH", 60000, 60000)))
    case("hostile/zip-many.npz", "any", "")
    crowd = npz({f"{k}.txt": b"" for k in range(10001)})
    write("hostile/zip-crowd.npz", crowd)
    case("hostile/zip-crowd.npz", "error", "more than 10,000 members")
    quine = zlib.compress(b"\0" * 100)
    write("hostile/zlib", quine)
    case("hostile/zlib", "error", "no dataset that Gramscope reads")
