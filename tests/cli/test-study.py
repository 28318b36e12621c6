"""test-study.py: gramscope-cli study, the distance from the prediction against what is varied

SPDX-License-Identifier: MIT
"""
import csv
import json

import numpy as np

from harness import case, close, fails, interrupted, main, need_data, run, run_json
from oracle import Spectrum, replay

SMALL = ["-n", 40, "--eta", "0.02", "--steps", 60, "--device", "cpu"]
WIDE = ["--kappa", 1, "--init", "antisymmetric"]
GRID = ["--vary", "width=32,128", "--vary", "kappa=1,0.5", "--seeds", 2, "--labels", "true,random",
        "--init", "antisymmetric"]


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def net(folder, *options):
    """X, labels, W(0) and a of a net as train has them."""
    run("train", *SMALL[:2], "--steps", 1, *options, "--device", "cpu", "--dump-init", folder,
        "--json", folder / "t.json")
    return (np.load(folder / "X.npy"), np.load(folder / "W0.npy"), np.load(folder / "a.npy"))


@case
def parts(folder):
    """parts of a study, merged, are the table of one process"""
    run("study", *SMALL, *GRID, "--csv", folder / "whole.csv")
    for part in (1, 2, 3):
        run("study", *SMALL, *GRID, "--csv", folder / "s.csv", "--part", f"{part}/3")
    run("study", "--merge", "--csv", folder / "merged.csv", *sorted(folder.glob("s.csv.*-of-3")))
    assert (folder / "merged.csv").read_text() == (folder / "whole.csv").read_text()


@case
def cells(folder):
    """every value × seed × label set has a net, which is as far off its prediction as NumPy's"""
    result = run_json("study", *SMALL, *GRID)
    assert result["schema"] == "gramscope.study/1" and len(result["cells"]) == 16
    assert result["refused"] == [] and result["against"] == "width"
    for cell in result["cells"]:
        if cell["labels"] != "true":
            continue
        folder_of = folder / f"{cell['width']}-{cell['kappa']}-{cell['seed']}"
        folder_of.mkdir()
        X, W, a = net(folder_of, "--width", cell["width"], "--kappa", cell["kappa"], "--seed",
                      cell["seed"], "--labels", "true", "--init", "antisymmetric")
        y = np.load(folder_of / "y-true.npy")
        oracle = Spectrum(X)
        for k in range(60):
            active = X @ W.T >= 0
            u = (X @ W.T * active) @ a / np.sqrt(len(a))
            W = W - 0.02 / np.sqrt(len(a)) * a[:, None] * ((active * (u - y)[:, None]).T @ X)
        u = np.maximum(X @ W.T, 0) @ a / np.sqrt(len(a))
        left = oracle.V @ ((1 - 0.02 * oracle.lam) ** 60 * (oracle.V.T @ y))
        close(cell["residual"], np.linalg.norm(y - u), 1e-4, "residual")
        close(cell["predicted"], np.linalg.norm(left), 1e-6, "predicted")
        close(cell["difference"], np.linalg.norm(y - u - left), 1e-3, "difference")
        close(cell["complexity"], oracle.complexity(y), 1e-6, "complexity")


@case
def slope(_folder):
    """the slope is that of least squares on the logarithms, mean and band are the seeds'"""
    result = run_json("study", *SMALL, *GRID[2:4], "--labels", "true,random", "--vary",
                      "width=16,64,256", "--seeds", 3, "--init", "antisymmetric")
    assert {(one["labels"], one["others"]) for one in result["scaling"]} \
        == {(labels, f"κ {kappa}") for labels in ("true", "random") for kappa in ("1", "0.5")}
    for one in result["scaling"]:
        mine = [cell for cell in result["cells"] if cell["labels"] == one["labels"]
                and f"κ {cell['kappa']:g}" == one["others"]]
        x = np.array([cell["width"] for cell in mine], float)
        y = np.array([cell["difference"] for cell in mine])
        slope_of, intercept = np.polyfit(np.log10(x), np.log10(y), 1)
        close(one["slope"], slope_of, 1e-9, "slope")
        close(one["intercept"], intercept, 1e-9, "intercept")
        assert [point["x"] for point in one["points"]] == [16, 64, 256]
        for point in one["points"]:
            seeds = y[x == point["x"]]
            assert point["nets"] == 3
            close(point["mean"], seeds.mean(), 1e-12)
            assert (point["least"], point["most"]) == (seeds.min(), seeds.max())


@case
def falls_with_width(_folder):
    """with large initial weights that cancel, the distance falls about as m^(-1/2)"""
    result = run_json("study", "-n", 60, "--eta", "0.01", "--steps", 100, *WIDE, "--labels", "true",
                      "--vary", "width=64,512,4096", "--seeds", 3, "--device", "cpu")
    assert -0.6 < result["scaling"][0]["slope"] < -0.4, result["scaling"]


@case
def same_as_train(folder):
    """a net of a study is the net that train makes of the same settings"""
    result = run_json("study", *SMALL, "--vary", "seed=5", "--vary", "eta=0.01,0.03", "--labels",
                      "true,worst", "--width", 64)
    for cell in result["cells"]:
        trained = run_json("train", *SMALL[:2], *SMALL[4:], "--width", 64, "--seed", 5, "--eta",
                           cell["eta"], "--labels", "true,worst")
        curve = [one for one in trained["runs"] if one["label"] == cell["labels"]][0]
        close(cell["residual"], curve["residual"][-1], 1e-6)
        assert cell["seed"] == 5 and cell["steps"] == 60
    assert folder.is_dir()


@case
def images_vary(_folder):
    """classes and sizes can be varied: each has its own H∞, whose measure is that of analyze"""
    result = run_json("study", *SMALL[2:], "--labels", "true", "--width", 64, "--vary",
                      "classes=0,1/3,8", "--vary", "n=20,30")
    assert [(cell["classes"], cell["samples"]) for cell in result["cells"]] \
        == [("0,1", 20), ("0,1", 30), ("3,8", 20), ("3,8", 30)]
    for cell in result["cells"]:
        alone = run_json("analyze", "-n", cell["samples"], "--classes", cell["classes"],
                         "--labels", "true")
        close(cell["complexity"], alone["labels"][0]["complexity"], 1e-9)


@case
def impossible(_folder):
    """an impossible member is refused, or left out before anything is trained and named"""
    fails("study", *SMALL, "--init", "antisymmetric", "--vary", "width=16,17", code=2,
          says=["17", "even"])
    process = run("study", *SMALL, "--vary", "eta=0.02,7", "--vary", "width=16,100000000",
                  "--labels", "true", "--json", "-")
    result = json.loads(process.stdout)
    assert [(cell["eta"], cell["width"]) for cell in result["cells"]] == [(0.02, 16)]
    assert [(one["eta"], one["width"]) for one in result["refused"]] \
        == [(0.02, 100000000), (7, 16), (7, 100000000)]
    assert "2/λ₁" in result["refused"][1]["why"] and "memory" in result["refused"][0]["why"]
    assert "η 7, m 16 is left out" in process.stderr, process.stderr
    run("study", *SMALL, "--vary", "eta=8,9", "--labels", "true", code=2)


@case
def mistakes(folder):
    """what cannot be varied is told, with what can"""
    fails("study", "-n", 40, code=2, says=["--vary"])
    fails("study", "--vary", "width", code=2, says=["width=512,2048,8192"])
    fails("study", "--vary", "colour=1", code=2, says=["colour", "width"])
    fails("study", "--vary", "steps=1,2", code=2, says=["steps", "width"])
    fails("study", "--vary", "width=1,1", code=2, says=["twice"])
    fails("study", "--vary", "width=1", "--vary", "m=2", code=2, says=["twice"])
    fails("study", "--vary", "width=1,x", code=2, says=["x"])
    fails("study", "--vary", "seed=1,2", "--seeds", 3, code=2, says=["--seeds"])
    fails("figure", "scaling", "--vary", "init=iid,antisymmetric", "--out", folder / "a.svg",
          code=2, says=["--vary width"])


@case
def resume(folder):
    """an interrupted study goes on without repeating a net, and gives the same table"""
    whole, path = folder / "whole.csv", folder / "s.csv"
    grid = [*GRID, "--vary", "classes=0,1/2,3"]
    run("study", *SMALL, *grid, "--csv", whole)
    lines = whole.read_text().splitlines(keepends=True)
    assert len(lines) == 2 + 32
    path.write_text("".join(lines[:-5]) + lines[-5][:9])
    run("study", *SMALL, *grid, "--csv", path, "--resume")
    assert read(path) == read(whole)
    assert [row["classes"] for row in read(whole)][::4] == ["0,1", "2,3"] * 4
    fails("study", *SMALL, *grid, "--csv", path, code=2, says=["--resume"])
    fails("study", *SMALL, *grid[2:], "--csv", path, "--resume", code=2, says=["s.csv"])
    fails("sweep", *SMALL, "--csv", path, "--resume", code=3, says=["s.csv"])


@case
def interrupt(folder):
    """SIGINT: exit 130, the file holds the finished nets"""
    path = folder / "s.csv"
    interrupted(path, "study", *SMALL, "--vary", "width=64,65,66,67,68", "--seeds", 999, "--csv",
                path)
    assert read(path)


@case
def figure(folder):
    """figure scaling draws the table of a study, and its CSV has the means"""
    table = folder / "s.csv"
    study = [*SMALL, *WIDE, "--labels", "true", "--vary", "width=16,64", "--seeds", 2]
    result = run_json("study", *study, "--csv", table)
    before = table.read_bytes()
    run("figure", "scaling", *study, "--csv", table, "--out", folder / "s.svg")
    run("figure", "scaling", *study, "--csv", table, "--out", folder / "f.csv")
    assert table.read_bytes() == before
    assert f"slope −{-result['scaling'][0]['slope']:.2f}" in (folder / "s.svg").read_text()
    text = (folder / "f.csv").read_text()
    for point in result["scaling"][0]["points"]:
        assert f"{point['mean']:.6g}"[:7] in text, (point, text)


@case
def mnist(_folder):
    """MNIST, 3 against 8: the distance falls with the width"""
    result = run_json("study", "--dataset", "mnist", "--data-dir", need_data("mnist"), "--classes",
                      "3,8", "-n", 100, "--eta", "0.01", "--steps", 100, *WIDE, "--labels", "true",
                      "--vary", "width=64,256,1024", "--test-samples", 0)
    assert -0.7 < result["scaling"][0]["slope"] < -0.3, result["scaling"]


if __name__ == "__main__":
    main()
