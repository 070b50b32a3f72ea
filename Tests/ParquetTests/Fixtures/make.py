#!/usr/bin/env python3
"""Makes the fixtures: small Parquet files of other writers, and the rows that they hold.

    python3 -m venv venv
    venv/bin/pip install pyarrow==26.0.1 polars==2.1.0 duckdb==2.0.0 arro3-io==0.9.1 chdb==4.4.0 \\
        fastparquet==2026.9.0 kuzu==0.11.3 pyspark==4.3.0 pandas numpy
    venv/bin/python make.py [NAME...]

NAME.parquet is written by the library that begins its name; NAME.jsonl holds the canonical rows,
which come from the values that were written (see canonical.py), never from the reader under test.
parquet-mr comes with pyspark's jars and needs a JDK 17. Without a writer its files are left alone.
The files listed in ATTRIBUTION.md are copies and are not made here.
"""
import base64
import decimal
import glob
import json
import os
import random
import struct
import subprocess
import sys
import tempfile

import pyarrow as pa
import pyarrow.parquet as pq

import canonical

decimal.getcontext().prec = 100
FOLDER = os.path.dirname(os.path.abspath(__file__))
MAKERS = {}


def fixture(make):
    """Registers a maker under its name with hyphens."""
    MAKERS[make.__name__.replace("_", "-")] = make
    return make


def path(name):
    return os.path.join(FOLDER, name + ".parquet")


def expect(name, lines):
    with open(os.path.join(FOLDER, name + ".jsonl"), "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))


# --------------------------------------------------------------------------- values


def flat_table():
    """Each flat type, with nulls and extremes."""
    i32, i64 = 2**31, 2**63
    D = decimal.Decimal

    def raw(t, values):
        storage = pa.int32() if t.bit_width == 32 else pa.int64()
        return pa.array(values, storage).view(t)

    columns = {
        "boolean": pa.array([True, False, None, True, True]),
        "int8": pa.array([-128, 127, None, 0, 1], pa.int8()),
        "uint8": pa.array([0, 255, None, 1, 2], pa.uint8()),
        "int16": pa.array([-(2**15), 2**15 - 1, None, 0, 1], pa.int16()),
        "uint16": pa.array([0, 65535, None, 1, 2], pa.uint16()),
        "int32": pa.array([-i32, i32 - 1, None, 0, -1], pa.int32()),
        "uint32": pa.array([0, 2 * i32 - 1, None, 1, 2], pa.uint32()),
        "int64": pa.array([-i64, i64 - 1, None, 0, -1], pa.int64()),
        "uint64": pa.array([0, 2 * i64 - 1, None, 1, 2], pa.uint64()),
        "float": pa.array([0.1, float("nan"), None, float("-inf"), 1e-45], pa.float32()),
        "double": pa.array([0.1, 1e16, None, -0.0, 5e-324], pa.float64()),
        "string": pa.array(["", 'a"\\/\b\n\x00\x1f\x7f', None, "é\u2028😀", "z"]),
        "binary": pa.array([b"", b"\xff", None, b"\x00\x01\x02", b"abcd"]),
        "fixed": pa.array([b"abc", b"\x00\x00\x00", None, b"\xff\xfe\xfd", b"xyz"], pa.binary(3)),
        "date": raw(pa.date32(), [-i32, i32 - 1, None, 0, -719_529]),
        "time_ms": raw(pa.time32("ms"), [0, 86_399_999, None, 1, 2]),
        "time_us": raw(pa.time64("us"), [0, 86_399_999_999, None, 1, 2]),
        "time_ns": raw(pa.time64("ns"), [0, 86_399_999_999_999, None, 1, 2]),
        "timestamp_ms": raw(pa.timestamp("ms"), [-i64, i64 - 1, None, 0, -1]),
        "timestamp_us": raw(pa.timestamp("us", "UTC"), [-i64, i64 - 1, None, 0, -1]),
        "timestamp_ns": raw(pa.timestamp("ns"), [-i64, i64 - 1, None, 0, -1]),
        "decimal_9_2": pa.array([D("-9999999.99"), D("0.05"), None, D(0), D("1.00")], pa.decimal128(9, 2)),
        "decimal_18_18": pa.array([D(-1).scaleb(-18), D(10**18 - 1).scaleb(-18), None, D(0), D("0.5")], pa.decimal128(18, 18)),
        "decimal_38_0": pa.array([D(-(10**38) + 1), D(10**38 - 1), None, D(0), D(7)], pa.decimal128(38, 0)),
        "decimal_76_38": pa.array([D(1 - 10**76).scaleb(-38), D(10**76 - 1).scaleb(-38), None, D(0), D("0.5")], pa.decimal256(76, 38)),
        "null": pa.nulls(5),
    }
    return pa.table(columns)


def float16_table():
    bits = [0x0000, 0x8000, 0x0001, 0x3C00, 0x7BFF, 0x7C00, 0xFC00, 0x7E00, 0x3555]
    data = pa.py_buffer(b"".join(struct.pack("<H", bit) for bit in bits))
    return pa.table({"half": pa.Array.from_buffers(pa.float16(), len(bits), [None, data])})


def long_table(rows):
    """Columns whose values suit one encoding or another, over many pages."""
    seeded = random.Random(1)
    return pa.table(
        {
            "id": pa.array(range(rows), pa.int64()),
            "step": pa.array([seeded.randint(-(2**31), 2**31 - 1) for _ in range(rows)], pa.int32()),
            "flag": pa.array([seeded.random() < 0.9 or None for _ in range(rows)]),
            "kind": pa.array([seeded.choice(["view", "click", "buy", None]) for _ in range(rows)]),
            "path": pa.array([f"/shop/{seeded.randint(0, 99)}/item" for _ in range(rows)]),
            "ratio": pa.array([seeded.random() for _ in range(rows)]),
            "score": pa.array([seeded.choice([None, 0.5, 1.25]) for _ in range(rows)], pa.float32()),
            "key": pa.array([seeded.randbytes(4) for _ in range(rows)], pa.binary(4)),
        }
    )


def nested_table():
    """Six levels of structs, lists and maps, null and empty at each."""
    price = pa.struct([("amount", pa.decimal128(9, 2)), ("notes", pa.list_(pa.string()))])
    item = pa.struct([("name", pa.string()), ("prices", pa.list_(price))])
    t = pa.struct([("items", pa.list_(item)), ("tags", pa.map_(pa.string(), pa.list_(pa.int32())))])
    D = decimal.Decimal
    rows = [
        None,
        {"items": None, "tags": None},
        {"items": [], "tags": []},
        {"items": [None, {"name": None, "prices": None}], "tags": [("a", None), ("b", [])]},
        {"items": [{"name": "x", "prices": []}, {"name": "y", "prices": [None]}], "tags": [("c", [1, None, 2])]},
        {
            "items": [
                {
                    "name": "z",
                    "prices": [
                        {"amount": None, "notes": None},
                        {"amount": D("1.50"), "notes": []},
                        {"amount": D("-0.01"), "notes": [None, "n", ""]},
                    ],
                }
            ],
            "tags": [("d", [3]), ("d", [4, 5])],
        },
    ]
    return pa.table({"id": pa.array(range(18)), "order": pa.array(rows * 3, t)})


# --------------------------------------------------------------------------- writers


def arrow(name, table, **options):
    pq.write_table(table, path(name), **options)
    expect(name, canonical.rows(table))


@fixture
def pyarrow_types():
    arrow("pyarrow-types", flat_table(), version="2.6")


@fixture
def pyarrow_types_v2_plain():
    arrow(
        "pyarrow-types-v2-plain", flat_table(), data_page_version="2.0", use_dictionary=False,
        write_page_checksum=True, store_schema=False, compression="zstd", store_decimal_as_integer=True)


@fixture
def pyarrow_float16():
    arrow("pyarrow-float16", float16_table())


@fixture
def pyarrow_int96():
    values = [0, -1, 1_600_000_000_123_456_789, -(2**62), None]
    column = pa.array(values, pa.int64()).view(pa.timestamp("ns"))
    pq.write_table(pa.table({"at": column}), path("pyarrow-int96"), use_deprecated_int96_timestamps=True)
    expect("pyarrow-int96", canonical.rows(pa.table({"at": column})))


@fixture
def pyarrow_encodings():
    arrow(
        "pyarrow-encodings", long_table(400), use_dictionary=False, compression="none", data_page_size=512,
        write_batch_size=50,
        column_encoding={
            "id": "DELTA_BINARY_PACKED", "step": "BYTE_STREAM_SPLIT", "flag": "RLE",
            "kind": "DELTA_LENGTH_BYTE_ARRAY", "path": "DELTA_BYTE_ARRAY", "ratio": "BYTE_STREAM_SPLIT",
            "score": "BYTE_STREAM_SPLIT", "key": "DELTA_BYTE_ARRAY"})


@fixture
def pyarrow_encodings_v2():
    arrow(
        "pyarrow-encodings-v2", long_table(400), use_dictionary=False, data_page_version="2.0",
        data_page_size=512, write_batch_size=50, write_page_index=True, row_group_size=250,
        column_encoding={
            "id": "PLAIN", "step": "DELTA_BINARY_PACKED", "flag": "PLAIN", "kind": "DELTA_BYTE_ARRAY",
            "path": "DELTA_LENGTH_BYTE_ARRAY", "ratio": "PLAIN", "score": "PLAIN",
            "key": "BYTE_STREAM_SPLIT"})


@fixture
def pyarrow_dictionary_fallback():
    arrow(
        "pyarrow-dictionary-fallback", long_table(500), dictionary_pagesize_limit=256, data_page_size=256,
        write_batch_size=20, compression="gzip")


def codec(name):
    def make():
        arrow("pyarrow-codec-" + name, long_table(60), compression=name, row_group_size=40)

    make.__name__ = "pyarrow_codec_" + name
    fixture(make)


for each in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    codec(each)


@fixture
def pyarrow_nested():
    arrow("pyarrow-nested", nested_table(), data_page_size=1, write_batch_size=1)


@fixture
def pyarrow_nested_v2():
    arrow(
        "pyarrow-nested-v2", nested_table(), data_page_version="2.0", data_page_size=1, write_batch_size=2,
        use_dictionary=False, use_compliant_nested_type=False, row_group_size=7)


@fixture
def pyarrow_rows_across_pages():
    lists = [list(range(n)) for n in (3, 0, 400, 1, 1000)]
    arrow(
        "pyarrow-rows-across-pages", pa.table({"list": pa.array(lists, pa.list_(pa.int32()))}),
        data_page_size=64, write_batch_size=16)


@fixture
def pyarrow_no_rows():
    arrow("pyarrow-no-rows", flat_table().slice(0, 0))


@fixture
def pyarrow_no_row_groups():
    table = nested_table()
    pq.ParquetWriter(path("pyarrow-no-row-groups"), table.schema).close()
    expect("pyarrow-no-row-groups", [])


@fixture
def pyarrow_wide():
    arrow("pyarrow-wide", pa.table({f"c{i}": [i, None] for i in range(200)}), compression="none")


@fixture
def pyarrow_names():
    names = ["", "a.b", 'quo"te', "new\nline", "ünï😀", "same", "same"]
    table = pa.table([pa.array([i]) for i in range(len(names))], names=names)
    inner = pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], names=["a.b", 'k"'])
    arrow("pyarrow-names", table.append_column("struct", inner))


@fixture
def polars_types():
    import polars

    skipped = {"null", "decimal_76_38"}
    table = flat_table().drop_columns(list(skipped))
    polars.from_arrow(table).write_parquet(path("polars-types"), compression="lz4")
    schema = pq.read_schema(path("polars-types"))
    expect("polars-types", canonical.rows(table.cast(schema)))


@fixture
def polars_nested():
    import polars

    lists = [None, [], [[]], [[None]], [[1], [], [2, 3]], [None, [4]]]
    structs = [None, {"a": None}, {"a": [{"b": "x"}, {"b": None}]}, {"a": []}, {"a": [None]}, {"a": None}]
    table = pa.table(
        {
            "lists": pa.array(lists, pa.list_(pa.list_(pa.int64()))),
            "structs": pa.array(structs, pa.struct([("a", pa.list_(pa.struct([("b", pa.string())])))])),
        }
    )
    polars.from_arrow(table).write_parquet(path("polars-nested"), data_page_size=16, row_group_size=4)
    expect("polars-nested", canonical.rows(table))


def duckdb_copy(name, query, options, lines):
    import duckdb

    duckdb.sql(f"COPY ({query}) TO '{path(name)}' (FORMAT parquet, {options})")
    expect(name, lines)


@fixture
def duckdb_types():
    query = """
      SELECT * FROM (VALUES
        (1, TRUE, 255::UTINYINT, 18446744073709551615::UBIGINT, -1::HUGEINT, 1.5::FLOAT, 'a',
         '\\xAA\\x00'::BLOB, '00112233-4455-6677-8899-aabbccddeeff'::UUID,
         INTERVAL '14 months 3 days 4005 milliseconds', TIME '23:59:59.999999',
         TIMESTAMP '2023-03-14 04:03:07.963883', TIMESTAMPTZ '1969-12-31 23:59:59.999999Z',
         TIMESTAMP_NS '2023-03-14 04:03:07.963883001', DATE '0044-03-15 (BC)',
         1234.5678::DECIMAL(9,4), -0.01::DECIMAL(18,2), 0.25::DECIMAL(38,38), '{"a":1}'::JSON),
        (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
         NULL, NULL, NULL)
      ) t(id, flag, tiny, big, huge, real, text, blob, uuid, pause, time, local, instant, nanos, day,
          price, balance, share, json)"""
    line = (
        '[1,true,255,18446744073709551615,-1.0,1.5,"a",{"$binary":"qgA="},'
        '"00112233-4455-6677-8899-aabbccddeeff",{"$interval":[14,3,4005]},"23:59:59.999999",'
        '"2023-03-14T04:03:07.963883","1969-12-31T23:59:59.999999Z",'
        '"2023-03-14T04:03:07.963883001","-0043-03-15","1234.5678","-0.01",'
        f'"0.25{"0" * 36}","{{\\"a\\":1}}"]')
    for version in ("V1", "V2"):
        duckdb_copy(
            "duckdb-types-" + version.lower(), query, f"PARQUET_VERSION {version}, COMPRESSION zstd",
            [line, "[2" + ",null" * 18 + "]"])


@fixture
def duckdb_null_arrays():
    """A null of a fixed-size ARRAY is written once for each element."""
    query = """
      SELECT * FROM (VALUES
        (1, [1, 2, 3]::INTEGER[3], {'v': ['a', 'b']::VARCHAR[2]}),
        (2, NULL, NULL), (3, NULL, {'v': NULL}), (4, [4, NULL, 6]::INTEGER[3], NULL)
      ) t(id, numbers, inside)"""
    duckdb_copy(
        "duckdb-null-arrays", query, "COMPRESSION uncompressed",
        ['[1,[1,2,3],{"v":["a","b"]}]', "[2,null,null]", '[3,null,{"v":null}]', "[4,[4,null,6],null]"])


@fixture
def arro3_encodings():
    from arro3.io import write_parquet

    table = long_table(500)
    write_parquet(
        table, path("arro3-encodings"), writer_version="parquet_2_0", dictionary_enabled=False,
        data_page_row_count_limit=60, write_batch_size=10, compression="lz4_raw", max_row_group_size=200)
    expect("arro3-encodings", canonical.rows(table))


@fixture
def arro3_nested_lz4():
    """parquet-rs writes the codec LZ4 in Hadoop's framing."""
    from arro3.io import write_parquet

    write_parquet(nested_table(), path("arro3-nested-lz4"), compression="lz4", data_page_row_count_limit=2)
    expect("arro3-nested-lz4", canonical.rows(nested_table()))


@fixture
def chdb_nested():
    import chdb

    target = path("chdb-nested")
    if os.path.exists(target):
        os.remove(target)
    chdb.query(
        f"""
        SELECT number AS id, toNullable(number % 3) AS rest, [number, number + 1] AS list,
          map('k', [toString(number)], 'l', []) AS map,
          tuple(number, 'x')::Tuple(a UInt8, b String) AS tuple,
          toDecimal64(number, 3) / 4 AS price, toDate32('1925-01-01') + number AS day,
          toDateTime64('2023-03-14 04:03:07.963883', 6, 'UTC') AS at, toUInt64(-1) AS big,
          toFixedString('abc', 3) AS fixed, toLowCardinality(if(number > 2, 'high', 'low')) AS level
        FROM numbers(6) INTO OUTFILE '{target}' FORMAT Parquet
        SETTINGS output_format_parquet_compression_method='brotli',
          output_format_parquet_row_group_size=4"""
    )
    lines = []
    for n in range(6):
        level = "high" if n > 2 else "low"
        lines.append(
            f'[{n},{n % 3},[{n},{n + 1}],[["k",["{n}"]],["l",[]]],{{"a":{n},"b":"x"}},'
            f'"{decimal.Decimal(n) / 4:.3f}","1925-01-{n + 1:02d}","2023-03-14T04:03:07.963883Z",'
            f'18446744073709551615,{{"$binary":"YWJj"}},"{level}"]')
    expect("chdb-nested", lines)


@fixture
def fastparquet_frame():
    """The repetition of columns is a boolean in the footer; strings fall back to JSON and bytes."""
    import fastparquet
    import pandas

    frame = pandas.DataFrame(
        {
            "id": [1, 2, 3],
            "text": ["a", None, "é"],
            "ratio": [0.5, 1.5, 2.5],
            "kind": pandas.Categorical(["x", "y", "x"]),
            "at": pandas.to_datetime(["2023-03-14T04:03:07.963", "1969-12-31T23:59:59", "2000-01-01T00:00:00"], format="mixed"),
        }
    )
    fastparquet.write(path("fastparquet-frame"), frame, compression="ZSTD", has_nulls=True)
    units = {"ns": "000000", "us": "000", "ms": ""}
    unit = str(frame["at"].dtype).split("[")[1].rstrip("]")
    pad = units[unit if unit in units else "ms"]
    expect(
        "fastparquet-frame",
        [
            f'[1,"a",0.5,"x","2023-03-14T04:03:07.963{pad}"]',
            f'[2,null,1.5,"y","1969-12-31T23:59:59.000{pad}"]',
            f'[3,"é",2.5,"x","2000-01-01T00:00:00.000{pad}"]',
        ],
    )


@fixture
def kuzu_rows():
    import kuzu

    connection = kuzu.Connection(kuzu.Database(":memory:"))
    connection.execute(
        "COPY (UNWIND [1, 2, 3] AS n RETURN n AS id, 'v' + cast(n, 'STRING') AS text, "
        "[n, n * 2] AS list, n > 1 AS flag, date('2023-03-14') AS day, n / 2.0 AS half) "
        f"TO '{path('kuzu-rows')}' (compression='gzip')")
    expect(
        "kuzu-rows",
        [
            f'[{n},"v{n}",[{n},{2 * n}],{"true" if n > 1 else "false"},"2023-03-14",{n / 2}]'
            for n in (1, 2, 3)
        ],
    )


# --------------------------------------------------------------------------- parquet-mr


def parquet_mr(name, schema, rows, lines, codec="SNAPPY", version="PARQUET_1_0", dictionary=True, rows_per_page=20_000):
    import pyspark

    jars = os.path.join(os.path.dirname(pyspark.__file__), "jars", "*")
    job = dict(
        path=path(name), schema=schema, rows=rows, codec=codec, version=version, dictionary=dictionary,
        rowsPerPage=rows_per_page)
    if os.path.exists(path(name)):
        os.remove(path(name))
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "job.json")
        with open(file, "w") as out:
            json.dump(job, out)
        subprocess.run(
            ["java", "-cp", jars, os.path.join(FOLDER, "ParquetMR.java"), file], check=True)
    for litter in glob.glob(os.path.join(FOLDER, ".*.crc")):
        os.remove(litter)
    expect(name, lines)


def b64(value):
    return base64.b64encode(value).decode()


@fixture
def parquet_mr_bare_repeated():
    """Lists as BigQuery exports them: repeated fields without LIST, in structs and in each other."""
    schema = """message m {
      optional int64 user_id;
      repeated binary labels (STRING);
      repeated group event_params {
        optional binary key (STRING);
        optional group value {
          optional binary string_value (STRING); optional int64 int_value; optional double double_value;
        }
        repeated group history { required int32 day (DATE); repeated int64 counts; }
      }
      required group device { repeated int32 codes; repeated group parts { optional boolean ok; } }
    }"""
    key, text = b64(b"page"), b64(b"home")
    rows = [
        [[], [], [], [[[], []]]],
        [[7], [text, key], [[[key], [[[text], [], []]], []]], [[[1], [[[True]], [[]]]]]],
        [
            [8],
            [],
            [
                [[], [], [[[0], []], [[1], [5, 6]]]],
                [[key], [[[], [9], []]], []],
                [[], [[[], [], []]], [[[-1], [7]]]],
            ],
            [[[2, 3], []]],
        ],
    ]
    none = '{"string_value":null,"int_value":null,"double_value":null}'
    lines = [
        '[null,[],[],{"codes":[],"parts":[]}]',
        '[7,["home","page"],[{"key":"page","value":{"string_value":"home","int_value":null,'
        '"double_value":null},"history":[]}],{"codes":[1],"parts":[{"ok":true},{"ok":null}]}]',
        '[8,[],[{"key":null,"value":null,"history":[{"day":"1970-01-01","counts":[]},'
        '{"day":"1970-01-02","counts":[5,6]}]},{"key":"page","value":{"string_value":null,'
        '"int_value":9,"double_value":null},"history":[]},{"key":null,"value":' + none + ","
        '"history":[{"day":"1969-12-31","counts":[7]}]}],{"codes":[2,3],"parts":[]}]',
    ]
    for version in ("PARQUET_1_0", "PARQUET_2_0"):
        parquet_mr(
            "parquet-mr-bare-repeated-v" + version[8], schema, rows * 3, lines * 3, version=version,
            rows_per_page=2)


@fixture
def parquet_mr_list_forms():
    """Each form of a list that the format's compatibility rules name, and maps."""
    schema = """message m {
      optional group three (LIST) { repeated group list { optional int32 element; } }
      required group two (LIST) { repeated int32 element; }
      optional group struct (LIST) { repeated group element { required int32 a; optional int32 b; } }
      optional group avro (LIST) { repeated group array { optional int32 v; } }
      optional group hive (LIST) { repeated group hive_tuple { optional int32 v; } }
      optional group bag (LIST) { repeated group bag { optional int32 array_element; } }
      optional group inner (LIST) { repeated group element { repeated int32 v; } }
      optional group map (MAP) { repeated group key_value { required int32 key; optional int32 value; } }
      optional group legacy (MAP_KEY_VALUE) { repeated group map { required int32 key; required int32 value; } }
      optional group keys (MAP) { repeated group key_value { required int32 key; } }
    }"""
    row = [
        [[[[[1]], [[]]]]],
        [[[1, 2]]],
        [[[[[1], [2]], [[3], []]]]],
        [[[[[1]], [[]]]]],
        [[[[[1]], [[]]]]],
        [[[[[1]], [[]]]]],
        [[[[[1, 2]], [[]]]]],
        [[[[[1], [2]], [[3], []]]]],
        [[[[[1], [2]]]]],
        [[[[[1]], [[2]]]]],
    ]
    empty = [[[[]]] for _ in row]
    null = [[] if index != 1 else [[[]]] for index in range(len(row))]
    lines = [
        '[[1,null],[1,2],[{"a":1,"b":2},{"a":3,"b":null}],[{"v":1},{"v":null}],[{"v":1},{"v":null}],'
        '[1,null],[{"v":[1,2]},{"v":[]}],[[1,2],[3,null]],[[1,2]],[[1,null],[2,null]]]',
        "[[],[],[],[],[],[],[],[],[],[]]",
        "[null,[],null,null,null,null,null,null,null,null]",
    ]
    parquet_mr("parquet-mr-list-forms", schema, [row, empty, null], lines, codec="UNCOMPRESSED")


@fixture
def parquet_mr_annotations():
    """Logical and legacy annotations that Arrow's writers do not write."""
    schema = """message m {
      required binary enum (ENUM); required binary json (JSON); required binary bson (BSON);
      required fixed_len_byte_array(16) uuid (UUID); required fixed_len_byte_array(12) pause (INTERVAL);
      required fixed_len_byte_array(2) half (FLOAT16); required int96 legacy;
      required int32 low_byte (INT_8); required int32 unsigned (UINT_16);
      required int32 price (DECIMAL(9,4)); required binary sum (DECIMAL(40,3));
      required int32 time (TIME_MILLIS); required int64 outside (TIME(MICROS,false));
      required int64 at (TIMESTAMP_MICROS); required int64 local (TIMESTAMP(NANOS,false));
      required binary broken (STRING); required int64 wrong (INTEGER(64,false));
    }"""
    row = [
        [b64(b"RED")], [b64(b'{"a": 1}')], [b64(b"\x05\x00\x00\x00\x00")], [b64(bytes(range(16)))],
        [b64(struct.pack("<3I", 1, 2, 2**32 - 1))], [b64(b"\x00\x3c")],
        [b64(struct.pack("<qi", -1, 2_440_588))], [-1], [-1], [-5], [b64(b"\xff\x7f")], [86_400_000],
        [-1], [-1], [-1], [b64(b"\xff\xfe")], [-1],
    ]
    line = (
        '["RED","{\\"a\\": 1}",{"$binary":"BQAAAAA="},"00010203-0405-0607-0809-0a0b0c0d0e0f",'
        '{"$interval":[1,2,4294967295]},1.0,"1969-12-31T23:59:59.999999999",-1,65535,"-0.0005",'
        '"-0.129",{"$time":86400000},{"$time":-1},"1969-12-31T23:59:59.999999Z",'
        '"1969-12-31T23:59:59.999999999",{"$binary":"//4="},18446744073709551615]')
    parquet_mr("parquet-mr-annotations", schema, [row], [line])


@fixture
def parquet_mr_lz4_blocks():
    """A page beyond Hadoop's buffer of 256 KB: several LZ4 blocks in one frame."""
    numbers = [n * 7**n for n in range(700)]
    parquet_mr(
        "parquet-mr-lz4-blocks", "message m { required fixed_len_byte_array(1000) n (DECIMAL(2400,0)); }",
        [[[b64(n.to_bytes(1000, "big"))]] for n in numbers], [f'["{n}"]' for n in numbers], codec="LZ4",
        dictionary=False)


if __name__ == "__main__":
    for name in sys.argv[1:] or MAKERS:
        try:
            MAKERS[name]()
            print(name)
        except ImportError as missing:
            print(f"{name}: not made: {missing}")
