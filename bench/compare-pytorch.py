#!/usr/bin/env python3
# compare-pytorch.py: full-batch gradient descent here, in PyTorch and in NumPy, side by side
#
# SPDX-License-Identifier: MIT
"""Time one step of Eq 5 on the same problem, from the same W(0), interleaved.

PyTorch runs it as a user would write it (autograd and SGD) and by hand in place; NumPy by hand.
Each round times every program once, in turn, so that whatever else the machine does hits all of
them; the ratio of each round's pair is taken and the median of the ratios is printed. Before
that, 100 steps of all programs are compared residual by residual.
"""

import argparse
import gzip
import json
import os
import statistics
import sys
import tempfile
import time

import numpy as np

from served import Served

TARGETS = [  # name, n, d, m, ratio to reach, images
    ("1024/784/10240", 1024, 784, 10240, 8.0, "mnist"),
    ("1024/3072/10240", 1024, 3072, 10240, 25.0, "cifar"),
    ("4096/784/10240", 4096, 784, 10240, 2.6, "mnist"),
    ("10000/784/10000", 10000, 784, 10000, 4.0, "mnist"),
]
CARD_TARGETS = [  # against PyTorch in float32; with --tf32 the first one's is 1
    ("10000/784/10000", 10000, 784, 10000, 4.0, "mnist"),
    ("10000/3072/10000", 10000, 3072, 10000, None, "cifar"),
    ("1000/784/1000", 1000, 784, 1000, 3.0, "mnist"),
]
GRID = [(n, d, m) for n, d, m in [
    (64, 16, 64), (64, 16, 1024), (64, 784, 64), (64, 784, 1024), (64, 3072, 256),
    (128, 100, 512), (256, 16, 256), (256, 16, 4096), (256, 100, 1024), (256, 784, 256),
    (256, 784, 2048), (256, 3072, 1024), (512, 784, 512), (512, 784, 4096), (1000, 16, 1000),
    (1000, 100, 4096), (1000, 784, 1000), (2000, 100, 2000), (2000, 784, 2000), (4000, 64, 1000),
]]


CPU_TIME = False


def clock():
    """Wall time, or with --cpu-time the processor time of all threads."""
    return time.process_time() if CPU_TIME else time.perf_counter()


def read_idx(folder, name):
    for path in (os.path.join(folder, name), os.path.join(folder, name + ".gz")):
        if os.path.exists(path):
            with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
                data = file.read()
            rank = data[3]
            shape = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(rank)]
            return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)
    return None


def real_images(kind, n, d, data):
    """The first n images of classes 0 and 1, or None."""
    if kind == "mnist":
        images = read_idx(os.path.join(data, "mnist"), "train-images-idx3-ubyte")
        labels = read_idx(os.path.join(data, "mnist"), "train-labels-idx1-ubyte")
        if images is None:
            return None
        images = images.reshape(len(images), -1)
    else:
        folder = os.path.join(data, "cifar-10-pair01")
        if not os.path.isdir(folder):
            return None
        raw = np.concatenate([np.fromfile(os.path.join(folder, f"data_batch_{b}.bin"), np.uint8)
                              for b in range(1, 6)]).reshape(-1, 3073)
        labels, images = raw[:, 0], raw[:, 1:]
    chosen = np.flatnonzero(labels <= 1)[:n]
    if len(chosen) < n or images.shape[1] != d:
        return None
    return images[chosen].astype(np.float64), np.where(labels[chosen] == 0, 1.0, -1.0)


def made_up_images(n, d):
    rng = np.random.default_rng(n * 7919 + d)
    images = rng.integers(1, 256, (n, d)) * (rng.random((n, d)) < 0.25)
    images[:, 0] = rng.integers(1, 256, n)
    return images.astype(np.float64), np.where(images[:, 0] > 128, 1.0, -1.0)


class Gramscope(Served):
    def __init__(self, args, folder, pixels, X, y, m, eta, kappa):
        n, d = X.shape
        if pixels is not None:
            pixels.astype(np.uint8).tofile(os.path.join(folder, "pixels.u8"))
            (1 / np.linalg.norm(pixels, axis=1)).tofile(os.path.join(folder, "scale.f64"))
        X.tofile(os.path.join(folder, "X.f64"))
        y.tofile(os.path.join(folder, "y.f64"))
        command = [args.bench, "--problem", folder, "--device", args.device, f"--n={n}", f"--d={d}",
                   f"--m={m}", f"--eta={eta!r}", f"--kappa={kappa!r}", f"--threads={args.threads}"]
        if args.modules:
            command.append(f"--modules={args.modules}")
        if args.formulation:
            command.append(f"--formulation={args.formulation}")
        if args.precision:
            command.append(f"--precision={args.precision}")
        super().__init__(command)
        self.how, self.bytes, self.precision = self.first[0], int(self.first[1]), self.first[2]

    def steps(self, count):
        """Seconds and the residual after each step."""
        numbers = self.ask(f"step {count}")
        return numbers[1 if CPU_TIME else 0], numbers[2:]

    def peak_memory(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) * 1024
        return 0


class Autograd:
    """relu (X @ W) @ a with autograd and SGD, the loss of Eq 2."""
    name = "autograd"

    kind = np.float32

    def __init__(self, torch, device, X, y, W, a, eta):
        self.torch, self.device = torch, device
        self.X = torch.from_numpy(X.astype(self.kind)).to(device)
        self.y = torch.from_numpy(y.astype(self.kind)).to(device)
        self.a = torch.from_numpy(a.astype(self.kind) / self.kind(np.sqrt(len(a)))).to(device)
        self.W = torch.from_numpy(np.ascontiguousarray(W.T, self.kind)).to(device)
        self.W.requires_grad_(True)
        self.optimizer = torch.optim.SGD([self.W], lr=eta)

    def sync(self):
        if self.device != "cpu":
            self.torch.cuda.synchronize()

    def residual(self):
        with self.torch.no_grad():
            u = self.torch.relu(self.X @ self.W) @ self.a
            return float(self.torch.linalg.norm((u - self.y).double()))

    def steps(self, count):
        self.sync()
        start = clock()
        for _ in range(count):
            self.optimizer.zero_grad(set_to_none=True)
            u = self.torch.relu(self.X @ self.W) @ self.a
            loss = 0.5 * ((u - self.y) ** 2).sum()
            loss.backward()
            self.optimizer.step()
        self.sync()
        return clock() - start


class ByHand(Autograd):
    """The gradient written out, buffers reused."""
    name = "by hand"

    def __init__(self, torch, device, X, y, W, a, eta):
        super().__init__(torch, device, X, y, W, a, eta)
        self.W = self.W.detach().clone()
        self.eta = eta
        self.S = torch.empty(len(y), len(a), device=device, dtype=self.W.dtype)
        self.scaled = self.a

    def steps(self, count):
        torch = self.torch
        self.sync()
        start = clock()
        with torch.no_grad():
            for _ in range(count):
                torch.mm(self.X, self.W, out=self.S)
                self.S.relu_()
                r = torch.mv(self.S, self.a) - self.y
                self.S.sign_()
                self.S.mul_(r[:, None])
                self.S.mul_(self.a)
                self.W.addmm_(self.X.t(), self.S, alpha=-self.eta)
        self.sync()
        return clock() - start


class Exact(ByHand):
    """By hand in float64, to compare residuals with and never to time."""
    name = "float64"
    kind = np.float64


class Numpy:
    name = "numpy"

    def __init__(self, X, y, W, a, eta):
        self.X, self.y = X.astype(np.float32), y.astype(np.float32)
        self.W, self.a = np.ascontiguousarray(W.T), a / np.float32(np.sqrt(len(a)))
        self.eta = np.float32(eta)

    def residual(self):
        u = np.maximum(self.X @ self.W, 0) @ self.a
        return float(np.linalg.norm((u - self.y).astype(np.float64)))

    def steps(self, count):
        start = clock()
        for _ in range(count):
            S = self.X @ self.W
            M = S >= 0
            r = np.maximum(S, 0) @ self.a - self.y
            self.W -= self.eta * (self.X.T @ (M * (r[:, None] * self.a)))
        return clock() - start


def compare(args, torch, name, X, y, m, eta, kappa):
    """One row of the table."""
    pixels = X if args.device != "cpu" and np.array_equal(X, X.astype(np.uint8)) else None
    X = np.ascontiguousarray(X / np.linalg.norm(X, axis=1, keepdims=True))
    n, d = X.shape
    with tempfile.TemporaryDirectory() as folder:
        gram = Gramscope(args, folder, pixels, X, y, m, eta, kappa)
        W = np.fromfile(os.path.join(folder, "W0.f32"), np.float32).reshape(m, d)
        a = np.fromfile(os.path.join(folder, "a.f32"), np.float32)
        others = []
        if torch:
            others += [Autograd(torch, args.torch_device, X, y, W, a, eta),
                       ByHand(torch, args.torch_device, X, y, W, a, eta)]
        if not args.skip_numpy:
            others.append(Numpy(X, y, W, a, eta))
        row = {"name": name, "n": n, "d": d, "m": m, "formulation": gram.how,
               "precision": gram.precision, "planned_bytes": gram.bytes}
        reference = others[0] if others else None
        if torch and args.float64:
            reference = Exact(torch, args.torch_device, X, y, W, a, eta)
        worst, k, first = 0.0, 0, 0.0
        for count in args.check:
            seconds, residuals = gram.steps(count)
            first += seconds
            k += count
            if reference:
                reference.steps(count)
                worst = max(worst, abs(residuals[-1] / reference.residual() - 1))
        row["residual_difference"] = worst if reference else None
        row["compared_steps"] = k
        # a run's first steps may take longer than those that are timed in pairs after them
        row["first_seconds"] = first / k
        row["compared_with"] = reference.name if reference else None
        del reference
        ours_each, theirs_each = seconds / count, {}
        rounds = {other.name: [] for other in others}
        ours = []
        for other in others:
            theirs_each[other.name] = other.steps(1)
        for _ in range(args.pairs):
            if not others:
                count = max(1, min(5000, round(args.seconds / ours_each)))
                ours_each = gram.steps(count)[0] / count
                ours.append(ours_each)
            for other in others:
                mine = max(1, min(5000, round(args.seconds / ours_each)))
                count = max(1, min(2000, round(args.seconds / theirs_each[other.name])))
                each = gram.steps(mine)[0] / mine
                ours_each = each
                theirs = theirs_each[other.name] = other.steps(count) / count
                ours.append(each)
                rounds[other.name].append((theirs, theirs / each))
        row["seconds"] = statistics.median(ours)
        row["peak_bytes"] = gram.peak_memory()
        for other, pairs in rounds.items():
            row[other] = {"seconds": statistics.median(t for t, _ in pairs),
                          "ratio": statistics.median(r for _, r in pairs),
                          "lowest": min(r for _, r in pairs)}
        gram.close()
    return row


def show(row, target):
    cells = [f"{row['name']:<18}", f"{row['formulation']:<8}", f"{row['precision']:<10}",
             f"{1e3 * row['seconds']:10.4g} ms",
             f"(first {row['compared_steps']}: {1e3 * row['first_seconds']:.4g} ms)"]
    for other in ("autograd", "by hand", "numpy"):
        if other in row:
            seconds, ratio = row[other]["seconds"], row[other]["ratio"]
            cells.append(f"{other} {1e3 * seconds:9.4g} ms {ratio:6.2f}×")
    if row["compared_with"]:
        cells.append(f"Δ {row['residual_difference']:.1e}/{row['compared_steps']} "
                     f"({row['compared_with']})")
    cells.append(f"{row['peak_bytes'] / 2**20:.0f} MiB")
    if target:
        cells.append(f"target {target:g}×")
    print("  ".join(cells), flush=True)


def problem(kind, n, d, data):
    found = real_images(kind, n, d, data) if kind and data else None
    if found:
        return found
    return made_up_images(n, d)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--bench", default="build/bench/gram-bench", help="the gram-bench program")
    parser.add_argument("--device", default="cpu", help="Gramscope's device")
    parser.add_argument("--torch-device", help="PyTorch's device; default: the same kind")
    parser.add_argument("--modules", help="folder of Gramscope's backend modules")
    parser.add_argument("--formulation", help="instead of the planner's choice")
    parser.add_argument("--precision", help="instead of the fastest accurate one")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--data",
                        help="folder with mnist/ and cifar-10-pair01/; else made-up images")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="aimed at per timing")
    parser.add_argument("--only", help="one row: n/d/m")
    parser.add_argument("--grid", action="store_true", help="20 small and middling shapes as well")
    parser.add_argument("--skip-numpy", action="store_true")
    parser.add_argument("--skip-torch", action="store_true")
    parser.add_argument("--tf32", action="store_true", help="let PyTorch use TF32 on a card")
    parser.add_argument("--float64", action="store_true",
                        help="compare residuals with PyTorch in float64")
    parser.add_argument("--json", help="write the rows to this file")
    parser.add_argument("--check-steps", type=int, default=100, help="steps compared before")
    parser.add_argument("--cpu-time", action="store_true",
                        help="compare processor time, for a busy machine; best with --threads 1")
    args = parser.parse_args()
    global CPU_TIME  # pylint: disable=global-statement
    CPU_TIME = args.cpu_time
    torch = None
    if not args.skip_torch:
        import torch  # pylint: disable=import-outside-toplevel
        torch.set_num_threads(args.threads)
        torch.manual_seed(0)
        torch.set_float32_matmul_precision("high" if args.tf32 else "highest")
    if not args.torch_device:
        args.torch_device = "cuda" if args.device.startswith("cuda") else "cpu"
    rows = CARD_TARGETS if args.device.startswith("cuda") else TARGETS
    if args.device.startswith("cuda") and args.tf32:
        rows = [row[:4] + (1.0 if row[0] == "10000/784/10000" else None,) + row[5:] for row in rows]
    wanted = [row for row in rows if not args.only or row[0] == args.only]
    if args.only and not wanted:
        wanted = [(args.only, *map(int, args.only.split("/")), None, None)]
    elif args.grid:
        wanted += [(f"{n}/{d}/{m}", n, d, m, 1.0, None) for n, d, m in GRID]
    print(f"threads {args.threads}, device {args.device}, PyTorch "
          f"{torch.__version__ if torch else '-'} on {args.torch_device}, NumPy {np.__version__}")
    rows = []
    for name, n, d, m, target, kind in wanted:
        X, y = problem(kind, n, d, args.data)
        args.check = (1, max(1, args.check_steps // 10), max(1, args.check_steps * 9 // 10 - 1))
        rows.append(compare(args, torch, name, X, y, m, eta=0.5 / n, kappa=0.01))
        rows[-1]["target"] = target
        show(rows[-1], target)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump({"threads": args.threads, "device": args.device,
                       "pytorch": torch.__version__ if torch else None, "rows": rows},
                      file, indent=1)
    return 0 if all(not r["target"] or "autograd" not in r or r["autograd"]["ratio"] >= r["target"]
                    for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
