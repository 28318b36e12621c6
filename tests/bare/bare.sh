#!/bin/bash
# bare.sh: README's two commands, and the packages, on a Debian that has nothing
#
# SPDX-License-Identifier: MIT
#
#   ./dev bare [bookworm|trixie]… [--only PART,…] [--folder FOLDER] [--mirror URL]
#
# Makes a minimal system with debootstrap for each release (both unless named) and tries in fresh
# copies of it, each a PART:
#
#   refusals   what cannot work ends in one line with the remedy, and leaves nothing half installed
#   root       ./dev run and ./dev test as root, in an unpacked archive
#   sudo       the same as a user with sudo, in a clone at a path with spaces
#   plain      the same as a user without, after root has installed what is missing
#   deb        ./dev deb; its package installed, its programs run, and removed without a trace
#   bundle     ./dev bundle --gui; its programs run in the system of the other release
#   dist       the archive that meson dist makes is the one that was tried
#
# The last four need what root has installed.
#
# What is tried is HEAD. Needs root and debootstrap; the mirror is that of this system's apt. Logs,
# pictures of the window and a report are left in FOLDER (/var/tmp/gramscope-bare).
# GRAM_BARE_SUITES names the suites of ./dev test, all unless set. Mounts are private to each
# command and end with it.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

folder=/var/tmp/gramscope-bare
all_parts="refusals root sudo plain deb bundle dist"
parts=$all_parts
mirror=
releases=()
failures=0
say () { printf '%s\n' "bare: $*" >&2; }
die () { say "$*"; exit 1; }

while [ $# -gt 0 ]; do
  case $1 in
    bookworm | trixie) releases+=("$1") ;;
    --only) parts=${2//,/ }; shift ;;
    --folder) folder=$2; shift ;;
    --mirror) mirror=$2; shift ;;
    *) die "unknown: $1; usage: ./dev bare [bookworm|trixie]… [--only PART,…] [--folder FOLDER]" \
      "[--mirror URL]" ;;
  esac
  shift
done
[ ${#releases[@]} -gt 0 ] || releases=(bookworm trixie)
[ "$(id -u)" = 0 ] || die "needs root, for chroot: sudo ./dev bare"
command -v debootstrap >/dev/null || die "needs debootstrap: apt-get install debootstrap"
mkdir -p "$folder"
free=$(df -m --output=avail "$folder" | tail -n 1)
[ "$free" -ge 6000 ] \
  || die "needs 6000 MB in $folder, $((free)) MB are free; --folder names another"
if [ -z "$mirror" ]; then
  # shellcheck disable=SC2016
  mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 2>/dev/null \
    | sed -n 's/^Debian //p' | grep -v security | head -n 1) || true
  [ -n "$mirror" ] || die "this system's apt knows no Debian archive; name one with --mirror URL"
fi

# ---------- systems ----------------------------------------------------------------------------

# base RELEASE: the minimal system, made once
base () {
  local made=$folder/base-$1
  [ ! -f "$made/.whole" ] || return 0
  say "$1: making a minimal system from $mirror"
  rm -rf "$made"
  debootstrap --variant=minbase "$1" "$made" "$mirror" >"$folder/debootstrap-$1.log" 2>&1 \
    || die "debootstrap failed, see $folder/debootstrap-$1.log: is the network there?"
  touch "$made/.whole"
}

# fresh NAME [RELEASE]: a copy of the base in which HEAD lies, as archive and as clone
fresh () {
  root=$folder/$release-$1
  rm -rf "$root"
  cp -a "$folder/base-${2:-$release}" "$root"
  rm "$root/.whole"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
  chroot "$root" useradd -m -s /bin/bash tester
  place_source
}

# HEAD as an archive of root's and as a clone of the user's; what was built of another goes on
place_source () {
  local archive=$root/root/gramscope clone="$root/home/tester/a clone of gramscope"
  mkdir -p "$archive"
  find "$archive" -mindepth 1 -maxdepth 1 ! -name 'build*' -exec rm -rf {} +
  git archive HEAD | tar -x -C "$archive"
  rm -rf "$clone"
  git clone -q --no-local . "$clone"
  chroot "$root" chown -R tester: /home/tester
  git rev-parse HEAD >"$root/.source"
}

# inside USER FOLDER COMMAND: a login shell's command in the system, in namespaces of its own
inside () {
  local user=$1 place=$2
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child ${no_network:+--net} bash -c '
    root=$1; user=$2; place=$3; command=$4; set -e
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=755 dev "$root/dev"
    for name in null zero full random urandom tty; do
      touch "$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"
    done
    ln -s /proc/self/fd "$root/dev/fd"
    ln -s /proc/self/fd/0 "$root/dev/stdin"
    ln -s /proc/self/fd/1 "$root/dev/stdout"
    ln -s /proc/self/fd/2 "$root/dev/stderr"
    ln -s pts/ptmx "$root/dev/ptmx"
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
    mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
    [ -z "$6" ] || mount -t tmpfs -o size="$6" small "$root/var/cache/apt/archives"
    if [ -n "$7" ]; then
      mkdir -p -m 1777 "$root/tmp/.X11-unix"; mount --bind "$7" "$root/tmp/.X11-unix"
    fi
    home=/root; [ "$user" = root ] || home=/home/$user
    exec chroot --userspec="$user" --groups="$(chroot "$root" id -G "$user" | tr " " ,)" "$root" \
      env -i HOME="$home" USER="$user" LOGNAME="$user" SHELL=/bin/bash TERM=dumb $5 \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      bash -c "cd \"$place\" || exit
$command"
  ' inside "$root" "$user" "$place" "$3" "${settings:-}" "${small_cache:-}" \
    "${sockets:-}" </dev/null
}

# ---------- what happened ----------------------------------------------------------------------

note () { printf '%s\n' "$*" | tee -a "$report" >&2; }

verdict () { # WHAT STATUS [WORDS]
  if [ "$2" = 0 ]; then note "ok      $1${3:+: $3}"; return; fi
  failures=$((failures + 1))
  note "FAILED  $1${3:+: $3}"
}

# figures LOG SECONDS: what a command of ./dev did, from what it said
figures () {
  local packages targets counts
  packages=$(grep -oE 'installing [0-9]+ packages?: [0-9]+ MB to fetch, [0-9]+ MB' "$1" \
    | sed 's/installing //' | tr '\n' ';') || true
  targets=$(grep -oE '^\[[0-9]+/[0-9]+\]' "$1" | awk -F'[][/]' '$3 >= most { most = $3 }
    $2 == $3 { sum += $3 } END { print sum + 0 }')
  counts=$(grep -E '^[0-9]+ passed' "$1" | tail -n 1) || true
  echo "$2 s; ${packages:-no package;} $targets targets${counts:+; $counts}"
}

# try WHAT USER FOLDER COMMAND: runs it to the end, notes its figures
try () {
  local log status=0 begun=$SECONDS
  log="$folder/$release-$(tr -c 'a-z0-9\n' - <<<"${1,,}").log"
  say "$release: $1"
  inside "$2" "$3" "$4" >"$log" 2>&1 || status=$?
  verdict "$1" $status "$(figures "$log" $((SECONDS - begun)))"
  grep -E '^(failed|skipped): ' "$log" >>"$report" || true
}

# refused WHAT USER WORDS [COMMAND]: ./dev run ends with 1 and one line that has these words
refused () {
  local said status=0 count good=0
  said=$(inside "$2" "$(place_of "$2")" "${4:-./dev run}" 2>&1 >/dev/null) || status=$?
  count=$(grep -vc 'fetching the package lists\|^dev: no display\|installing [0-9]' <<<"$said") \
    || true
  [ $status = 1 ] && [ "$count" = 1 ] && grep -qE "$3" <<<"$said" || good=1
  verdict "refused: $1" $good "exit $status: $(tail -n 1 <<<"$said")"
  [ -z "$(chroot "$root" dpkg --audit)" ] || verdict "nothing half installed" 1
}

place_of () { # USER
  if [ "$1" = root ]; then echo /root/gramscope; else echo "/home/$1/a clone of gramscope"; fi
}

# ---------- parts ------------------------------------------------------------------------------

part_refusals () {
  fresh refusals
  refused "no root and no sudo" tester 'no sudo; as root: apt-get install'
  no_network=1 refused "no network" root 'no network: .*run ./dev again'
  small_cache=4m refused "no space" root 'MB are needed in /var/cache/apt/archives, . MB'
  mv "$root/etc/apt/sources.list" "$root/etc/apt/kept"
  rm -rf "$root"/var/lib/apt/lists/*
  refused "a release without GTK 4" root 'has no package .*Debian 12, Ubuntu 22.10 or newer'
  mv "$root/etc/apt/kept" "$root/etc/apt/sources.list"
  inside root / "apt-get update && apt-get install -y --no-install-recommends sudo" \
    >"$folder/$release-sudo.log" 2>&1
  chroot "$root" adduser -q tester sudo 2>/dev/null || chroot "$root" usermod -aG sudo tester
  refused "sudo that asks, and no terminal" tester 'wants a password .*first: sudo apt-get'
  another_apt
  interrupted
}

# Another program has dpkg's lock for a while.
another_apt () {
  local log=$folder/$release-lock.log status=0
  inside root /root/gramscope "perl -e 'use Fcntl; open F, \">\", \"/var/lib/dpkg/lock-frontend\";
      \$l = pack(\"s s x4 q q i x4\", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, \$l) or die;
      sleep 25' &
    sleep 1; . tools/packages.sh; say () { echo \"dev: \$*\"; }; die () { say \"\$*\"; exit 1; }
    set -euo pipefail; need hello" >"$log" 2>&1 || status=$?
  grep -q 'waiting for another program that uses apt' "$log" || status=1
  verdict "waits for another apt" $status
}

# An interrupt while dpkg is at work ends ./dev, and leaves dpkg whole.
interrupted () {
  local log=$folder/$release-interrupt.log status=0
  inside root /root/gramscope "
    setsid perl -e '\$SIG{INT} = \"DEFAULT\"; exec @ARGV' ./dev run >/tmp/log 2>&1 & dev=\$!
    until grep -q 'unpacking and setting up' /tmp/log; do sleep 0.5; done
    sleep 3; kill -INT -- -\$dev; status=0; wait \$dev || status=\$?
    cat /tmp/log; echo \"exit \$status\"; [ \$status = 130 ] && [ -z \"\$(dpkg --audit)\" ]" \
    >"$log" 2>&1 || status=$?
  grep -q 'building' "$log" && status=1
  verdict "an interrupt ends it and leaves dpkg whole" $status "$(tail -n 1 "$log")"
}

commands () { # WHAT USER
  local place drawn=0
  place=$(place_of "$2")
  try "./dev run $1" "$2" "$place" "./dev run"
  [ "$(find "$root$place/figures" -name '*.svg' -size +1k 2>/dev/null | wc -l)" = 4 ] || drawn=1
  verdict "its figures $1" $drawn
  try "./dev test $1" "$2" "$place" "./dev test ${GRAM_BARE_SUITES:-}"
}

part_root () {
  fresh root
  commands "as root" root
}

part_sudo () {
  fresh sudo
  inside root / "apt-get update && apt-get install -y --no-install-recommends sudo" \
    >"$folder/$release-sudo.log" 2>&1
  printf 'tester ALL=(ALL) NOPASSWD: ALL\n' >"$root/etc/sudoers.d/tester"
  commands "with sudo" tester
}

# in_root WHAT: goes on in the system of part root, where it is
in_root () {
  root=$folder/$release-root
  [ -x "$root/usr/bin/xvfb-run" ] || { note "skipped $1: part root comes first"; return 1; }
  [ "$(cat "$root/.source" 2>/dev/null)" = "$(git rev-parse HEAD)" ] || place_source
}

part_plain () {
  in_root "without sudo" || return 0
  commands "without sudo" tester
}

# programs WHERE FOLDER: the command line and the window of that folder, tried by a user
programs () {
  local status=0
  inside tester /home/tester "'$2/gramscope-cli' --version
    '$2/gramscope-cli' figure spectrum -n 200 --out spectrum.svg" \
    >"$folder/$release-cli-${1// /-}.log" 2>&1 || status=$?
  [ -s "$root/home/tester/spectrum.svg" ] || status=1
  verdict "gramscope-cli of the $1" $status
  shown "$1" "'$2/gramscope'"
}

# shown NAME PROGRAM: the window of PROGRAM in a screen of part root; a picture of it is kept
shown () {
  local tools=$folder/$release-root sockets=$folder/screen server window size=0 before status=1
  local display=:$((1000 + $$ % 30000)) picture log
  picture=$folder/$release-window-${1// /-}.png log=${picture%.png}.log
  mkdir -p -m 1777 "$sockets"
  rm -f "$sockets"/* "$tools/tmp/.X${display#:}-lock"
  set -m # each a group of its own, which ends as one
  # a number that nobody else takes: the system's screens are seen from within
  root=$tools inside root / "exec Xvfb $display -screen 0 1280x800x24 -nolisten tcp -ac" \
    >"$folder/$release-screen.log" 2>&1 &
  server=$!
  for _ in $(seq 60); do [ -S "$sockets/X${display#:}" ] && break; sleep 1; done
  inside tester /home/tester "DISPLAY=$display exec $2" >"$log" 2>&1 &
  window=$!
  set +m
  rm -f "$tools/tmp/window.png"
  for _ in $(seq 60); do
    sleep 2
    before=$size
    root=$tools inside root / "DISPLAY=$display import -window root /tmp/window.png" 2>/dev/null \
      && size=$(stat -c %s "$tools/tmp/window.png")
    # empty ones are smaller, and one that still computes changes
    [ "$size" -lt 40000 ] || [ "$size" != "$before" ] || { status=0; break; }
  done
  kill -KILL -- -$window -$server || true # the first of a namespace heeds nothing less
  wait $window $server 2>/dev/null || true
  cp "$tools/tmp/window.png" "$picture" || status=1
  verdict "the window of the $1" $status "$(tail -n 1 "$log")"
}

# The names of all files but those that programs keep for themselves.
files_of () { # ROOT
  (cd "$1" && find . -xdev \( -path ./home -o -path ./root -o -path ./tmp -o -path ./var/cache \
    -o -path ./var/log -o -name '*-old' \) -prune -o -print | sort)
}

part_deb () {
  local package log=$folder/$release-package.log status=0
  in_root "the package" || return 0
  try "./dev deb" root /root/gramscope "rm -rf build-deb; ./dev deb"
  note "lintian: $(grep -E '^[EWIP]: ' "$folder/$release---dev-deb.log" || echo nothing)"
  package=$(echo "$root"/root/gramscope/build-deb/gramscope_*.deb)
  [ -f "$package" ] || return 0 # as was said
  fresh deb
  cp "$package" "$root/root/package.deb"
  inside root /root "apt-get update && apt-get install -y --no-install-recommends dpkg-dev &&
    apt-get install -y --no-install-recommends fonts-dejavu-core \$(dpkg-deb -f package.deb \
      Depends | sed 's/([^)]*)//g; s/|[^,]*//g; s/,/ /g')" >"$log" 2>&1 || status=$?
  files_of "$root" >"$folder/$release-before"
  inside root /root "dpkg -i package.deb" >>"$log" 2>&1 || status=$?
  verdict "the package installs" $status
  programs package /usr/bin
  status=0
  inside root /root "dpkg --purge gramscope" >>"$log" 2>&1 || status=$?
  files_of "$root" | diff "$folder/$release-before" - >"$folder/$release-left" || status=1
  verdict "the package leaves nothing behind" $status
}

part_bundle () {
  local other=bookworm
  in_root "the bundle" || return 0
  [ "$release" != bookworm ] || other=trixie
  try "./dev bundle" root /root/gramscope "./dev bundle --gui"
  base "$other"
  fresh bundle "$other"
  cp -a "$folder/$release-root/root/gramscope/bundle" "$root/home/tester/a bundle"
  programs "bundle in $other" "/home/tester/a bundle"
}

part_dist () {
  local log=$folder/$release-dist.log status=0 made
  in_root "the archive" || return 0
  inside root "/home/tester/a clone of gramscope" "apt-get install -y --no-install-recommends git &&
    git config --global --add safe.directory '*' && rm -rf build/meson-dist &&
    { [ -d build ] || meson setup build; } && git status --short &&
    meson dist -C build --no-tests --formats gztar" >"$log" 2>&1 || status=$?
  made=$(echo "$root/home/tester/a clone of gramscope/build/meson-dist"/*.tar.gz)
  rm -rf "$folder/archive"
  mkdir -p "$folder/archive/made" "$folder/archive/tried"
  tar -xf "$made" -C "$folder/archive/made" --strip-components 1 || status=1
  git archive HEAD | tar -x -C "$folder/archive/tried"
  diff -r "$folder/archive/made" "$folder/archive/tried" >>"$log" 2>&1 || status=1
  verdict "the archive is what was tried" $status "$(basename "$made")"
}

# Read whole before it runs, so that it may be edited meanwhile.
main () {
  local part
  for release in "${releases[@]}"; do
    report=$folder/report-$release.txt
    base "$release"
    {
      echo "gramscope $(git rev-parse --short HEAD), minimal Debian $release, $(nproc) processors"
      [ -z "$(git status --porcelain)" ] || echo "(without what is not committed)"
    } | tee "$report" >&2
    for part in $parts; do
      declare -F "part_$part" >/dev/null || die "no part $part: $all_parts"
      "part_$part"
    done
  done
  [ $failures = 0 ] || die "$failures failed; logs are in $folder"
  say "all is well; the report and logs are in $folder"
}

main; exit
