"""The script that most people write: pyarrow reads, sqlite3.executemany inserts, without a journal.
argv: DUMP FILE"""
import json
import sqlite3
import sys

import pyarrow as pa
import pyarrow.parquet as pq

from dump import quoted, tables


def flat(table):
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def values(column):
    if pa.types.is_nested(column.type):
        return [None if v is None else json.dumps(v, default=str, ensure_ascii=False) for v in column.to_pylist()]
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us")).cast(pa.string()).to_pylist()
    return column.to_pylist()


target = sqlite3.connect(sys.argv[2], isolation_level=None)
target.execute("pragma journal_mode = off")
target.execute("pragma synchronous = off")
for name, files in tables(sys.argv[1]):
    names = [n.replace(".", "_") for n in flat(pq.read_schema(files[0]).empty_table()).column_names]
    target.execute(f"create table {quoted(name)} ({', '.join(map(quoted, names))})")
    target.execute("begin")
    insert = f"insert into {quoted(name)} values ({','.join('?' * len(names))})"
    for file in files:
        target.executemany(insert, zip(*map(values, flat(pq.read_table(file)).columns)))
    target.execute("commit")
