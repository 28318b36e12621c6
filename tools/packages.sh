# packages.sh: what a bare Debian lacks, and how ./dev gets it
#
# SPDX-License-Identifier: MIT
#
# Read by ./dev, which has say() and die(). need PACKAGE… installs what is missing or ends with one
# line that says why not and what helps. Nothing is begun that cannot be ended: who may install, the
# network and the room are looked at first, a download may be interrupted, dpkg is left to finish.
# shellcheck shell=bash

# This is the only list. The command line needs the first, the window the second as well.
CLI_PACKAGES=(
  meson ninja-build gcc pkg-config gettext libc6-dev libjson-glib-dev libcurl4-openssl-dev
  libarchive-dev libopenblas-pthread-dev libcairo2-dev libpango1.0-dev zlib1g-dev
  fonts-dejavu-core dataset-fashion-mnist ca-certificates
)
WINDOW_PACKAGES=(
  desktop-file-utils libgtk-4-dev libadwaita-1-dev adwaita-icon-theme fonts-cantarell
  librsvg2-common dbus
)
TEST_PACKAGES=(
  g++ clang clang-format appstream appstream-util xvfb xauth xdotool at-spi2-core python3
  python3-gi gir1.2-gtk-4.0 gir1.2-atspi-2.0 python3-numpy python3-mpmath dbus-x11 poppler-utils
  libxml2-utils imagemagick locales fonts-droid-fallback openssl man-db libopenmpi-dev openmpi-bin
  libscalapack-openmpi-dev libelpa-dev procps
)
DEB_PACKAGES=(build-essential debhelper dpkg-dev fakeroot lintian)
SCREENSHOT_PACKAGES=(fonts-noto-cjk)
FUZZ_PACKAGES=(clang llvm libclang-rt-dev libc6-dev python3 python3-numpy)
BENCH_PACKAGES=(python3 python3-numpy)

INSTALLED= # not empty once something was installed

# The release and the parts of apt's answers are read as English words.
apt_quietly () { LC_ALL=C apt-get "$@" 2>&1 </dev/null; }

missing_packages () {
  local package
  for package; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] \
      || echo "$package"
  done
}

system_name () { # shellcheck disable=SC1091
  (. /etc/os-release 2>/dev/null && echo "${PRETTY_NAME:-$NAME}") || uname -s
}

as_root () {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Root, or sudo that asks for its password where there is somebody to ask.
be_root () {
  local by_hand="apt-get install --no-install-recommends $*"
  [ "$(id -u)" != 0 ] || return 0
  command -v sudo >/dev/null || die "$# packages are missing and there is no sudo; as root: $by_hand"
  ! sudo -n true 2>/dev/null || return 0
  [ -t 0 ] || die "sudo wants a password and there is no terminal to ask on; first: sudo $by_hand"
  sudo -v || die "sudo refused; as root: $by_hand"
}

# ---------- what will happen -------------------------------------------------------------------

# The lines of apt's plan: file, size; none where apt does not know a package.
plan () { apt_quietly install -y -qq --no-install-recommends --print-uris "$@"; }

reachable_or_die () { # WHAT-APT-SAID
  if grep -qE 'No space left|not enough free space' <<<"$1"; then
    die "no space left: $(df -h --output=target,avail /var | tail -n 1); make room and run ./dev again"
  fi
  if grep -qE 'Failed to fetch|Could not resolve|Could not connect|Temporary failure' <<<"$1"; then
    die "no network: $(grep -m 1 -oE \
      "Could not [a-z]+ '[^']*'|Temporary failure [a-z]+ '[^']*'|Failed to fetch \S+" <<<"$1"); connect this machine and run ./dev again"
  fi
}

update_lists () {
  local said=
  say "fetching the package lists"
  for _ in $(seq 60); do
    said=$(LC_ALL=C as_root apt-get update 2>&1 </dev/null) || true
    grep -q 'Could not get lock' <<<"$said" || break
    say "waiting for another program that uses apt"
    sleep 10
  done
  reachable_or_die "$said"
  [[ $said != *$'\nE: '* && $said != 'E: '* ]] || die "apt: $(grep -m 1 '^E: ' <<<"$said")"
}

# The plan, with lists that know all that is wanted, or a line that says what is not known here.
plan_or_die () {
  local unknown
  PLAN=$(plan "$@") && return
  update_lists
  PLAN=$(plan "$@") && return
  unknown=$(sed -nE "s/.*Unable to locate package //p; s/.*Package '(.*)' has no inst.*/\1/p" \
    <<<"$PLAN" | sort -u | tr '\n' ' ')
  [ -z "$unknown" ] || die "$(system_name) has no package ${unknown% }; Debian 12, Ubuntu 22.10 or" \
    "newer has them; elsewhere build with GTK 4.8 and libadwaita 1.2 by hand"
  grep -q 'dpkg was interrupted' <<<"$PLAN" && die "$(grep 'dpkg was interrupted' <<<"$PLAN")"
  die "apt cannot install: $(grep -m 1 -E '^E: |Depends:|unmet' <<<"$PLAN")"
}

room_or_die () { # MEGABYTES-TO-FETCH MEGABYTES-INSTALLED
  local folder needed free
  for folder in /var/cache/apt/archives /usr .; do
    case $folder in
      /var*) needed=$1 ;;
      /usr) needed=$2 ;;
      *) needed=150 ;; # what a build takes
    esac
    # on one disk all of it is needed
    [ "$(stat -c %d "$folder")" != "$(stat -c %d /usr)" ] || needed=$(($1 + $2 + 150))
    free=$(df -m --output=avail "$folder" | tail -n 1)
    [ "$free" -ge $needed ] \
      || die "$needed MB are needed in $(df --output=target "$folder" | tail -n 1), $((free)) MB" \
        "are free; make room and run ./dev again"
  done
}

# ---------- installing -------------------------------------------------------------------------

APART=
interrupted () {
  say "interrupted; nothing was begun that is not ended"
  exit 130
}

# apt's status as one line that moves on a terminal, and as a line now and then elsewhere. What else
# comes goes to $LOG, where apt's words are: one of them may be that it waits.
follow () {
  local line last=-1 shown='' status
  trap '' INT # dpkg must not lose whom it tells
  while true; do
    status=0
    IFS= read -r -t 5 line || status=$?
    if [ $status -gt 128 ]; then
      if [[ $(tail -n 1 "$LOG") = *'Waiting for '* ]]; then
        say "waiting for another program that uses apt"
      fi
    elif [ $status -gt 0 ]; then
      break
    elif [[ $line =~ ^(dl|pm)status:.*:([0-9]+)[.0-9]*:(.*) ]]; then
      if [ -t 2 ]; then
        printf '\r\033[K%3s %% %.60s' "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}" >&2
        shown=1
      elif [ $((BASH_REMATCH[2] / 20)) -gt $last ]; then
        last=$((BASH_REMATCH[2] / 20))
        [ $last = 0 ] || printf '%3s %%\n' $((20 * last)) >&2
      fi
    else
      printf '%s\n' "$line" >>"$LOG"
    fi
  done
  [ -z "$shown" ] || printf '\r\033[K' >&2
}

# followed ARGUMENT…: apt-get, followed; $LOG has what it said. It makes the descriptor of its status
# one that does not wait, so that must be none of those that dpkg's scripts write to. sudo passes
# only the first three on.
followed () {
  : >"$LOG"
  # shellcheck disable=SC2016
  as_root $APART env LC_ALL=C DEBIAN_FRONTEND=noninteractive sh -c 'exec "$@" 3>&2 2>&1' sh \
    apt-get -y -q --no-install-recommends -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
    -o APT::Status-Fd=3 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    "$@" 2>&1 >>"$LOG" </dev/null | follow
}

# In a session of its own: an interrupt from the keyboard does not reach dpkg.
install_packages () {
  local stopped='' status=0 APART="setsid --wait"
  trap 'stopped=1; say "interrupted; waiting for dpkg, which must not be stopped halfway"' INT TERM
  # dpkg and who reads it are waited for again after a signal has ended the wait
  followed install "$@" &
  while kill -0 $! 2>/dev/null; do
    status=0
    wait $! || status=$?
  done
  trap - INT TERM
  [ -z "$stopped" ] || interrupted
  return $status
}

failed_to_install () {
  reachable_or_die "$(<"$LOG")"
  grep -v '^Get:\|^Reading\|^Building' "$LOG" | tail -n 15 >&2
  # dpkg's own advice, where it has one
  die "$(grep -m 1 -oE 'dpkg was interrupted.*|you must manually run .*|Unmet dependencies.*' \
    "$LOG" || echo "apt could not install the packages"); then run ./dev again"
}

need () {
  local missing new fetched installed count
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    need_elsewhere
    return
  fi
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  be_root "${missing[@]}"
  trap interrupted INT TERM
  plan_or_die "${missing[@]}"
  mapfile -t new < <(LC_ALL=C apt-get -s -qq --no-install-recommends install "${missing[@]}" \
    </dev/null | awk '/^Inst / { print $2 }')
  count=${#new[@]}
  fetched=$(awk '/^\047/ { sum += $3 } END { print int(sum / 1e6 + 0.5) }' <<<"$PLAN")
  installed=$(apt-cache show --no-all-versions "${new[@]}" 2>/dev/null \
    | awk '/^Installed-Size:/ { sum += $2 } END { print int(sum / 1000 + 0.5) }')
  say "installing $count package$([ "$count" = 1 ] || echo s): $fetched MB to fetch, $installed MB on the disk, about" \
    "$(((count / 3 + fetched / 4) / 60 + 1)) minutes"
  room_or_die "$fetched" "$installed"
  LOG=$(mktemp)
  trap 'rm -f "$LOG"' EXIT
  if ! followed --download-only install "${missing[@]}"; then
    grep -q '404  *Not Found' "$LOG" || failed_to_install
    update_lists # they were too old
    followed --download-only install "${missing[@]}" || failed_to_install
  fi
  say "unpacking and setting up"
  install_packages "${missing[@]}" || failed_to_install
  trap - INT TERM
  INSTALLED=1
}

# No apt: go on when everything is there under whatever package name, else say what is not.
need_elsewhere () {
  local lacking=() tool module
  for tool in meson ninja cc pkg-config msgfmt; do
    command -v "$tool" >/dev/null || lacking+=("$tool")
  done
  for module in glib-2.0 gtk4 libadwaita-1 json-glib-1.0 libcurl libarchive openblas cairo \
                pangocairo; do
    pkg-config --exists "$module" 2>/dev/null || lacking+=("$module")
  done
  [ ${#lacking[@]} -gt 0 ] || return 0
  cat >&2 <<HELP
dev: $(system_name) has no apt, and these are missing: ${lacking[*]}
dev: install the development packages, for example
  Fedora: sudo dnf install meson ninja-build gcc gcc-c++ gettext gtk4-devel libadwaita-devel \\
          json-glib-devel libcurl-devel libarchive-devel openblas-devel cairo-devel pango-devel
  Arch:   sudo pacman -S meson ninja gcc gettext gtk4 libadwaita json-glib curl libarchive \\
          blas-openblas cairo pango
dev: then run ./dev again
HELP
  exit 1
}
