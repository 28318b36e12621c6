# files_idx.py: IDX files, good and damaged
#
# SPDX-License-Identifier: MIT
import gzip
import os
import struct

from files_base import H, N, N_TEST, ROOT, W, case, image, label, pixel, write


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
