#!/usr/bin/env bash
# A throw-away PostgreSQL on loopback: no fsync, everybody is let in, but for the user `secretive`, who needs a password.
#   PEERS_PG_PORT (default 25432), PEERS_PG_BIN (default the newest version that is installed)
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PORT="${PEERS_PG_PORT:-25432}"
# The server refuses to run as root and so needs a place that its own user can get at.
D="${TMPDIR:-/tmp}/receipt-postgres.$(id -u).$PORT"
find_bin() {
  if [ -n "${PEERS_PG_BIN:-}" ]; then echo "$PEERS_PG_BIN"; return; fi
  # shellcheck disable=SC2012  # names of versions only
  local newest; newest="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)"
  if [ -z "$newest" ] && command -v initdb >/dev/null; then newest="$(dirname "$(command -v initdb)")"; fi
  echo "$newest"
}
B="$(find_bin)"
as() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
up() { [ -f "$D/data/postmaster.pid" ] && as "$B/pg_isready" -q -h 127.0.0.1 -p "$PORT"; }
start() {
  up && { echo "postgres: already running"; return; }
  need_free "$PORT"; rm -rf "$D"; mkdir -p "$D"; local t0; t0=$(date +%s%N)
  chmod 755 "$D"; if [ "$(id -u)" = 0 ]; then chown postgres "$D"; fi
  as "$B/initdb" -D "$D/data" -A trust -U receipt --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null
  # The first line that fits counts.
  as sed -i '1i host all secretive 127.0.0.1/32 scram-sha-256' "$D/data/pg_hba.conf"
  as "$B/pg_ctl" -D "$D/data" -w -s -l "$D/log" -o "-p $PORT -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories=$D -c fsync=off -c full_page_writes=off -c shared_buffers=64MB \
    -c max_connections=100 -c wal_level=minimal -c max_wal_senders=0" start
  echo "postgres: up after $(( ($(date +%s%N) - t0) / 1000000 )) ms"
}
case "${1:-}" in
  start) if [ -x "$B/postgres" ]; then start; else echo "postgres: not installed" >&2; exit 1; fi ;;
  stop) if [ -f "$D/data/postmaster.pid" ]; then as "$B/pg_ctl" -D "$D/data" -m immediate -w -s stop || true; fi; rm -rf "$D" ;;
  status) up && echo up || { echo down; exit 1; } ;;
  env) echo "RECEIPT_POSTGRES=postgres://receipt@127.0.0.1:$PORT/postgres" ;;
  *) usage ;;
esac
