# files_cifar.py: CIFAR's binary files, good and damaged
#
# SPDX-License-Identifier: MIT


from files_base import N, N_TEST, case, image, label, write


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
