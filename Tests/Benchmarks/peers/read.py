"""Reads a dump: every value, or every footer. argv: DUMP decode|footers pyarrow|duckdb|polars"""
import sys

from dump import tables

root, what, peer = sys.argv[1:]
rows = 0
for name, files in tables(root):
    if peer == "pyarrow":
        import pyarrow.parquet as pq
        if what == "decode":
            rows += sum(pq.read_table(file).num_rows for file in files)
        else:
            rows += sum(pq.read_metadata(file).num_rows for file in files)
    elif peer == "duckdb":
        import duckdb
        if what == "decode":
            batches = duckdb.sql(f"select * from read_parquet({files!r})").to_arrow_reader(50_000)
            rows += sum(batch.num_rows for batch in batches)
        else:
            rows += duckdb.sql(f"select sum(num_rows) from parquet_file_metadata({files!r})").fetchone()[0]
    elif peer == "polars":
        import polars
        rows += sum(polars.read_parquet(file).height for file in files)
print(rows)
