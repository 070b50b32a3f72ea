"""Reads Parquet files by other implementations and compares them with what was written.

argv: FOLDER, with NAME.parquet and NAME.jsonl, the canonical rows. pyarrow must be there; DuckDB and
polars are compared with it where they are. Prints one line for each difference, then which readers
were used; ends with 0 if there is no difference.
"""
import glob
import json
import math
import os
import sys

# polars panics where others raise an error; the trace is of no use here.
os.environ["RUST_BACKTRACE"] = "0"

import pyarrow as pa
import pyarrow.parquet as pq

import canonical

try:
    import duckdb
except ImportError:
    duckdb = None
try:
    import polars
except ImportError:
    polars = None

differences = []
compared = {"pyarrow": 0, "duckdb": 0, "polars": 0}


def same(left, right):
    """Equality of Python values in which NaN equals itself and −0 is not 0."""
    if isinstance(left, float) and isinstance(right, float):
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return left == right and math.copysign(1, left) == math.copysign(1, right)
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(left[k], right[k]) for k in left)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def report(file, reader, what):
    differences.append(f"{file}: {reader}: {what}")


def check_pyarrow(path):
    table = pq.read_table(path, page_checksum_verification=True, arrow_extensions_enabled=True)
    rows = canonical.rows(table)
    expected = open(path.removesuffix(".parquet") + ".jsonl", encoding="utf-8").read().splitlines()
    compared["pyarrow"] += 1
    if len(rows) != len(expected):
        report(path, "pyarrow", f"{len(rows)} rows instead of {len(expected)}")
    for index, (row, line) in enumerate(zip(rows, expected)):
        if row != line and not same(json.loads(row), json.loads(line)):
            report(path, "pyarrow", f"row {index} is {row}\n    instead of {line}")
            break
    return table


def check_other(path, reader, read, table):
    """Compares the columns that the reader gives in pyarrow's own types."""
    try:
        other = read(path)
    except BaseException as error:  # noqa: BLE001  any failure to read is a difference
        # What these cannot read from any writer; the last one is polars, with delta encodings of
        # required fields in nullable structs on several pages.
        text = str(error)
        known = ("only supported for", "Not yet supported", "Could not convert Timestamp", "validity")
        if not any(word in text for word in known):
            report(path, reader, f"cannot read it: {text[:300]}")
        return
    compared[reader] += 1
    if other.num_rows != table.num_rows:
        report(path, reader, f"{other.num_rows} rows instead of {table.num_rows}")
        return
    for index, name in enumerate(table.column_names):
        try:
            column = other.column(index).cast(table.schema.field(index).type)
            left, right = column.to_pylist(), table.column(index).to_pylist()
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OverflowError, ValueError):
            continue
        for row, (mine, theirs) in enumerate(zip(left, right)):
            if not same(mine, theirs):
                report(path, reader, f"column {name}, row {row}: {mine!r} instead of {theirs!r}")
                break


for path in sorted(glob.glob(sys.argv[1] + "/*.parquet")):
    table = check_pyarrow(path)
    if duckdb:
        check_other(
            path, "duckdb", lambda path: duckdb.sql(f"from read_parquet('{path}')").to_arrow_table(),
            table)
    if polars:
        check_other(
            path, "polars",
            lambda path: polars.read_parquet(path).to_arrow(compat_level=polars.CompatLevel.oldest()),
            table)

for line in differences:
    print(line)
print("compared:", ", ".join(f"{count} by {name}" for name, count in compared.items()))
sys.exit(1 if differences else 0)
