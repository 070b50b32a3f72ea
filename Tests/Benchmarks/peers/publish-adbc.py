"""DuckDB reads and flattens, the ADBC SQLite driver replaces all tables in one transaction. argv: DUMP FILE"""
import sys

import adbc_driver_sqlite.dbapi as adbc
import duckdb

from dump import duckdb_select, tables

connection = duckdb.connect()
with adbc.connect(sys.argv[2]) as target, target.cursor() as cursor:
    for name, files in tables(sys.argv[1]):
        batches = connection.sql(duckdb_select(connection, files)).to_arrow_reader(50_000)
        cursor.adbc_ingest(name, batches, mode="replace")
    target.commit()
