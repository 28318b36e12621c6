"""test-style.py: the source tree keeps its own rules (HACKING.md, DESIGN.md)

SPDX-License-Identifier: MIT

Speaks TAP. Each rule lists every place that breaks it.
"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ.get("GRAM_TEST_SRCDIR", Path(__file__).resolve().parents[2]))
COLUMNS = 100
FILE_LINES = 800
FUNCTION_LINES = 40
LONG_FUNCTIONS = 0.03  # the share that may be longer: "most"
LONGEST_FUNCTION = 60

# Which folders a folder may include from, as DESIGN.md's table has it.
LAYERS = {
    "base": set(),
    "dataset": {"base"},
    "backend": {"base"},
    "cpu": {"backend", "base"},
    "cuda": {"backend", "base"},
    "plot": {"base"},
    "conformance": {"backend"},
    "numerics": {"backend"},
    "theory": {"numerics", "dataset"},
    "setup": {"dataset", "backend"},
    "analysis": {"theory", "setup"},
    "training": {"theory", "setup"},
    "comparison": {"analysis", "training"},
    "sweep": {"analysis", "training"},
    "session": {"comparison", "sweep"},
    "figure": {"session", "plot"},
    "cli": {"figure", "conformance", "cpu", "bench"},
    "ui": {"figure"},
    "main": {"ui", "cpu"},
}


def may_know(layer):
    """The layers that a layer may include from: those named and all that they may know."""
    return LAYERS.get(layer, set()).union(*map(may_know, LAYERS.get(layer, ())))



def sources(*suffixes, folders=("src", "tests", "bench")):
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield path


def name(path):
    return str(path.relative_to(ROOT))


def lines(path):
    return path.read_text(encoding="utf-8").split("\n")


def layer_of(path):
    parts = path.relative_to(ROOT / "src").parts
    if len(parts) == 1:
        return "main"
    return parts[1] if parts[0] == "engine" else parts[0]


# ---------- rules: each yields one line a breach -----------------------------------------------


def check_format():
    """clang-format agrees with every C source"""
    tool = shutil.which("clang-format-14") or shutil.which("clang-format")
    if tool is None or "version 14." not in subprocess.run(
            [tool, "--version"], capture_output=True, text=True).stdout:
        raise SkipRule("needs clang-format 14")
    files = [str(path) for path in sources(".c", ".h")]
    result = subprocess.run([tool, "--dry-run", "-Werror", *files], capture_output=True, text=True,
                            cwd=ROOT)
    breaches = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", result.stderr, re.MULTILINE)))
    yield from (f"{name(Path(path))}: run ./dev format" for path in breaches)
    if result.returncode and not breaches:
        yield result.stderr[:500]


def check_heading():
    """each source opens with its name, its purpose and the licence"""
    for path in sources(".c", ".h", ".cu", ".cuh"):
        text = lines(path)
        if not re.match(rf"/\* {re.escape(path.name)}: \S", text[0]):
            yield f"{name(path)}: line 1 is not “/* {path.name}: purpose”"
        if not any("SPDX-License-Identifier: MIT" in line for line in text[:8]):
            yield f"{name(path)}: no SPDX line"
    for path in sources(".py", ".sh", ".cpp"):
        if "SPDX-License-Identifier: MIT" not in path.read_text(encoding="utf-8")[:600]:
            yield f"{name(path)}: no SPDX line"


def check_whitespace():
    """no tabs, no trailing space, no long lines, a newline at the end"""
    code = (".c", ".h", ".cu", ".cuh", ".cpp", ".py", ".sh", ".build")
    for path in [*sources(*code), *sources(".build", ".py", folders=("po", "data", "docs")),
                 ROOT / "meson.build", ROOT / "dev", ROOT / ".ci/run"]:
        text = lines(path)
        for number, line in enumerate(text, 1):
            where = f"{name(path)}:{number}"
            if "\t" in line:
                yield f"{where}: tab"
            if line != line.rstrip():
                yield f"{where}: trailing space"
            if len(line) > COLUMNS:
                yield f"{where}: {len(line)} columns"
        if text[-1] != "":
            yield f"{name(path)}: no newline at the end"
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for number, line in enumerate(lines(path), 1):
            # a table's row and a link cannot be broken
            if len(line) > COLUMNS and not line.startswith("|") and "](" not in line:
                yield f"{name(path)}:{number}: {len(line)} columns"


def check_function_length():
    """most functions are at most 40 lines, and none is much longer"""
    for folder in ("src", "tests", "bench"):
        total, long = 0, []
        for path in sources(".c", ".cu", folders=(folder,)):
            start = None
            for number, line in enumerate(lines(path), 1):
                if line == "{":
                    start = number
                elif line == "}" and start is not None:
                    total += 1
                    count = number - start - 1
                    if count > FUNCTION_LINES:
                        long.append(f"{name(path)}:{start}: {count} lines")
                    if count > LONGEST_FUNCTION:
                        yield f"{name(path)}:{start}: {count} lines, at most {LONGEST_FUNCTION}"
                    start = None
        if total and len(long) > LONG_FUNCTIONS * total:
            yield f"{folder}: {len(long)} of {total} functions are longer than {FUNCTION_LINES}"
            yield from long


def check_layers():
    """a folder includes only from the folders that it may know"""
    owner = {path.name: layer_of(path) for path in sources(".h", ".cuh", folders=("src",))}
    owner |= {path.name: "bench" for path in sources(".h", folders=("bench",))}
    for path in sources(".c", ".h", ".cu", ".cuh", folders=("src",)):
        mine = layer_of(path)
        for number, line in enumerate(lines(path), 1):
            match = re.match(r'\s*#\s*include\s+["<]([^">]+)[">]', line)
            if match is None:
                continue
            included = match.group(1)
            theirs = owner.get(Path(included).name)
            if theirs not in (None, mine) and theirs not in may_know(mine):
                yield f"{name(path)}:{number}: {mine} may not know {theirs} ({included})"
            if re.match(r"(gtk|gdk|adwaita|gsk)", included) and mine not in ("ui", "main"):
                yield f"{name(path)}:{number}: {included} outside src/ui"


def check_quiet():
    """nothing under src/ but the two mains prints or exits"""
    loud = re.compile(r"(?<![\w.>])(printf|puts|putchar|g_print|g_printerr|exit|_exit|abort|perror)"
                      r"\s*\(|\bfprintf\s*\(\s*(stdout|stderr)")
    for path in sources(".c", ".h", ".cu", ".cuh", folders=("src",)):
        if layer_of(path) in ("cli", "main"):
            continue
        for number, line in enumerate(lines(path), 1):
            if loud.search(line) and not line.lstrip().startswith(("*", "/*", "//")):
                yield f"{name(path)}:{number}: {line.strip()}"


def code_of(path):
    """A C source without comments and strings."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)


def check_public_functions():
    """what a header declares exists, and something uses it that does not define it"""
    code = {path: code_of(path) for path in sources(".c", ".h", ".cu", ".cuh", ".cpp")}
    used = {}
    for path, text in code.items():
        for word in set(re.findall(r"\b(?:gram|cli)_\w+", text)):
            used.setdefault(word, []).append(path)
    declaration = re.compile(r"^(?!static|typedef|#)[A-Za-z_][\w *]*?\b((?:gram|cli)_\w+) "
                             r"\([^;{}#]*\)[^;{}#]*;", re.MULTILINE)
    for header, text in code.items():
        if header.suffix not in (".h", ".cuh") or header.is_relative_to(ROOT / "tests"):
            continue
        for function in declaration.findall(text):
            if function.endswith(("_get_type", "_quark")):
                continue  # macros of GLib define these
            body = re.compile(rf"^(?:\w.* \**)?{function} \(", re.MULTILINE)
            defined = [path for path in used[function]
                       if path != header and body.search(code[path])]
            in_header = len(re.findall(rf"\b{function}\b", text)) > 1  # an autoptr, a macro
            if not defined:
                yield f"{name(header)}: {function} is nowhere"
            elif not in_header and not set(used[function]) - {header, *defined}:
                yield f"{name(header)}: {function} is used by nobody else"


def check_translations():
    """every file with words for people is in POTFILES.in"""
    listed = {line for line in lines(ROOT / "po/POTFILES.in") if line and line[0] != "#"}
    for path in sorted((ROOT / "src").rglob("*.c")):
        text = path.read_text(encoding="utf-8")
        if re.search(r"(?<!\w)(N?C?_|n?gettext|g_dn?gettext) ?\(\"", text) \
                and name(path) not in listed:
            yield f"{name(path)}: not in po/POTFILES.in"
    for path in sorted((ROOT / "data").rglob("*.ui")):
        if "translatable" in path.read_text(encoding="utf-8") and name(path) not in listed:
            yield f"{name(path)}: not in po/POTFILES.in"
    for entry in listed:
        if not (ROOT / entry).exists():
            yield f"po/POTFILES.in: {entry} does not exist"


def check_scripts():
    """shell and Python scripts parse"""
    for script in (ROOT / "dev", ROOT / ".ci/run"):
        result = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True)
        if result.returncode:
            yield result.stderr.strip()
    for path in sources(".py"):
        try:
            compile(path.read_text(encoding="utf-8"), name(path), "exec")
        except SyntaxError as error:
            yield f"{name(path)}: {error}"


class SkipRule(Exception):
    pass


RULES = [check_format, check_heading, check_whitespace, check_function_length, check_layers,
         check_quiet, check_public_functions, check_translations, check_scripts]


def warn_long_files():
    """Length follows ideas, so a long file breaks no rule; it may hold more than one idea."""
    for path in [*sources(".c", ".h", ".cu", ".cuh", ".cpp", ".py", ".sh"), ROOT / "dev"]:
        count = len(lines(path)) - 1
        if count > FILE_LINES:
            print(f"# {name(path)}: {count} lines: more than one idea?")


def main():
    failed = 0
    warn_long_files()
    print(f"1..{len(RULES)}")
    for number, rule in enumerate(RULES, 1):
        try:
            breaches = list(rule())
        except SkipRule as reason:
            print(f"ok {number} {rule.__doc__} # SKIP {reason}")
            continue
        for breach in breaches:
            print(f"# {breach}")
        failed += bool(breaches)
        print(f"{'not ' if breaches else ''}ok {number} {rule.__doc__}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
