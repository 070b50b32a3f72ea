#!/usr/bin/env python3
"""Writes the Parquet files beside this script: small tables that dumps are put together from.

Those that contradict themselves are sound files with single bytes of the footer changed. Needs
pyarrow; written by pyarrow 26.0.1.
"""
import decimal
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).resolve().parent


def write(name, table, checksums=True):
    path = HERE / f"{name}.parquet"
    pq.write_table(table, path, compression="none", use_dictionary=False, store_schema=False,
                   write_page_checksum=checksums)
    return path


def base(rows=10):
    return {
        "id": pa.array(range(rows), pa.int64()),
        "name": pa.array([f"name {n:02}" for n in range(rows)]),
        "small": pa.array(range(rows), pa.int32()),
        "price": pa.array([decimal.Decimal(n) / 4 for n in range(rows)], pa.decimal128(9, 2)),
    }


def changed(path, name, old, new):
    """A copy whose footer has other bytes at the one place that is meant."""
    good = path.read_bytes()
    start = len(good) - 8 - int.from_bytes(good[-8:-4], "little")
    footer = good[start:]
    assert footer.count(old) == 1, (name, footer.count(old))
    (HERE / f"{name}.parquet").write_bytes(good[:start] + footer.replace(old, new))


table = pa.table(base())
path = write("base", table)
write("no-crc", table, checksums=False)
write("half", pa.table(base(5)))
write("no-rows", table.schema.empty_table())
write("added", table.append_column("extra", pa.array([True] * 10)))
write("removed", table.drop_columns(["name"]))
write("widened", table.set_column(2, "small", table["small"].cast(pa.int64())))
write("narrowed", table.set_column(0, "id", table["id"].cast(pa.int32())))
write("changed", table.set_column(1, "name", pa.array(range(10))))
write("moved", table.select(["name", "id", "small", "price"]))
write("broken-text", pa.table({"text": pa.array([b"fine", b"\xff\xfe"]).view(pa.string())}))
write("uint64", pa.table({"n": pa.array([1, 2**63], pa.uint64())}))
write("local-time", pa.table({"t": pa.array([0, 1_500_000], pa.timestamp("us"))}))

# In Thrift's compact protocol: 0x16 is the next field but one as an i64, 0x15 as an i32, 0x28 and
# 0x18 texts; numbers are zigzag, so that 10 is 0x14.
changed(path, "rows-differ", b"\x16\x14\x19\x1c", b"\x16\x16\x19\x1c")
changed(path, "statistics-differ", b"\x28\x07name 09\x18\x07name 00", b"\x28\x07name 08\x18\x07name 00")
changed(path, "unsupported", b"\x19\x18\x04name\x15\x00", b"\x19\x18\x04name\x15\x06")  # LZO
for made in sorted(HERE.glob("*.parquet")):
    print(made.name, made.stat().st_size)
