"""DuckDB with its sqlite extension: COPY of every table of an SQLite file. argv: FILE FOLDER ROWS

One row group of ROWS rows, and one file for each.
"""
import os
import sys

import duckdb
from duckdb_extensions import import_extension

from dump import quoted

import_extension("sqlite_scanner")
source, folder, rows = sys.argv[1:]
os.makedirs(folder)
connection = duckdb.connect()
connection.execute("load sqlite_scanner")
connection.execute(f"attach '{source}' as source (type sqlite, read_only)")
names = connection.execute(
    "select table_name from duckdb_tables() where database_name = 'source' "
    "and table_name not like 'receipt\\_%' escape '\\'").fetchall()
for name, in names:
    connection.execute(
        f"copy (select * from source.{quoted(name)}) to '{folder}/{name}' "
        f"(format parquet, compression snappy, row_group_size {rows}, row_groups_per_file 1)")
