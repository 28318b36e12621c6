"""tree.py: the source tree as the tests of style read it

SPDX-License-Identifier: MIT
"""
import os
import re
from functools import cache
from pathlib import Path

ROOT = Path(os.environ.get("GRAM_TEST_SRCDIR", Path(__file__).resolve().parents[2]))


def sources(*suffixes, folders=("src", "tests", "bench")):
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield path


def name(path):
    return str(path.relative_to(ROOT))


@cache
def text_of(path):
    return path.read_text(encoding="utf-8")


def lines(path):
    return text_of(path).split("\n")


@cache
def code_of(path):
    """A C source without comments and strings."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text_of(path), flags=re.DOTALL)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)


# ---------- layers: DESIGN.md's table of folders is the one list --------------------------------


def layer_of(path):
    """The folder of a source as DESIGN.md's table calls it; "src" for what lies in src itself."""
    return str(path.parent.relative_to(ROOT))


@cache
def known():
    """What each folder may know directly, from the rows | `folder` | what | `folder`, … |."""
    table = {}
    for line in lines(ROOT / "DESIGN.md"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0].startswith("`src"):
            folders = re.findall(r"`(src[\w/-]*|bench)`", cells[0])
            table |= {folder: set(re.findall(r"`(src[\w/-]*|bench)`", cells[2]))
                      for folder in folders}
    return table


@cache
def may_know(layer):
    """The folders a folder may include from: those named, and all that they may know."""
    direct = known().get(layer, set())
    return direct.union(*map(may_know, direct))


def headers():
    """Each header of src/ and bench/ by its name, with its folder."""
    return {path.name: layer_of(path)
            for path in sources(".h", ".cuh", folders=("src", "bench"))}


def run(tests):
    """Speak TAP for (title, function) pairs; a function yields a line a breach or raises Skip."""
    failed = 0
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        try:
            breaches = list(test())
        except Skip as reason:
            print(f"ok {number} {test.__doc__} # SKIP {reason}")
            continue
        for breach in breaches:
            print("# " + breach.replace("\n", "\n# "))
        failed += bool(breaches)
        print(f"{'not ' if breaches else ''}ok {number} {test.__doc__}")
    return 1 if failed else 0


class Skip(Exception):
    pass
