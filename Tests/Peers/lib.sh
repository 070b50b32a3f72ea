# shared by the scripts of this folder; sourced, not run
set -euo pipefail
PEERS_HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
PEERS_DIR="${PEERS_DIR:-$PEERS_HERE/../.peers}"               # state, logs, pid files, installed servers
mkdir -p "$PEERS_DIR"; PEERS_DIR="$(cd "$PEERS_DIR" && pwd)"
PEERS_VENV="${PEERS_VENV:-$PEERS_DIR/venv}"                   # one folder per pinned set
PEERS_PYTHON="${PEERS_PYTHON:-python3}"
mkdir -p "$PEERS_DIR/run" "$PEERS_DIR/log" "$PEERS_VENV"

# venv NAME REQUIREMENT...   (installed once; again when the pins change)
venv() {
  local d="$PEERS_VENV/$1" pins="${*:2}"
  if [ ! -f "$d/.pins" ] || [ "$(cat "$d/.pins")" != "$pins" ]; then
    rm -rf "$d"; "$PEERS_PYTHON" -m venv "$d" >&2
    "$d/bin/pip" install -q --disable-pip-version-check "${@:2}" >&2
    printf '%s' "$pins" > "$d/.pins"
  fi
  printf '%s\n' "$d"
}
pidfile() { printf '%s/run/%s.pid' "$PEERS_DIR" "$1"; }
# alive NAME: the recorded process still is the one that was started
alive() {
  local f; f="$(pidfile "$1")"; [ -f "$f" ] || return 1
  local pid start; read -r pid start < "$f"
  [ -n "${pid:-}" ] && kill -0 "$pid" 2>/dev/null && [ "$(awk '{print $22}' "/proc/$pid/stat" 2>/dev/null)" = "${start:-}" ] && [ "$(awk '{print $3}' "/proc/$pid/stat")" != Z ]
}
# spawn NAME COMMAND...   in the background, own session, output to log/NAME.log
spawn() {
  local name="$1"; shift
  setsid nohup "$@" > "$PEERS_DIR/log/$name.log" 2>&1 < /dev/null &
  local pid=$!; printf '%s %s\n' "$pid" "$(awk '{print $22}' "/proc/$pid/stat")" > "$(pidfile "$name")"
}
# stop_one NAME [TENTHS]: TERM, then KILL after that long (default 10 s); no error when it is not running
stop_one() {
  local f pid; f="$(pidfile "$1")"
  if alive "$1"; then
    read -r pid _ < "$f"; kill "$pid" 2>/dev/null || true
    for _ in $(seq "${2:-100}"); do alive "$1" || break; sleep 0.1; done
    if alive "$1"; then kill -9 "$pid" 2>/dev/null || true; sleep 0.2; fi
  fi
  rm -f "$f"
}
# wait_http NAME URL [SECONDS] [CODE]: until the URL answers (with CODE, if given) or the process is gone
wait_http() {
  local name="$1" url="$2" secs="${3:-30}" want="${4:-}" t0 code; t0=$(date +%s%N)
  while :; do
    code="$(curl -s -o /dev/null -m 2 -w '%{http_code}' "$url" || true)"
    if [ "$code" != 000 ] && { [ -z "$want" ] || [ "$code" = "$want" ]; }; then echo "$name: up after $(( ($(date +%s%N) - t0) / 1000000 )) ms"; return 0; fi
    if [ -f "$(pidfile "$name")" ] && ! alive "$name"; then echo "$name: died; last lines of its log:" >&2; tail -n 15 "$PEERS_DIR/log/$name.log" >&2; return 1; fi
    if [ $(( ($(date +%s%N) - t0) / 1000000000 )) -ge "$secs" ]; then echo "$name: not up after $secs s" >&2; tail -n 15 "$PEERS_DIR/log/$name.log" >&2; return 1; fi
    sleep 0.1
  done
}
port_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
need_free() { local p; for p in "$@"; do port_free "$p" || { echo "port $p is taken" >&2; return 1; }; done; }
usage() { echo "usage: $(basename "$0") start|stop|status|env" >&2; exit 2; }
