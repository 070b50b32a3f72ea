"""Asks DuckDB whether bloom filters exclude values. argv: FILE COLUMN, then values from standard input.

Prints one line for each value: 1 if the filter of every row group excludes it, 0 if it may be there.
"""
import sys

import duckdb

path, column = sys.argv[1:]
for line in sys.stdin.read().splitlines():
    rows = duckdb.execute(
        "select bool_and(bloom_filter_excludes) from parquet_bloom_probe(?, ?, ?)",
        [path, column, line]).fetchone()
    print(int(rows[0]))
