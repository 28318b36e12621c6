# files_tar.py: tar archives, good, damaged and hostile
#
# SPDX-License-Identifier: MIT
import gzip
import io
import tarfile

from files_base import CASES, N, N_TEST, case, hostile_names, tar, write
from files_cifar import cifar
from files_pickle import cifar_pickle


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
    case("tar/mixed.tar", "error", "beside files of CIFAR-")
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
            deep = name == "a/b/data_batch_1.bin" and not beside  # the only one: it is read
            case(
                file,
                "any" if folder or deep else "ok" if beside else "error",
                "cifar10" if beside else "",
            )
