"""test-train.py: gramscope-cli train against a float64 replay from the weights that it dumped

SPDX-License-Identifier: MIT
"""
import csv
import json
import os
import signal
import subprocess

import numpy as np

from harness import CLI, FASHION, Skip, case, close, fails, main, need_data, run, run_json
from oracle import kernel_over_time, Spectrum, finite_width, replay

LABELS = ["true", "random", "worst", "mixed:0.3"]


def train(folder, *arguments, steps=100):
    run("train", "--labels", ",".join(LABELS), "--steps", steps, "--dump-init", folder,
        "--record-every", 1, "--device", "cpu", "--json", folder / "run.json", *arguments)
    result = json.loads((folder / "run.json").read_text())
    assert [one["label"] for one in result["runs"]] == LABELS
    return result


def load(folder, name):
    return np.load(folder / f"{name.replace(':', '-')}.npy")


def check_replay(folder, *arguments, eta=1e-3, steps=100):
    """Every recorded number of every label set against float64."""
    result = train(folder, "--eta", eta, *arguments, steps=steps)
    X, W0, a, X_test = (load(folder, name) for name in ("X", "W0", "a", "X-test"))
    m = result["network"]["width"]
    assert X.dtype == np.float64 and W0.dtype == np.float32
    assert W0.shape == (m, X.shape[1]) and a.shape == (m,) and set(np.unique(a)) <= {-1, 1}
    assert X_test.shape[1] == X.shape[1]
    spectrum = Spectrum(X)
    for one in result["runs"]:
        y = load(folder, f"y-{one['label']}")
        residual, distance, flipped, drift, outputs = replay(X, y, W0, a, eta, steps, X_test)
        assert one["step"] == list(range(steps + 1)), one["step"][:5]
        for k in one["step"]:
            close(one["residual"][k], residual[k], 1e-4, f"{one['label']}: residual at {k}")
            close(one["predicted"][k], spectrum.residual(y, eta, k), 1e-7, f"prediction at {k}")
            if one["distance"][k] is not None and k > 0:
                close(one["distance"][k], distance[k], 1e-3, f"distance at {k}")
                close(one["distance_predicted"][k], spectrum.distance(y, eta, k), 1e-6)
            if one["flipped"][k] is not None:
                assert abs(one["flipped"][k] - flipped[k]) <= 2e-4, (k, flipped[k])
            if one.get("drift", [None] * (k + 1))[k] is not None and k > 0:
                close(one["drift"][k], drift[k], 1e-2, f"drift at {k}")
        assert one["distance"][-1] is not None and one["flipped"][-1] is not None
        check_test_errors(folder, one, outputs)
    return result


def check_test_errors(folder, one, outputs):
    path = folder / f"y-test-{one['label'].replace(':', '-')}.npy"
    if not path.exists():
        assert one["label"] == "worst" and one["test"]["l1"] is None
        return
    y_test = np.load(path)
    close(one["test"]["l1"], np.mean(np.abs(y_test - outputs)), 1e-4, "test ℓ1")
    wrong = np.mean(np.where(outputs >= 0, 1, -1) != np.sign(y_test))
    assert abs(one["test"]["error"] - wrong) <= 2 / len(y_test), (one["test"]["error"], wrong)


@case
def replay_glyphs(folder):
    """Glyphs: 100 steps agree with float64 to 1e-4 at every step"""
    check_replay(folder, "-n", 128, "--width", 512)


@case
def drift(folder):
    """--drift: ‖H(k) − H(0)‖ agrees with float64, in JSON and CSV; without it neither has it"""
    result = check_replay(folder, "-n", 60, "--width", 256, "--drift", "yes", "--csv",
                          folder / "r.csv", steps=20)
    with open(folder / "r.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for one in result["runs"]:
        assert one["drift"][0] == 0 and one["drift"][-1] > 0, one["drift"]
        assert [float(row["drift"]) if row["drift"] else None
                for row in rows if row["label"] == one["label"]] == one["drift"]
    assert "drift" not in train(folder, "-n", 60, "--width", 128, steps=2)["runs"][0]
    fails("train", "--drift", "maybe", code=2, says=["drift=maybe: must be one of yes, no"])


@case
def kernel(folder):
    """--kernel-every: drift, alignment and effective rank of H(k) agree with float64 to 1e-6, at
    steps of their own and in CSV; without it there are none"""
    eta, steps, every = 0.02, 60, 15
    result = train(folder, "-n", 24, "--width", 64, "--eta", eta, "--kappa", 0.1,
                   "--kernel-every", every, "--csv", folder / "r.csv", steps=steps)
    X, W0, a = (load(folder, name) for name in ("X", "W0", "a"))
    with open(folder / "r.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for one in result["runs"]:
        expected, margin = kernel_over_time(X, load(folder, f"y-{one['label']}"), W0, a, eta,
                                            steps, every)
        assert margin > 1e-7, margin  # or the seed says nothing
        found = one["kernel"]
        assert found["step"] == list(range(0, steps + 1, every)), found["step"]
        assert found["drift"][0] == 0 and found["drift"][-1] > 1e-3, found["drift"]
        for column, key in enumerate(("drift", "alignment", "effective_rank")):
            assert np.allclose(found[key], expected[:, column], rtol=1e-6, atol=1e-9), (
                one["label"], key, found[key], expected[:, column])
            cells = [row[f"kernel_{key}"] for row in rows if row["label"] == one["label"]]
            assert [float(cell) for cell in cells if cell] == found[key], cells
    plain = train(folder, "-n", 24, "--width", 64, steps=2)["runs"][0]
    assert "kernel" not in plain and "drift" not in plain
    fails("train", "--kernel-every", "0", code=2, says=["kernel-every=0", "never"])


@case
def kernel_goes_on(folder):
    """--kernel-every: a run that goes on from a checkpoint has the curve of one that was not
    interrupted, thinned-out steps included"""
    common = ["-n", 24, "--width", 64, "--labels", "true", "--kernel-every", 700]
    run("train", *common, "--steps", 1500, "--checkpoint", folder / "c", "--json", folder / "a")
    run("train", "--resume", folder / "c", "--steps", 2900, "--json", folder / "b")
    run("train", *common, "--steps", 2900, "--json", folder / "whole", "--csv", folder / "w.csv")
    again, whole = (json.loads((folder / name).read_text())["runs"][0] for name in ("b", "whole"))
    assert whole["kernel"]["step"] == [0, 700, 1400, 2100, 2800]
    assert again["kernel"] == whole["kernel"]
    assert set(whole["kernel"]["step"]) <= set(whole["step"])


def check_finite_width(folder, *arguments, eta, steps):
    """“finite_width” of JSON and CSV against a recursion in float64 from the dumped start."""
    result = train(folder, "--eta", eta, "--finite-width", "--csv", folder / "r.csv", *arguments,
                   steps=steps)
    X, W0, a = (load(folder, name) for name in ("X", "W0", "a"))
    with open(folder / "r.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for one in result["runs"]:
        expected = finite_width(X, load(folder, f"y-{one['label']}"), W0, a, eta, steps)
        for k, value in zip(one["step"], one["finite_width"]):
            close(value, expected[k], 1e-6, f"{one['label']} at {k}")
        assert [float(row["finite_width"])
                for row in rows if row["label"] == one["label"]] == one["finite_width"]
    return result


@case
def finite_width_start(folder):
    """--finite-width: ‖(I − ηH(0))ᵏ(u(0) − y)‖ is NumPy's to 1e-6, in JSON and CSV"""
    result = check_finite_width(folder, "-n", 90, "--width", 200, eta=0.02, steps=1000)
    true = result["runs"][0]
    off = [abs(true[name][-1] - true["residual"][-1]) for name in ("finite_width", "predicted")]
    assert off[0] < off[1], "H(0) is to be nearer to the net than H∞"
    assert "finite_width" not in train(folder, "-n", 60, "--width", 128, steps=2)["runs"][0]


@case
def finite_width_other_starts(folder):
    """--finite-width: antisymmetric, κ = 1, odd n, another formulation, a run that goes on"""
    check_finite_width(folder, "-n", 61, "--width", 306, "--kappa", 1, "--init", "antisymmetric",
                       "--seed", 5, eta=1e-3, steps=300)
    check_finite_width(folder, "-n", 40, "--width", 33, "--kappa", 1, "--formulation", "samples",
                       eta=1e-3, steps=300)
    options = ["-n", 40, "--width", 64, "--labels", "true", "--device", "cpu", "--finite-width"]
    whole = run_json("train", *options, "--steps", 60)["runs"][0]
    run("train", *options[:-1], "--steps", 30, "--checkpoint", folder / "c")
    again = run_json("train", "--resume", folder / "c", "--steps", 60, "--finite-width")["runs"][0]
    assert again["step"] == whole["step"] and again["finite_width"] == whole["finite_width"]
    assert "with H(0)" in run("train", *options, "--steps", 5).stdout


@case
def replay_odd_shapes(folder):
    """odd n and m, κ = 1, antisymmetric: 100 steps agree with float64"""
    result = check_replay(folder, "-n", 61, "--width", 306, "--kappa", 1, "--init",
                          "antisymmetric", "--seed", 5, "--classes", "2,7")
    for one in result["runs"]:
        close(one["residual"][0], np.linalg.norm(load(folder, f"y-{one['label']}")), 1e-6,
              "u(0) = 0")


@case
def replay_fashion(folder):
    """Fashion-MNIST, centered: 100 steps agree with float64 to 1e-4 at every step"""
    if not FASHION.is_dir():
        raise Skip("no Fashion-MNIST on this machine")
    check_replay(folder, "--dataset", "fashion-mnist", "--preprocess", "center", "-n", 200,
                 "--width", 300, eta=2e-3)


@case
def replay_mnist(folder):
    """MNIST: 100 steps agree with float64 to 1e-4 at every step"""
    check_replay(folder, "--dataset", "mnist", "--data-dir", need_data("mnist"), "-n", 256,
                 "--width", 1024)


@case
def replay_cifar(folder):
    """CIFAR-10: 100 steps agree with float64 to 1e-4 at every step"""
    check_replay(folder, "--dataset", "cifar10", "--data-dir", need_data("cifar-10-pair01"),
                 "-n", 128, "--width", 256, "--preprocess", "center")


@case
def formulations_agree(folder):
    """weights and samples give the same residuals"""
    runs = [run_json("train", "-n", 96, "--width", 256, "--steps", 60, "--formulation", name,
                     "--device", "cpu") for name in ("weights", "samples")]
    assert [result["formulation"] for result in runs] == ["weights", "samples"]
    for one, two in zip(runs[0]["runs"], runs[1]["runs"]):
        for a, b in zip(one["residual"], two["residual"]):
            close(a, b, 1e-5)


@case
def schema(folder):
    """the JSON is gramscope.training/1 to the letter, the CSV holds the same curves"""
    run("train", "-n", 64, "--width", 128, "--steps", 20, "--json", folder / "r.json", "--csv",
        folder / "r.csv", "--device", "cpu")
    result = json.loads((folder / "r.json").read_text())
    assert result["schema"] == "gramscope.training/1"
    assert set(result) == {"schema", "version", "notes", "dataset",
                           "network", "device", "formulation",
                           "steps", "lazy_steps", "seconds_per_step", "runs", "stopped"}
    assert set(result["network"]) == {"width", "eta", "kappa", "init", "seed"}
    assert result["stopped"] == "steps" and result["steps"] == 20
    for one in result["runs"]:
        assert set(one) == {"label", "step", "residual", "predicted", "distance",
                            "distance_predicted", "flipped", "train_error", "test", "bounds"}
        assert set(one["test"]) == {"l1", "error"}
        assert set(one["bounds"]) == {"delta", "convergence", "test_error", "distance"}
        assert set(one["bounds"]["convergence"]) == {"rate", "pairs", "kept", "first_violation",
                                                     "above_envelope"}
        assert set(one["bounds"]["distance"]) == {"step", "B", "R", "train_loss", "rademacher",
                                                  "gap", "test_loss"}
        lengths = {len(one[name]) for name in ("step", "residual", "predicted", "distance",
                                               "distance_predicted", "flipped")}
        assert lengths == {len(one["step"])}
        assert one["step"][0] == 0 and one["step"][-1] == 20
    with open(folder / "r.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for one in result["runs"]:
        mine = [row for row in rows if row["label"] == one["label"]]
        assert [int(row["step"]) for row in mine] == one["step"]
        assert [float(row["residual"]) for row in mine] == one["residual"]


@case
def bounds(_folder):
    """numbers 12, 19 and 21 from the curves of the same file"""
    options = ["-n", 80, "--labels", "true,random,worst", "--device", "cpu"]
    analysis = run_json("analyze", *options)
    result = run_json("train", *options, "--width", 512, "--steps", 150, "--eta", 0.02, "--kappa",
                      0.5)
    smallest = analysis["gram"]["lambda_min"]
    for one, label in zip(result["runs"], analysis["labels"]):
        found, k = one["bounds"], np.array(one["step"])
        residual, delta = np.array(one["residual"]), found["delta"]
        rate = 1 - 0.02 * smallest / 2
        close(found["convergence"]["rate"], rate, 1e-12)
        kept = residual[1:] ** 2 <= residual[:-1] ** 2 * rate ** np.diff(k) * (1 + 2e-6)
        assert found["convergence"]["pairs"] == len(kept)
        assert found["convergence"]["kept"] == kept.sum()
        first = found["convergence"]["first_violation"]
        assert first == (None if kept.all() else k[1:][~kept][0])
        if one["label"] == "worst":
            assert found["test_error"] is None and found["distance"]["test_loss"] is None
            continue
        close(found["test_error"],
              label["complexity"] + np.sqrt(np.log(80 / (smallest * delta)) / 80), 1e-9)
        by = found["distance"]
        assert by["step"] == 150 and by["B"] == one["distance"][-1] and 0 < by["R"] < by["B"]
        tail = np.log(2 / delta)
        complexity = (by["B"] / np.sqrt(160) * (1 + (2 * tail / 512) ** 0.25)
                      + 2 * by["R"] ** 2 * np.sqrt(512) / 0.5 + by["R"] * np.sqrt(2 * tail))
        close(by["rademacher"], complexity, 1e-12)
        close(by["train_loss"], min(1, residual[-1] / np.sqrt(80)), 1e-12)
        close(by["gap"], 2 * complexity + 3 * np.sqrt(tail / 160), 1e-12)
        close(by["test_loss"], by["train_loss"] + by["gap"], 1e-12)


@case
def target(folder):
    """--until-residual stops when every label set is there"""
    result = run_json("train", "-n", 64, "--width", 512, "--labels", "true", "--eta", 0.02,
                      "--until-residual", 0.5, "--steps", 100000, "--device", "cpu")
    assert result["stopped"] == "target"
    norm = np.sqrt(64)
    assert result["runs"][0]["residual"][-1] <= 0.5 * norm
    assert result["steps"] < 100000


@case
def divergence(folder):
    """η far above 2/λ₁: a note before, exit 4 after, what was computed is written"""
    fails("train", "-n", 64, "--width", 256, "--eta", 50, "--steps", 2000, "--json",
          folder / "r.json", "--device", "cpu", code=4, says=["diverged"])
    process = run("train", "-n", 64, "--width", 256, "--eta", 50, "--steps", 2000, "--device",
                  "cpu", code=4)
    assert "2/λ₁" in process.stderr, process.stderr
    result = json.loads((folder / "r.json").read_text())
    assert result["stopped"] == "diverged" and result["runs"][0]["residual"]


@case
def interrupt(folder):
    """SIGINT: exit 130 with the curves so far in valid files"""
    path = folder / "r.json"
    with subprocess.Popen(["timeout", "-k", "10", "100", CLI, "train", "-n", "64", "--width", "512",
                           "--steps", "100000000", "--json", str(path),
                           "--csv", str(folder / "r.csv"),
                           "--device", "cpu", "--checkpoint", str(folder / "c.gramscope")],
                          stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        said = process.stderr.readline()  # bounded: by timeout(1)
        assert b"this will take about" in said, said
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130, (process.returncode, errors)
    result = json.loads(path.read_text())
    assert result["stopped"] == "cancelled" and result["steps"] > 0
    assert (folder / "r.csv").stat().st_size > 0 and (folder / "c.gramscope").stat().st_size > 0


@case
def no_steps(folder):
    """--steps 0 is no step: the start alone, as a table, as JSON, and in a checkpoint"""
    common = ["-n", 30, "--width", 32, "--labels", "true", "--device", "cpu", "--steps", 0]
    result = run_json("train", *common, "--dump-init", folder, "--checkpoint", folder / "c")
    one = result["runs"][0]
    assert result["steps"] == 0 and result["stopped"] == "steps" and one["step"] == [0]
    X, y, W0, a = (load(folder, name) for name in ("X", "y-true", "W0", "a"))
    close(one["residual"][0], replay(X, y, W0, a, 1e-3, 0)[0][0], 1e-5)
    assert len(run("train", *common, "--csv", "-").stdout.splitlines()) == 2
    assert ": 0 steps\n" in run("train", *common).stdout
    run("figure", "convergence", *common, "--out", folder / "f.svg")
    assert run_json("train", "--resume", folder / "c", "--steps", 4)["steps"] == 4


@case
def typed_defaults(folder):
    """a default that is typed is meant: beside --resume, and ρ = 0"""
    run("train", "-n", 30, "--width", 32, "--eta", "0.002", "--steps", 2, "--device", "cpu",
        "--checkpoint", folder / "c", "--json", folder / "r.json")
    fails("train", "--resume", folder / "c", "--eta", "0.001", code=2, says=["eta", "0.002"])
    assert "at" not in run_json("analyze", "-n", 30, "--labels", "true")["noise"]
    result = run_json("analyze", "-n", 30, "--labels", "true", "--random-fraction", 0)
    assert result["noise"]["at"]["fraction"] == 0
    close(result["noise"]["at"]["expected_complexity"], result["labels"][0]["complexity"], 1e-9)


@case
def dump_again(folder):
    """a second dump leaves no labels of the first, and no file of others is touched"""
    common = ["train", "--width", 16, "--steps", 1, "--device", "cpu", "--dump-init", folder]
    run(*common, "-n", 40, "--labels", "true,random,mixed:0.3", "--json", folder / "r.json")
    assert not [path for path in folder.iterdir() if ":" in path.name]
    for name in ("y-mine.npy", "y-random.txt", "notes"):
        (folder / name).write_text("kept")
    run(*common, "-n", 30, "--labels", "true", "--test-samples", 0, "--json", folder / "r.json")
    assert {path.name for path in folder.iterdir()} == {
        "X.npy", "y-true.npy", "W0.npy", "a.npy", "r.json", "y-mine.npy", "y-random.txt", "notes"}
    assert len(load(folder, "X")) == len(load(folder, "y-true")) == 30
    (folder / "y-worst.npy").mkdir()
    fails(*common, "-n", 30, code=1, says=["y-worst.npy", "earlier dump", "another folder"])


@case
def resume(folder):
    """a run that goes on from its checkpoint equals one that was never stopped"""
    common = ["train", "-n", 80, "--width", 256, "--record-every", 1, "--device", "cpu",
              "--labels", "true,random"]
    whole = run_json(*common, "--steps", 60)
    run(*common, "--steps", 25, "--checkpoint", folder / "c.gramscope")
    rest = run_json("train", "--resume", folder / "c.gramscope", "--steps", 60)
    assert rest["steps"] == 60
    for one, two in zip(whole["runs"], rest["runs"]):
        assert one["step"] == two["step"]
        assert one["residual"] == two["residual"], one["label"]


@case
def resume_refuses(folder):
    """a checkpoint refuses other settings, other images, damage, and a second writer's file"""
    path = folder / "c.gramscope"
    run("train", "-n", 40, "--width", 32, "--steps", 5, "--checkpoint", path, "--device", "cpu",
        "--json", folder / "r.json")
    fails("train", "--resume", path, "--eta", "0.5", "--steps", 9, code=2, says=["eta", "0.5"])
    fails("train", "--resume", folder / "absent", code=3, says=["absent"])
    (folder / "text").write_text("no checkpoint")
    fails("train", "--resume", folder / "text", code=3, says=["text"])
    run("train", "--resume", path, "--steps", 9, "--json", folder / "r.json")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    (folder / "c.gramscope~").unlink(missing_ok=True)
    fails("train", "--resume", path, "--steps", 9, code=3, says=["c.gramscope"])


@case
def reproducible(_folder):
    """the same seed gives the same bits, another seed others"""
    def residuals(seed):
        return [one["residual"] for one in run_json(
            "train", "-n", 64, "--width", 128, "--steps", 30, "--seed", seed, "--device", "cpu",
            "--threads", 2)["runs"]]

    assert residuals(3) == residuals(3)
    assert residuals(3) != residuals(4)


@case
def full_disk(folder):
    """no space for the results: one line with the reason, exit 1, the old file is untouched"""
    fails("train", "-n", 32, "--width", 16, "--steps", 2, "--json", "/dev/full", "--device", "cpu",
          code=1, says=["/dev/full", "space"])
    if os.geteuid() == 0:
        return
    old = folder / "old"
    old.write_text("old")
    old.chmod(0o400)
    folder.chmod(0o500)  # where nothing can be made a file is written as it is, if it may be
    fails("train", "-n", 32, "--width", 16, "--steps", 2, "--json", old, code=1)
    assert old.read_text() == "old"
    old.chmod(0o600)
    run("train", "-n", 32, "--width", 16, "--steps", 2, "--json", old)
    assert old.read_text().startswith("{")


if __name__ == "__main__":
    main()
