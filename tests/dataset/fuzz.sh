#!/bin/sh
# fuzz.sh: runs libFuzzer on every reader
#
# SPDX-License-Identifier: MIT
#
# usage: fuzz.sh BUILD [SECONDS] [TARGET...]
# BUILD is a build folder made with clang and -Dfuzz=true. Each target runs for SECONDS (60). What
# it learns stays in BUILD/fuzz-corpus; what it breaks on, in BUILD/fuzz-findings.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
seconds=${2:-60}
[ $# -ge 1 ] && shift
[ $# -ge 1 ] && shift
targets=${*:-idx gzip cifar pickle tar npy npz}
mkdir -p "$build/fuzz-corpus" "$build/fuzz-findings"
[ -d "$build/fuzz-seeds" ] || python3 "$here/make-corpus.py" "$build/fuzz-seeds"
for target in $targets; do
  mkdir -p "$build/fuzz-corpus/$target"
  kept=$here/corpus/$target
  [ -d "$kept" ] || kept=
  echo "fuzzing $target for $seconds s"
  # a second and 256 MB are what an input may take
  "$build/tests/dataset/fuzz-$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=512 \
    -malloc_limit_mb=256 -max_len=65536 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$build/fuzz-findings/$target-" \
    "$build/fuzz-corpus/$target" "$build/fuzz-seeds/$target" $kept
done
echo "no findings"
