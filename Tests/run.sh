#!/usr/bin/env bash
# All tests, from a fresh clone: format, build without warnings, unit tests, release build,
# cross-checks against pyarrow, the quickstart, and the Parquet corpus where there is one.
#
#   RECEIPT_CORPUS   folder of the corpus (default ../shared/corpus/parquet); skipped if it is not there
#   RECEIPT_SCRATCH  build folder (default .build)
#   RECEIPT_PEERS    0: no servers are started, and tests that need one are skipped
#   RECEIPT_ENGINES  0: DuckDB and ClickHouse are not installed, and tests that need them are skipped
#
# Ends with 0 only if every step that ran passed. What was skipped is said at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. examples/setup.sh

scratch=${RECEIPT_SCRATCH:-.build}
corpus=${RECEIPT_CORPUS:-../shared/corpus/parquet}
venv=Tests/.venv
skipped=()
step=start
started=$SECONDS

begin() {
  step=$1
  say "$1 ($((SECONDS - started)) s so far)"
}

skip() {
  skipped+=("$1")
  printf 'skipped: %s\n' "$1" >&2
}

finish() {
  local code=$?
  trap - EXIT
  if [ -n "${peers_started:-}" ]; then Tests/Peers/peers.sh stop >/dev/null 2>&1 || true; fi
  if [ "$code" -ne 0 ]; then printf '\nFAILED (exit %d) in: %s\n' "$code" "$step" >&2; fi
  exit "$code"
}
trap finish EXIT

# A virtual environment with the pinned pyarrow; made anew when the pins change.
prepare_python() {
  command -v python3 >/dev/null || install_packages python3 python3-venv || return 1
  if ! cmp -s Tests/requirements.txt "$venv/requirements.txt"; then
    rm -rf "$venv"
    if ! python3 -m venv "$venv"; then
      # Debian splits venv off; without it the line above leaves a half-made folder.
      rm -rf "$venv"
      (install_packages python3-venv) && python3 -m venv "$venv" || return 1
    fi
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --timeout 20 --retries 2 \
      -r Tests/requirements.txt || return 1
    cp Tests/requirements.txt "$venv/requirements.txt"
  fi
  "$venv/bin/python" -c 'import pyarrow'
}

# DuckDB and ClickHouse, which run the scripts of `receipt copy`.
prepare_engines() {
  local requirements=Tests/requirements-engines.txt folder=Tests/.venv-engines
  if ! cmp -s "$requirements" "$folder/requirements.txt"; then
    rm -rf "$folder"
    python3 -m venv "$folder" || return 1
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --timeout 20 --retries 2 \
      -r "$requirements" || return 1
    cp "$requirements" "$folder/requirements.txt"
  fi
  "$folder/bin/python" -c 'import chdb, duckdb, duckdb_ext'
}

begin "packages"
need_swift
install_packages "${BUILD_PACKAGES[@]}" sqlite3 curl openssl
if (prepare_python); then
  # Tests that compare with pyarrow look for this variable and say so when it is not set.
  RECEIPT_PYTHON=$PWD/$venv/bin/python
  export RECEIPT_PYTHON
else
  skip "cross-checks with pyarrow: no Python with pip and a package index (see above)"
fi

if [ "${RECEIPT_ENGINES:-1}" != 0 ] && [ -n "${RECEIPT_PYTHON:-}" ] && (prepare_engines); then
  export RECEIPT_ENGINES_PYTHON=$PWD/Tests/.venv-engines/bin/python
else
  skip "scripts run by DuckDB and ClickHouse: they are not installed"
fi

begin "format"
swift format lint --strict -r Sources Tests Package.swift

begin "build, warnings are errors"
swift build --scratch-path "$scratch" --build-tests -Xswiftc -warnings-as-errors

if [ "${RECEIPT_PEERS:-1}" != 0 ] && [ -n "${RECEIPT_PYTHON:-}" ]; then
  begin "servers for tests of S3"
  peers_started=1
  if Tests/Peers/peers.sh start; then
    while read -r assignment; do export "${assignment?}"; done < <(Tests/Peers/peers.sh env)
    if [ -z "${RECEIPT_POSTGRES:-}" ]; then skip "tests of PostgreSQL: its server is not installed"; fi
  else
    skip "tests of S3: a server did not start (see above)"
  fi
else
  skip "tests of S3: no Python for the servers, or RECEIPT_PEERS=0"
fi

# All tests of a run begin at once and share as many threads as there are cores, so that one with a server
# would wait behind hundreds of others with its connections open: the kinds of tests follow each other.
commands='^CommandTests\.'
services='^(AWS|HTTPServing|ObjectStorage|Operations|PostgreSQLTables|Warehouse)Tests\.'
with_servers="$commands(S3|Copy|ExportS3|Export[^/]*PostgreSQL|Prune|Mirror|Lifecycle|Doctor|SetupApply|Watch|Lambda)"
run_tests() {
  local log code=0
  log=$(mktemp)
  swift test --scratch-path "$scratch" --skip-build --parallel "$@" 2>&1 | tee "$log" || code=$?
  if [ "$code" -ne 0 ]; then
    printf '\nwhat failed:\n' >&2
    grep -A 12 -E 'recorded an issue|Fatal error|: error:' "$log" | grep -v -E 'started\.$|passed after' | tail -200 >&2 || true
  fi
  rm -f "$log"
  return "$code"
}
begin "tests of the modules that speak with servers"
run_tests --filter "$services"
begin "tests of the other modules"
run_tests --skip "$commands" --skip "$services"
begin "tests of the commands that speak with servers"
run_tests --filter "$with_servers"
begin "tests of the other commands"
run_tests --filter "$commands" --skip "$with_servers"

begin "release build"
swift build --scratch-path "$scratch" -c release --product receipt
bin=$(swift build --scratch-path "$scratch" -c release --product receipt --show-bin-path)

if [ -n "${RECEIPT_PYTHON:-}" ]; then
  begin "the example dump is what its script writes"
  remade=$(mktemp -d)
  "$RECEIPT_PYTHON" examples/make-dump.py "$remade"
  "$RECEIPT_PYTHON" Tests/same-dump.py examples/dump "$remade"
  rm -rf "$remade"

  begin "loads hold what pyarrow reads, value for value"
  work=$(mktemp -d)
  "$RECEIPT_PYTHON" Tests/make-odd-dump.py "$work/odd"
  for flags in "" "--nested json" "--assume-utc --decimal real"; do
    for dump in examples/dump "$work/odd"; do
      # shellcheck disable=SC2086  # several flags
      "$bin/receipt" load "$dump" --into "$work/load.sqlite" --replace --uint64 text $flags >/dev/null
      # shellcheck disable=SC2086
      "$RECEIPT_PYTHON" Tests/compare-load.py "$dump" "$work/load.sqlite" --uint64 text $flags
    done
  done
  begin "so do databases that are loaded into again and again"
  for mode in delete wal; do
    for times in 1 2 3; do
      "$bin/receipt" load "$work/odd" --into "$work/$mode.sqlite" --uint64 text --force >/dev/null
      sqlite3 "$work/$mode.sqlite" "PRAGMA journal_mode = $mode" >/dev/null
    done
    "$RECEIPT_PYTHON" Tests/compare-load.py "$work/odd" "$work/$mode.sqlite" --uint64 text
  done
  begin "no finding in what another writer wrote"
  "$bin/receipt" verify "$work/odd" --level deep >"$work/findings"
  rm -rf "$work"
fi

begin "quickstart, twice"
examples/quickstart.sh
examples/quickstart.sh >/dev/null
sqlite3 -batch -csv -header "$scratch/quickstart.sqlite" < examples/quickstart.sql \
  | tr -d '\r' | diff examples/quickstart.csv -

begin "the example of exporting"
(PATH=$bin:$PATH && examples/export/export.sh >/dev/null)

if [ -f "$corpus/check_corpus.py" ] && command -v python3 >/dev/null; then
  begin "corpus in $corpus"
  python3 "$corpus/check_corpus.py" "$corpus" -j "$(nproc)" -q \
    --cmd "$(printf '%q' "$bin/receipt") parquet cat --canonical {file}"
  if [ -n "${RECEIPT_PYTHON:-}" ]; then
    begin "rewritten files read as before"
    "$RECEIPT_PYTHON" Tests/compare-rewritten.py "$bin/receipt" "$corpus" --every 5
  fi
else
  skip "Parquet corpus: $corpus/check_corpus.py or python3 is not there"
fi

begin "done: everything that ran has passed"
for name in ${skipped[@]+"${skipped[@]}"}; do printf 'skipped: %s\n' "$name" >&2; done
