# shellcheck shell=bash disable=SC2034
# Shared helpers for postgres.sh, mariadb.sh, mysql.sh and firebird.sh. Sourced, not run.
#
# Every server script has the same verbs:
#   install        fetch the server software only (idempotent)
#   start DIR      install, create the data directory if empty, start, wait until ready, print the URL
#   url DIR        print the URL of a started server
#   status DIR     print "running PID" (exit 0) or "stopped" (exit 3)
#   stop DIR       orderly shutdown, data kept
#   crash DIR      SIGKILL to the server and its children, data kept ("start DIR" recovers it on the same port)
#   destroy DIR    stop and delete DIR
# Progress goes to stderr; stdout carries only the answer. Exit status 75: something could not be downloaded.
#
# Environment:
#   DBSRV_HOME   where unpacked server software is cached (default /var/tmp/dbservers-UID); must be
#                readable by DBSRV_USER
#   DBSRV_USER   account the server runs as when the script runs as root (default nobody)
#   DBSRV_PORT   fixed port instead of a free one (only read when DIR has no port yet)

DBSRV_HOME=${DBSRV_HOME:-/var/tmp/dbservers-$(id -u)}
DBSRV_USER=${DBSRV_USER:-nobody}

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }
undelivered() { say "download failed: $*"; exit 75; }   # nothing is wrong but the way here: EX_TEMPFAIL

# patiently CMD...: three attempts, for what comes over the network
patiently() {
  local n
  for n in 1 2 3; do
    if "$@"; then return 0; fi
    if [ "$n" -lt 3 ]; then sleep $((n * 3)); fi
  done
  return 1
}

apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends "$@"; }

# apt_install PKG...: install what is missing on the host, quietly
apt_install() {
  local p miss=()
  for p in "$@"; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || miss+=("$p")
  done
  [ ${#miss[@]} -eq 0 ] && return 0
  [ "$(id -u)" = 0 ] || die "not root, and these packages are missing: ${miss[*]}"
  say "apt-get install ${miss[*]}"
  { apt_get "${miss[@]}" || { patiently apt-get update -qq && patiently apt_get "${miss[@]}"; }
  } >/dev/null 2>&1 || undelivered "apt-get install ${miss[*]}"
}

# mirror: the Debian archive the host's apt is configured with
mirror() {
  local u
  u=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/sources.list 2>/dev/null |
      awk '/^[[:space:]]*#/ {next}
           $1=="URIs:" {for (i=2;i<=NF;i++) print $i}
           $1=="deb" {for (i=2;i<=NF;i++) if ($i ~ /^[a-z+]+:/) {print $i; break}}' |
      grep -E '/debian/?$' | head -n 1 || true)
  [ -n "$u" ] || die "no Debian archive found in the host's apt sources"
  printf '%s\n' "${u%/}"
}

# debtree NAME "SUITE [SUITE...]" "PKG..." "STUB..." BIN_GLOB...
# Download the packages PKG... and their dependencies from SUITE and unpack them into a tree of their own; then point
# the programs that match BIN_GLOB... at the tree's own dynamic loader and libraries (patchelf), so that they run
# on the host without a chroot. apt resolves against an empty package database, so what the host has installed
# doesn't matter; the STUB packages are entered there as installed, so they and what only they need are left out.
# No maintainer script runs and nothing of the suite is installed on the host. Sets TREE to the tree's path.
debtree() {
  local name=$1 suites=$2 pkg=$3 stubs=$4; shift 4
  local final=$DBSRV_HOME/$name first=${suites%% *}
  TREE=$final
  [ -e "$final/.complete" ] && return 0
  mkdir -p "$DBSRV_HOME"; chmod 755 "$DBSRV_HOME"
  apt_install patchelf debian-archive-keyring
  exec 9>"$DBSRV_HOME/.lock-$name"; flock 9
  if [ -e "$final/.complete" ]; then exec 9>&-; return 0; fi
  local w=$DBSRV_HOME/.work-$name s m f ld lib g arch
  rm -rf "$w" "$final.tmp"; mkdir -p "$w"/{lists/partial,cache/archives/partial,parts,prefs}; : >"$w/status"
  m=$(mirror); arch=$(dpkg --print-architecture)
  for s in $stubs; do
    printf 'Package: %s\nStatus: install ok installed\nArchitecture: %s\nMulti-Arch: %s\nVersion: 999:9\nMaintainer: x <x@x>\nDescription: stub\n\n' \
      "$s" "$arch" "$([ "$s" = perl ] && echo allowed || echo foreign)" >>"$w/status"
  done
  for s in $suites; do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $m $s main" >>"$w/sources.list"
  done
  cat >"$w/apt.conf" <<C
Dir::State::Lists "$w/lists";
Dir::State::Status "$w/status";
Dir::State::extended_states "$w/extended_states";
Dir::Cache "$w/cache";
Dir::Etc::sourcelist "$w/sources.list";
Dir::Etc::sourceparts "$w/parts";
Dir::Etc::preferencesparts "$w/prefs";
Acquire::Languages "none";
Debug::NoLocking "true";
APT::Sandbox::User "";
APT::Default-Release "$first";
C
  say "fetching $pkg and its dependencies from $suites"
  patiently env APT_CONFIG="$w/apt.conf" apt-get update -qq >"$w/log" 2>&1 ||
    { tail -n 5 "$w/log" >&2; undelivered "package lists of $suites"; }
  # shellcheck disable=SC2086
  patiently env APT_CONFIG="$w/apt.conf" apt-get install -y -q --no-install-recommends --download-only $pkg >>"$w/log" 2>&1 ||
    { tail -n 5 "$w/log" >&2; undelivered "$pkg from $suites"; }
  mkdir -p "$final.tmp"/usr/{bin,sbin,lib,lib64}
  for s in bin sbin lib lib64; do ln -s "usr/$s" "$final.tmp/$s"; done
  for f in "$w"/cache/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$f" | tar -x -C "$final.tmp" --keep-directory-symlink --no-same-owner
  done
  rm -rf "$final.tmp"/usr/share/{doc,man,locale,lintian,bug,info}
  # programs: interpreter and library path of the final place
  lib=$(cd "$final.tmp" && ls -d usr/lib/*-linux-gnu | head -n 1)
  ld=$(cd "$final.tmp" && { ls -d "$lib"/ld-linux-*.so.* "$lib"/ld-*.so 2>/dev/null || true; } | head -n 1)
  [ -n "$ld" ] || die "no dynamic loader in $final.tmp"
  for g in "$@"; do
    for f in "$final.tmp"/$g; do
      [ -f "$f" ] && [ ! -L "$f" ] && [ "$(head -c 4 "$f" | tail -c 3)" = ELF ] || continue
      patchelf --set-interpreter "$final/$ld" --force-rpath --set-rpath "$final/$lib" "$f"
    done
  done
  rm -rf "$final"; mv "$final.tmp" "$final"; touch "$final/.complete"
  rm -rf "$w"; exec 9>&-
  say "unpacked in $final ($(du -sm "$final" | cut -f1) MB)"
}

# wheel NAME REQUIREMENT: unpack one wheel (by its file only, for any Python version). Sets TREE.
wheel() {
  local name=$1 req=$2 final=$DBSRV_HOME/$1
  TREE=$final
  [ -e "$final/.complete" ] && return 0
  mkdir -p "$DBSRV_HOME"; chmod 755 "$DBSRV_HOME"
  exec 9>"$DBSRV_HOME/.lock-$name"; flock 9
  if [ -e "$final/.complete" ]; then exec 9>&-; return 0; fi
  local w=$DBSRV_HOME/.work-$name py
  rm -rf "$w" "$final.tmp"; mkdir -p "$w" "$final.tmp"
  py=$(command -v python3) || die "python3 is needed"
  say "fetching $req from the package index"
  patiently "$py" -m pip download -q --no-deps --only-binary :all: --implementation cp --python-version 3.12 --abi none --abi cp312 --abi abi3 \
     --platform "manylinux_2_28_$(uname -m)" --platform "manylinux_2_17_$(uname -m)" -d "$w" "$req" >"$w/log" 2>&1 ||
     { tail -n 5 "$w/log" >&2; undelivered "no wheel for $req"; }
  "$py" -m zipfile -e "$w"/*.whl "$final.tmp"
  rm -rf "$final"; mv "$final.tmp" "$final"; touch "$final/.complete"; chmod -R a+rX "$final"
  rm -rf "$w"; exec 9>&-
}

freeport() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }

# setup_dir DIR: absolute path in DIR, owned by the server's account, with a port
setup_dir() {
  mkdir -p "$1"; DIR=$(cd "$1" && pwd -P)
  if [ "$(id -u)" = 0 ]; then
    chown "$DBSRV_USER:" "$DIR"
    as_server test -w "$DIR" || die "$DIR: user $DBSRV_USER can't reach it (give another place, or open its parents)"
  fi
  if [ ! -s "$DIR/port" ]; then echo "${DBSRV_PORT:-$(freeport)}" >"$DIR/port"; fi
  PORT=$(cat "$DIR/port")
}

open_dir() { DIR=$(cd "$1" 2>/dev/null && pwd -P) || die "no such directory: $1"; PORT=$(cat "$DIR/port" 2>/dev/null || true); }

# as_server CMD...: run as the server's account (exec: keeps the pid when used with &)
as_server() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid="$DBSRV_USER" --regid="$(id -gn "$DBSRV_USER")" --clear-groups -- "$@"
  else "$@"; fi
}

# launch OUT CMD...: start detached from this shell and its pipes; prints the pid
launch() {
  local out=$1; shift; local pre=(setsid)
  if [ "$(id -u)" = 0 ]; then pre+=(setpriv --reuid="$DBSRV_USER" --regid="$(id -gn "$DBSRV_USER")" --clear-groups --); fi
  "${pre[@]}" "$@" </dev/null >>"$out" 2>&1 8>&- 9>&- &   # the server must not inherit the locks
  echo $!
}

# server_pid: pid of DIR's server, or failure. A pid file alone proves nothing (pids are reused):
# the process must carry DIR in its command line or environment.
server_pid() {
  local p; p=$(head -n 1 "$DIR/pid" 2>/dev/null) || return 1
  [ -n "$p" ] && [ -d "/proc/$p" ] || return 1
  case $(ps -o stat= -p "$p" 2>/dev/null) in Z*|'') return 1;; esac
  cat "/proc/$p/cmdline" "/proc/$p/environ" 2>/dev/null | tr '\0' '\n' | grep -qF -- "$DIR" || return 1
  echo "$p"
}

# children PID: PID's descendants
children() { local c; for c in $(cat /proc/"$1"/task/*/children 2>/dev/null); do echo "$c"; children "$c"; done; }

wait_gone() { # wait_gone SECONDS PID...
  local n=$(( $1 * 20 )) p; shift
  for p in "$@"; do
    while [ -d "/proc/$p" ]; do
      case $(ps -o stat= -p "$p" 2>/dev/null) in Z*|'') break;; esac
      n=$((n-1)); [ $n -gt 0 ] || return 1; sleep 0.05
    done
  done
}

cmd_stop() { # cmd_stop SIGNAL
  local p; p=$(server_pid) || { rm -f "$DIR/pid"; return 0; }
  kill -s "$1" "$p"
  wait_gone 60 "$p" || die "pid $p did not stop in 60 s"
  rm -f "$DIR/pid"
}

cmd_crash() {
  local p all; p=$(server_pid) || die "not running: $DIR"
  all="$p $(children "$p" | tr '\n' ' ')"
  # shellcheck disable=SC2086
  kill -s KILL $all 2>/dev/null || true
  # shellcheck disable=SC2086
  wait_gone 20 $all || die "pid $p survives SIGKILL"
  rm -f "$DIR/pid"
}

cmd_status() { local p; if p=$(server_pid); then echo "running $p"; else echo stopped; return 3; fi; }

# wait_log PID LOG OFFSET REGEX SECONDS: until LOG, from byte OFFSET on, matches REGEX
wait_log() {
  local n=$(( $5 * 20 ))
  until tail -c +"$(( $3 + 1 ))" "$2" 2>/dev/null | grep -qE -- "$4"; do
    if [ ! -d "/proc/$1" ] || [[ $(ps -o stat= -p "$1" 2>/dev/null) == Z* ]]; then tail -n 15 "$2" >&2; die "server ended while starting; log: $2"; fi
    n=$((n-1)); [ $n -gt 0 ] || { tail -n 15 "$2" >&2; die "not ready after $5 s; log: $2"; }
    sleep 0.05
  done
}

size_of() { stat -c %s "$1" 2>/dev/null || echo 0; }

# remember VAR... -- VERB [DIR]: settings given at DIR's first start hold for its later starts unless given again
# (another version can't read the data, and MySQL loses a branch prepared just before a kill if it was prepared
# with the binary log on and the restart has it off)
remember() {
  SETTINGS=(); local v k f
  while [ "$1" != -- ]; do SETTINGS+=("$1"); shift; done; shift
  f=${2:-}/settings; [ -f "$f" ] || return 0
  while IFS='=' read -r k v; do
    case " ${SETTINGS[*]} " in *" $k "*) [ -n "${!k+x}" ] || printf -v "$k" %s "$v";; esac
  done <"$f"
}
save_settings() { local k; for k in "${SETTINGS[@]}"; do if [ -n "${!k:-}" ]; then echo "$k=${!k}"; fi; done >"$DIR/settings"; }

# main VERB [DIR]: the verbs' frame; the script defines do_install, do_init, do_start, url, STOPSIG
main() {
  local verb=${1:-} dir=${2:-}
  case $verb in
    install) do_install; say "$(describe)";;
    start)
      [ -n "$dir" ] || die "usage: $0 start DIR"
      do_install; mkdir -p "$dir"
      exec 8>"$dir/.startlock"; flock 8
      setup_dir "$dir"
      if ! server_pid >/dev/null; then
        [ -e "$DIR/.initialised" ] || { do_init; touch "$DIR/.initialised"; }
        save_settings
        do_start
      fi
      url; exec 8>&-;;
    url|status|stop|crash|destroy)
      [ -n "$dir" ] || die "usage: $0 $verb DIR"
      [ -d "$dir" ] || { case $verb in stop|destroy) return 0;; status) echo stopped; return 3;; esac; }
      open_dir "$dir"
      case $verb in
        url) url;;
        status) cmd_status;;
        stop) cmd_stop "$STOPSIG";;
        crash) cmd_crash;;
        destroy) cmd_stop "$STOPSIG"
                 [ -e "$DIR/.startlock" ] || [ -z "$(ls -A "$DIR")" ] || die "$DIR was not made by this script"
                 rm -rf "${DIR:?}";;
      esac;;
    *) die "usage: $0 install | start DIR | url DIR | status DIR | stop DIR | crash DIR | destroy DIR";;
  esac
}
