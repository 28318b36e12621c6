"""test-learn.py: gramscope-cli learn against the bounds of Section 6

SPDX-License-Identifier: MIT
"""
import csv

import numpy as np

from harness import FASHION, Skip, case, close, fails, main, run, run_json
from oracle import Spectrum

SIZES = "50,100,200"


def rows(*arguments):
    return run_json("learn", "--n-list", SIZES, *arguments)["rows"]


@case
def bounds_hold(_folder):
    """every example stays below its bound and the tighter one; the odd power has none"""
    result = rows()
    assert {row["learnable"] for row in result} == {True, False}
    for row in result:
        close(row["complexity"], row["root"] * np.sqrt(2 / row["n"]), 1e-12)
        assert row["residual"] < 1e-6
        if row["learnable"]:
            assert row["root"] <= row["bound_tight"] <= row["bound"], row
        else:
            assert row["bound"] is None


@case
def powers(_folder):
    """p = 1, 2, 4 stop growing under 3p|α|‖β‖ᵖ, p = 3 does not"""
    for power in (1, 2, 4):
        result = rows("--function", "power", "--power", power, "--alpha", -2, "--beta-norm", 0.5)
        for row in result:
            close(row["bound"], 3 * power * 2 * 0.5 ** power, 1e-12, f"bound of p = {power}")
            assert row["root"] <= row["bound"]
    odd = [row["root"] for row in rows("--function", "power", "--power", 3)]
    linear = [row["root"] for row in rows("--function", "linear")]
    assert odd[2] / odd[0] > 1.5 and linear[2] / linear[0] < 1.1, (odd, linear)


@case
def control_fails_in_sight(_folder):
    """where nobody says otherwise the odd power outgrows √n, and the others do not grow twofold"""
    result = run_json("learn")["rows"]
    assert {row["n"] for row in result} == {50, 100, 200, 400, 800, 1600}
    controls = 0
    for name in {row["function"] for row in result}:
        one = sorted((row for row in result if row["function"] == name), key=lambda row: row["n"])
        growth = one[-1]["root"] / one[0]["root"]
        controls += not one[0]["learnable"]
        assert growth < 2.1 if one[0]["learnable"] else growth > np.sqrt(1600 / 50), (name, growth)
    assert controls == 1


@case
def closed_bounds(_folder):
    """the bounds of Examples 6.3 and 6.4 are the closed forms"""
    b = 0.7
    cosine = rows("--function", "cosine", "--beta-norm", b)[0]
    close(cosine["bound"], 3 * b * np.sinh(b), 1e-12)
    arctan = rows("--function", "arctan", "--beta-norm", b)[0]
    close(arctan["bound"], 3 * (2 * b * b / (4 - b * b) + b * np.arctanh(b / 2)), 1e-12)


@case
def images(folder):
    """on a dataset's images the root agrees with NumPy's for a function read back from it"""
    if not FASHION.is_dir():
        raise Skip("no Fashion-MNIST on this machine")
    run("train", "--dataset", "fashion-mnist", "-n", 120, "--steps", 1, "--width", 4, "--labels",
        "true", "--dump-init", folder, "--json", folder / "r.json", "--device", "cpu")
    oracle = Spectrum(np.load(folder / "X.npy"))
    one = rows("--dataset", "fashion-mnist", "--function", "linear",
               "--n-list", "120")[0]
    # y = Xβ with ‖β‖ = 1: H∞ ⪰ K/4 gives root ≤ 2, and root ≥ ‖y‖/√λ₁
    assert one["norm"] / np.sqrt(oracle.lam[-1]) <= one["root"] * (1 + 1e-9)
    assert one["root"] <= 2 * (1 + 1e-9)


@case
def which_images(_folder):
    """an option that says which images is not passed over"""
    images = rows("--dataset", "glyphs", "--classes", "3,8", "--function", "linear")
    assert images == rows("--inputs", "dataset", "--classes", "3,8", "--function", "linear")
    assert images != rows("--classes", "0,1", "--function", "linear")
    assert images != rows("--function", "linear")
    fails("learn", "--inputs", "sphere", "--dataset", "glyphs", code=2, says=["sphere"])
    fails("learn", "--dimension", 7, "--dataset", "glyphs", code=2, says=["--dimension"])
    fails("learn", "--formulation", "lazy", code=2, says=["--formulation"])
    fails("learn", "-n", 100, code=2, says=["-n"])


@case
def impossible(_folder):
    """βᵀx outside [−1, 1] for Example 6.4 is refused with the reason"""
    fails("learn", "--function", "arctan", "--beta-norm", 1.5, code=2, says=["1"])
    fails("learn", "--function", "sine", code=2, says=["sine", "cosine"])
    fails("learn", "--power", 0, code=2, says=["--power"])
    fails("learn", "--n-list", "1,2", code=2, says=["--n-list"])
    fails("learn", "--n-list", "ten", code=2)
    fails("learn", "--inputs", "cube", code=2, says=["sphere or dataset"])


@case
def extremes(_folder):
    """a factor scales the measure as long as there are numbers for it; then it is an error"""
    one = rows("--function", "power", "--alpha", 1)
    for alpha in (1e200, 1e-200, -1e300):
        for row, plain in zip(rows("--function", "power", "--alpha", alpha), one):
            close(row["root"], abs(alpha) * plain["root"], 1e-12, f"α = {alpha}")
            close(row["complexity"], abs(alpha) * plain["complexity"], 1e-12)
            assert row["root"] <= row["bound_tight"]
    for arguments in (["power", "--alpha", "1e308"], ["power", "--beta-norm", "1e200"],
                      ["cosine", "--beta-norm", "1000"],
                      ["power", "--power", "3", "--beta-norm", "1e200"]):
        fails("learn", "--n-list", SIZES, "--function", *arguments, code=2,
              says=["1.8e308", "smaller"])
    fails("learn", "--n-list", SIZES, "--function", "quadratic", "--beta-norm", "1e200", code=2,
          says=["no finite number"])


@case
def table(folder):
    """the CSV holds the rows of the JSON"""
    run("learn", "--n-list", "30,60", "--csv", folder / "l.csv", "--json", folder / "l.json")
    with open(folder / "l.csv", newline="", encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert len(written) == 16 and {row["n"] for row in written} == {"30", "60"}


if __name__ == "__main__":
    main()
