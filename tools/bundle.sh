# bundle.sh: a folder and packages that people can carry to another machine
#
# SPDX-License-Identifier: MIT
#
# Read by ./dev.
# shellcheck shell=bash

# Everything the CLI and its modules need but the driver, CUDA and the C library itself. The C
# library's loader comes along too, for systems whose own is older than the build's.
bundle_libraries () {
  ldd "$@" 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' | sort -u \
    | grep -Ev '/lib(cuda|cudart|cublas|cublasLt|cusolver|cusparse|nvJitLink|nvidia)[^/]*$'
}

run_bundle () {
  local out=${1:-bundle} file
  need "${CLI_PACKAGES[@]}"
  setup $BUILD_BUNDLE gcc -Dgui=disabled -Ddocs=false -Dtests=true
  compile $BUILD_BUNDLE
  rm -rf "$out"
  mkdir -p "$out/bin" "$out/lib" "$out/libc"
  cp $BUILD_BUNDLE/src/cli/gramscope-cli $BUILD_BUNDLE/bench/gram-bench "$out/bin/"
  find $BUILD_BUNDLE/src -name 'libgram-*.so' -exec cp -L {} "$out/lib/" \;
  while IFS= read -r file; do
    case $file in
      */libc.so.* | */libm.so.* | */libpthread.so.* | */libdl.so.* | */librt.so.* \
        | */libresolv.so.*) cp -L "$file" "$out/libc/" ;;
      *) cp -L "$file" "$out/lib/" ;;
    esac
  done < <(bundle_libraries "$out/bin/gramscope-cli" "$out"/lib/libgram-*.so)
  cp -L /lib64/ld-linux-x86-64.so.2 "$out/libc/"
  ldd --version | sed -n '1s/.* //p' >"$out/libc/version"
  cp LICENSE "$out/"
  for file in gramscope-cli gram-bench; do
    bundle_launcher >"$out/$file"
    chmod +x "$out/$file"
  done
  # for the first look at a machine with a card
  cp bench/compare-pytorch.py tests/cuda/on-card.sh "$out/"
  git log -1 --format='commit %h' >"$out/commit" 2>/dev/null || true
  "$out/gramscope-cli" --version
  readlink -f "$out"
}

bundle_launcher () {
  cat <<'LAUNCHER'
#!/bin/sh
# Starts the bundled program of this name with the bundled libraries; with the bundled C library
# too where the system's is older than the one it was built with.
self=$(readlink -f "$0")
here=$(dirname "$self")
name=$(basename "$self")
built=$(cat "$here/libc/version")
has=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed 's/.* //')
export GRAMSCOPE_MODULE_DIR="${GRAMSCOPE_MODULE_DIR:-$here/lib}"
oldest=$(printf '%s\n%s\n' "$built" "${has:-0}" | sort -V | head -n 1)
if [ "$oldest" = "$built" ]; then
  LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  export LD_LIBRARY_PATH
  exec "$here/bin/$name" "$@"
fi
exec "$here/libc/ld-linux-x86-64.so.2" --argv0 "$name" \
  --library-path "$here/libc:$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" \
  "$here/bin/$name" "$@"
LAUNCHER
}
