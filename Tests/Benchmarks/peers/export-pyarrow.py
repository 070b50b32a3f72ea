"""ADBC's SQLite driver and pyarrow: every table of an SQLite file. argv: FILE FOLDER ROWS

One row group of ROWS rows, and one file for each.
"""
import os
import sqlite3
import sys

import adbc_driver_sqlite.dbapi
import pyarrow as pa
import pyarrow.parquet as pq

from dump import quoted

source, folder, rows = sys.argv[1:]
rows = int(rows)
names = [name for name, in sqlite3.connect(source).execute(
    "select name from sqlite_schema where type = 'table' "
    "and name not like 'receipt\\_%' escape '\\' and name not like 'sqlite\\_%' escape '\\'")]
with adbc_driver_sqlite.dbapi.connect(
        source, autocommit=True) as connection, connection.cursor() as cursor:
    cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(rows)})
    for name in names:
        os.makedirs(f"{folder}/{name}")
        cursor.execute(f"select * from {quoted(name)}")
        for number, batch in enumerate(cursor.fetch_record_batch()):
            table = pa.Table.from_batches([batch])
            pq.write_table(
                table, f"{folder}/{name}/{number:012}.parquet", compression="snappy",
                row_group_size=rows)
