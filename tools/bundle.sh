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
  local out=bundle file argument gui=disabled targets=(command-line bench/gram-bench)
  local programs=(gramscope-cli gram-bench)
  for argument; do
    if [ "$argument" = --gui ]; then gui=enabled; else out=$argument; fi
  done
  need "${CLI_PACKAGES[@]}"
  if [ $gui = enabled ]; then
    need "${WINDOW_PACKAGES[@]}"
    targets+=(window)
    programs+=(gramscope)
  fi
  setup $BUILD_BUNDLE gcc -Dgui=$gui -Dmpi=disabled -Ddocs=false -Dtests=true
  compile $BUILD_BUNDLE "${targets[@]}"
  rm -rf "$out"
  mkdir -p "$out/bin" "$out/lib" "$out/libc"
  cp $BUILD_BUNDLE/src/cli/gramscope-cli $BUILD_BUNDLE/bench/gram-bench "$out/bin/"
  find $BUILD_BUNDLE/src -name 'libgram-*.so' -exec cp -L {} "$out/lib/" \;
  bundle_words
  [ $gui = disabled ] || bundle_window
  while IFS= read -r file; do
    case $file in
      */libc.so.* | */libm.so.* | */libpthread.so.* | */libdl.so.* | */librt.so.* \
        | */libresolv.so.*) cp -L "$file" "$out/libc/" ;;
      *) cp -L "$file" "$out/lib/" ;;
    esac
  done < <(bundle_libraries "$out"/bin/* "$out"/lib/*.so)
  cp -L /lib64/ld-linux-x86-64.so.2 "$out/libc/"
  ldd --version | sed -n '1s/.* //p' >"$out/libc/version"
  cp LICENSE "$out/"
  for file in "${programs[@]}"; do
    bundle_launcher >"$out/$file"
    chmod +x "$out/$file"
  done
  # for the first look at a machine with a card
  cp bench/compare-pytorch.py bench/served.py tests/cuda/on-card.sh "$out/"
  git log -1 --format='commit %h' >"$out/commit" 2>/dev/null || true
  "$out/gramscope-cli" --version
  readlink -f "$out"
}

# What the window reads beside its libraries. Nothing of the system's GTK, which may be of another
# year, is loaded into it; what draws is cairo, which needs no driver.
bundle_window () {
  local share=$out/share schemas=/usr/share/glib-2.0/schemas
  cp $BUILD_BUNDLE/src/ui/gramscope "$out/bin/"
  mkdir -p "$out/lib/gio" "$share/glib-2.0/schemas" "$share/icons"
  : >"$out/lib/loaders.cache"
  cp data/*.gschema.xml $schemas/org.gtk.gtk4.*.gschema.xml "$share/glib-2.0/schemas/"
  glib-compile-schemas "$share/glib-2.0/schemas"
  cp -r data/icons/hicolor "$share/icons/"
}

# What figures are written with: languages, and a font for systems that have none.
bundle_words () {
  local share=$out/share language
  mkdir -p "$share/fonts"
  cp /usr/share/fonts/truetype/dejavu/*.ttf "$share/fonts/"
  for language in $BUILD_BUNDLE/po/*/LC_MESSAGES/gramscope.mo; do
    install -D -m 644 "$language" "$share/locale/${language#"$BUILD_BUNDLE"/po/}"
  done
  cat >"$share/fonts/fonts.conf" <<'FONTS'
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">.</dir>
  <!-- a family that is not here is replaced by one without serifs, and that by the one here -->
  <match target="pattern">
    <edit name="family" mode="append_last"><string>sans-serif</string></edit>
  </match>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
FONTS
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
share=$here/share
export GRAM_LOCALEDIR="$share/locale" FONTCONFIG_FILE="$share/fonts/fonts.conf"
if [ "$name" = gramscope ]; then
  export GSETTINGS_SCHEMA_DIR="$share/glib-2.0/schemas"
  export XDG_DATA_DIRS="$share:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}"
  export GTK_EXE_PREFIX="$here" GIO_MODULE_DIR="$here/lib/gio"
  export GDK_PIXBUF_MODULE_FILE="$here/lib/loaders.cache"
  export GSETTINGS_BACKEND="${GSETTINGS_BACKEND:-keyfile}" GSK_RENDERER="${GSK_RENDERER:-cairo}"
fi
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

# The packages, built from a copy of what is here; ./dev test is what tests.
run_deb () {
  local source profiles=
  need "${CLI_PACKAGES[@]}" "${WINDOW_PACKAGES[@]}" "${DEB_PACKAGES[@]}"
  source=$BUILD_DEB/gramscope-$(sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog)
  rm -rf $BUILD_DEB
  mkdir -p "$source"
  tar -c --exclude-vcs --exclude='./build*' --exclude=./bundle --exclude=./figures \
    --exclude=__pycache__ . | tar -x -C "$source"
  # as Meson looks for it
  [ -z "$(command -v nvcc || ls /usr/local/cuda/bin/nvcc 2>/dev/null)" ] \
    || profiles=,pkg.gramscope.cuda
  say "building the packages"
  (cd "$source" && dpkg-buildpackage -b -us -uc --build-profiles="nocheck$profiles") \
    </dev/null >$BUILD_DEB/log 2>&1 \
    || { tail -n 30 $BUILD_DEB/log >&2; die "no packages; the whole log is $BUILD_DEB/log"; }
  rm -rf "$source"
  lintian $BUILD_DEB/*.changes >&2 || die "lintian has found errors"
  readlink -f $BUILD_DEB/*.deb
}
