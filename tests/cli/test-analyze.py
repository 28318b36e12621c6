"""test-analyze.py: gramscope-cli analyze against golden numbers and an independent computation

SPDX-License-Identifier: MIT
"""
import mpmath
import numpy as np

from harness import FASHION, Skip, case, close, fails, main, need_data, run, run_json
from oracle import Spectrum, cross

STEPS = [1, 10, 100, 1000, 10000]
# First 1,000 images of classes 0 and 1 in file order; float64 by another program.
GOLDEN = {
    ("mnist", "none"): (148.2803597, 0.02382655578, 0.4979164894, 5.37378,
                        [29.443131, 16.299332, 5.846619, 3.5067113, 0.88959559]),
    ("mnist", "center"): (118.5419474, 0.0248915798, 0.4644778525, 5.16861,
                          [29.132942, 15.08006, 6.0408304, 3.2917456, 0.76103883]),
    ("cifar10", "none"): (337.8984125, 0.01417355835, 3.703748021, 6.0798,
                          [31.458704, 30.654551, 26.143927, 20.078379, 10.262763]),
    ("cifar10", "center"): (68.18243538, 0.04349256873, 2.247378782, 3.43415,
                            [31.190929, 28.668959, 23.605584, 16.934297, 4.3111824]),
}
FOLDERS = {"mnist": "mnist", "cifar10": "cifar-10-pair01"}


def check_golden(dataset, preprocess):
    lam1, lam0, complexity, random, residuals = GOLDEN[dataset, preprocess]
    result = run_json("analyze", "--dataset", dataset, "--data-dir", need_data(FOLDERS[dataset]),
                      "--classes", "0,1", "-n", 1000, "--preprocess", preprocess,
                      "--labels", "true", "--predict-at", ",".join(map(str, STEPS)))
    true = result["labels"][0]
    close(result["gram"]["lambda_max"], lam1, 1e-7, "λ₁")
    close(result["gram"]["lambda_min"], lam0, 1e-7, "λ₀")
    close(result["gram"]["trace"], 500, 1e-12, "trace")
    close(result["gram"]["stable_step"], 2 / lam1, 1e-7, "2/λ₁")
    close(true["complexity"], complexity, 1e-7, "complexity")
    assert true["predicted"]["steps"] == STEPS
    for k, value, expected in zip(STEPS, true["predicted"]["residual"], residuals):
        # the table has eight digits
        close(value, expected, 1e-7, f"residual at {k}")
    assert result["noise"]["fraction"][-1] == 1
    close(result["noise"]["expected_complexity"][-1], random, 2e-6, "E at ρ = 1 (six digits)")
    close(result["noise"]["expected_complexity"][0], complexity, 1e-7, "E at ρ = 0")


@case
def golden_mnist(_folder):
    """MNIST 0/1 has the golden numbers"""
    check_golden("mnist", "none")


@case
def golden_mnist_center(_folder):
    """MNIST 0/1 with the mean pixel subtracted has the golden numbers"""
    check_golden("mnist", "center")


@case
def golden_cifar(_folder):
    """CIFAR-10 0/1 has the golden numbers"""
    check_golden("cifar10", "none")


@case
def golden_cifar_center(_folder):
    """CIFAR-10 0/1 with the mean pixel subtracted has the golden numbers"""
    check_golden("cifar10", "center")


def check_oracle(folder, dataset, *arguments):
    """analyze against NumPy on the X and y that train dumps."""
    common = ["--dataset", dataset, "-n", 300, "--labels", "true,random,mixed:0.25", *arguments]
    run("train", *common, "--steps", 1, "--width", 8, "--device", "cpu", "--dump-init", folder,
        "--json", folder / "t")
    X = np.load(folder / "X.npy")
    assert X.shape[0] == 300 and X.dtype == np.float64
    assert np.allclose(np.linalg.norm(X, axis=1), 1, atol=1e-14)
    result = run_json("analyze", *common, "--predict-at", "0,1,7,50,400", "--eta", "0.002")
    oracle = Spectrum(X)
    close(result["gram"]["lambda_max"], oracle.lam[-1], 1e-10, "λ₁")
    close(result["gram"]["lambda_min"], oracle.lam[0], 1e-8, "λ₀")
    for label in result["labels"]:
        y = np.load(folder / f"y-{label['name'].replace(':', '-')}.npy")
        close(label["norm"], np.linalg.norm(y), 1e-12, "‖y‖")
        close(label["quadratic_form"], oracle.quadratic_form(y), 1e-8, "yᵀH⁻¹y")
        close(label["complexity"], oracle.complexity(y), 1e-8, "complexity")
        for k, value in zip((0, 1, 7, 50, 400), label["predicted"]["residual"]):
            close(value, oracle.residual(y, 0.002, k), 1e-8, f"{label['name']} at {k}")
        for share, k in label["steps_to"].items():
            target = float(share) * np.linalg.norm(y)
            assert oracle.residual(y, 0.002, k) <= target * (1 + 1e-9), (share, k)
            assert k == 0 or oracle.residual(y, 0.002, k - 1) >= target * (1 - 1e-9), (share, k)
    return result, oracle, X


@case
def oracle_glyphs(folder):
    """Glyphs: every number of the analysis agrees with NumPy's"""
    check_oracle(folder, "glyphs")


@case
def oracle_glyphs_preprocessed(folder):
    """Glyphs, standardized, random subset: every number agrees with NumPy's"""
    check_oracle(folder, "glyphs", "--preprocess", "standardize", "--select", "random",
                 "--seed", "7", "--classes", "3,8")


@case
def oracle_fashion(folder):
    """Fashion-MNIST: every number of the analysis agrees with NumPy's"""
    if not FASHION.is_dir():
        raise Skip("no Fashion-MNIST on this machine")
    check_oracle(folder, "fashion-mnist", "--preprocess", "center")


@case
def noise_closed_form(folder):
    """the expected complexity at every fraction is the closed form of NumPy's H∞"""
    result, oracle, _ = check_oracle(folder, "glyphs")
    y = np.load(folder / "y-true.npy")
    form, trace = oracle.quadratic_form(y), np.trace(np.linalg.inv(oracle.H))
    fractions = result["noise"]["fraction"]
    assert fractions[0] == 0 and fractions[-1] == 1 and len(fractions) >= 11
    for rho, value in zip(fractions, result["noise"]["expected_complexity"]):
        keep = (1 - rho) ** 2
        close(value, np.sqrt(2 * (keep * form + (1 - keep) * trace) / len(y)), 1e-7, f"ρ = {rho}")


@case
def kernel_regression_over_noise(folder):
    """test ℓ1 and error of every draw are those of NumPy's kernel regression, to 1e-8"""
    for number, options in enumerate((["-n", 300], ["-n", 81, "--test-samples", 37, "--classes",
                                                     "3,8", "--seed", 4])):
        noise = run_json("analyze", *options, "--labels", "true", "--spectrum", "none")["noise"]
        place = folder / str(number)
        names = [f"mixed:{rho}" for rho in noise["fraction"]]
        run("train", *options, "--labels", ",".join(names), "--steps", 1, "--width", 8, "--device",
            "cpu", "--dump-init", place, "--json", folder / "t")
        X, X_test = (np.load(place / f"{name}.npy") for name in ("X", "X-test"))
        oracle, K = Spectrum(X), cross(X_test, X)
        assert len(names) == len(noise["test_l1"]) == len(noise["test_error"]) >= 11
        for i, name in enumerate(names):
            y, y_test = (np.load(place / f"{part}-{name.replace(':', '-')}.npy")
                         for part in ("y", "y-test"))
            f = K @ np.linalg.solve(oracle.H, y)
            close(noise["test_l1"][i], np.mean(np.abs(y_test - f)), 1e-8, f"ℓ1 of {name}")
            assert noise["test_error"][i] == np.mean(y_test * f <= 0), name
            close(noise["sampled_complexity"][i], oracle.complexity(y), 1e-8, name)
    noise = run_json("analyze", "-n", 40, "--test-samples", 0, "--labels", "true")["noise"]
    assert set(noise["test_l1"]) == {None} and None not in noise["sampled_complexity"]


@case
def noise_at_a_fraction(folder):
    """--random-fraction: what the window's slider shows, from NumPy's H∞"""
    eta, rho = 0.01, 0.3
    common = ["-n", 60, "--labels", "true"]
    run("train", *common, "--steps", 1, "--width", 8, "--device", "cpu", "--dump-init", folder,
        "--json", folder / "t")
    oracle, y = Spectrum(np.load(folder / "X.npy")), np.load(folder / "y-true.npy")
    keep = (1 - rho) ** 2
    weights = keep * (oracle.V.T @ y) ** 2 + 1 - keep
    options = [*common, "--eta", eta, "--random-fraction", rho]
    found = run_json("analyze", *options)["noise"]["at"]
    assert set(found) == {"fraction", "expected_complexity", "steps_to"}
    assert found["fraction"] == rho
    close(found["expected_complexity"], np.sqrt(2 * np.sum(weights / oracle.lam) / 60), 1e-7)
    k = found["steps_to"]["0.01"]
    residual = [np.sum((1 - eta * oracle.lam) ** (2 * j) * weights) for j in (k - 1, k)]
    assert residual[0] > 60 * 1e-4 >= residual[1], residual
    assert f"ρ = {rho}" in run("analyze", *options).stdout
    assert "at" not in run_json("analyze", *common)["noise"]


@case
def schema(_folder):
    """the JSON is gramscope.analysis/1 to the letter"""
    result = run_json("analyze", "-n", 60)
    assert result["schema"] == "gramscope.analysis/1"
    members = {
        "": {"schema", "version", "dataset", "gram", "labels", "noise", "trust", "device",
             "seconds", "notes"},
        "dataset": {"name", "classes", "n", "d", "preprocess", "select", "seed"},
        "gram": {"lambda_max", "lambda_min", "trace", "condition", "stable_step"},
        "noise": {"fraction", "expected_complexity", "sampled_complexity", "test_l1",
                  "test_error"},
        "trust": {"eigen_residual", "orthogonality"},
        "seconds": {"kernel", "cholesky", "krylov", "spectrum"},
    }
    for name, expected in members.items():
        part = result[name] if name else result
        assert expected == set(part), f"{name}: {expected ^ set(part)}"
    assert [label["name"] for label in result["labels"]] == ["true", "random", "worst"]
    for label in result["labels"]:
        assert set(label) == {"name", "norm", "quadratic_form", "complexity", "predicted",
                              "steps_to"}
        assert set(label["predicted"]) == {"steps", "residual"}
        assert set(label["steps_to"]) == {"0.1", "0.01"}
        close(label["norm"], np.sqrt(60), 1e-12)
    assert result["trust"]["eigen_residual"] <= 60 and result["trust"]["orthogonality"] <= 60
    assert len(result["dataset"]["classes"]) == 2 and result["dataset"]["d"] == 784


def exact_complexity(x, labels):
    """Eq 3 and 10 to 50 digits, of the images as the file has them."""
    with mpmath.workdps(50):
        rows = [[mpmath.mpf(v) for v in row] for row in x.tolist()]
        rows = [[v / mpmath.norm(row) for v in row] for row in rows]
        n = len(rows)
        H = mpmath.matrix(n, n)
        for i in range(n):
            for j in range(n):
                c = mpmath.mpf(1) if i == j else mpmath.fdot(rows[i], rows[j])
                H[i, j] = c * (mpmath.pi - mpmath.acos(c)) / (2 * mpmath.pi)
        y = mpmath.matrix([1 if label == 0 else -1 for label in labels])
        return float(mpmath.sqrt(2 * (y.T * mpmath.lu_solve(H, y))[0] / n))


def two_close(path, angle, n=12, d=112, mean=0):
    """n images, the last at that angle from the first and of the other class."""
    rng = np.random.default_rng(1)
    images = rng.normal(mean, size=(n - 1, d))
    aside = rng.normal(size=d)
    aside -= aside @ images[0] * images[0] / (images[0] @ images[0])
    aside *= np.linalg.norm(images[0]) / np.linalg.norm(aside)
    images = np.vstack([images, images[0] + angle * aside])
    labels = np.arange(n) % 2
    np.savez(path, x_train=images, y_train=labels, x_test=images[:4], y_test=labels[:4])
    return images, labels


@case
def few_digits(folder):
    """images that are nearly the same: the digits that are there are right, and all are given"""
    for angle, n in ((1e-8, 12), (3e-8, 12), (1e-6, 40), (2e-9, 12)):
        images, labels = two_close(folder / "close.npz", angle, n)
        result = run_json("analyze", "--dataset", folder / "close.npz", "-n", n, "--labels", "true")
        right = exact_complexity(images, labels)
        close(result["labels"][0]["complexity"], right, 3e-15 / angle, f"at {angle}")
        close(result["noise"]["expected_complexity"][0], right, 3e-15 / angle, "ρ = 0")
        assert result["gram"]["lambda_min"] > 0 and result["gram"]["condition"] > 1e4
        assert angle > 1e-8 or any("close to singular" in note for note in result["notes"])


@case
def lost_digits(folder):
    """a number that rounding has taken is null, and the document says why"""
    two_close(folder / "close.npz", 4e-10, n=500, d=4, mean=2)
    result = run_json("analyze", "--dataset", folder / "close.npz", "-n", 500, "--labels", "true")
    assert result["gram"]["lambda_max"] > 100
    assert result["gram"]["lambda_min"] is None and result["gram"]["condition"] is None
    assert set(result["noise"]["expected_complexity"]) == {None}
    assert set(result["noise"]["test_l1"]) == set(result["noise"]["test_error"]) == {None}
    assert set(result["noise"]["sampled_complexity"]) == {None}
    assert any("close to singular" in note for note in result["notes"]), result["notes"]
    text = run("analyze", "--dataset", folder / "close.npz", "-n", 500, "--labels", "true",
               "--random-fraction", 0.5).stdout
    assert "(rounding)" in text and "complexity lost" in text, text


@case
def krylov_alone(_folder):
    """--spectrum none gives the same curves and measures"""
    full = run_json("analyze", "-n", 400, "--labels", "true,random")
    fast = run_json("analyze", "-n", 400, "--labels", "true,random", "--spectrum", "none")
    assert fast["seconds"]["spectrum"] is None
    close(fast["gram"]["lambda_max"], full["gram"]["lambda_max"], 1e-9)
    for slow, quick in zip(full["labels"], fast["labels"]):
        close(quick["complexity"], slow["complexity"], 1e-8)
        for a, b in zip(quick["predicted"]["residual"], slow["predicted"]["residual"]):
            close(a, b, 1e-6)


@case
def products_alone(folder):
    """without room for the factor of H∞: the same curves, λ and measures; the rest is null, or
    refused before the work"""
    small = {"environment": {"GRAM_CPU_HALVED_FROM": "1"}}
    common = ["-n", 300, "--labels", "true,random,worst"]
    whole = run_json("analyze", *common, "--spectrum", "none")
    half = run_json("analyze", *common, **small)
    for key in ("lambda_max", "lambda_min"):
        close(half["gram"][key], whole["gram"][key], 1e-10, key)
    for a, b in zip(half["labels"], whole["labels"]):
        close(a["complexity"], b["complexity"], 1e-10, a["name"])
        for x, y in zip(a["predicted"]["residual"], b["predicted"]["residual"]):
            assert abs(x - y) <= 1e-7 * b["norm"], (x, y)
    assert half["noise"]["expected_complexity"] == [] and half["seconds"]["spectrum"] is None
    assert any("only products with H∞" in note for note in half["notes"]), half["notes"]
    for asked in (["--spectrum", "full"], ["--spectrum-out", folder / "s.csv"]):
        fails("analyze", *common, *asked, code=1, says=["spectrum of H∞ of 300 images"], **small)
    for figure, need in (("spectrum", "spectrum"), ("modes", "spectrum"), ("noise", "factor"),
                         ("mislabel", "factor"), ("generalization", "factor")):
        fails("figure", figure, *common, "--out", folder / "f.svg", code=1,
              says=[need, "300 images"], **small)
    fails("study", "-n", 60, "--vary", "width=32,64", "--steps", 3, code=2,
          says=["eigenvectors", "spectrum of H∞ of 60 images"], **small)
    assert not list(folder.iterdir())
    trained = run_json("train", *common, "--steps", 3, "--width", 64, **small)
    for one in trained["runs"]:
        assert one["step"] == [0, 1, 2, 3] and None not in one["predicted"] + one["residual"]


@case
def spectrum_files(folder):
    """--spectrum-out writes eigenvalues and projections that belong together"""
    run("analyze", "-n", 80, "--labels", "true,worst", "--spectrum-out", folder / "s.npy")
    run("analyze", "-n", 80, "--labels", "true,worst", "--spectrum-out", folder / "s.csv")
    table = np.load(folder / "s.npy")
    text = (folder / "s.csv").read_text().splitlines()
    assert text[0] == "i,lambda,projection_true,projection_worst"
    assert np.array_equal(np.array([list(map(float, line.split(",")[1:])) for line in text[1:]]),
                          table)
    assert table.shape == (80, 3) and np.all(np.diff(table[:, 0]) <= 0)
    close(table[:, 0].sum(), 40, 1e-12, "trace")
    close(np.linalg.norm(table[:, 1]), np.sqrt(80), 1e-12, "Parseval")
    close(abs(table[-1, 2]), np.sqrt(80), 1e-8, "the worst case lies on vₙ")


@case
def deterministic(_folder):
    """the same command gives the same bits"""
    first = run_json("analyze", "-n", 100)
    again = run_json("analyze", "-n", 100)
    for result in (first, again):
        del result["seconds"]
    assert first == again


@case
def never(_folder):
    """a residual that never falls so far has no number of steps: “never”, and null in JSON"""
    common = ["analyze", "-n", 20, "--labels", "true", "--random-fraction", "0.5", "--eta", 100]
    text = run(*common).stdout
    assert text.count("never") == 3 and "-1" not in text, text
    assert run_json(*common)["labels"][0]["steps_to"] == {"0.1": None, "0.01": None}


if __name__ == "__main__":
    main()
