# files_pickle.py: CIFAR's pickles, good, damaged and hostile
#
# SPDX-License-Identifier: MIT
import gzip
import os
import pickle
import struct
import sys
import types

from files_base import N, N_TEST, ROOT, case, image, label, tar, write


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


class Array:
    """What Python writes of a NumPy array, though NumPy need not be there."""

    def __init__(self, n, data, buffer):
        self.n, self.data, self.buffer = n, data, buffer

    def __reduce__(self):
        if self.buffer:
            frombuffer = sys.modules["numpy.core.numeric"]._frombuffer
            return frombuffer, (bytearray(self.data), Dtype(), (self.n, 3072), "C")
        numpy = sys.modules["numpy"]
        build = sys.modules["numpy._core.multiarray"]._reconstruct
        state = (1, (self.n, 3072), Dtype(), False, self.data)
        return build, (numpy.ndarray, (0,), b"b"), state


class Dtype:
    def __reduce__(self):
        state = (3, "|", None, None, None, -1, -1, 0)
        return sys.modules["numpy"].dtype, ("u1", False, True), state


def pretend_numpy():
    names = {
        "numpy": ["ndarray", "dtype"],
        "numpy._core.multiarray": ["_reconstruct"],
        "numpy.core.numeric": ["_frombuffer"],
    }
    for module, functions in names.items():
        sys.modules[module] = types.ModuleType(module)
        for name in functions:

            def function():
                pass

            function.__module__, function.__qualname__, function.__name__ = module, name, name
            setattr(sys.modules[module], name, function)


def python3_batch(first, n, protocol, as_bytes):
    data = b"".join(image(i, 3072) for i in range(first, first + n))
    key = (lambda text: text.encode()) if as_bytes else (lambda text: text)
    batch = {
        key("labels"): [label(i) for i in range(first, first + n)],
        key("data"): Array(n, data, protocol == 5),
        key("filenames"): [key(f"{i}.png") for i in range(n)],
    }
    return pickle.dumps(batch, protocol)


def python3_cases():
    """What people get who read the batches with Python 3 and write them again."""
    before = {name: sys.modules.get(name) for name in ("numpy", "numpy._core", "numpy.core")}
    pretend_numpy()
    for protocol in (3, 4, 5):
        for as_bytes in (True, False):
            folder = f"pickle-python3-{protocol}{'b' if as_bytes else 't'}"
            for k in range(3):
                write(f"{folder}/data_batch_{k+1}", python3_batch(10 * k, 10, protocol, as_bytes))
            write(f"{folder}/test_batch", python3_batch(0, N_TEST, protocol, as_bytes))
            case(folder, "ok", "cifar10")
    write("pickle-python3-2/data_batch_1", python3_batch(0, 10, 2, True))
    case("pickle-python3-2", "error", "by Python 3 with protocol 2")
    members = [("c/data_batch_1", python3_batch(0, N, 4, True))]
    members.append(("c/test_batch", python3_batch(0, N_TEST, 5, False)))
    write("pickle-python3.tar", tar(members))
    case("pickle-python3.tar", "ok", "cifar10")
    write("pickle-objects/data_batch_1", pickle.dumps({"data": [1.5], "labels": [1]}, 4))
    case("pickle-objects", "error", "was written by another program")
    for name, module in before.items():
        if module is not None:
            sys.modules[name] = module


def pickle_cases():
    python3_cases()
    for k in range(3):
        write(f"pickle10/data_batch_{k+1}", cifar_pickle(10 * k, 10))
    write("pickle10/test_batch", cifar_pickle(0, N_TEST))
    case("pickle10", "ok", "cifar10")
    write("pickle100/train", cifar_pickle(0, N, True))
    write("pickle100/test", cifar_pickle(0, N_TEST, True))
    case("pickle100", "ok", "cifar100")
    # what names the classes lies beside the batches of an unpacked archive
    names = b"\x80\x02}(" + p_string("fine_label_names") + b"](" + p_string("apple") + b"eu."
    write("pickle100/meta", names)
    write("pickle100/file.txt~", b"")
    write("pickle10/batches.meta", names)
    write("pickle-other/mine.pkl", names)
    write("pickle-other/data_batch_1.gz", gzip.compress(cifar_pickle(0, N), mtime=0))
    write("pickle-other/test_batch.gz", gzip.compress(cifar_pickle(0, N_TEST), mtime=0))
    case("pickle-other", "ok", "cifar10")
    case("pickle-other", "warn", "it is left out")
    case("pickle-other/mine.pkl", "error", "save other arrays with numpy.savez")
    write("pickle-damaged/data_batch_1", cifar_pickle(0, N))
    write("pickle-damaged/data_batch_2", cifar_pickle(0, 5)[:-99])
    case("pickle-damaged", "error", "cut off")
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
        "stack-global": (b"\x80\x04\x8c\x02os\x8c\x06system\x93.", "unsafe opcode"),
        "stack-global-kind": (b"\x80\x04\x8c\x02osN\x93.", "a name that is no text"),
        "stack-global-empty": (b"\x80\x04\x8c\x02os\x93.", "empty stack"),
        "eval3": (b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93" + run[:-1] + b".", "unsafe opcode"),
        "proto5": (b"\x80\x05N.", "another kind of value"),
        "proto6": (b"\x80\x06N.", "no dataset that Gramscope reads"),
        "next-buffer": (b"\x80\x05\x97.", "another program: unsafe opcode"),
        "memoize-empty": (b"\x80\x04\x94.", "empty stack"),
        "memoize-bomb": (b"\x80\x04N" + b"\x94" * 2_000_000 + b".", "out of bounds"),
        "bytes8": (b"\x80\x04\x8e" + b"\xff" * 8 + b".", "negative length"),
        "bytes8-huge": (b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f.", "cut off"),
        "frame-cut": (b"\x80\x04\x95\0\0", "cut off"),
        "long-long": (b"\x80\x04\x8a\x09" + bytes(9) + b".", "more than 8 bytes"),
        "string": (b"\x80\x02S'abc'\n.", "unsafe opcode"),
        "float": (b"\x80\x02G\0\0\0\0\0\0\0\0.", "unsafe opcode"),
        "long1": (b"\x80\x02\x8a\x01\x05.", "another kind of value"),
        "unicode": (b"\x80\x02X\x01\0\0\0a.", "another kind of value"),
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
        "tuple-depth": (b"\x80\x02)" + b"\x85" * 10 + b".", "another kind of value"),
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
