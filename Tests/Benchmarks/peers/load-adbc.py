"""DuckDB reads and flattens, the ADBC SQLite driver ingests Arrow batches. argv: DUMP FILE [indexes]"""
import sys

import adbc_driver_sqlite.dbapi as adbc
import duckdb

from dump import create_indexes, duckdb_select, tables

connection = duckdb.connect()
with adbc.connect(sys.argv[2]) as target, target.cursor() as cursor:
    for name, files in tables(sys.argv[1]):
        batches = connection.sql(duckdb_select(connection, files)).to_arrow_reader(50_000)
        cursor.adbc_ingest(name, batches, mode="create")
    target.commit()
if sys.argv[3:] == ["indexes"]:
    create_indexes(sys.argv[2])
