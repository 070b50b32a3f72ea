#!/usr/bin/env bash
# Exports a SQLite database as a dump, proves the dump, and loads it elsewhere; see README.md.
# Needs `receipt` and `sqlite3` on the PATH. Writes only into the folder given, or a temporary one.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
work=${1:-$(mktemp -d)}
cd "$work"

run() {
  printf '\n$ %s\n' "$*"
  "$@"
}

rm -rf crm.sqlite exports broken elsewhere.sqlite
sqlite3 crm.sqlite < "$here/crm.sql"
cp "$here/schema.json" .

run receipt export crm.sqlite exports --schema schema.json --files 2 --timestamp 2026-11-20T04:03:07Z
run receipt verify exports --level deep
run receipt parquet schema exports/2026-11-20T04:03/deals/000000000000.parquet
run receipt load exports --into elsewhere.sqlite

printf '\n%s\n' "# The same rows are elsewhere now, the nested ones too."
for table in companies notes; do
  diff <(sqlite3 crm.sqlite "SELECT * FROM $table") <(sqlite3 elsewhere.sqlite "SELECT * FROM $table")
done
run sqlite3 -box elsewhere.sqlite \
  "SELECT deals.id, closed_at, value ->> 'email' AS email
   FROM deals LEFT JOIN json_each(contacts) ORDER BY deals.id, email"

printf '\n%s\n' "# A dump that is broken on purpose: does your automation notice?"
run receipt export crm.sqlite broken --timestamp 2026-11-20T04:03:07Z --fault missing-file=deals -q
status=0
run receipt verify broken || status=$?
printf 'exit status %d\n' "$status"
[ "$status" = 20 ]
