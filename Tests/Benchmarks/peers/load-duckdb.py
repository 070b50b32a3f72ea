"""DuckDB with its sqlite extension: CREATE TABLE AS into an attached SQLite file. argv: DUMP FILE [indexes]"""
import sys

import duckdb
from duckdb_extensions import import_extension

from dump import create_indexes, duckdb_select, quoted, tables

import_extension("sqlite_scanner")
connection = duckdb.connect()
connection.execute("load sqlite_scanner")
connection.execute(f"attach '{sys.argv[2]}' as target (type sqlite)")
for name, files in tables(sys.argv[1]):
    connection.execute(f"create table target.{quoted(name)} as {duckdb_select(connection, files)}")
if sys.argv[3:] == ["indexes"]:
    connection.close()
    create_indexes(sys.argv[2])
