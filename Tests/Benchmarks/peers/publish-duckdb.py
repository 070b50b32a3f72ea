"""DuckDB with its sqlite extension: replaces all tables of an attached SQLite file in one transaction. argv: DUMP FILE"""
import sys

import duckdb
from duckdb_extensions import import_extension

from dump import duckdb_select, quoted, tables

import_extension("sqlite_scanner")
connection = duckdb.connect()
connection.execute("load sqlite_scanner")
connection.execute(f"attach '{sys.argv[2]}' as target (type sqlite)")
connection.execute("begin transaction")
for name, files in tables(sys.argv[1]):
    # Faster here than dropping the table and creating it as the SELECT.
    connection.execute(f"delete from target.{quoted(name)}")
    connection.execute(f"insert into target.{quoted(name)} {duckdb_select(connection, files)}")
connection.execute("commit")
