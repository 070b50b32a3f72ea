#!/usr/bin/env bash
# A throw-away PostgreSQL 15 on loopback (trust, no fsync): what stands behind redshift.sh.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PORT="${REDSHIFT_PG_PORT:-25433}"; D="$PEERS_DIR/redshift-pg"; B="${PEERS_PG_BIN:-/usr/lib/postgresql/15/bin}"
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
install() { [ -x "$B/postgres" ] || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-15 >/dev/null; }; }
up() { [ -f "$D/data/postmaster.pid" ] && as "$B/pg_isready" -q -h 127.0.0.1 -p "$PORT"; }
start() {
  up && { echo "postgres: already running"; return; }
  install; need_free "$PORT"; rm -rf "$D"; mkdir -p "$D"; local t0; t0=$(date +%s%N)
  chmod 755 "$PEERS_DIR"; [ "$(id -u)" = 0 ] && chown postgres "$D"
  as "$B/initdb" -D "$D/data" -A trust -U rs --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null
  as "$B/pg_ctl" -D "$D/data" -w -s -l "$D/log" -o "-p $PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories=$D -c fsync=off -c full_page_writes=off -c shared_buffers=32MB -c max_connections=40" start
  echo "postgres: up after $(( ($(date +%s%N) - t0) / 1000000 )) ms"
}
case "${1:-}" in
  start) start ;;
  stop) [ -f "$D/data/postmaster.pid" ] && as "$B/pg_ctl" -D "$D/data" -m immediate -w -s stop || true; rm -rf "$D" ;;
  status) up && echo up || { echo down; exit 1; } ;;
  env) echo "PGHOST=127.0.0.1 PGPORT=$PORT PGUSER=rs PGDATABASE=postgres" ;;
  *) usage ;;
esac
