#!/usr/bin/env bash
# snowflake_sql.py (SQL API v2 over fakesnow), its stages reading the S3 of seaweedfs.sh (start that one first).
# Makes an RSA key pair for the tests at every start: SNOWFLAKE_PRIVATE_KEY (PKCS#8). SNOWFLAKE_LINT=1: strict grammar. SNOWFLAKE_SYNC_SECONDS.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PORT="${SNOWFLAKE_PORT:-25443}"; D="$PEERS_DIR/snowflake"
start() {
  alive snowflake && { echo "snowflake: already running"; return; }
  local v a=(); v="$(venv snowflake fakesnow==0.12.1 duckdb==2.0.0 sqlglot==30.22.0 snowflake-connector-python==4.8.1 pyarrow==26.0.1 boto3==1.43.11 sqlfluff==4.5.0)"; need_free "$PORT"; mkdir -p "$D"
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$D/key.p8" 2>/dev/null; openssl pkey -in "$D/key.p8" -pubout -out "$D/key.pub"
  [ -n "${SNOWFLAKE_LINT:-}" ] && a+=(--lint)
  spawn snowflake "$v/bin/python" -W ignore "$PEERS_HERE/snowflake_sql.py" --listen "127.0.0.1:$PORT" --account TESTORG-TEST --user LOADER --public-key "$D/key.pub" --pat test-pat --mirror "$D/mirror" \
    --s3 "http://127.0.0.1:${SEAWEED_PORT:-25333}" --s3-key "${SEAWEED_KEY:-testing}" --s3-secret "${SEAWEED_SECRET:-testing-secret}" --sync-seconds "${SNOWFLAKE_SYNC_SECONDS:-45}" "${a[@]}"
  wait_http snowflake "http://127.0.0.1:$PORT/health" 60 200
}
case "${1:-}" in
  start) start ;; stop) stop_one snowflake 20; rm -rf "$D" ;;
  status) alive snowflake && curl -sf -o /dev/null "http://127.0.0.1:$PORT/health" && echo up || { echo down; exit 1; } ;;
  env) echo "SNOWFLAKE_URL=http://127.0.0.1:$PORT SNOWFLAKE_ACCOUNT=TESTORG-TEST SNOWFLAKE_USER=LOADER SNOWFLAKE_PRIVATE_KEY=$D/key.p8 SNOWFLAKE_PAT=test-pat" ;;
  *) usage ;;
esac
