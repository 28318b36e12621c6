"""summarise.py: one line that counts the cases of a `meson test` run

SPDX-License-Identifier: MIT

Reads meson-logs/testlog.json. A program that speaks TAP counts each of its cases, so that a case
that was skipped inside a green program shows, by name; any other program counts as one. A program
that failed without naming a case (a crash, a time-out) counts as one failure. Exits 1 when anything
failed or when nothing ran.
"""
import json
import re
import sys

TOLD = 60  # lines of a program that failed
PASSED = {"OK", "EXPECTEDFAIL"}
SKIPPED = {"SKIP"}
# Cases of sub-tests are indented and would be counted twice with their parent.
CASE = re.compile(r"^(not )?ok\b(?:(?!#).)*(#\s*(SKIP|TODO)\b)?", re.IGNORECASE)


def count_program(record):
    """(passed, failed, skipped) of one line of the log."""
    counts = [0, 0, 0]
    for line in record.get("stdout", "").splitlines():
        case = CASE.match(line)
        if case is None:
            continue
        directive = (case.group(3) or "").upper()
        if directive == "SKIP":
            counts[2] += 1
        elif case.group(1) and directive != "TODO":
            counts[1] += 1
        else:
            counts[0] += 1
    result = record["result"]
    if result in SKIPPED:
        return (0, 0, max(1, counts[2]))
    if result in PASSED:
        return tuple(counts) if sum(counts) else (1, 0, 0)
    return (counts[0], max(1, counts[1]), counts[2])


def skipped_cases(record):
    """The names of the cases of a program that were skipped, each with why."""
    for line in record.get("stdout", "").splitlines():
        case = CASE.match(line)
        if case and (case.group(3) or "").upper() == "SKIP":
            words = re.sub(r"^ok( \d+)?( -)? *", "", line).strip()
            yield f"{record['name']}: {words.replace('# SKIP', '—', 1)}"
    whole = re.match(r"1\.\.0 *# *SKIP *(.*)", record.get("stdout", ""))
    if whole:
        yield f"{record['name']} — {whole.group(1)}"


def why_it_failed(record):
    """The failed cases of a program and every remark: Meson shows only what went to stderr, and why
    a case failed is a remark in TAP, before its line or after it."""
    lines = record.get("stdout", "").splitlines()
    return [line for line in lines if line.startswith(("not ok", "#", "Bail out!"))][-TOLD:]


def main():
    passed = failed = skipped = 0
    try:
        with open(sys.argv[1], encoding="utf-8") as log:
            records = [json.loads(line) for line in log if line.strip()]
    except OSError as error:
        print(f"no test ran: {error}", file=sys.stderr)
        records = []
    for record in records:
        for name in skipped_cases(record):
            print(f"skipped: {name}")
        counts = count_program(record)
        passed += counts[0]
        failed += counts[1]
        skipped += counts[2]
        if counts[1]:
            print(f"failed: {record['name']} ({record['result']})", *why_it_failed(record),
                  sep="\n    ")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
