"""oracle.py: the paper's formulas once more, in NumPy, as short as they can be written

SPDX-License-Identifier: MIT

Nothing here knows the program: float64, dense, straight from the equations.
"""
import numpy as np


def gram(X):
    """H∞ of Eq 3 for the rows of X."""
    K = np.clip(X @ X.T, -1, 1)
    K = (K + K.T) / 2
    np.fill_diagonal(K, 1)
    return K * (np.pi - np.arccos(K)) / (2 * np.pi)


def cross(A, B):
    """The kernel of Eq 3 between the rows of A and those of B."""
    K = np.clip(A @ B.T, -1, 1)
    return K * (np.pi - np.arccos(K)) / (2 * np.pi)


class Spectrum:
    def __init__(self, X):
        self.H = gram(X)
        self.lam, self.V = np.linalg.eigh(self.H)

    def residual(self, y, eta, k):
        """‖(I − ηH∞)ᵏ y‖, Eq 8."""
        return np.sqrt(np.sum((1 - eta * self.lam) ** (2 * k) * (self.V.T @ y) ** 2))

    def quadratic_form(self, y):
        return float(y @ np.linalg.solve(self.H, y))

    def complexity(self, y):
        """Eq 10."""
        return np.sqrt(2 * self.quadratic_form(y) / len(y))

    def distance(self, y, eta, k):
        """Lemma 5.3 after k steps."""
        shrink = 1 - (1 - eta * self.lam) ** k
        return np.sqrt(np.sum(shrink ** 2 * (self.V.T @ y) ** 2 / self.lam))


def gram_of(X, pattern):
    """H of a net, from which rows of X activate which neurons."""
    active = pattern.astype(float)
    return (X @ X.T) * (active @ active.T) / pattern.shape[1]


def finite_width(X, y, W0, a, eta, steps):
    """‖(I − ηH(0))ᵏ(u(0) − y)‖ for k = 0 … steps, step by step from the net as it starts."""
    X, y, W, a = (np.asarray(v, dtype=np.float64) for v in (X, y, W0, a))
    S = X @ W.T
    H = gram_of(X, S >= 0)
    r = np.maximum(S, 0) @ a / np.sqrt(len(a)) - y
    norms = []
    for _ in range(steps + 1):
        norms.append(np.linalg.norm(r))
        r = r - eta * (H @ r)
    return np.array(norms)


def replay(X, y, W0, a, eta, steps, X_test=None):
    """Eq 1, 2, 5 and 6 in float64.

    Returns residuals for k = 0 … steps, the distances, the shares of flipped patterns and
    ‖H(k) − H(0)‖ at the same steps, and the outputs on X_test at the end.
    """
    X, y, W, a = (np.asarray(v, dtype=np.float64) for v in (X, y, W0, a))
    m = len(a)
    start, pattern = W.copy(), X @ W.T >= 0
    residual, distance, flipped, drift = [], [], [], []
    for k in range(steps + 1):
        S = X @ W.T
        active = S >= 0
        r = (S * active) @ a / np.sqrt(m) - y
        residual.append(np.linalg.norm(r))
        distance.append(np.linalg.norm(W - start))
        flipped.append(np.mean(active != pattern))
        drift.append(np.linalg.norm(gram_of(X, active) - gram_of(X, pattern)))
        if k < steps:
            W = W - eta / np.sqrt(m) * a[:, None] * ((active * r[:, None]).T @ X)
    outputs = None
    if X_test is not None:
        outputs = np.maximum(np.asarray(X_test, dtype=np.float64) @ W.T, 0) @ a / np.sqrt(m)
    return np.array(residual), np.array(distance), np.array(flipped), np.array(drift), outputs


def kernel_over_time(X, y, W0, a, eta, steps, every):
    """Number 31 in float64 at every so many steps: drift, alignment and effective rank of H(k),
    and how near to 0 any w·x came there, below which float32 may see another pattern."""
    X, y, W, a = (np.asarray(v, dtype=np.float64) for v in (X, y, W0, a))
    H0 = gram_of(X, X @ W.T >= 0)
    rows, margin = [], np.inf
    for k in range(steps + 1):
        S = X @ W.T
        if k % every == 0:
            H = gram_of(X, S >= 0)
            q = np.linalg.eigvalsh(H)
            q = q[q > 1e-15 * q[-1]] / np.trace(H)
            rows.append([np.linalg.norm(H - H0) / np.linalg.norm(H0),
                         y @ H @ y / (y @ y * np.linalg.norm(H)), np.exp(-np.sum(q * np.log(q)))])
            margin = min(margin, np.abs(S).min())
        r = np.maximum(S, 0) @ a / np.sqrt(len(a)) - y
        W = W - eta / np.sqrt(len(a)) * a[:, None] * (((S >= 0) * r[:, None]).T @ X)
    return np.array(rows), margin
