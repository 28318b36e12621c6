# files_layouts.py: sound files under the names and in the folders and archives that people have
#
# SPDX-License-Identifier: MIT
import gzip
import io
import struct
import tarfile
import zipfile

from files_array import cells, label_array, npy, npz
from files_base import H, N, N_TEST, W, case, image, label, pixel, tar, write
from files_cifar import cifar
from files_idx import GOOD, idx, idx_folder, images, labels

TI, TL = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
EI, EL = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
X, Y = npy("|u1", (N, H, W), cells(N, W * H)), label_array(N)
X_TEST, Y_TEST = npy("|u1", (N_TEST, H, W), cells(N_TEST, W * H)), label_array(N_TEST)


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def word_cases():
    """A name is read by whole words; "train" and "t10k" say more than "test"."""
    for prefix in ("latest-", "test1_", "mnist_test_", "greatest.", "MNIST_TEST_", "contest-train"):
        folder = f"words-{prefix.strip('-_.')}"
        idx_folder(folder, zipped=True, rename=lambda name, prefix=prefix: prefix + name)
        if prefix == "contest-train":  # "contest-traint10k" has no word that says what it is for
            case(folder, "any", "")
            continue
        case(folder, "ok", "grey")
    idx_folder("words-suffix", rename=lambda name: name + "-test")
    case("words-suffix", "ok", "grey")
    idx_folder("words-test", rename=lambda name: "test_" + name.replace("t10k", "test"))
    case("words-test", "ok", "grey")
    idx_folder("words-camel", rename=lambda name: name.replace("train-i", "trainI"))
    case("words-camel", "any", "")
    # training and test images whose names differ in more than that: two datasets, or one?
    idx_folder("words-apart", rename=lambda name: name.replace("t10k-", "my-t10k_"))
    case("words-apart", "error", "one dataset or two datasets")
    case(f"words-apart/{TI}", "ok", "grey-train")
    # only EMNIST's own images are turned
    idx_folder("words-femnist", rename=lambda name: "femnist-" + name)
    case("words-femnist", "ok", "grey")
    for folder, prefix in (("cifar-latest", "latest_"), ("cifar-test", "test_")):
        for k in range(3):
            write(f"{folder}/{prefix}data_batch_{k+1}.bin", cifar(10 * k, 10))
        other = "test_batch.bin" if prefix == "latest_" else "test_test_batch.bin"
        write(f"{folder}/{other}", cifar(0, N_TEST))
        case(folder, "ok", "cifar10")
    write("cifar-words/training.bin", cifar(0, N))
    write("cifar-words/testing1.bin", cifar(0, N_TEST))
    case("cifar-words", "ok", "cifar10")


def neighbour_cases():
    """What lies beside data is not data."""
    apple = b"\0\5\x16\7\0\2\0\0Mac OS X        "
    idx_folder("beside-mac", zipped=True)
    for name in GOOD:
        write(f"beside-mac/._{name}.gz", apple)
    write("beside-mac/.DS_Store", b"\0\0\0\1Bud1")
    case("beside-mac", "ok", "grey")
    case(f"beside-mac/{TI}.gz", "ok", "grey")
    case(f"beside-mac/._{TI}.gz", "error", "what macOS leaves beside a file")
    for k in range(3):
        write(f"beside-mac-cifar/data_batch_{k+1}.bin", cifar(10 * k, 10))
        write(f"beside-mac-cifar/._data_batch_{k+1}.bin", apple)
    write("beside-mac-cifar/test_batch.bin", cifar(0, N_TEST))
    case("beside-mac-cifar", "ok", "cifar10")
    idx_folder("beside-sums", zipped=True)
    for end in ("sha256", "md5", "asc", "sig", "txt", "json", "html", "sha512sum"):
        write(f"beside-sums/{TI}.gz.{end}", b"0" * 64 + f"  {TI}.gz\n".encode())
        write(f"beside-sums/{TL}.{end}", b"0" * 64)
    case("beside-sums", "ok", "grey")
    write("beside-npy/x_train.npy", X)
    write("beside-npy/y_train.npy", Y)
    write("beside-npy/x_train.npy.md5", b"0" * 32)
    write("beside-npy/._x_train.npy", apple)
    case("beside-npy", "ok", "grey-train")
    # a damaged file of another set does not matter
    idx_folder("beside-damaged")
    write("beside-damaged/old-train-images-idx3-ubyte", b"\x1f\x8b\x08rubbish")
    case("beside-damaged", "ok", "grey")
    case("beside-damaged/old-train-images-idx3-ubyte", "error", "damaged at byte")


def stranger_cases():
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9912422\n"
    for name, data, message in [
        ("lfs", pointer, "git lfs pull"),
        ("html", b"<!DOCTYPE html><html><body>Sign in</body></html>", "is a web page"),
        ("html-plain", b"<html><head>404</head></html>", "is a web page"),
        ("denied", b"<?xml version='1.0'?><Error><Code>AccessDenied</Code>", "of a server"),
        ("hdf5", b"\x89HDF\r\n\x1a\n" + bytes(100), "is an HDF5 file"),
        ("matlab", b"MATLAB 5.0 MAT-file, written by x", "is a MATLAB file"),
        ("parquet", b"PAR1\x15\4" + bytes(30), "is a Parquet file"),
        ("xz", b"\xfd7zXZ\0" + bytes(30), "unpack it"),
        ("rar", b"Rar!\x1a\7" + bytes(30), "unpack it"),
        ("jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF", "is one picture"),
        ("png", b"\x89PNG\r\n\x1a\n" + bytes(30), "is one picture"),
        ("csv", b"label,pixel0,pixel1\n5,0,0\n0,0,255\n", "is a table of text"),
        ("empty", b"", "holds 0 bytes"),
    ]:
        idx_folder(f"stranger-{name}", {TI: data})
        case(f"stranger-{name}", "error", message)
        write(f"stranger-{name}/some-file", data)
        case(f"stranger-{name}/some-file", "error", message)
    write("stranger-batch/data_batch_1.bin", pointer)
    case("stranger-batch", "error", "git lfs pull")
    twice = gzip.compress(gzip.compress(GOOD[TI], mtime=0), mtime=0)
    idx_folder("gzip-twice", {TI: twice})
    case("gzip-twice", "ok", "grey")
    many = twice
    for _ in range(5):
        many = gzip.compress(many, mtime=0)
    write("gzip-batch/data_batch_1.bin.gz", gzip.compress(cifar(0, N), mtime=0))
    case("gzip-batch", "error", "unpack it with gunzip")
    idx_folder("gzip-many", {TI: many})
    case("gzip-many", "error", "not an IDX file")


def public_cases():
    """Public datasets that are not read are named, as folder, as archive and file by file."""
    jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF"
    halves = [(f"{split}_{half}.bin", bytes([1]) * size)
              for split in ("train", "test") for half, size in (("X", 2 * 27648), ("y", 2))]
    notes = [("README.md", b"Ten classes, of the web.\nSee, please, below.\n"),
             ("class_names.txt", b"airplane\nbird\n")]
    pictures = [("wnids.txt", b"n01\nn02\n"), ("words.txt", b"n01\tentity\nn02\tkit fox, fox\n"),
                ("train/n01/n01_boxes.txt", b"n01_0.JPEG\t0\t0\t63\t63\n"),
                ("train/n01/images/n01_0.JPEG", jpeg), ("val/images/val_0.JPEG", jpeg)]
    for name, members, message in [
        ("stl10", notes + [(f"stl10_binary/{name}", data) for name, data in halves],
         "belongs to STL-10"),
        ("imagenet", [(f"tiny-imagenet-200/{name}", data) for name, data in pictures],
         "is one picture"),
        ("csv", notes + [("mnist_train.csv", b"7,0,12\n2,0,255\n")], "is a table of text"),
        ("notes", notes, "or a zip, NPZ or tar archive of them"),
    ]:
        for member, data in members:
            write(f"public-{name}/{member}", data)
        case(f"public-{name}", "error", message)
        write(f"public/{name}.zip", zipped(members))
        write(f"public/{name}.tar.gz", gzip.compress(tar(members), mtime=0))
        for end in ("zip", "tar.gz"):
            case(f"public/{name}.{end}", "error", message)
    for name, _ in halves:
        case(f"public-stl10/stl10_binary/{name}", "error", "(0, 3, 2, 1), by numpy.savez")
    write("public-else/train_X.bin", bytes(27649))
    case("public-else/train_X.bin", "error", "is no dataset that Gramscope reads")


def pair_cases():
    """IDX pairs of other names than MNIST's, and halves that are missing."""
    for half, part in (("images-idx3", "X"), ("labels-idx1", "y")):
        for split, word in (("train", "train"), ("t10k", "test")):
            data = gzip.compress(GOOD[f"{split}-{half}-ubyte"], mtime=0)
            number = half[-1]
            write(f"kannada/{part}_kannada_MNIST_{word}-idx{number}-ubyte.gz", data)
    case("kannada", "ok", "grey")
    case("kannada/y_kannada_MNIST_test-idx1-ubyte.gz", "ok", "grey")
    for folder, columns, code, letter in (("qmnist", 8, 0x0C, "i"), ("onehot", 3, 0x08, "B")):
        for split, n in (("train", N), ("test", N_TEST)):
            rows = b"".join(
                struct.pack(f">{columns}{letter}", label(i), *([1] * (columns - 1)))
                for i in range(n)
            )
            kind = "int" if columns == 8 else "ubyte"
            write(
                f"{folder}/qmnist-{split}-labels-idx2-{kind}.gz",
                gzip.compress(idx((n, columns), rows, code), mtime=0),
            )
            write(f"{folder}/qmnist-{split}-images-idx3-ubyte", idx((n, H, W), images(n)))
    case("qmnist", "ok", "grey")
    case("qmnist", "warn", "the first is the label")
    case("onehot", "error", "3 numbers for each image")
    for missing, what in ((EL, "holds test images without their labels"),
                          (EI, "holds test labels without their images")):
        idx_folder(f"half-{missing}", {missing: None})
        case(f"half-{missing}", "ok", "grey-train")
        case(f"half-{missing}", "warn", what)
    idx_folder("half-train", {TL: None})
    case("half-train", "error", "the file of their labels is missing")
    write("half.npz", npz({"x_train.npy": X, "y_train.npy": Y, "x_test.npy": X_TEST}))
    case("half.npz", "ok", "grey-train")
    case("half.npz", "warn", "these arrays were left out: x_test")


def name_cases():
    """Arrays by the words of their names."""
    four = [
        ("training_images", "training_labels", "test_images", "test_labels"),
        ("train_x", "train_y", "test_x", "test_y"),
        ("trainX", "trainY", "testX", "testY"),
        ("XTrain", "YTrain", "XTest", "YTest"),
        ("xtrain", "ytrain", "xtest", "ytest"),
        ("mnist_x_train", "mnist_y_train", "mnist_x_test", "mnist_y_test"),
        ("imgs_train", "targets_train", "imgs_test", "targets_test"),
        ("x", "y", "x_test", "y_test"),
        ("arr_0", "arr_1", "arr_2", "arr_3"),
    ]
    for k, names in enumerate(four):
        arrays = dict(zip((name + ".npy" for name in names), (X, Y, X_TEST, Y_TEST)))
        write(f"names/four-{k}.npz", npz(arrays))
        case(f"names/four-{k}.npz", "ok", "grey")
    swapped = {"arr_0.npy": X, "arr_1.npy": X_TEST, "arr_2.npy": Y, "arr_3.npy": Y_TEST}
    write("names/arr-sklearn.npz", npz(swapped))
    case("names/arr-sklearn.npz", "ok", "grey")
    case("names/arr-sklearn.npz", "warn", "arr_0 and arr_2 are taken for training")
    for k, names in enumerate([("image", "label"), ("data", "targets"), ("data", "target"),
                               ("cifar10.1_v6_data", "cifar10.1_v6_labels")]):
        write(f"names/two-{k}.npz", npz({names[0] + ".npy": X, names[1] + ".npy": Y}))
        case(f"names/two-{k}.npz", "ok", "grey-train")
    write("cifar101/cifar10.1_v6_data.npy", X)
    write("cifar101/cifar10.1_v6_labels.npy", Y)
    case("cifar101", "ok", "grey-train")
    for name in ("labels", "fog", "snow"):
        write(f"cifar10c/{name}.npy", Y if name == "labels" else X)
    case("cifar10c/fog.npy", "ok", "grey-train")
    case("cifar10c/fog.npy", "warn", "left out: snow")
    case("cifar10c", "error", "both fog and snow may be the images")
    write("cifar10c-one/labels.npy", Y)
    write("cifar10c-one/fog.npy", X)
    case("cifar10c-one", "ok", "grey-train")
    wrong = {
        "typo": (("x_train", "Y_trian", "x_test", "y_test"), "x_train are images, but no"),
        "typo-images": (("x_trian", "y_train", "x_test", "y_test"), "y_train are labels, but no"),
        "typo-both": (("x_trian", "y_trian", "x_test", "y_test"), "both"),
        "two": (("x_train", "y_train", "train_images", "y_test"),
                "both train_images and x_train may be the images"),
    }
    for name, (names, message) in wrong.items():
        arrays = dict(zip((name + ".npy" for name in names), (X, Y, X_TEST, Y_TEST)))
        write(f"names/wrong-{name}.npz", npz(dict(sorted(arrays.items()))))
        case(f"names/wrong-{name}.npz", "error", message)
    write("names/test-only.npz", npz({"x_test.npy": X_TEST, "y_test.npy": Y_TEST}))
    case("names/test-only.npz", "warn", "holds test images only")
    for split, n in (("train", N), ("test", N_TEST)):
        x, y = (X, Y) if n == N else (X_TEST, Y_TEST)
        write(f"k49/k49-{split}-imgs.npz", npz({"arr_0.npy": x}, zipfile.ZIP_DEFLATED))
        write(f"k49/k49-{split}-labels.npz", npz({"arr_0.npy": y}))
    case("k49", "ok", "grey")
    case("k49/k49-train-imgs.npz", "ok", "grey")
    case("k49/k49-test-labels.npz", "ok", "grey")
    large = npy("<i8", (N,), struct.pack(f"<{N}q", *(20240101 + label(i) for i in range(N))))
    write("names/dates.npz", npz({"x.npy": X, "y.npy": large}))
    case("names/dates.npz", "ok", "grey-train")
    write("names/five.npz", npz({"x.npy": npy("|u1", (N, 1, 1, H, W), cells(N, W * H)),
                                 "y.npy": Y}))
    case("names/five.npz", "error", "reshape it to (images, height, width, channels)")


def archive_cases():
    """A container hands its members to the formats."""
    packed = [(f"gzip/{name}.gz", gzip.compress(data, mtime=0)) for name, data in GOOD.items()]
    plain = list(GOOD.items())
    batches = [(f"data_batch_{k+1}.bin", cifar(10 * k, 10)) for k in range(3)]
    batches.append(("test_batch.bin", cifar(0, N_TEST)))
    arrays = [("x_train.npy", X), ("y_train.npy", Y), ("x_test.npy", X_TEST),
              ("y_test.npy", Y_TEST)]
    mac = [(f"__MACOSX/._{name}", b"\0\5\x16\7") for name in GOOD]
    own = [(f"{name}/{name}", data) for name, data in GOOD.items()]
    dotted = [(name.replace("-idx", ".idx"), data) for name, data in GOOD.items()]
    for name, members, what in [
        ("idx-gz", packed, "grey"),
        ("idx", plain + mac + [("readme.txt", b"x")], "grey"),
        ("idx-deep", [("MNIST/raw/" + name, data) for name, data in plain], "grey"),
        ("idx-own", own, "grey"),
        ("idx-kaggle", own + dotted, "grey"),
        ("cifar", batches, "cifar10"),
        ("npy", [("a/" + name, data) for name, data in arrays], "grey"),
    ]:
        write(f"container/{name}.zip", zipped(members))
        write(f"container/{name}-stored.zip", zipped(members, zipfile.ZIP_STORED))
        write(f"container/{name}.tar", tar(members))
        write(f"container/{name}.tar.gz", gzip.compress(tar(members), mtime=0))
        for end in (".zip", "-stored.zip", ".tar", ".tar.gz"):
            case(f"container/{name}{end}", "ok", what)
    # as a file in a folder
    write("container-folder/archive.zip", zipped(packed))
    case("container-folder", "ok", "grey")
    for name in ("one.npz", "two.npz"):
        write(f"container-two/{name}", npz(dict(arrays)))
    case("container-two", "error", "both one.npz and two.npz in it may hold the data")
    notes = zipped([("notes.txt", b"x" * 999)] + arrays, zipfile.ZIP_STORED)
    write("container/neighbour.zip", notes.replace(b"x" * 3, b"y" * 3, 1))
    case("container/neighbour.zip", "ok", "grey")
    sets = [(f"gzip/emnist-{part}-{name}", data) for part in ("digits", "letters")
            for name, data in plain]
    write("container/emnist.zip", zipped(sets))
    case("container/emnist.zip", "warn", "belongs to another dataset of this archive")
    two = [(f"{folder}/{name}", data) for folder in ("a", "b") for name, data in plain]
    write("container/two.zip", zipped(two))
    case("container/two.zip", "error", "is in the archive twice")
    for end, data in (("zip", zipped([("a.txt", b"x")])), ("tar", tar([("a.txt", b"x")]))):
        write(f"container/nothing.{end}", data)
        case(f"container/nothing.{end}", "error", "no member of this archive")
    for name, member in (("zip", ("deep/gzip.zip", zipped(packed))), ("npz", ("m.npz", b"PK")),
                         ("tgz", ("cifar-10-python.tar.gz", b"\x1f\x8b"))):
        write(f"container/in-{name}.zip", zipped([member]))
        case(f"container/in-{name}.zip", "error", f"holds another archive, {member[0]}")
        write(f"container/in-{name}.tar", tar([member, ("a.txt", b"x")]))
        case(f"container/in-{name}.tar", "error", f"holds another archive, {member[0]}")
    # what lies beside data is no matter
    write("container/both.zip", zipped(packed + [("gzip/copy.zip", b"PK")]))
    case("container/both.zip", "ok", "grey")
    case(f"container/both.zip/gzip/{TI}.gz", "error", "both.zip is a file, and what is in it")
    write("container/training.pt", zipped([("training/data.pkl", b"\x80\2."),
                                           ("training/data/0", bytes(99))]))
    case("container/training.pt", "error", "is a file of PyTorch")
    cut = dict(packed)
    cut["gzip/" + TI + ".gz"] = cut["gzip/" + TI + ".gz"][:-30]
    write("container/cut-member.zip", zipped(cut.items()))
    case("container/cut-member.zip", "error", "it is cut off")
    short = dict(plain)
    short[TI] = short[TI][:-7]
    write("container/short-member.tar", tar(short.items()))
    case("container/short-member.tar", "error", "(7 are missing)")
    bomb = tarfile.TarInfo("x/data_batch_1.bin")
    bomb.size = 600 << 20
    write("hostile/tar-bomb.tar.gz",
          gzip.compress(bomb.tobuf() + bytes(600 << 20), 1, mtime=0))
    case("hostile/tar-bomb.tar.gz", "error", "")


def folder_cases():
    """Data one or two folders deeper than expected."""
    for name, data in GOOD.items():
        write(f"deeper-own/{name}/{name}", data)
        write(f"deeper-torch/EMNIST/raw/gzip/{name}.gz", gzip.compress(data, mtime=0))
        write(f"deeper-two/one/{name}", data)
        write(f"deeper-two/two/{name}", data)
        write(f"deeper-one/data/{name.upper()}", data)
        write(f"deeper-far/a/b/c/d/e/{name}", data)
    write("deeper-one/notes/readme.txt", b"x")
    case("deeper-own", "ok", "grey")
    case(f"deeper-own/{TI}/{TI}", "any", "")
    case("deeper-torch", "ok", "grey")
    case("deeper-torch/EMNIST/raw", "ok", "grey")
    case("deeper-two", "error", "open the one that you mean")
    case("deeper-one", "ok", "grey")
    case("deeper-far", "error", "no file in this folder is a dataset")


def layout_cases():
    word_cases()
    neighbour_cases()
    stranger_cases()
    public_cases()
    pair_cases()
    name_cases()
    archive_cases()
    folder_cases()
