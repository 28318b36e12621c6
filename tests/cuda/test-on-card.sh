#!/bin/bash
# test-on-card.sh: on-card.sh on the make-believe card: what it runs, keeps, repeats and returns
#
# SPDX-License-Identifier: MIT
#
# GRAM_TEST_BUILDDIR is the build, GRAM_TEST_SRCDIR the source tree.
set -u
script=$GRAM_TEST_SRCDIR/tests/cuda/on-card.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export BUILD=$GRAM_TEST_BUILDDIR REHEARSE=1 PYTHON=/usr/bin/python3
export GRAMSCOPE_MODULE_DIR=$BUILD/tests/cuda/rehearsal
unset GRAM_TEST_DATA
number=0

check () { # WHAT CONDITION…
  local what=$1
  shift
  number=$((number + 1))
  if "$@"; then echo "ok $number $what"; else echo "not ok $number $what"; fi
}

expect () { # STATUS COMMAND…
  local want=$1 status
  shift
  "$@" >"$scratch/log" 2>&1
  status=$?
  [ $status = "$want" ] || { sed 's/^/# /' "$scratch/log"; echo "# exit $status"; return 1; }
}

check "steps that were named run" expect 0 "$script" "$scratch/a" analyze small
check "and no others" test ! -e "$scratch/a/convergence.row"
check "their figures are kept" grep -q '^ok .*full analysis' "$scratch/a/table.txt"
touch -d '1 hour ago' "$scratch/a/analyze.log"
check "what is done is not done again" expect 0 "$script" "$scratch/a" analyze
check "(its log is the old one)" test ! "$scratch/a/analyze.log" -nt "$scratch/a/machine.txt"
check "without time left it says so" expect 75 env LIMIT=0 "$script" "$scratch/b" convergence
check "(and nothing has run)" test ! -e "$scratch/b/convergence.svg"
check "and goes on the next time" expect 0 "$script" "$scratch/b" convergence
check "(to the end)" test -s "$scratch/b/convergence.svg"
check "a card that breaks is a failure" \
  expect 1 env GRAM_SHIM_FAIL_AT=60 GRAM_SHIM_FAIL_HOW=sticky "$script" "$scratch/c" selftest
check "(which the table shows)" grep -q '^FAILED .*self-test' "$scratch/c/table.txt"
for at in 1 60 400 3000; do
  check "the self-test survives a card that breaks at call $at, and fails" \
    expect 1 env GRAM_SHIM_FAIL_AT=$at GRAM_SHIM_FAIL_HOW=sticky \
      "$BUILD/src/cli/gramscope-cli" selftest --device cuda:0
done
check "without a card there is nothing to run" \
  expect 2 env GRAMSCOPE_MODULE_DIR="$scratch" BUILD="$scratch/none" "$script" "$scratch/d"

# Where the module is: a folder that the environment names and no other, else beside the program.
cards () { "$@" devices | grep -c 'Host shim'; }
check "the environment says where modules are" \
  test "$(cards "$BUILD/src/cli/gramscope-cli")" -gt 0
check "and then they are nowhere else" \
  test "$(GRAMSCOPE_MODULE_DIR=$scratch cards "$BUILD/src/cli/gramscope-cli")" = 0
mkdir "$scratch/bin" "$scratch/lib"
cp "$BUILD/src/cli/gramscope-cli" "$scratch/bin/"
cp "$GRAMSCOPE_MODULE_DIR"/*.so "$scratch/lib/"
check "a program that was moved finds them beside it" \
  test "$(cards env -u GRAMSCOPE_MODULE_DIR "$scratch/bin/gramscope-cli")" -gt 0
echo "1..$number"
