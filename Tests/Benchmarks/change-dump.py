"""Writes a dump that differs from another one in a share of the rows of each table that has a row_checksum.

argv: DUMP TARGET SHARE spread|last. The rows that differ are spread evenly by chance, or they are the last ones of
their table. Nine in ten of them have another checksum, and another value of a text, and one in ten is gone. Files that
stay as they are are links. The dump is half a day later.
"""
import datetime
import json
import os
import sys

import numpy
import pyarrow
import pyarrow.parquet

source, target, share, place = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]
random = numpy.random.default_rng(1)
receipt = json.load(open(f"{source}/receipt.json"))
time = datetime.datetime.fromisoformat(receipt["timestamp"]) + datetime.timedelta(hours=12)
label = time.strftime("%Y-%m-%dT%H:%M")
for name, entry in receipt["tables"].items():
    folder = f"{label}/{name}"
    os.makedirs(f"{target}/{folder}", exist_ok=True)
    files = sorted(os.listdir(f"{source}/{entry['folder']}"))
    left = sum(pyarrow.parquet.read_metadata(f"{source}/{entry['folder']}/{file}").num_rows for file in files)
    last = int(left * share)
    for file in files:
        path, copy = f"{source}/{entry['folder']}/{file}", f"{target}/{folder}/{file}"
        table = pyarrow.parquet.read_table(path)
        checksum = table.schema.get_field_index("row_checksum")
        if place == "spread":
            chosen = random.random(table.num_rows) < share
        else:
            chosen = left - numpy.arange(table.num_rows) <= last
            left -= table.num_rows
        if checksum < 0 or not chosen.any():
            os.link(path, copy)
            continue
        sums = numpy.array(table.column(checksum).to_pylist(), dtype=object)
        sums[chosen] = [text[::-1] for text in sums[chosen]]
        table = table.set_column(checksum, table.schema.field(checksum), pyarrow.array(sums, pyarrow.string()))
        # Of the last text that is no id, a changed row has the value of the row before it.
        other = max(
            i for i, field in enumerate(table.schema)
            if field.type == pyarrow.string() and i != checksum and not field.name.endswith("_id"))
        texts = numpy.array(table.column(other).to_pylist(), dtype=object)
        texts[chosen] = numpy.roll(texts, 1)[chosen]
        table = table.set_column(other, table.schema.field(other), pyarrow.array(texts, pyarrow.string()))
        gone = chosen & (random.random(table.num_rows) < 0.1)
        table = table.filter(pyarrow.array(~gone))
        groups = pyarrow.parquet.ParquetFile(path).metadata
        rows = max(1, groups.row_group(0).num_rows)
        codec = groups.row_group(0).column(0).compression
        pyarrow.parquet.write_table(table, copy, compression=codec, row_group_size=rows)
    entry["folder"] = folder
receipt["timestamp"] = time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
with open(f"{target}/receipt.json", "w") as out:
    json.dump(receipt, out)
