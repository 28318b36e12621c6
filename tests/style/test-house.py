"""test-house.py: every function has a home, and the house has no circles (DESIGN.md, HACKING.md)

SPDX-License-Identifier: MIT

Speaks TAP. Which file needs which is read from the symbols of the objects that the build made, so
that nothing is guessed from text. What a folder may know is DESIGN.md's table; the compiler holds
it, and here an include against the order is planted in every folder to see it fail.
"""
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from tree import ROOT, Skip, code_of, headers, known, layer_of, may_know, name, run, sources

BUILD = Path(os.environ.get("GRAM_TEST_BUILDDIR", ROOT / "build"))


def compile_commands():
    """Each C file of src/ with the command that compiles it."""
    path = BUILD / "compile_commands.json"
    if not path.exists():
        raise Skip("needs the build folder's compile_commands.json")
    commands = {}
    for entry in json.loads(path.read_text(encoding="utf-8")):
        source = Path(os.path.normpath(Path(entry["directory"]) / entry["file"]))
        if source.is_relative_to(ROOT / "src") and source.suffix == ".c":
            commands.setdefault(source, entry)
    return commands


# ---------- circles -----------------------------------------------------------------------------


def symbols_of(path):
    """What an object defines for others, and what it wants of others."""
    output = subprocess.run(["nm", "-P", str(path)], capture_output=True, text=True, check=True,
                            timeout=60).stdout
    defined, wanted = set(), set()
    for line in output.splitlines():
        symbol, kind = line.split()[:2]
        if kind in "TDBRVC":
            defined.add(symbol)
        elif kind in "Uw":
            wanted.add(symbol)
    return defined, wanted


def graph_of_objects():
    """For each C file of src/ the others that it calls or refers to, each with an example."""
    objects = {}
    for source, entry in compile_commands().items():
        path = BUILD / entry["output"]
        if not path.exists():
            raise Skip(f"{entry['output']} is not built")
        objects[source] = path
    with ThreadPoolExecutor(4) as pool:
        symbols = dict(zip(objects, pool.map(symbols_of, objects.values())))
    home = {symbol: source for source, (defined, _) in symbols.items() for symbol in defined}
    return {source: {home[symbol]: symbol for symbol in sorted(wanted)
                     if home.get(symbol, source) != source}
            for source, (_, wanted) in symbols.items()}


def circles_of(graph):
    """The strongly connected components of more than one node (Tarjan 1972)."""
    index, low, stack, circles = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            circle = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(circle) > 1:
                circles.append(circle)

    sys.setrecursionlimit(10000)
    for node in graph:
        if node not in index:
            visit(node)
    return circles


def check_circles_are_found():
    """a circle among files is seen where there is one, and nowhere else"""
    planted = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": {}}
    found = [sorted(circle) for circle in circles_of(planted)]
    if found != [["a", "b", "c"]]:
        yield f"found {found}"


def check_circles():
    """no files call one another in a circle"""
    graph = graph_of_objects()
    if sum(map(len, graph.values())) < len(graph):
        yield f"{len(graph)} files hardly know each other: the symbols were not read"
    for circle in circles_of(graph):
        yield f"a circle of {len(circle)} files: {', '.join(sorted(map(name, circle)))}"
        for source in sorted(circle):
            for other in sorted(set(graph[source]) & set(circle)):
                yield f"  {source.name} needs {graph[source][other]} of {other.name}"


# ---------- homes -------------------------------------------------------------------------------

DECLARATION = re.compile(r"^(?!static|typedef|#)[A-Za-z_][\w *]*?\b(\w+) \([^;{}#]*\)[^;{}#]*;",
                         re.MULTILINE)
DEFINITION = re.compile(r"^(?!static\b)(?:[A-Za-z_][\w *]*[\n ]\**)?(\w+) "
                        r"\((?:[^;{}\n]|\n(?!\n))*\)\n\{", re.MULTILINE)


def declared(header):
    for function in DECLARATION.findall(code_of(header)):
        if not function.endswith(("_get_type", "_quark")):  # macros of GLib define these
            yield function


def class_of(path):
    return re.sub(r"-private$", "", path.stem)


@cache
def homes_of_functions():
    """The files in which each function that is not static is defined."""
    homes = {}
    for path in sources(".c", ".cu", folders=("src", "bench")):
        for function in DEFINITION.findall(code_of(path)):
            homes.setdefault(function, []).append(path)
    return homes


def check_homes():
    """a function is defined in the file of its header, or in a part of that class beside it"""
    homes, total = homes_of_functions(), 0
    for header in sources(".h", ".cuh", folders=("src", "bench")):
        for function in declared(header):
            total += function in homes
            if function in homes and not any(
                    path.parent == header.parent
                    and f"{path.stem}-".startswith(f"{class_of(header)}-")
                    for path in homes[function]):
                yield (f"{name(header)}: {function} is defined in "
                       f"{', '.join(map(name, homes[function]))}")
    if total < 500:
        yield f"only {total} declared functions were found: they were not read"


def pasted_names():
    """Names that macros put together: gram_##name##_show stands for all that begin and end so."""
    found = set()
    for path in sources(".c", ".h", ".cu", folders=("src",)):
        found |= set(re.findall(r"\b(\w+) ?## ?\w+ ?## ?(\w+) \(", code_of(path)))
    return [re.compile(rf"{first}\w+{last}") for first, last in found]


def check_users():
    """a public function has a user beside its own file, and one that is no test"""
    homes, users, pasted = homes_of_functions(), {}, pasted_names()
    for path in sources(".c", ".h", ".cu", ".cuh", ".cpp"):
        for word in re.findall(r"\b\w+\b", code_of(path)):
            users.setdefault(word, Counter())[path] += 1
    for header in sources(".h", ".cuh", folders=("src", "bench")):
        for function in declared(header):
            places, defined = users[function], homes.get(function, ())
            others = set(places) - {header, *defined}
            if not defined and not function.endswith("_"):  # as Fortran's are
                yield f"{name(header)}: {function} is nowhere"
            elif places[header] > 1 or any(names.fullmatch(function) for names in pasted):
                continue  # an autoptr or a macro uses it
            elif not others:
                yield f"{name(header)}: {function} is used by nobody else"
            elif all(path.is_relative_to(ROOT / "tests") for path in others) \
                    and all(places[path] == 1 for path in defined):
                yield f"{name(header)}: {function} is used by tests alone"


# ---------- the order of the folders ------------------------------------------------------------


def check_table():
    """DESIGN.md's table names every folder of src/ that has code, and nothing else"""
    folders = {layer_of(path) for path in sources(".c", ".h", ".cu", ".cuh", folders=("src",))}
    yield from (f"{folder}: not in the table" for folder in sorted(folders - set(known())))
    yield from (f"{folder}: in the table, not in the tree"
                for folder in sorted(set(known()) - folders))


def plant(command, folder, source, header):
    """Compile a file that includes the header as a file of the folder would be compiled."""
    words = shlex.split(command["command"])
    if Path(words[0]).name == "ccache":
        words.pop(0)
    # "-isystem FOLDER" is two words
    flags = [f"-I{word}" if before == "-isystem" else word for before, word in zip(words, words[1:])
             if before == "-isystem" or re.match(r"-(I|isystem.|D|std|pthread|m)", word)]
    planted = Path(folder) / f"{source.stem}-{header}.c"
    planted.write_text(f'#include "{header}"\n', encoding="utf-8")
    result = subprocess.run([words[0], *flags, "-fsyntax-only", str(planted)],
                            cwd=command["directory"], capture_output=True, text=True, timeout=120)
    return result.returncode, result.stderr


def check_order():
    """an include against the order of the folders does not compile"""
    commands, owners = compile_commands(), headers()
    # of a folder with several libraries the one that knows most
    of_folder = {layer_of(source): (source, command) for source, command in
                 sorted(commands.items(), key=lambda item: len(item[1]["command"]))}
    plants = []
    for layer in sorted(known()):
        if layer not in of_folder:
            continue
        for header, owner in sorted(owners.items()):
            if owner.startswith("src") and header.endswith(".h") and owner != layer \
                    and ("private" not in header or owner not in may_know(layer)):
                plants.append((layer, header, owner))
    # one header a pair of folders: the include path either has the folder or it has not
    plants = {(layer, owner): header for layer, header, owner in plants}
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda item: plant(of_folder[item[0][0]][1], folder,
                                              of_folder[item[0][0]][0], item[1]), plants.items())
        for ((layer, owner), header), (status, message) in zip(plants.items(), results):
            if owner in may_know(layer):
                if status != 0:
                    yield f"{layer} may know {owner}, but {header} does not compile: {message}"
            elif status == 0:
                yield f"{layer} may not know {owner}, but {header} compiles"
            elif f"{header}: No such file" not in message and "file not found" not in message:
                yield f"{layer}: {header} fails for another reason: {message}"


if __name__ == "__main__":
    sys.exit(run([check_circles_are_found, check_circles, check_homes, check_users, check_table,
                  check_order]))
