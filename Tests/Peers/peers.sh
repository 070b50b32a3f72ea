#!/usr/bin/env bash
# Starts, stops and names the servers that tests talk to; see README.md.
#
#   peers.sh start     start all, or fail
#   peers.sh stop      stop all and remove what they kept
#   peers.sh env       the variables by which tests find them, one NAME=VALUE a line
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
export SEAWEED_PORT="${SEAWEED_PORT:-25333}" MINISTACK_PORT="${MINISTACK_PORT:-25566}"
export RGW_PORT="${RGW_PORT:-25480}"
export REDSHIFT_PORT="${REDSHIFT_PORT:-25439}" SNOWFLAKE_PORT="${SNOWFLAKE_PORT:-25443}"
redshift_proxy="${REDSHIFT_PROXY_PORT:-25620}" snowflake_proxy="${SNOWFLAKE_PROXY_PORT:-25630}"
strict_port="${STRICT_PORT:-25610}" fault_port="${FAULTPROXY_PORT:-25600}"
keys='{"testing":"testing-secret","reader":"reader-secret"}'

proxy() {
  FAULTPROXY_NAME="$1" FAULTPROXY_PORT="$2" FAULTPROXY_CONTROL=$(($2 + 1)) \
    FAULTPROXY_UPSTREAM="127.0.0.1:$SEAWEED_PORT" FAULTPROXY_KEYS="$keys" "$here/faultproxy.sh" "$3"
}

# warehouse NAME PORT UPSTREAM KEYS start|stop: a proxy before a stand-in of a warehouse
warehouse() {
  FAULTPROXY_NAME="$1-proxy" FAULTPROXY_PORT="$2" FAULTPROXY_CONTROL=$(($2 + 1)) \
    FAULTPROXY_UPSTREAM="127.0.0.1:$3" FAULTPROXY_KEYS="$4" "$here/faultproxy.sh" "$5"
}

case "${1:-}" in
  start)
    "$here/seaweedfs.sh" start
    "$here/ministack.sh" start
    proxy strict "$strict_port" start
    proxy faultproxy "$fault_port" start
    # Stand-ins for warehouses; tests of them are skipped where one does not start.
    if "$here/redshift.sh" start; then warehouse redshift "$redshift_proxy" "$REDSHIFT_PORT" "$keys" start; fi
    if "$here/snowflake.sh" start; then warehouse snowflake "$snowflake_proxy" "$SNOWFLAKE_PORT" "" start; fi
    # Ceph's gateway takes a gigabyte of packages: used where it is there.
    if type -P radosgw >/dev/null && type -P ceph-mon >/dev/null; then "$here/rgw.sh" start || true; fi
    # Where PostgreSQL's server is installed.
    "$here/postgres.sh" start || true
    ;;
  stop)
    warehouse redshift "$redshift_proxy" "$REDSHIFT_PORT" "" stop
    warehouse snowflake "$snowflake_proxy" "$SNOWFLAKE_PORT" "" stop
    "$here/redshift.sh" stop
    "$here/snowflake.sh" stop
    proxy faultproxy "$fault_port" stop
    proxy strict "$strict_port" stop
    "$here/ministack.sh" stop
    "$here/seaweedfs.sh" stop
    "$here/rgw.sh" stop
    "$here/postgres.sh" stop
    ;;
  env)
    printf 'RECEIPT_%s\n' "SEAWEEDFS=http://127.0.0.1:$SEAWEED_PORT" \
      "MINISTACK=http://127.0.0.1:$MINISTACK_PORT" "STRICT_S3=http://127.0.0.1:$strict_port" \
      "FAULTPROXY=http://127.0.0.1:$fault_port"
    if "$here/redshift.sh" status >/dev/null 2>&1; then
      printf 'RECEIPT_REDSHIFT%s\n' "=http://127.0.0.1:$REDSHIFT_PORT" "_PROXY=http://127.0.0.1:$redshift_proxy"
    fi
    if "$here/snowflake.sh" status >/dev/null 2>&1; then
      printf 'RECEIPT_SNOWFLAKE%s\n' "=http://127.0.0.1:$SNOWFLAKE_PORT" \
        "_PROXY=http://127.0.0.1:$snowflake_proxy" \
        "_KEY=${PEERS_DIR:-$here/../.peers}/snowflake/key.p8"
    fi
    if "$here/rgw.sh" status >/dev/null 2>&1; then echo "RECEIPT_RGW=http://127.0.0.1:$RGW_PORT"; fi
    if "$here/postgres.sh" status >/dev/null 2>&1; then "$here/postgres.sh" env; fi
    ;;
  *)
    echo "usage: peers.sh start|stop|env" >&2
    exit 2
    ;;
esac
