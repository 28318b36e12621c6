#!/usr/bin/env python3
# oracle.py: the paper's numbers computed another way, for the tests to compare with
#
# SPDX-License-Identifier: MIT
#
# usage: oracle.py COMMAND FOLDER. FOLDER/input.json has {"numbers": {...}, "arrays": {name:
# [rows, columns]}}; array NAME is column-major float64 in FOLDER/NAME.f64. The answer is JSON on
# standard output. This code shares nothing with the program: dense NumPy and mpmath, no Cholesky
# where the program has Cholesky, explicit powers where it has logarithms.
import json
import math
import os
import sys

import numpy as np


class Input:
    def __init__(self, folder):
        with open(os.path.join(folder, "input.json"), encoding="utf-8") as file:
            data = json.load(file)
        self.numbers = data["numbers"]
        self.arrays = {}
        for name, (rows, columns) in data["arrays"].items():
            flat = np.fromfile(os.path.join(folder, name + ".f64"))
            self.arrays[name] = flat.reshape(columns, rows).T

    def __getitem__(self, name):
        return self.arrays[name] if name in self.arrays else self.numbers[name]

    def vector(self, name):
        return np.array(self.arrays[name])[:, 0]


def kernel_matrix(X, Z=None):
    """Equation 3, with arctan2 instead of arccos."""
    K = X.T @ (X if Z is None else Z)
    if Z is None:
        K = (K + K.T) / 2
        np.fill_diagonal(K, 1.0)
    K = np.clip(K, -1, 1)
    angle = np.arctan2(np.sqrt((1 - K) * (1 + K)), K)
    return K * (np.pi - angle) / (2 * np.pi)


def descend(lam, p, eta, k):
    """The residual along each eigenvector after k steps of Eq 7, in 50 digits where it matters."""
    import mpmath

    with mpmath.workdps(50):
        return np.array([float(mpmath.mpf(b) * (1 - mpmath.mpf(eta) * mpmath.mpf(a)) ** int(k))
                         for a, b in zip(lam, p)])


def analysis(data):
    H = kernel_matrix(data["X"])
    n = len(H)
    lam, V = np.linalg.eigh(H)
    lam, V = lam[::-1], V[:, ::-1]
    inverse = (V / lam) @ V.T
    result = {"lambda": lam.tolist(), "trace_inverse": float(np.sum(1 / lam)),
              "inverse_diagonal": np.diag(inverse).tolist(), "sets": []}
    worst = V[:, -1] * np.sqrt(n)
    result["worst"] = (worst * np.sign(worst[np.argmax(np.abs(worst))])).tolist()
    for y in data["Y"].T:
        p = V.T @ y
        curve = [float(np.linalg.norm(descend(lam, p, data["eta"], k))) for k in data.vector("k")]
        moved = [float(np.sqrt(np.sum((p - descend(lam, p, data["eta"], k)) ** 2 / lam)))
                 for k in data.vector("k")]
        form = float(np.sum(p * p / lam))
        result["sets"].append({"form": form, "complexity": math.sqrt(2 * form / n),
                               "projection": np.abs(p).tolist(), "curve": curve, "distance": moved})
    return result


def hilbert(data):
    """A measure and λ₀ that float64 cannot know: nearly identical images, 60 digits."""
    import mpmath

    with mpmath.workdps(60):
        X = mpmath.matrix(data["X"].tolist())
        n, d = X.cols, X.rows
        for j in range(n):
            norm = mpmath.sqrt(sum(X[i, j] ** 2 for i in range(d)))
            for i in range(d):
                X[i, j] /= norm
        K = X.T * X
        H = mpmath.matrix(n, n)
        for i in range(n):
            for j in range(n):
                c = mpmath.mpf(1) if i == j else K[i, j]
                H[i, j] = c * (mpmath.pi - mpmath.acos(c)) / (2 * mpmath.pi)
        y = mpmath.matrix(data.vector("y").tolist())
        form = (y.T * mpmath.lu_solve(H, y))[0]
        smallest = min(mpmath.eigsy(H, eigvals_only=True))
        return {"form": float(form), "lambda_min": float(smallest)}


def budget(data):
    """Eq 27 term by term with explicit matrix powers, zeta from its definition."""
    H = kernel_matrix(data["X"])
    y, U, eta = data.vector("y"), data["U"], data["eta"]
    n, steps = U.shape[0], U.shape[1] - 1
    A = np.eye(n) - eta * H
    zeta = [U[:, k + 1] - U[:, k] + eta * H @ (U[:, k] - y) for k in range(steps)]
    rows = []
    for k in range(1, steps + 1):
        power = np.linalg.matrix_power(A, k)
        third = sum(np.linalg.matrix_power(A, t) @ zeta[k - 1 - t] for t in range(k))
        rows.append({"residual": float(np.linalg.norm(U[:, k] - y)),
                     "labels": float(np.linalg.norm(power @ y)),
                     "initial": float(np.linalg.norm(power @ U[:, 0])),
                     "perturbation": float(np.linalg.norm(third)),
                     "zeta": float(np.linalg.norm(zeta[k - 1]))})
    return {"rows": rows}


def perturbation(data):
    """The third term of Eq 27 from what it is made of, not from what it explains.

    A float64 net is trained from W0. Neurons that keep their patterns move u by -eta H(k) (u - y);
    one that flips adds a_r |s| / sqrt(m) with its new s. So zeta is eta (H_inf - H(k)) (u - y) plus
    what the flips add: no difference of predictions is taken. U is the program's; nearest is how
    near to zero a pair came.
    """
    X, W, a, U = data["X"], data["W0"].copy(), data.vector("a"), data["U"]
    y, eta = data.vector("y"), data["eta"]
    H, m, K = kernel_matrix(X), len(a), X.T @ X
    A = np.eye(len(y)) - eta * H
    zeta, rows, flips, nearest = [], [], 0, math.inf
    u = u0 = a @ np.maximum(W.T @ X, 0) / math.sqrt(m)
    for k in range(1, U.shape[1]):
        on = W.T @ X >= 0
        W -= eta / math.sqrt(m) * X @ (on * (a[:, None] * (u - y)[None, :])).T
        S = W.T @ X
        flipped = on != (S >= 0)
        flips += int(flipped.sum())
        nearest = min(nearest, float(np.abs(S).min()))
        patterns = on.T.astype(float) @ on
        zeta.append(eta * (H - K * patterns / m) @ (u - y)
                    + a @ (np.abs(S) * flipped) / math.sqrt(m))
        u = a @ np.maximum(S, 0) / math.sqrt(m)
        third = sum(np.linalg.matrix_power(A, t) @ zeta[k - 1 - t] for t in range(k))
        power = np.linalg.matrix_power(A, k)
        r = U[:, k] - y
        rows.append({"perturbation": float(np.linalg.norm(third)),
                     "off": float(np.linalg.norm(r + power @ (y - u0) - third)
                                  / np.linalg.norm(r))})
    return {"rows": rows, "flips": flips, "nearest": nearest}


def features(data):
    """Z of Section 3.4 formed in full, at two weights; H = ZᵀZ."""
    X, a = data["X"], data.vector("a")
    d, n = X.shape
    m = len(a)

    def form(W):
        on = (W.T @ X >= 0).astype(float)
        Z = np.zeros((m * d, n))
        for r in range(m):
            Z[r * d:(r + 1) * d, :] = on[r] * a[r] * X / math.sqrt(m)
        return on, Z

    on0, Z0 = form(data["W0"])
    on1, Z1 = form(data["W1"])
    H0, H1 = Z0.T @ Z0, Z1.T @ Z1
    return {"flipped": float(np.mean(on0 != on1)), "Z": float(np.linalg.norm(Z1 - Z0)),
            "H": float(np.linalg.norm(H1 - H0)),
            "initial": float(np.linalg.norm(H0 - kernel_matrix(X))),
            "H1": H1.T.flatten().tolist()}


def mislabel(data):
    """Each label flipped for real; each sample left out for real."""
    H = kernel_matrix(data["X"])
    y = data.vector("y")
    n = len(y)
    base = y @ np.linalg.solve(H, y)
    change, margin = [], []
    for i in range(n):
        z = y.copy()
        z[i] = -z[i]
        change.append(float(z @ np.linalg.solve(H, z) - base))
        rest = np.arange(n) != i
        f = H[i, rest] @ np.linalg.solve(H[np.ix_(rest, rest)], y[rest])
        margin.append(float(y[i] * f))
    return {"change": change, "margin": margin}


def test_prediction(data):
    """Eq 7's descent run step by step, the dual coefficients summed up."""
    X, Z, y, eta = data["X"], data["Z"], data.vector("y"), data["eta"]
    H, C = kernel_matrix(X), kernel_matrix(X, Z)
    u, c, out = np.zeros(len(y)), np.zeros(len(y)), []
    for k in range(int(data["steps"]) + 1):
        out.append((C.T @ c).tolist())
        step = -eta * (u - y)
        c, u = c + step, u + H @ step
    return {"f": out, "limit": (C.T @ np.linalg.solve(H, y)).tolist()}


def noise(data):
    """Number 22 by summing over every way the labels can fall."""
    import itertools

    H = kernel_matrix(data["X"])
    y, rho, q = data.vector("y"), data["rho"], int(data["q"])
    n = len(y)
    inverse = np.linalg.inv(H)
    bernoulli = exact = 0.0
    subsets = list(itertools.combinations(range(n), q))
    forms = {s: float(np.array(s) @ inverse @ np.array(s))
             for s in itertools.product((-1.0, 1.0), repeat=n)}
    for s, form in forms.items():
        weight = np.prod([(1 - rho) * (s[i] == y[i]) + rho / 2 for i in range(n)])
        bernoulli += weight * form
        fits = sum(all(s[i] == y[i] for i in range(n) if i not in t) for t in subsets)
        exact += fits / len(subsets) / 2.0**q * form
    return {"bernoulli": bernoulli, "exact": exact, "form": float(y @ inverse @ y),
            "trace": float(np.trace(inverse))}


def targets(data):
    """Values and bounds of Section 6's functions, bounds by summing their Taylor series."""
    import mpmath

    X, beta, A = data["X"], data.vector("beta"), data["A"]
    b = mpmath.mpf(float(np.linalg.norm(beta)))
    z = X.T @ beta
    H = kernel_matrix(X)

    def root(y):
        return float(np.sqrt(y @ np.linalg.solve(H, y)))

    def series(coefficient, tight):
        def term(j):
            p = 2 * int(j)
            factor = mpmath.sqrt(2 * mpmath.pi) * (p - 1) if tight else mpmath.mpf(3 * p)
            return factor * abs(coefficient(int(j))) * b**p

        return float(mpmath.nsum(term, [1, mpmath.inf]))

    cosine = lambda j: 1 / mpmath.factorial(2 * j)
    arctan = lambda j: mpmath.mpf(2) ** (1 - 2 * j) / (2 * j - 1)
    nuclear = float(np.linalg.svd(A, compute_uv=False).sum())
    return {
        "linear": root(z), "square": root(z**2), "fourth": root(z**4), "cube": root(z**3),
        "quadratic": root(np.einsum("in,ij,jn->n", X, A, X)), "cosine": root(np.cos(z) - 1),
        "arctan": root(z * np.arctan(z / 2)), "nuclear": nuclear,
        "cosine_bound": series(cosine, False), "cosine_tight": series(cosine, True),
        "arctan_bound": series(arctan, False), "arctan_tight": series(arctan, True),
    }


def kernel(data):
    """The kernel in 40 digits, and the smallest eigenvalue of H∞ − K/4."""
    import mpmath

    with mpmath.workdps(40):
        values = []
        for t in data.vector("t"):
            t = mpmath.mpf(float(t))
            values.append(float(t * (mpmath.pi - mpmath.acos(t)) / (2 * mpmath.pi)))
    X = data["X"]
    K = X.T @ X
    return {"value": values, "least": float(np.linalg.eigvalsh(kernel_matrix(X) - K / 4)[0])}


COMMANDS = {f.__name__: f for f in (analysis, hilbert, budget, perturbation, features, mislabel,
                                    test_prediction, noise, targets, kernel)}

if __name__ == "__main__":
    json.dump(COMMANDS[sys.argv[1]](Input(sys.argv[2])), sys.stdout)
