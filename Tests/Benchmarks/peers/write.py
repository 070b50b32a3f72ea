"""Reads a dump and writes every file anew, on one thread. argv: DUMP pyarrow|duckdb|polars CODEC

pyarrow and polars write into memory, DuckDB to /dev/shm. Prints the bytes of all new files.
"""
import io
import os
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
elif peer == "duckdb":
    import duckdb

    duckdb.execute("set threads = 1")
else:
    os.environ["POLARS_MAX_THREADS"] = "1"
    import polars
target = f"/dev/shm/written-{os.getpid()}.parquet"
for name, files in tables(root):
    for file in files:
        start = middle = time.perf_counter()
        if peer == "pyarrow":
            table = pq.read_table(file, use_threads=False)
            middle = time.perf_counter()
            sink = pa.BufferOutputStream()
            pq.write_table(table, sink, compression=codec)
            size += sink.getvalue().size
        elif peer == "duckdb":
            duckdb.execute(
                f"copy (from read_parquet({file!r})) to {target!r} "
                f"(format parquet, compression {codec!r})")
            size += os.path.getsize(target)
        else:
            table = polars.read_parquet(file)
            middle = time.perf_counter()
            sink = io.BytesIO()
            table.write_parquet(sink, compression=codec)
            size += sink.tell()
        reading += middle - start
        writing += time.perf_counter() - middle
if os.path.exists(target):
    os.unlink(target)
print(f"{size} bytes; reading {reading:.2f} s, writing {writing:.2f} s", file=sys.stderr)
print(size)
