#!/usr/bin/env bash
# Starts, stops and names the servers that tests talk to; see README.md.
#
#   peers.sh start     start all, or fail
#   peers.sh stop      stop all and remove what they kept
#   peers.sh env       the variables by which tests find them, one NAME=VALUE a line
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
export SEAWEED_PORT="${SEAWEED_PORT:-45333}" MINISTACK_PORT="${MINISTACK_PORT:-45566}"
export RGW_PORT="${RGW_PORT:-45480}"
strict_port="${STRICT_PORT:-45610}" fault_port="${FAULTPROXY_PORT:-45600}"
keys='{"testing":"testing-secret","reader":"reader-secret"}'

proxy() {
  FAULTPROXY_NAME="$1" FAULTPROXY_PORT="$2" FAULTPROXY_CONTROL=$(($2 + 1)) \
    FAULTPROXY_UPSTREAM="127.0.0.1:$SEAWEED_PORT" FAULTPROXY_KEYS="$keys" "$here/faultproxy.sh" "$3"
}

case "${1:-}" in
  start)
    "$here/seaweedfs.sh" start
    "$here/ministack.sh" start
    proxy strict "$strict_port" start
    proxy faultproxy "$fault_port" start
    # Ceph's gateway takes a gigabyte of packages: used where it is there.
    if type -P radosgw >/dev/null && type -P ceph-mon >/dev/null; then "$here/rgw.sh" start || true; fi
    ;;
  stop)
    proxy faultproxy "$fault_port" stop
    proxy strict "$strict_port" stop
    "$here/ministack.sh" stop
    "$here/seaweedfs.sh" stop
    "$here/rgw.sh" stop
    ;;
  env)
    printf 'RECEIPT_%s\n' "SEAWEEDFS=http://127.0.0.1:$SEAWEED_PORT" \
      "MINISTACK=http://127.0.0.1:$MINISTACK_PORT" "STRICT_S3=http://127.0.0.1:$strict_port" \
      "FAULTPROXY=http://127.0.0.1:$fault_port"
    if "$here/rgw.sh" status >/dev/null 2>&1; then echo "RECEIPT_RGW=http://127.0.0.1:$RGW_PORT"; fi
    ;;
  *)
    echo "usage: peers.sh start|stop|env" >&2
    exit 2
    ;;
esac
