#!/usr/bin/env python3
"""Holds an export of PostgreSQL tables against what the server itself says, value for value.

    compare-postgres.py URL DUMP TABLE…

The Parquet files are read by pyarrow. The server turns each value into a text that this script can make of
the Parquet value too: dates, times and timestamps into whole numbers, arrays into JSON. Prints how many values
were compared; the first differences end it with 1.
"""
import decimal
import glob
import json
import struct
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq

TEXTS = {  # the server's expression for a value, where it is not the cast to text
    "date": "({} - date '1970-01-01')::text",
    "time without time zone": "(extract(epoch FROM {}) * 1000000)::int8::text",
    # The interval, since the epoch of the largest timestamps is rounded.
    "timestamp without time zone": "(extract(epoch FROM {} - timestamp 'epoch') * 1000000)::int8::text",
    "timestamp with time zone": "(extract(epoch FROM {} - timestamptz 'epoch') * 1000000)::int8::text",
    "bytea": "encode({}, 'hex')",
    "inet": "abbrev({})",
    "character": "format('%s', {})",  # the cast to text would cut the blanks
}


def query(url, sql):
    """Rows of one JSON value each."""
    done = subprocess.run(["psql", "-XAtq", url, "-v", "ON_ERROR_STOP=1", "-c", sql], capture_output=True, text=True,
                          env={"PATH": "/usr/bin:/bin:/usr/local/bin", "PGOPTIONS": "-c TimeZone=UTC -c extra_float_digits=3"})
    if done.returncode:
        sys.exit(done.stderr)
    return [json.loads(line, parse_float=decimal.Decimal) for line in done.stdout.split("\n") if line]


def columns(url, table):
    """Name, type below domains, and whether it is an array of that."""
    return [(c["name"], c["type"], c["is_array"]) for c in query(url, f"""
      WITH RECURSIVE s AS (
        SELECT attnum, attname, atttypid AS kind, atttypmod AS typmod, false AS is_array FROM pg_attribute
        WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT attnum, attname, CASE WHEN typtype = 'd' THEN typbasetype ELSE typelem END,
          CASE WHEN typmod < 0 THEN typtypmod ELSE typmod END, is_array OR typtype <> 'd'
        FROM s JOIN pg_type t ON t.oid = kind WHERE typtype = 'd' OR (typcategory = 'A' AND NOT is_array)
      )
      SELECT json_build_object('name', attname, 'is_array', is_array, 'type', format_type(kind, NULL))
      FROM s JOIN pg_type t ON t.oid = kind WHERE typtype <> 'd' AND (typcategory <> 'A' OR is_array) ORDER BY attnum""")]


def expression(name, kind, is_array):
    column = '"' + name.replace('"', '""') + '"'
    one = TEXTS.get(kind, "{}::text")
    if not is_array:  # a composite value is not null even if all its fields are
        return f"CASE WHEN num_nulls({column}) = 0 THEN {one.format(column)} END"
    # By their subscripts, since unnest makes columns of composite values.
    element = f"CASE WHEN num_nulls(({column})[o]) = 0 THEN {one.format(f'({column})[o]')} END"
    return (f"CASE WHEN num_nulls({column}) = 0 THEN coalesce((SELECT json_agg({element} ORDER BY o) "
            f"FROM generate_subscripts({column}, 1) AS u (o)), '[]') END")


def text(value, kind):
    """A Parquet value as the server writes it, or as a pair that is compared by its bits."""
    if value is None:
        return None
    if kind == "boolean":
        return "true" if value else "false"
    if kind in ("real", "double precision"):
        return struct.pack("<f" if kind == "real" else "<d", value).hex() if value == value else "nan"
    if kind == "bytea":
        return value.hex()
    return format(value, "f") if isinstance(value, decimal.Decimal) else str(value)


def float_text(value, kind):
    """The server's text of a number, as its bits."""
    if value is None:
        return None
    number = float(value)
    return struct.pack("<f" if kind == "real" else "<d", number).hex() if number == number else "nan"


def raw(array):
    """Values in a form that has all of them: numbers for dates and times."""
    kind = array.type
    if pa.types.is_date32(kind):
        return array.cast(pa.int32())
    if pa.types.is_timestamp(kind) or pa.types.is_time64(kind):
        return array.cast(pa.int64())
    return array


def values(column, is_array):
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if isinstance(array, pa.ExtensionArray):
        return [v if v is None else str(v) for v in array.to_pylist()]
    if not is_array:
        return raw(array).to_pylist()
    offsets = array.offsets.to_pylist()
    elements = values(array.values, False)
    return [elements[offsets[i]:offsets[i + 1]] if array[i].is_valid else None for i in range(len(array))]


def main():
    url, dump, tables = sys.argv[1], sys.argv[2], sys.argv[3:]
    compared = 0
    for table in tables:
        names = columns(url, table)
        files = sorted(glob.glob(f"{dump}/*/{table}/*.parquet"))
        parts = [pq.ParquetFile(f).read() for f in files]
        read = pa.concat_tables(parts)
        if read.column_names != [n for n, _, _ in names]:
            sys.exit(f"{table}: columns are {read.column_names}")
        selected = ", ".join(f"{expression(n, k, a)} AS c{i}" for i, (n, k, a) in enumerate(names))
        rows = query(url, f'SELECT row_to_json(r) FROM (SELECT {selected} FROM {table}) r') if names else []
        if names and len(rows) != read.num_rows:
            sys.exit(f"{table}: the server has {len(rows)} rows and the files {read.num_rows}")
        for i, (name, kind, is_array) in enumerate(names):
            for row, found in enumerate(values(read.column(i), is_array)):
                wanted = rows[row][f"c{i}"]
                if is_array and found is not None:
                    found = [text(v, kind) for v in found]
                elif not is_array:
                    found = text(found, kind)
                if kind in ("real", "double precision"):
                    wanted = ([float_text(w, kind) for w in wanted] if is_array and wanted is not None
                              else wanted if is_array else float_text(wanted, kind))
                if found != wanted:
                    sys.exit(f"{table}: row {row + 1}, column {name} ({kind}): the file has {found!r}, the server {wanted!r}")
                compared += 1
    print(f"{compared} values are the same")


if __name__ == "__main__":
    main()
