#!/usr/bin/env bash
# redshift_data.py over redshift_postgres.sh: a Redshift Data API whose COPY reads the S3 of seaweedfs.sh (start that one first).
#   REDSHIFT_PORT, REDSHIFT_ROLE (the one role COPY may assume), REDSHIFT_DELAY (seconds in SUBMITTED and in PICKED), REDSHIFT_LINT=1 (strict grammar)
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PORT="${REDSHIFT_PORT:-25439}"; ROLE="${REDSHIFT_ROLE:-arn:aws:iam::000000000000:role/loader}"
start() {
  alive redshift && { echo "redshift: already running"; return; }
  local v a=(); v="$(venv redshift boto3==1.43.11 psycopg2-binary==2.9.11 pyarrow==26.0.1 sqlfluff==4.5.0)"; need_free "$PORT"; "$PEERS_HERE/redshift_postgres.sh" start
  [ -n "${REDSHIFT_LINT:-}" ] && a+=(--lint)
  spawn redshift "$v/bin/python" "$PEERS_HERE/redshift_data.py" --listen "127.0.0.1:$PORT" --pg "host=127.0.0.1 port=${REDSHIFT_PG_PORT:-25433} user=rs dbname=postgres" \
    --s3 "http://127.0.0.1:${SEAWEED_PORT:-25333}" --s3-key "${SEAWEED_KEY:-testing}" --s3-secret "${SEAWEED_SECRET:-testing-secret}" --role "$ROLE" --delay "${REDSHIFT_DELAY:-0.05}" "${a[@]}"
  wait_http redshift "http://127.0.0.1:$PORT/" 30 200
}
case "${1:-}" in
  start) start ;; stop) stop_one redshift; "$PEERS_HERE/redshift_postgres.sh" stop ;;
  status) alive redshift && curl -sf -o /dev/null "http://127.0.0.1:$PORT/" && echo up || { echo down; exit 1; } ;;
  env) echo "REDSHIFT_DATA_ENDPOINT=http://127.0.0.1:$PORT AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_REGION=us-east-1" ;;
  *) usage ;;
esac
