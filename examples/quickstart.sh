#!/usr/bin/env bash
# From a fresh Debian or Ubuntu machine with Swift to an answer out of a dump:
# install what is missing, build, then show, verify, load and query the dump beside this script.
# Runs again without harm. Writes only .build/ (or $RECEIPT_SCRATCH) in the package.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. examples/setup.sh

scratch=${RECEIPT_SCRATCH:-.build}
database=$scratch/quickstart.sqlite

run() {
  printf '\n$ %s\n' "$*"
  "$@"
}

need_swift
install_packages "${BUILD_PACKAGES[@]}" sqlite3

say "building the receipt command (the first time takes some minutes)"
swift build --scratch-path "$scratch" -c release --product receipt >&2
PATH=$(swift build --scratch-path "$scratch" -c release --product receipt --show-bin-path):$PATH

run receipt show examples/dump
run receipt verify examples/dump
run receipt load examples/dump --into "$database" --replace

say "which channels open the deals that are won, and which ones close them? (examples/quickstart.sql)"
printf '\n$ sqlite3 -box %s < examples/quickstart.sql\n' "$database"
sqlite3 -batch -box "$database" < examples/quickstart.sql
