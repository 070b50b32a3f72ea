#!/usr/bin/env python3
"""Writes a dump of everything that is odd: types, names, shapes and sizes that a loader may trip over.

    make-odd-dump.py OUT [--huge]        --huge adds a string of 20 MB

One table a subject. pyarrow writes it, compare-load.py says what a database must hold. Columns of
unsigned numbers above 2^63-1 need `receipt load --uint64 text`. Needs pyarrow and numpy.
"""
import datetime
import decimal
import json
import pathlib
import random
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

OUT = pathlib.Path(sys.argv[1])
LABEL = "2026-11-20T04:03"
FOLDERS = {}
random.seed(7)


def write(table, *parts, schema=None, **options):
    """One file for each part: a pyarrow table, or a dict of arrays."""
    folder = OUT / LABEL / f"t{len(FOLDERS):03}"
    folder.mkdir(parents=True)
    for number, part in enumerate(parts):
        if isinstance(part, dict):
            part = pa.table(part, schema=schema)
        pq.write_table(part, folder / f"{number:012}.parquet", **options)
    FOLDERS[table] = {"folder": f"{LABEL}/{folder.name}", "total_file_count": len(parts)}


def ints(kind, *values):
    width = pa.int32() if pa.types.is_date32(kind) or pa.types.is_time32(kind) else pa.int64()
    return pa.array(list(values) + [None], width).view(kind)


def temporal():
    low, high = -(2**63), 2**63 - 1
    some = (0, 1, -1, 999, 1000, -1000, 1792468987963883, -62135596800000, 253402300799999)
    columns = {"date": ints(pa.date32(), 0, -1, 2932896, 2932897, -719162, -719528, -719529, 2**31 - 1, -(2**31), 19000)}
    for unit in ("ms", "us", "ns"):
        for zone in (None, "UTC", "Europe/Copenhagen"):
            columns[f"timestamp_{unit}_{zone}"] = ints(pa.timestamp(unit, zone), *some[:8], high, low)
    for unit, scale in (("ms", 10**3), ("us", 10**6), ("ns", 10**9)):
        kind = pa.time32(unit) if unit == "ms" else pa.time64(unit)
        day = 86400 * scale
        columns[f"time_{unit}"] = ints(kind, 0, 1, scale - 1, day - 1, day, -1, 43200 * scale, 3661 * scale + 7, 5, 6)
    length = max(len(c) for c in columns.values())
    rows = {name: pa.concat_arrays([c, pa.nulls(length - len(c), c.type)]) for name, c in columns.items()}
    write("temporal", rows)
    for name, options in (("plain", {"use_dictionary": False}), ("v2", {"data_page_version": "2.0"})):
        write(f"temporal {name}", rows, **options)
    within = pa.array([0, 1, -1, 1792468987963883000, -10**17, None]).view(pa.timestamp("ns"))
    write("int96", {"t": within, "l": pa.array([[v] for v in within], pa.list_(within.type))},
          use_deprecated_int96_timestamps=True)


def decimals():
    columns = {}
    for precision, scale in ((1, 0), (4, 4), (9, 2), (18, 6), (18, 18), (28, 0), (38, 10), (38, 38), (39, 1), (76, 0), (76, 30), (76, 76)):
        top = 10**precision - 1
        numbers = [0, 1, -1, top, -top, top // 3, -(top // 7), None]
        kind = pa.decimal128(precision, scale) if precision <= 38 else pa.decimal256(precision, scale)
        with decimal.localcontext() as context:
            context.prec = 90
            columns[f"d{precision}_{scale}"] = pa.array(
                [None if n is None else decimal.Decimal(n).scaleb(-scale) for n in numbers], kind)
    nested = {name: pa.array([[v, None] for v in c.to_pylist()], pa.list_(c.type)) for name, c in columns.items()}
    write("decimals", columns)
    write("decimals as integers", columns, store_decimal_as_integer=True, use_dictionary=False)
    write("decimals in lists", nested)


def numbers():
    special = [0.0, -0.0, 1.0, -1.5, float("nan"), float("inf"), float("-inf"), 5e-324, 1.7976931348623157e308, 0.1,
               1e15, 1e16, 1e17, 2.0**53, 2.0**53 + 2, 2.0**54, 1e-4, 9.999e-5, 1e-5, 123456789.125, 3e10, -2.0**63, 2.0**63, None]
    with np.errstate(over="ignore"):
        single = [None if v is None else float(np.float32(v)) for v in special]
    single += [16777216.0, 16777218.0, 3.4028234663852886e38, 1e-45, 0.1]
    half = np.array([0, -0.0, 1, 65504, 6e-8, float("nan"), float("inf"), -float("inf"), 0.333], np.float16)
    columns = {"double": pa.array(special), "float": pa.array(single, pa.float32()), "half": pa.array(half, pa.float16()),
               "boolean": pa.array([True, False, None])}
    for width in (8, 16, 32, 64):
        columns[f"int{width}"] = pa.array([0, 1, -1, 2**(width - 1) - 1, -(2**(width - 1)), None], getattr(pa, f"int{width}")())
        columns[f"uint{width}"] = pa.array([0, 1, 2**(width - 1) - 1, 2**(width - 1), 2**width - 1, None], getattr(pa, f"uint{width}")())
    # One value for every length that SQLite has for an integer.
    columns["lengths"] = pa.array([s * (2**p + d) for p in (7, 8, 15, 16, 23, 24, 31, 32, 47, 48, 62) for d in (-1, 0, 1) for s in (1, -1)])
    length = max(len(c) for c in columns.values())
    rows = {name: pa.concat_arrays([c, pa.nulls(length - len(c), c.type)]) for name, c in columns.items()}
    write("numbers", rows)
    write("numbers, split", rows, use_dictionary=False, use_byte_stream_split=["double", "float"])
    write("numbers, delta", {n: c for n, c in rows.items() if "int" in n or n == "lengths"}, use_dictionary=False,
          column_encoding={n: "DELTA_BINARY_PACKED" for n in rows if n.startswith(("int", "uint")) or n == "lengths"})
    write("numbers in lists", {n: pa.array([[v, v] for v in c.to_pylist()], pa.list_(c.type)) for n, c in rows.items()})
    write("required", pa.table({n: c.drop_null() for n, c in (("i", pa.array(range(50))), ("s", pa.array([str(n) for n in range(50)])))},
                               schema=pa.schema([pa.field("i", pa.int64(), False), pa.field("s", pa.string(), False)])))


def raw_text(*values):
    return pa.array([v if v is None or isinstance(v, bytes) else v.encode() for v in values], pa.binary()).view(pa.string())


def texts():
    odd = ["", "a", "\0", "a\0b", "quote\"back\\slash/\b\f\n\r\t\x01\x1f\x7f", "naïve 東京 🚀 e\u0301 \u2028 \ufeff", None,
           b"\xff", b"ab\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf0\x9f\x9a", "x" * 37, "é" * 5000, "null"]
    array = raw_text(*odd)
    lists = pa.ListArray.from_arrays(pa.array([0, 3, 6, 6, len(odd)], pa.int32()), array)
    keyed = pa.MapArray.from_arrays(pa.array([0, 2, 2, 5], pa.int32()), raw_text("k", "", "a\"b", "k", "k"), raw_text("1", None, "3", b"\xff", ""))
    binary = array.view(pa.binary())
    fixed = pa.array([b"\0" * 5, b"\xff" * 5, None, b"abcde"], pa.binary(5))
    for name, options in (("text", {}), ("text plain", {"use_dictionary": False}),
                          ("text delta", {"use_dictionary": False, "column_encoding": {"s": "DELTA_BYTE_ARRAY", "b": "DELTA_LENGTH_BYTE_ARRAY"}})):
        write(name, {"s": array, "b": binary}, **options)
    write("texts in lists", {"l": lists})
    write("texts in maps", {"m": keyed})
    write("fixed", {"f": fixed, "l": pa.array([[v] for v in fixed.to_pylist()], pa.list_(fixed.type))})
    write("uuid and json", {"u": pa.array([bytes(range(16)), None], pa.uuid()), "j": pa.array(['{"a": 1}', None], pa.json_()),
                            "l": pa.ListArray.from_arrays(pa.array([0, 2, 2], pa.int32()), pa.array([bytes(16), None], pa.uuid()))})
    for page in (1, 100, 1000):  # rows shorter and longer than a database page in turn
        lengths = [random.choice((0, 1, 480, 511, 512, 4050, 4096, 16300, 16384, 65536, 200_000)) for _ in range(60)]
        write(f"lengths {page}", {"a": pa.array(range(60)), "s": pa.array([chr(65 + n % 26) * n for n in lengths]), "z": pa.array([b"z" * (n % 700) for n in lengths])},
              data_page_size=page * 1024, compression="zstd")
    write("1 MB", {"s": pa.array(["é" * 524_288, None, "x" * 1_048_577] * 3), "n": pa.array(range(9))}, compression="snappy")
    if "--huge" in sys.argv:
        write("20 MB", {"s": pa.array(["abcdefgh" * 2_621_440, "é" * 10_485_760]), "l": pa.array([["q\"" * 5_000_000], None])}, compression="zstd")


def nesting():
    point = pa.struct([("x", pa.int32()), ("y", pa.list_(pa.struct([("z", pa.string()), ("w", pa.list_(pa.float64()))])))])
    kinds = {
        "ll": (pa.list_(pa.list_(pa.int64())), [[[1, None], [], None], [], None, [[]], [[2], [3, 4]]]),
        "s": (point, [{"x": 1, "y": [{"z": "a", "w": [1.0, None]}, None, {"z": None, "w": None}]}, {"x": None, "y": []}, None, {"x": None, "y": None}, {"x": 5, "y": [None]}]),
        "ls": (pa.list_(point), [[{"x": 1, "y": None}], [None], [], None, [{"x": 2, "y": [{"z": "q", "w": []}]}]]),
        "deep": (pa.struct([("a", pa.struct([("b", pa.struct([("c", pa.int8())]))]))]), [{"a": {"b": {"c": 1}}}, {"a": {"b": None}}, {"a": None}, None, {"a": {"b": {"c": None}}}]),
        "m": (pa.map_(pa.string(), pa.int64()), [[("a", 1), ("b", None)], [], None, [("a", 1), ("a", 2)], [("", 0)]]),
        "mi": (pa.map_(pa.int32(), pa.string()), [[(1, "a"), (2, None)], [], None, [(-5, "")], [(7, "x")]]),
        "mm": (pa.map_(pa.string(), pa.map_(pa.int8(), pa.list_(pa.bool_()))), [[("a", [(1, [True, None])])], [("b", None)], [("c", [])], None, []]),
        "ms": (pa.map_(pa.string(), point), [[("p", {"x": 1, "y": None})], [("q", None)], [], None, [("r", {"x": None, "y": []})]]),
        "md": (pa.map_(pa.date32(), pa.timestamp("us")), [[(datetime.date(2020, 2, 29), datetime.datetime(2020, 2, 29, 1, 2, 3))], [], None, None, []]),
        "fixed": (pa.list_(pa.int16(), 2), [[1, 2], [None, 3], [4, 5], [6, 7], [8, 9]]),
        "sl": (pa.struct([("l", pa.list_(pa.string())), ("m", pa.map_(pa.string(), pa.string()))]), [{"l": ["a"], "m": [("k", "v")]}, {"l": None, "m": None}, None, {"l": [], "m": []}, {"l": [None], "m": [("n", None)]}]),
    }
    columns = {name: pa.array(values * 30, kind) for name, (kind, values) in kinds.items()}
    write("nesting", columns)
    write("nesting v2", columns, columns, data_page_version="2.0", row_group_size=7)
    write("nulls", {"n": pa.nulls(5), "l": pa.array([[None], [], None, [None, None], None], pa.list_(pa.null())), "i": pa.nulls(5, pa.int64())})


def named(*names):
    return pa.table([pa.array([n, None]) for n in range(len(names))], names=list(names))


def names():
    struct = lambda *fields: pa.array([{f: n for n, f in enumerate(fields)}, None], pa.struct([(f, pa.int64()) for f in fields]))
    one = pa.array([7, None])
    write("collisions", pa.table([struct("b", "c"), one, one, struct("b", "B"), one, one],
                                 names=["a", "a_b", "A_B", "A", "a_b_2", "a_C"]))
    write("numbers taken", named("x_2", "x", "X", "x_3", "x", "é", "É"))
    write('odd "names"', named('"', "'", "`", "[x]", "a.b", "a b", "line\nfeed", "🚀", "", " ", "select", "-- ;", "\\", "\ttab", "東京", "x" * 3000, "%s", "?1", "\u202e", "e\u0301"))
    write("rowids", named("rowid", "oid"))
    write("every rowid", named("rowid", "oid", "_rowid_"))
    for table in ("select", "東京 🚀", " ", "a.b", "it's", "[x]", "Table;--", "x" * 1000, "sqlit_", "receipt_load", "-", "\u00e9"):
        write(table, named("a"))


def shapes():
    for width in (1, 2, 127, 128, 1000, 1999, 2000):
        columns = {f"c{n}": pa.array([n, -n, None, n * 10**9]) if n % 3 else pa.array([str(n), "", None, "x" * (n % 50)]) for n in range(width)}
        write(f"wide {width}", pa.table(columns))
    schema = pa.schema([("a", pa.int64()), ("b", pa.list_(pa.struct([("c", pa.string())])))])
    full = pa.table({"a": range(5000), "b": [[{"c": str(n)}] * (n % 4) for n in range(5000)]}, schema=schema)
    empty = schema.empty_table()
    write("no rows", empty)
    write("no rows between", empty, full, empty, full.slice(0, 1), empty)
    write("row groups", full, full, row_group_size=333)
    write("one row a group", full.slice(0, 50), row_group_size=1)
    write("no file")
    fallback = pa.table({"s": [f"{n % 10}" * (1 + n % 3) if n < 2000 else f"unique {n} {'x' * 50}" for n in range(20_000)]})
    write("dictionary falls back", fallback, dictionary_pagesize_limit=20_000, data_page_size=10_000)
    for codec in ("none", "snappy", "gzip", "brotli", "zstd", "lz4"):
        write(f"codec {codec}", full, compression=codec, write_page_checksum=codec == "zstd")


for make in (temporal, decimals, numbers, texts, nesting, names, shapes):
    make()
(OUT / "receipt.json").write_text(json.dumps({"timestamp": LABEL + ":07.5Z", "tables": FOLDERS}, indent=2))
print(f"{len(FOLDERS)} tables in {OUT}")
