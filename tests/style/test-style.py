"""test-style.py: the source tree keeps its own rules (HACKING.md, DESIGN.md)

SPDX-License-Identifier: MIT

Speaks TAP. Each rule lists every place that breaks it.
"""
import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tree import (ROOT, Skip, headers, layer_of, lines, may_know, name, run, sources,
                  text_of)

COLUMNS = 100
FILE_LINES = 800
FUNCTION_LINES = 40
LONG_FUNCTIONS = 0.03  # the share that may be longer: "most"
LONGEST_FUNCTION = 60
WINDOW = re.compile(r"src$|src/ui(?!/view-model)")  # the folders that may know GTK


def warn_long_files():
    """Length follows ideas, so a long file breaks no rule; it may hold more than one idea."""
    for path in [*sources(".c", ".h", ".cu", ".cuh", ".cpp", ".py", ".sh"), ROOT / "dev"]:
        count = len(lines(path)) - 1
        if count > FILE_LINES:
            print(f"# {name(path)}: {count} lines: more than one idea?")


# ---------- rules: each yields one line a breach -----------------------------------------------


def check_format():
    """clang-format agrees with every C source"""
    tool = shutil.which("clang-format-14") or shutil.which("clang-format")
    if tool is None or "version 14." not in subprocess.run(
            [tool, "--version"], capture_output=True, text=True, timeout=60).stdout:
        raise Skip("needs clang-format 14")
    files = [str(path) for path in sources(".c", ".h")]
    result = subprocess.run([tool, "--dry-run", "-Werror", *files], capture_output=True, text=True,
                            cwd=ROOT, timeout=100)
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
        if "SPDX-License-Identifier: MIT" not in text_of(path)[:600]:
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
    owner = headers()
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
            if re.match(r"(gtk|gdk|adwaita|gsk)", included) and not WINDOW.match(mine):
                yield f"{name(path)}:{number}: {included} in {mine}"


def check_products():
    """BLAS and LAPACK are called through gram-blas.h alone, where no fork meets a product"""
    called = re.compile(r"#\s*include\s+<(cblas|lapacke?)\.h>"
                        r"|^(extern )?void [ds][a-z]+[a-z0-9]_ \(")
    held = set(re.findall(r"#define (\w+)\(\.\.\.\) GRAM_UNFORKED",
                          (ROOT / "src/base/gram-blas.h").read_text(encoding="utf-8")))
    for path in sources(".c", ".h", folders=("src",)):
        for number, line in enumerate(lines(path), 1):
            if path.name != "gram-blas.h" and (
                    called.search(line) or set(re.findall(r"\bcblas_\w+", line)) - held):
                yield f"{name(path)}:{number}: {line.strip()}"


def check_quiet():
    """nothing under src/ but the two mains prints or exits"""
    loud = re.compile(r"(?<![\w.>])(printf|puts|putchar|g_print|g_printerr|exit|_exit|abort|perror)"
                      r"\s*\(|\bfprintf\s*\(\s*(stdout|stderr)")
    for path in sources(".c", ".h", ".cu", ".cuh", folders=("src",)):
        if layer_of(path) in ("src/cli", "src"):
            continue
        for number, line in enumerate(lines(path), 1):
            if loud.search(line) and not line.lstrip().startswith(("*", "/*", "//")):
                yield f"{name(path)}:{number}: {line.strip()}"


def check_sentences():
    """what the window says of an error begins as a sentence does"""
    shown = re.compile(r"(set_text|set_description|strdup|show_message) \(.*error->message")
    for path in sources(".c", folders=("src/ui",)):
        for number, line in enumerate(lines(path), 1):
            if shown.search(line) and "gram_words_sentence" not in line \
                    and "show_message" not in line:
                yield f"{name(path)}:{number}: {line.strip()}"


def check_translations():
    """every file with words for people is in POTFILES.in"""
    listed = {line for line in lines(ROOT / "po/POTFILES.in") if line and line[0] != "#"}
    for path in sorted((ROOT / "src").rglob("*.c")):
        text = text_of(path)
        if re.search(r"(?<!\w)(N?C?_|n?gettext|g_dn?gettext) ?\(\"", text) \
                and name(path) not in listed:
            yield f"{name(path)}: not in po/POTFILES.in"
    for path in sorted((ROOT / "data").rglob("*.ui")):
        if "translatable" in text_of(path) and name(path) not in listed:
            yield f"{name(path)}: not in po/POTFILES.in"
    for entry in listed:
        if not (ROOT / entry).exists():
            yield f"po/POTFILES.in: {entry} does not exist"


def check_scripts():
    """shell and Python scripts parse"""
    for script in (ROOT / "dev", ROOT / ".ci/run",
                   *sources(".sh", folders=("tools", "tests"))):
        result = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True,
                                timeout=60)
        if result.returncode:
            yield result.stderr.strip()
    for path in sources(".py"):
        try:
            compile(text_of(path), name(path), "exec")
        except SyntaxError as error:
            yield f"{name(path)}: {error}"


def is_unbounded(node):
    """Whether this Python may wait for ever: for a program, for a line of it, or in a loop."""
    keywords = [word.arg for word in getattr(node, "keywords", ())]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        what, owner = node.func.attr, ast.unparse(node.func.value)
        if owner == "subprocess" and what in ("run", "call", "check_call", "check_output"):
            return "timeout" not in keywords
        if what == "communicate" or what == "wait" and owner != "os":
            return "timeout" not in keywords and not node.args
        return what in ("readline", "readlines", "read") and re.search("std|pipe", owner)
    if isinstance(node, ast.For):
        return ast.unparse(node.iter).endswith(".stdout")
    if isinstance(node, ast.While):
        text = ast.unparse(node)
        return "monotonic" not in text and re.search(r"sleep|poll\(|iteration\(|status\(", text)
    return False


def check_waits():
    """no test waits for ever: each wait has a limit, or says by “bounded:” what ends it"""
    for path in sources(".py", folders=("tests",)):
        text = lines(path)
        for node in ast.walk(ast.parse("\n".join(text))):
            if is_unbounded(node) and "# bounded: " not in text[node.lineno - 1]:
                yield f"{name(path)}:{node.lineno}: no limit: {text[node.lineno - 1].strip()}"
    # in C what bounds a wait stands before it in the same function
    wait = re.compile(r"(?<=[ (!])(g_spawn_sync|waitpid|g_thread_join|g_main_loop_run|g_cond_wait"
                      r"|g_async_queue_pop|g_usleep|g_main_context_iteration) \([^;]*;"
                      r"|^ *while \(.*\)\n *;", re.MULTILINE)
    for path in sources(".c", ".h", folders=("tests",)):
        text = path.read_text(encoding="utf-8")
        for match in wait.finditer(text):
            before = text[max(text.rfind("\n{\n", 0, match.start()), 0):match.start()]
            turn = match[1] == "g_usleep" or "FALSE)" in match[0]
            if turn and before.rfind("while (") <= before.rfind("for ("):
                continue  # one turn of a loop that counts, or of none
            if not re.search("limit_begin|g_get_monotonic_time|bounded: ", before):
                number = text.count("\n", 0, match.start()) + 1
                yield f"{name(path)}:{number}: no limit_begin() before {match[0].strip()}"


if __name__ == "__main__":
    warn_long_files()
    sys.exit(run([check_format, check_heading, check_whitespace, check_function_length,
                  check_layers, check_products, check_quiet, check_sentences, check_translations,
                  check_scripts, check_waits]))
