#!/bin/bash
# on-card.sh: everything about the CUDA backend that only a card can tell, in one command
#
# SPDX-License-Identifier: MIT
#
#   tests/cuda/on-card.sh [FOLDER]     in the source tree, after a build, or in a bundle
#
# Runs the self-test, compute-sanitizer over it, the benchmarks and the full-size analysis, prints
# a table and leaves everything in FOLDER (default: on-card). Steps whose tool or data is missing
# are skipped and say so. PYTHON is the interpreter that has PyTorch. DEVICE=cpu rehearses the
# script itself without a card.
# GRAM_TEST_DATA names the folder with mnist/ and cifar-10-pair01/ for the runs on real images.
set -u

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
device=${DEVICE:-cuda}
python=${PYTHON:-python3}
out=${1:-on-card}
data=${GRAM_TEST_DATA:-}
if [ -x "$here/gramscope-cli" ]; then
  cli=$here/gramscope-cli bench=$here/gram-bench compare=$here/compare-pytorch.py modules=$here/lib
else
  root=$(cd "$here/../.." && pwd)
  build=${BUILD:-$root/build}
  cli=$build/src/cli/gramscope-cli bench=$build/bench/gram-bench
  compare=$root/bench/compare-pytorch.py modules=$build/src/cuda
fi
mkdir -p "$out"
rows=()
failed=0

row () { # STATUS WHAT FIGURE
  rows+=("$(printf '%-7s %-46s %s' "$1" "$2" "$3")")
  echo "${rows[-1]}"
  [ "$1" != FAILED ] || failed=1
}

# step NAME WHAT COMMAND…: runs it, keeps its output in NAME.log
step () {
  local name=$1 what=$2 begin end status
  shift 2
  echo "== $what: $*"
  begin=$(date +%s.%N)
  "$@" >"$out/$name.log" 2>&1
  status=$?
  end=$(date +%s.%N)
  if [ $status = 0 ]; then
    row ok "$what" "$(awk "BEGIN { printf \"%.2f s\", $end - $begin }")"
  else
    row FAILED "$what" "exit $status, see $out/$name.log"
    tail -n 5 "$out/$name.log"
  fi
  return $status
}

# ---------- what there is ----------------------------------------------------------------------

[ -x "$cli" ] || { echo "on-card.sh: no $cli; build first, or run it in a bundle" >&2; exit 2; }
{
  date -u +%Y-%m-%dT%H:%M:%SZ
  "$cli" --version
  git -C "$here" log -1 --format='commit %h' 2>/dev/null
  nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv,noheader \
    2>/dev/null
  nvcc --version 2>/dev/null | tail -n 2
  "$cli" devices
} >"$out/machine.txt" 2>&1
cat "$out/machine.txt"
if [ "$device" != cpu ] && ! "$cli" devices 2>/dev/null | grep -qi "^cuda\|cuda:0"; then
  echo "on-card.sh: gramscope-cli sees no card" >&2
  exit 1
fi

# ---------- correctness ------------------------------------------------------------------------

step selftest "self-test against the CPU" "$cli" selftest --device "$device"
if [ "$device" = cpu ]; then
  row skipped "compute-sanitizer" "no card"
elif command -v compute-sanitizer >/dev/null; then
  # the program beneath the bundle's launcher script is what is watched
  for tool in memcheck racecheck initcheck; do
    step $tool "compute-sanitizer $tool" compute-sanitizer --tool $tool \
      --target-processes all --error-exitcode 9 "$cli" selftest --device "$device"
  done
  step leaks "compute-sanitizer, memory left on the card" compute-sanitizer --tool memcheck \
    --leak-check full --target-processes all --error-exitcode 9 "$cli" selftest --device "$device"
else
  row skipped "compute-sanitizer" "not on the PATH; it comes with the CUDA toolkit"
fi

# ---------- speed ------------------------------------------------------------------------------

compare () { # NAME WHAT OPTION…
  local name=$1 what=$2
  shift 2
  step "$name" "$what" "$python" "$compare" --bench "$bench" --modules "$modules" \
    --device "$device" --skip-numpy --json "$out/$name.json" ${data:+--data "$data"} "$@"
  grep -E '[0-9] ms' "$out/$name.log"
}

if ! "$python" -c 'import numpy' 2>/dev/null || [ ! -x "$bench" ]; then
  row skipped "comparison with PyTorch" "needs python3 with numpy and torch, and gram-bench"
elif [ "$device" = cpu ]; then
  compare fp32 "step time against PyTorch" --only 64/784/64 --pairs 1 --seconds 0.05
elif "$python" -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then
  compare fp32 "step time against PyTorch in float32"
  compare tf32 "step time against PyTorch in TF32" --tf32
  compare grid "step time, small and middling shapes" --grid
else
  row skipped "comparison with PyTorch" "no PyTorch that sees the card; own times only"
  compare fp32 "step time" --skip-torch
fi

# The bf16 products of a step beside the card's own best, by PyTorch's bf16 product of that size.
peak () {
  "$python" - "$out/fp32.json" <<'PYTHON'
import json, sys, time, torch
rows = {row["name"]: row for row in json.load(open(sys.argv[1]))["rows"]}
A = torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16)
for _ in range(5):
    A @ A
torch.cuda.synchronize()
begin = time.perf_counter()
for _ in range(50):
    A @ A
torch.cuda.synchronize()
best = 50 * 2 * 8192.0 ** 3 / (time.perf_counter() - begin)
print(f"bf16 product, 8192³: {best / 1e12:.0f} TFLOP/s")
for name, row in rows.items():
    n, d, m = row["n"], row["d"], row["m"]
    if row["precision"] != "bf16-split":
        continue
    flops = 3 * (2 * n * n * m if row["formulation"] == "samples" else 4 * n * d * m)
    print(f"{name}: {flops / row['seconds'] / 1e12:.0f} TFLOP/s over the whole step, "
          f"{100 * flops / row['seconds'] / best:.0f} % of that")
PYTHON
}
if [ "$device" != cpu ] && [ -f "$out/fp32.json" ] \
  && "$python" -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then
  step peak "bf16 products against the card's best" peak
  cat "$out/peak.log"
fi

# ---------- the paper's size -------------------------------------------------------------------

n=10000
[ "$device" != cpu ] || n=200
step analyze "full analysis, n = $n, Glyphs" "$cli" analyze --dataset glyphs -n $n \
  --device "$device" --json "$out/analyze.json"
if [ -n "$data" ]; then
  [ "$device" != cpu ] || n=100
  width=10000
  [ "$device" != cpu ] || width=64
  for name in convergence generalization; do
    step "mnist-$name" "figure $name, MNIST, n = m = $n" "$cli" figure $name --dataset mnist \
      --data-dir "$data/mnist" --classes 0,1 -n $n --width $width --device "$device" \
      --out "$out/mnist-$name.svg"
    step "cifar-$name" "figure $name, CIFAR, n = m = $n" "$cli" figure $name --dataset cifar10 \
      --data-dir "$data/cifar-10-pair01" --classes 0,1 -n $n --width $width \
      --preprocess center --device "$device" --out "$out/cifar-$name.svg"
  done
else
  row skipped "figures on real images" "set GRAM_TEST_DATA"
fi

# ---------- the table --------------------------------------------------------------------------

{
  echo
  cat "$out/machine.txt"
  echo
  printf '%s\n' "${rows[@]}"
} | tee "$out/table.txt"
exit $failed
