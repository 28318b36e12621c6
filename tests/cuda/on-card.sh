#!/bin/bash
# on-card.sh: everything about the CUDA backend that only a card can tell, in one command
#
# SPDX-License-Identifier: MIT
#
#   tests/cuda/on-card.sh [FOLDER] [STEP…]     in the source tree, after a build, or in a bundle
#
# Runs the self-test, the comparison with PyTorch, the full-size analysis and figures, and
# compute-sanitizer, the most telling first; prints a table and leaves everything in FOLDER
# (default: on-card). A call takes at most LIMIT seconds (570): what does not fit is left for the
# next call with the same FOLDER, which does not repeat what is done; exit status 75 says that
# something is left. All steps together have at most 40 minutes and should take less than half.
#
#   STEP…            only these; --list names them
#   GRAM_TEST_DATA   folder with mnist/ and cifar-10-pair01/ (or cifar-10-batches-bin/); without
#                    it the figures are of Glyphs
#   PYTHON           the interpreter that has NumPy and PyTorch (python3)
#   REHEARSE=1       small sizes, to try the script; with DEVICE=cpu, or with a module folder in
#                    GRAMSCOPE_MODULE_DIR that holds the make-believe card of the tests
#
# A step whose tool is missing is skipped and says so. Exit status: 0 all is well, 1 something
# failed, 2 there is nothing to run, 75 more is left to do.
set -u

steps=(selftest fp32 tf32 peak analyze analyze-torch convergence generalization memcheck small
  synccheck cifar-convergence cifar-generalization initcheck racecheck grid own-fp32 own-tf32)
[ "${1:-}" != --list ] || { printf '%s\n' "${steps[@]}"; exit 0; }

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
device=${DEVICE:-cuda}
python=${PYTHON:-python3}
out=${1:-on-card}
[ $# = 0 ] || shift
wanted=" $* "
data=${GRAM_TEST_DATA:-}
rehearse=${REHEARSE:-}
limit=${LIMIT:-570}
begun=$SECONDS
if [ -x "$here/gramscope-cli" ]; then
  cli=$here/gramscope-cli bench=$here/gram-bench compare=$here/compare-pytorch.py modules=$here/lib
else
  root=$(cd "$here/../.." && pwd)
  build=${BUILD:-$root/build}
  cli=$build/src/cli/gramscope-cli bench=$build/bench/gram-bench
  compare=$root/bench/compare-pytorch.py modules=$build/src/cuda
fi
modules=${GRAMSCOPE_MODULE_DIR:-$modules}
export GRAMSCOPE_MODULE_DIR=$modules
[ -x "$cli" ] || { echo "on-card.sh: no $cli; build first, or run it in a bundle" >&2; exit 2; }
mkdir -p "$out"

# ---------- steps ------------------------------------------------------------------------------

is_wanted () { [ "$wanted" = "  " ] || [[ $wanted == *" $1 "* ]]; }

# row NAME STATUS WHAT FIGURE: one line of the table, kept for the next call
row () {
  local line
  line=$(printf '%-7s %-52s %s' "$2" "$3" "$4")
  echo "$line"
  echo "$line" >"$out/$1.row"
}

# whether NAME has not gone well yet
due_again () { is_wanted "$1" && ! grep -qs '^ok' "$out/$1.row"; }

# due NAME MOST: whether NAME is to be run now, and there is time for it
due () {
  due_again "$1" || return 1
  [ -z "${tried[$1]:-}" ] || return 1
  tried[$1]=1
  [ $((limit - SECONDS + begun)) -ge "$2" ] && return 0
  printf '%-7s %-52s %s\n' later "$1" "run the command again" | tee "$out/$1.row"
  return 1
}
declare -A tried=()

# step NAME MOST WHAT COMMAND…: at most MOST seconds; what it says goes to NAME.log
step () {
  local name=$1 most=$2 what=$3 start status
  shift 3
  due "$name" "$most" || return 1
  echo "== $what: $*"
  start=$(date +%s.%N)
  timeout "$most" "$@" >"$out/$name.log" 2>&1
  status=$?
  if [ $status = 0 ]; then
    row "$name" ok "$what" "$(awk "BEGIN { printf \"%.1f s\", $(date +%s.%N) - $start }")"
  elif [ $status = 124 ]; then
    row "$name" SLOW "$what" "stopped after $most s, see $name.log"
  else
    row "$name" FAILED "$what" "exit $status, see $name.log"
    tail -n 5 "$out/$name.log"
  fi
  return $status
}

skip () { # NAME WHAT WHY
  if is_wanted "$1"; then row "$1" skipped "$2" "$3"; fi
}

# ---------- what there is ----------------------------------------------------------------------

{
  date -u +%Y-%m-%dT%H:%M:%SZ
  "$cli" --version
  cat "$here/commit" 2>/dev/null || git -C "$here" log -1 --format='commit %h' 2>/dev/null
  nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap,clocks.max.sm,power.limit \
    --format=csv,noheader 2>/dev/null
  nvcc --version 2>/dev/null | tail -n 2
  "$cli" devices
} >"$out/machine.txt" 2>&1
cat "$out/machine.txt"
if [ "$device" != cpu ] && ! "$cli" devices --json - 2>/dev/null | grep -q '"cuda"'; then
  echo "on-card.sh: gramscope-cli sees no card:" >&2
  "$cli" selftest --device "$device" >&2
  exit 2
fi
torch=
if "$python" -c 'import numpy' 2>/dev/null && [ -x "$bench" ]; then
  torch=none
  if "$python" -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then torch=card; fi
fi

# ---------- correctness and speed --------------------------------------------------------------

step selftest 150 "self-test against the CPU" "$cli" selftest --device "$device"
tail -n 1 "$out/selftest.log" 2>/dev/null

# compare NAME MOST WHAT OPTION…
compare () {
  local name=$1 most=$2 what=$3
  shift 3
  if [ -z "$torch" ]; then
    skip "$name" "$what" "needs python3 with numpy, and gram-bench"
    return
  fi
  [ "$torch" = card ] || set -- "$@" --skip-torch
  [ -z "$rehearse" ] || set -- "$@" --only 64/784/64 --pairs 1 --seconds 0.05
  # a ratio that is missed is a finding and no failure of the step; then there is a file
  if due_again "$name"; then rm -f "$out/$name.json"; fi
  step "$name" "$most" "$what" env JSON="$out/$name.json" sh -c '"$@" || [ -s "$JSON" ]' compare \
    "$python" "$compare" --bench "$bench" --modules "$modules" --device "$device" --skip-numpy \
    --json "$out/$name.json" ${data:+--data "$data"} "$@"
  grep -sE '[0-9] ms|^PyTorch|Error' "$out/$name.log"
}

compare fp32 150 "step time against PyTorch in float32" --float64
compare tf32 90 "step time against PyTorch in TF32" --tf32 --only 10000/784/10000

# The products of a step beside the card's own best, by PyTorch's bf16 product of that size.
peak () {
  "$python" - "$out/fp32.json" <<'PYTHON'
import json, sys, time, torch
def best(m, n, k):
    A = torch.randn(m, k, device="cuda", dtype=torch.bfloat16)
    B = torch.randn(k, n, device="cuda", dtype=torch.bfloat16)
    for _ in range(5):
        A @ B
    torch.cuda.synchronize()
    begin = time.perf_counter()
    for _ in range(50):
        A @ B
    torch.cuda.synchronize()
    return 50 * 2.0 * m * n * k / (time.perf_counter() - begin)
top = best(8192, 8192, 8192)
print(f"bf16 product, 8192³: {top / 1e12:.0f} TFLOP/s")
for m, n, k, what in ((2376, 10000, 4096, "gradient"), (10016, 10000, 2352, "forward")):
    print(f"bf16 product as in a step ({what}, {m}×{n}×{k}): {best(m, n, k) / 1e12:.0f} TFLOP/s")
x = torch.empty(1 << 30, dtype=torch.uint8, device="cuda")
y = torch.empty_like(x)
torch.cuda.synchronize()
begin = time.perf_counter()
for _ in range(20):
    y.copy_(x)
torch.cuda.synchronize()
print(f"memory, read and written: {40 * 2.0 ** 30 / (time.perf_counter() - begin) / 1e12:.2f} TB/s")
for row in json.load(open(sys.argv[1]))["rows"]:
    n, d, m = row["n"], row["d"], row["m"]
    if row["precision"] != "bf16-split":
        continue
    flops = 3 * (2 * n * n * m if row["formulation"] == "samples" else 4 * n * d * m)
    print(f"{row['name']}: {flops / row['seconds'] / 1e12:.0f} TFLOP/s over the whole step, "
          f"{100 * flops / row['seconds'] / top:.0f} % of the best")
PYTHON
}
if [ "$torch" = card ] && [ "$device" != cpu ] && [ -f "$out/fp32.json" ]; then
  export -f peak
  export python out
  step peak 45 "bf16 products and memory against the card's best" bash -c peak
  cat "$out/peak.log" 2>/dev/null
else
  skip peak "bf16 products against the card's best" "needs PyTorch that sees the card"
fi

# ---------- the paper's size -------------------------------------------------------------------

n=10000 width=10000 more=()
[ -z "$rehearse" ] || { n=100 width=64; more=(--steps 50); }
step analyze 120 "full analysis, n = $n, Glyphs" "$cli" analyze --dataset glyphs -n $n \
  --device "$device" --json "$out/analyze.json"

# The same by PyTorch: H∞ in float64, all eigenvectors, yᵀH∞⁻¹y. The time of eigenvectors does not
# hang on what the images show.
analyze_torch () {
  "$python" - "$n" "${torch_device:-cuda}" <<'PYTHON'
import math, sys, time, torch
n, device = int(sys.argv[1]), sys.argv[2]
def wait():
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()
X = torch.randn(n, 784, device=device, dtype=torch.float64)
X /= X.norm(dim=1, keepdim=True)
y = torch.where(torch.arange(n, device=device) % 2 == 0, 1.0, -1.0).double()
torch.linalg.eigh((X @ X.T)[:64, :64])  # the first call loads the library
begin = wait()
C = (X @ X.T).clamp(-1, 1)
H = C * (math.pi - torch.acos(C)) / (2 * math.pi)
gram = wait()
L = torch.linalg.cholesky(H)
energy = y @ torch.cholesky_solve(y[:, None], L)[:, 0]
factored = wait()
values, vectors = torch.linalg.eigh(H)
projections = vectors.T @ y
end = wait()
print(f"PyTorch, float64, n = {n}: H {gram - begin:.3f} s, Cholesky and measure "
      f"{factored - gram:.3f} s, eigenvectors {end - factored:.2f} s, all {end - begin:.2f} s")
by_values = (projections ** 2 / values).sum().item()
assert abs(by_values / energy.item() - 1) < 1e-6, (by_values, energy.item())
PYTHON
}
if [ "$torch" = card ] && [ "$device" != cpu ]; then
  export -f analyze_torch
  export python n
  step analyze-torch 120 "the same analysis by PyTorch" bash -c analyze_torch
  cat "$out/analyze-torch.log" 2>/dev/null
else
  skip analyze-torch "the same analysis by PyTorch" "needs PyTorch that sees the card"
fi

figure () { # STEP MOST FIGURE WHAT OPTION…
  local name=$1 most=$2 kind=$3 what=$4
  shift 4
  step "$name" "$most" "figure $kind, $what, n = m = $n" "$cli" figure "$kind" "$@" -n $n \
    --width $width --device "$device" "${more[@]}" --out "$out/$name.svg"
}
if [ -d "$data/mnist" ]; then
  mnist=(MNIST --dataset mnist --data-dir "$data/mnist" --classes 0,1)
else
  mnist=(Glyphs --dataset glyphs)
fi
figure convergence 150 convergence "${mnist[@]}"
figure generalization 200 generalization "${mnist[@]}"

# ---------- what the kernels touch -------------------------------------------------------------

guard () { # NAME MOST OPTION…
  local name=$1 most=$2
  shift 2
  if ! command -v compute-sanitizer >/dev/null; then
    skip "$name" "compute-sanitizer $name" "not on the PATH; it comes with the CUDA toolkit"
    return
  fi
  # the program beneath the bundle's launcher script is what is watched
  step "$name" "$most" "compute-sanitizer $name" compute-sanitizer --tool "$name" \
    --target-processes all --error-exitcode 9 "$@" "$cli" selftest --device "$device"
  if grep -qsi 'not supported' "$out/$name.log"; then
    skip "$name" "compute-sanitizer $name" "it does not support this machine"
  fi
  grep -s 'ERROR SUMMARY\|RACECHECK SUMMARY' "$out/$name.log"
}
guard memcheck 240
compare small 45 "small problem, graphs" --only 1000/784/1000
guard synccheck 120
if [ -d "$data/cifar-10-pair01" ] || [ -d "$data/cifar-10-batches-bin" ]; then
  cifar=$data/cifar-10-pair01
  [ -d "$cifar" ] || cifar=$data/cifar-10-batches-bin
  cifar=(CIFAR --dataset cifar10 --data-dir "$cifar" --classes 0,1 --preprocess center)
  figure cifar-convergence 180 convergence "${cifar[@]}"
  figure cifar-generalization 240 generalization "${cifar[@]}"
else
  skip cifar-convergence "figures of CIFAR" "set GRAM_TEST_DATA"
fi
guard initcheck 150
guard racecheck 180
compare grid 150 "step time, small and middling shapes" --grid
compare own-fp32 45 "the program's own float32" --only 10000/784/10000 --precision fp32
compare own-tf32 45 "the program's own TF32" --only 10000/784/10000 --precision tf32

# ---------- the table --------------------------------------------------------------------------

{
  echo
  cat "$out/machine.txt"
  echo
  for name in "${steps[@]}"; do cat "$out/$name.row" 2>/dev/null; done
} | tee "$out/table.txt"
! grep -qs '^FAILED\|^SLOW' "$out"/*.row || exit 1
! grep -qs '^later' "$out"/*.row || exit 75
