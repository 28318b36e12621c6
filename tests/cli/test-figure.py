"""test-figure.py: every figure as SVG, PNG, PDF and CSV, and that its curves are the run's

SPDX-License-Identifier: MIT
"""
import csv
import io
import json
import re
import shutil
import struct
import subprocess
import xml.etree.ElementTree as ElementTree

import numpy as np

from harness import Skip, case, close, fails, main, run
from oracle import Spectrum, cross

LISTED = run("figure", "--help").stdout.split("NAME is one of\n")[1].split(".\n")[0]
FIGURES = re.findall(r"\w+", re.sub(r"\([^)]*\)", "", LISTED))
SMALL = ["-n", 60, "--width", 64, "--steps", 40, "--device", "cpu", "--eta", "0.01"]
SWEEP = ["--fractions", "0:1:0.5", "--seeds", 1]
STUDY = ["--vary", "width=16,64"]


def draw(name, path, *arguments):
    extra = SWEEP if name in ("generalization", "2a", "2b") else []
    extra = STUDY if name == "scaling" else extra
    return run("figure", name, "--out", path, *SMALL, *extra, *arguments)


def numbers(text):
    """Columns of a figure's CSV file."""
    return list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith("#")))


def check_svg(path):
    root = ElementTree.parse(path).getroot()
    assert root.tag.endswith("svg")
    texts = [node for node in root.iter() if node.tag.endswith("}text")]
    words = " ".join("".join(node.itertext()) for node in texts)
    assert len(texts) > 5 and any(character.isdigit() for character in words), words
    drawn = [node for node in root.iter()
             if node.tag.split("}")[-1] in ("path", "polyline", "line", "circle", "rect", "use")]
    assert len(drawn) > 5
    return words


@case
def kernel_regression(folder):
    """test: predictions are NumPy's k(x, X)H∞⁻¹(I − (I − ηH∞)ᵏ)y, from the images themselves"""
    sets = {"true labels": "true", "30 % random labels": "mixed:0.3"}
    options = ["--labels", "true,mixed:0.3", "--test-samples", 50]
    draw("test", folder / "f.csv", *options)
    run("train", *SMALL, *options, "--steps", 1, "--dump-init", folder / "init", "--json",
        folder / "r.json")
    X, X_test = (np.load(folder / "init" / f"{name}.npy") for name in ("X", "X-test"))
    rows = numbers((folder / "f.csv").read_text())
    for title, name in sets.items():
        y, y_test = (np.load(folder / "init" / f"{part}-{name.replace(':', '-')}.npy")
                     for part in ("y", "y-test"))
        spectrum, K = Spectrum(X), cross(X_test, X)
        for ending, factor in ((", predicted", lambda k: 1 - (1 - 0.01 * spectrum.lam) ** k),
                               (", at k → ∞", lambda k: 1)):
            mine = [row for row in rows if row["series"] == title + ending]
            assert len(mine) >= 4, title + ending
            for row in mine:
                if row["x"] == "0" and "%" in row["panel"] and "predicted" in ending:
                    assert row["y"] == "nan", row  # it is 0 there, the sign of neither class
                    continue
                f = K @ (spectrum.V @ (factor(int(row["x"])) / spectrum.lam * (spectrum.V.T @ y)))
                want = (100 * np.mean(y_test * f <= 0) if "%" in row["panel"]
                        else np.mean(np.abs(y_test - f)))
                assert abs(float(row["y"]) - want) < 1e-8, (row, want)


@case
def heights_of_projections(folder):
    """spectrum, cumulative: running RMS and shares are NumPy's, from the images themselves"""
    for name in ("spectrum", "cumulative"):
        draw(name, folder / f"{name}.csv", "--labels", "true,random")
    run("train", *SMALL, "--labels", "true,random", "--steps", 1, "--dump-init", folder / "init")
    X = np.load(folder / "init" / "X.npy")
    spectrum, n = Spectrum(X), len(X)
    order = np.argsort(-spectrum.lam)
    for name in ("true", "random"):
        squares = (spectrum.V.T @ np.load(folder / "init" / f"y-{name}.npy"))[order] ** 2
        window = [squares[max(0, i - i // 4 - 1):i + i // 4] for i in range(1, n + 1)]
        for file, series, want in (
                ("spectrum", f"running RMS, {name} labels", [np.sqrt(w.mean()) for w in window]),
                ("cumulative", f"{name} labels", 100 * np.cumsum(squares) / squares.sum())):
            rows = [row for row in numbers((folder / f"{file}.csv").read_text())
                    if row["series"] == series]
            assert [int(row["x"]) for row in rows] == list(range(1, n + 1)), series
            drawn = [float(row["y"]) for row in rows]
            assert np.allclose(drawn, want, rtol=1e-7, atol=1e-9), series


@case
def of_a_checkpoint(folder):
    """a figure of a run draws the one of a checkpoint, with its settings, and goes on with it"""
    kept, svg = folder / "c", folder / "f.svg"
    run("figure", "1a", *SMALL, "--checkpoint", kept, "--out", folder / "whole.csv")
    whole = (folder / "whole.csv").read_text()
    run("figure", "1a", "--resume", kept, "--out", folder / "again.csv")
    assert (folder / "again.csv").read_text() == whole
    short = [*SMALL[:4], "--steps", 15, *SMALL[6:]]
    run("train", *short, "--checkpoint", folder / "s", "--csv", folder / "s.csv")
    run("figure", "1a", "--resume", folder / "s", "--out", folder / "short.csv")
    steps = [float(row["x"]) for row in numbers((folder / "short.csv").read_text())
             if "predicted" not in row["series"]]
    assert max(steps) == 15, max(steps)
    run("figure", "1a", "--resume", folder / "s", "--steps", 40, "--out", folder / "on.csv")
    measured, last = ({(row["panel"], row["series"]): row["y"] for row in numbers(text)
                       if row["x"] == "40"} for text in (whole, (folder / "on.csv").read_text()))
    assert measured == last and len(last) >= 6, (measured, last)
    run("figure", "modes", "--resume", kept, "--out", svg)
    words = check_svg(svg)
    assert "n = 60" in words and "m = 64" in words, words
    fails("figure", "1b", "--resume", kept, "--out", svg, code=2, says=["--resume", "spectrum"])
    fails("figure", "1a", "--resume", kept, "--eta", "0.3", "--out", svg, code=2, says=["eta"])
    fails("figure", "1a", "--resume", folder / "no", "--out", svg, code=3, says=["no"])


@case
def generalization_untrained(folder):
    """generalization: without a word about training none is begun, and analyze has its curves"""
    small = ["-n", 60, "--device", "cpu", "--classes", "2,7"]
    process = run("figure", "generalization", *small, "--out", folder / "f.csv")
    assert "take about" not in process.stderr, process.stderr
    noise = json.loads(run("analyze", *small, "--json", "-").stdout)["noise"]
    rows = numbers((folder / "f.csv").read_text())
    for name, title in (("test_l1", "test ℓ1 loss, kernel regression"),
                        ("test_error", "test classification error, kernel regression")):
        drawn = [float(row["y"]) for row in rows if row["series"] == title]
        assert len(drawn) == len(noise[name])
        assert np.allclose(drawn, noise[name], rtol=1e-9, atol=0), title
    assert not any("mean over seeds" in row["series"] for row in rows)
    run("figure", "generalization", *small, "--width", 16, "--steps", 5, "--out", folder / "t.csv")
    assert "mean over seeds" in (folder / "t.csv").read_text()


def make_case(name):
    def check(folder):
        for suffix in ("svg", "png", "pdf", "csv"):
            draw(name, folder / f"f.{suffix}")
        check_svg(folder / "f.svg")
        png = (folder / "f.png").read_bytes()
        assert png[:8] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack(">II", png[16:24])
        assert width > 300 and height > 200
        pdf = (folder / "f.pdf").read_bytes()
        assert pdf[:5] == b"%PDF-" and b"%%EOF" in pdf[-32:]
        rows = numbers((folder / "f.csv").read_text())
        assert len(rows) >= 3, rows

    check.__name__ = name
    check.__doc__ = f"{name}: valid SVG with text, PNG, PDF and CSV"
    case(check)


for figure in FIGURES:
    make_case(figure)


@case
def finite_width(folder):
    """--finite-width: convergence has train's curve; a figure that cannot show it is refused"""
    draw("convergence", folder / "f.csv", "--finite-width", "--labels", "true")
    draw("width", folder / "w.csv", "--labels", "true")
    run("train", *SMALL, "--labels", "true", "--finite-width", "--json", folder / "r.json")
    one = json.loads((folder / "r.json").read_text())["runs"][0]
    dotted = {int(row["x"]): float(row["y"]) for row in numbers((folder / "f.csv").read_text())
              if row["series"] == "true labels, predicted with H(0)" and row["panel"][0] == "‖"}
    part = {int(row["x"]): float(row["y"]) for row in numbers((folder / "w.csv").read_text())
            if "finite width" in row["series"]}
    for k in (0, 1, 7, 20):
        close(dotted[k], one["finite_width"][k], 1e-9, f"dotted at {k}")
        assert abs(part[k] - (one["finite_width"][k] - one["predicted"][k])) < 1e-9, k
    fails("figure", "spectrum", "--finite-width", "--out", folder / "s.svg", code=2,
          says=["figure spectrum does not show it"])


@case
def aliases(folder):
    """1a 1c, 1b 1d, 2a 2b are the paper's figures"""
    for alias, name in (("1a", "convergence"), ("1c", "convergence"), ("1b", "spectrum"),
                        ("1d", "spectrum")):
        draw(alias, folder / "a.csv")
        draw(name, folder / "b.csv")
        assert (folder / "a.csv").read_bytes() == (folder / "b.csv").read_bytes(), alias
    draw("2a", folder / "f.svg")


@case
def size(folder):
    """--size and --dpi decide the pixels of a PNG"""
    draw("spectrum", folder / "f.png", "--size", "640x480", "--dpi", 192)
    png = (folder / "f.png").read_bytes()
    assert struct.unpack(">II", png[16:24]) == (1280, 960)


@case
def paper(folder):
    """sizes in mm, in inches and by name; letters in points; without title and caption"""
    draw("spectrum", folder / "f.svg", "--size", "85x64mm", "--font-size", 8, "--no-caption")
    svg = (folder / "f.svg").read_text()
    width, height = (float(re.search(rf'{side}="([\d.]+)"', svg)[1])
                     for side in ("width", "height"))
    close(width, 85 * 96 / 25.4, 1e-6, "width")
    close(height, 64 * 96 / 25.4, 1e-6, "height")
    sizes = {float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)}
    assert any(abs(size - 8 * 96 / 72) < 0.01 for size in sizes), sizes
    assert 'xml:space="preserve"' in svg, "viewers may drop the blanks beside H∞"
    # once in <title> and <desc>, which always stand there
    assert svg.count("Spectrum of") == 2 and svg.count("Line:") == 1, svg
    draw("spectrum", folder / "f.svg", "--size", "slide", "--no-title")
    svg = (folder / "f.svg").read_text()
    close(float(re.search(r'width="([\d.]+)"', svg)[1]), 13.333 * 96, 1e-6, "slide")
    assert svg.count("Spectrum of") == 1 and svg.count("Line:") == 2, svg
    for bad in ("85x64cm", "85", "-1x4mm", "x", "one", "1e9x1mm"):
        fails("figure", "spectrum", "-o", folder / "f.svg", "--size", bad, code=2, says=["--size"])
    fails("figure", "spectrum", "-o", folder / "f.svg", "--font-size", 1, code=2, says=["points"])


@case
def curves_are_the_run(folder):
    """the CSV of convergence holds the residuals that train records"""
    draw("convergence", folder / "f.csv")
    run("train", *SMALL, "--json", folder / "r.json")
    recorded = json.loads((folder / "r.json").read_text())["runs"]
    text = (folder / "f.csv").read_text()
    values = {float(cell) for row in numbers(text) for cell in row.values()
              if cell and cell.replace(".", "").replace("e", "").replace("-", "")
              .replace("+", "").isdigit()}
    for one in recorded:
        for value in (one["residual"][0], one["residual"][-1], one["predicted"][-1]):
            nearest = min(values, key=lambda cell, v=value: abs(cell - v))
            close(nearest, value, 1e-6, one["label"])


@case
def pdf_reads(folder):
    """the text of a PDF is text, and its page is as large as was asked for"""
    if shutil.which("pdftotext") is None or shutil.which("pdfinfo") is None:
        raise Skip("no pdftotext and pdfinfo here")
    draw("convergence", folder / "f.pdf", "--size", "6.5x4in")
    text, page = (subprocess.run([*tool, folder / "f.pdf", *to], capture_output=True, text=True,
                                 check=True, timeout=60).stdout
                  for *tool, to in (["pdftotext", ["-"]], ["pdfinfo", []]))
    assert "true" in text and "random" in text, text
    assert re.search(r"^Page size: +468 x 288 pts$", page, re.M), page


if __name__ == "__main__":
    main()
