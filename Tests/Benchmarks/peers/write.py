"""Reads a dump and writes every file anew into memory, on one thread. argv: DUMP pyarrow|polars CODEC"""
import io
import sys
import time

from dump import tables

root, peer, codec = sys.argv[1:]
size = 0
reading = writing = 0.0
if peer == "pyarrow":
    import pyarrow as pa
    import pyarrow.parquet as pq
    pa.set_cpu_count(1)
for name, files in tables(root):
    for file in files:
        start = time.perf_counter()
        if peer == "pyarrow":
            table = pq.read_table(file, use_threads=False)
            middle = time.perf_counter()
            sink = pa.BufferOutputStream()
            pq.write_table(table, sink, compression=codec)
            size += sink.getvalue().size
        elif peer == "duckdb":
            import duckdb
            duckdb.execute("set threads = 1")
            middle = start
            duckdb.execute(
                f"copy (from read_parquet({file!r})) to '/dev/shm/duckdb-written.parquet' "
                f"(format parquet, compression {codec!r})")
            import os
            size += os.path.getsize("/dev/shm/duckdb-written.parquet")
        else:
            import polars
            table = polars.read_parquet(file)
            middle = time.perf_counter()
            sink = io.BytesIO()
            table.write_parquet(sink, compression=codec)
            size += sink.tell()
        reading += middle - start
        writing += time.perf_counter() - middle
print(f"{size} bytes; reading {reading:.2f} s, writing {writing:.2f} s", file=sys.stderr)
print(size)
