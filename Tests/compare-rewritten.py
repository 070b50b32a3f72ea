"""Rewrites Parquet files by `receipt parquet rewrite` and compares what other readers give of both.

argv: RECEIPT FOLDER [--jobs N] [--every N]. Every *.parquet file below the folder that `receipt` reads,
or every N-th, is written anew in several ways; rows and schema must stay the same to `receipt` itself, and to pyarrow, DuckDB and
polars, as far as they are there and read the file that it came from. Files with INT96 columns must be
refused with that reason. Prints a line for each difference, and ends with 0 if there is none.
"""
import argparse
import concurrent.futures
import glob
import os
import subprocess
import sys
import tempfile

import pyarrow.parquet

try:
    import duckdb
except ImportError:
    duckdb = None
try:
    import polars
except ImportError:
    polars = None

VARIANTS = [
    "--codec snappy",
    "--codec none --data-page-version 2 --page-rows 7 --page-index always",
    "--codec zstd --encoding delta_binary_packed --no-dictionary --page-size 300 --row-group-rows 50",
    "--codec lz4_raw --encoding delta_byte_array --data-page-version 2 --no-dictionary",
    "--codec gzip --encoding delta_length_byte_array --no-dictionary --page-index always",
    "--codec brotli --encoding byte_stream_split --no-dictionary --data-page-version 2 --page-rows 33",
]
# What a reader lacks, whoever wrote the file; and one file whose schema lacks what the format demands.
LIMITS = ("DictAccumulator", "only supported for", "Not yet supported", "not supported")
SCHEMA_IS_COMPLETED = ("hyparquet__strings.parquet",)


def with_pyarrow(path):
    return str(pyarrow.parquet.read_table(path, page_checksum_verification=True).to_pydict())


def with_duckdb(path):
    # The order of rows across row groups is kept only by one thread.
    connection = duckdb.connect(config={"threads": 1})
    return str(connection.sql("from read_parquet(?)", params=[path]).fetchall())


def with_polars(path):
    return str(polars.read_parquet(path).to_dict(as_series=False))


READERS = {"pyarrow": with_pyarrow}
if duckdb:
    READERS["duckdb"] = with_duckdb
if polars:
    READERS["polars"] = with_polars


def run(*command):
    return subprocess.run(command, capture_output=True)


def attempt(read, path):
    try:
        return read(path), None
    except BaseException as error:  # noqa: BLE001  polars panics derive from it
        if isinstance(error, KeyboardInterrupt):
            raise
        return None, str(error)


def check(receipt, path, folder):
    rows = run(receipt, "parquet", "cat", "--canonical", path)
    if rows.returncode:
        return []
    schema = run(receipt, "parquet", "schema", path).stdout
    before = {name: attempt(read, path)[0] for name, read in READERS.items()}
    footer, _ = attempt(pyarrow.parquet.read_metadata, path)
    if footer and footer.num_rows == 0:
        # polars believes a footer that says 0 rows, whatever the row groups hold.
        before["polars"] = None
    found = []
    target = os.path.join(folder, f"{abs(hash(path))}.parquet")
    for flags in VARIANTS:
        def report(what):
            found.append(f"{path} ({flags}): {what}")

        made = run(receipt, "parquet", "rewrite", path, target, "--replace", *flags.split())
        if made.returncode:
            if b"INT96 is deprecated" not in made.stderr:
                report(made.stderr.decode(errors="replace").strip())
            break
        if run(receipt, "parquet", "cat", "--canonical", target).stdout != rows.stdout:
            report("receipt reads other rows")
        if (
            run(receipt, "parquet", "schema", target).stdout != schema
            and not path.endswith(SCHEMA_IS_COMPLETED)
        ):
            report("the schema is another")
        for name, read in READERS.items():
            if before[name] is None:
                continue
            after, error = attempt(read, target)
            if after is None:
                if not any(limit in error for limit in LIMITS):
                    report(f"{name} cannot read it: {error[:200]}")
            elif after != before[name]:
                report(f"{name} reads other rows")
        os.unlink(target)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("receipt")
    parser.add_argument("folder")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1)
    arguments = parser.parse_args()
    files = sorted(glob.glob(arguments.folder + "/**/*.parquet", recursive=True))[:: arguments.every]
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as threads:
            checks = threads.map(lambda path: check(arguments.receipt, path, folder), files)
            for found in checks:
                count += len(found)
                for line in found:
                    print(line)
    print(f"{len(files)} files in {len(VARIANTS)} ways, by {', '.join(READERS)}: {count} differences")
    sys.exit(1 if count else 0)


main()
