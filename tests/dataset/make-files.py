#!/usr/bin/env python3
# make-files.py: small good and damaged data files for the tests of the readers
#
# SPDX-License-Identifier: MIT
#
# usage: make-files.py FOLDER
# Writes FOLDER/cases, one case a line: path TAB outcome TAB what. Outcomes: "ok" (what: the formula
# that the pixels follow), "warn" and "error" (what: a part of the message). Only the standard
# library is used. Where hostile archives would write if they could, there is FOLDER/canary.
import os

from files_array import array_cases
from files_base import CASES, ROOT
from files_cifar import cifar_cases
from files_idx import idx_cases
from files_layouts import layout_cases
from files_pickle import pickle_cases
from files_tar import tar_cases


def main():
    os.makedirs(os.path.join(ROOT, "canary"), exist_ok=True)
    idx_cases()
    cifar_cases()
    tar_cases()
    pickle_cases()
    array_cases()
    layout_cases()
    with open(os.path.join(ROOT, "cases"), "w", encoding="utf-8", errors="surrogateescape") as out:
        out.write("".join(line + "\n" for line in CASES if "\tskip\t" not in line))


main()
