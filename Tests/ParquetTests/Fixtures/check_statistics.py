"""Holds the statistics and bloom filters of written Parquet files against other implementations.

argv: FOLDER with *.parquet, one row group each. pyarrow writes each table too, and its statistics must
be the same; where bounds were cut they must enclose pyarrow's. DuckDB, if it is there, must find every
value by an equality filter, which uses bounds and bloom filters. Prints one line for each difference and
ends with 0 if there is none.
"""
import glob
import io
import math
import sys

import pyarrow.parquet as pq

try:
    import duckdb
except ImportError:
    duckdb = None

differences = []
counts = {"chunks": 0, "bounds": 0, "lookups": 0}


def is_equal(left, right):
    if isinstance(left, float) and isinstance(right, float):
        return left == right and math.copysign(1, left) == math.copysign(1, right)
    return left == right


def check_chunks(path, table):
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=1 << 30)
    ours, theirs = pq.read_metadata(path), pq.read_metadata(io.BytesIO(sink.getvalue()))
    if ours.num_row_groups != 1 or theirs.num_row_groups != 1:
        return
    leaves = {
        theirs.row_group(0).column(index).path_in_schema.split(".")[0]: index
        for index in range(theirs.num_columns)
    }
    for index in range(ours.num_columns):
        mine = ours.row_group(0).column(index)
        if "." in mine.path_in_schema:
            continue
        other = theirs.row_group(0).column(leaves[mine.path_in_schema])
        left, right = mine.statistics, other.statistics
        counts["chunks"] += 1
        if left is None or right is None:
            continue
        place = f"{path}: column {mine.path_in_schema}"
        if left.null_count != right.null_count:
            differences.append(f"{place}: {left.null_count} nulls instead of {right.null_count}")
        # A decimal of many digits and an empty range have bounds in one of the two only.
        if not (left.has_min_max and right.has_min_max):
            if left.has_min_max != right.has_min_max:
                differences.append(
                    f"{place}: bounds {left.has_min_max} instead of {right.has_min_max}")
            continue
        # pyarrow stores some types in another way than the file that it has read.
        if mine.physical_type != other.physical_type:
            continue
        counts["bounds"] += 1
        if not bounds_below(left.min_raw, right.min_raw):
            differences.append(f"{place}: minimum {left.min_raw!r} instead of {right.min_raw!r}")
        if not bounds_above(left.max_raw, right.max_raw):
            differences.append(f"{place}: maximum {left.max_raw!r} instead of {right.max_raw!r}")


def raw(value):
    return value.encode() if isinstance(value, str) else value


def bounds_below(bound, value):
    """The value itself, or the beginning of a long one."""
    if is_equal(bound, value):
        return True
    return isinstance(value, (str, bytes)) and raw(value).startswith(raw(bound))


def bounds_above(bound, value):
    """The value itself, or something shorter above a long one."""
    if is_equal(bound, value):
        return True
    if not isinstance(value, (str, bytes)):
        return False
    return raw(bound) > raw(value) and len(raw(bound)) < len(raw(value))


def check_lookups(path, table):
    for name in table.column_names:
        kind = str(table.schema.field(name).type)
        if kind not in ("int32", "int64", "double", "string", "float"):
            continue
        column = table.column(name).to_pylist()
        for value in sorted(set(column) - {None}, key=str)[:8]:
            if value != value:
                continue
            expected = sum(1 for item in column if item == value)
            found = duckdb.execute(
                f'select count(*) from read_parquet(?) where "{name}" = ?', [path, value]
            ).fetchone()[0]
            counts["lookups"] += 1
            if found != expected:
                differences.append(f"{path}: {name} = {value!r}: {found} rows instead of {expected}")


for path in sorted(glob.glob(sys.argv[1] + "/*.parquet")):
    table = pq.read_table(path)
    check_chunks(path, table)
    if duckdb:
        check_lookups(path, table)

for line in differences:
    print(line)
print("checked:", ", ".join(f"{count} {name}" for name, count in counts.items()))
sys.exit(1 if differences else 0)
