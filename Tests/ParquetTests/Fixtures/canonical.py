"""Arrow data as canonical JSON rows: the expected contents of the fixtures.

Independent of the reader under test: values are taken as the integers and bytes that Arrow holds,
dates go through Python's calendar.
"""
import base64
import datetime
import json

import numpy
import pyarrow as pa
from pyarrow import types as kind

PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
DIGITS = {"ms": 3, "us": 6, "ns": 9}


def date(days):
    cycles, rest = divmod(days + 719_162, 146_097)  # days since 0001-01-01, in 400 years
    day = datetime.date.fromordinal(rest + 1)
    year = day.year + 400 * cycles
    text = f"{year:04d}" if 0 <= year <= 9999 else ("-" if year < 0 else "+") + f"{abs(year):04d}"
    return f"{text}-{day.month:02d}-{day.day:02d}"


def time_of_day(value, unit):
    seconds, fraction = divmod(value, PER_SECOND[unit])
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{clock}.{fraction:0{DIGITS[unit]}d}"


def time(value, unit):
    if 0 <= value < 86_400 * PER_SECOND[unit]:
        return f'"{time_of_day(value, unit)}"'
    return '{"$time":%d}' % value


def timestamp(value, unit, utc):
    days, rest = divmod(value, 86_400 * PER_SECOND[unit])
    return f'"{date(days)}T{time_of_day(rest, unit)}{"Z" if utc else ""}"'


def double(value):
    if value != value:
        return '"NaN"'
    if abs(value) == float("inf"):
        return '"Infinity"' if value > 0 else '"-Infinity"'
    return repr(value)


def single(value):
    if not numpy.isfinite(value):
        return double(float(value))
    return repr(float(numpy.format_float_scientific(numpy.float32(value), unique=True)))


def binary(value):
    return '{"$binary":"%s"}' % base64.b64encode(value).decode()


def text(value):
    return json.dumps(value, ensure_ascii=False)


def decimal(value, scale):
    sign, digits, _ = value.as_tuple()
    number = int("".join(map(str, digits)))
    padded = str(number).zfill(scale + 1)
    point = padded[:-scale] + "." + padded[-scale:] if scale else padded
    return '"' + ("-" if sign and number else "") + point + '"'


def values(array):
    """One canonical text for each value of an array."""
    t = array.type
    if isinstance(array, pa.ChunkedArray):
        return [value for chunk in array.chunks for value in values(chunk)]
    if isinstance(t, pa.UuidType):
        return ["null" if item is None else f'"{item}"' for item in array.to_pylist()]
    if isinstance(t, pa.BaseExtensionType):
        return values(array.storage)
    if kind.is_dictionary(t):
        return values(array.dictionary_decode())

    def each(items, form):
        return ["null" if item is None else form(item) for item in items]

    def integers():
        return array.view(pa.int64() if t.bit_width == 64 else pa.int32()).to_pylist()

    if kind.is_null(t):
        return ["null"] * len(array)
    if kind.is_boolean(t):
        return each(array.to_pylist(), lambda value: "true" if value else "false")
    if kind.is_integer(t):
        return each(array.to_pylist(), str)
    if kind.is_float32(t):
        return each(array.to_pylist(), single)
    if kind.is_floating(t):
        return each(array.to_pylist(), lambda value: double(float(value)))
    if kind.is_string(t) or kind.is_large_string(t):
        return each(array.to_pylist(), text)
    if kind.is_binary(t) or kind.is_large_binary(t) or kind.is_fixed_size_binary(t):
        return each(array.to_pylist(), binary)
    if kind.is_decimal(t):
        return each(array.to_pylist(), lambda value: decimal(value, t.scale))
    if kind.is_date32(t):
        return each(integers(), lambda value: f'"{date(value)}"')
    if kind.is_time(t):
        return each(integers(), lambda value: time(value, t.unit))
    if kind.is_timestamp(t):
        return each(integers(), lambda value: timestamp(value, t.unit, t.tz is not None))
    valid = array.is_valid().to_pylist()
    if kind.is_struct(t):
        names = [text(field.name) for field in t]
        columns = [values(array.field(index)) for index in range(t.num_fields)]
        rows = [
            "{" + ",".join(f"{n}:{c[row]}" for n, c in zip(names, columns)) + "}"
            for row in range(len(array))
        ]
    elif kind.is_map(t):
        offsets = array.offsets.to_pylist()
        keys, items = values(array.keys), values(array.items)
        entries = [f"[{key},{item}]" for key, item in zip(keys, items)]
        rows = ["[" + ",".join(entries[a:b]) + "]" for a, b in zip(offsets, offsets[1:])]
    elif kind.is_list(t) or kind.is_large_list(t):
        offsets = array.offsets.to_pylist()
        items = values(array.values)
        rows = ["[" + ",".join(items[a:b]) + "]" for a, b in zip(offsets, offsets[1:])]
    else:
        raise NotImplementedError(str(t))
    return [row if is_valid else "null" for row, is_valid in zip(rows, valid)]


def rows(table):
    """One canonical line for each row of a table."""
    columns = [values(table.column(index)) for index in range(table.num_columns)]
    return ["[" + ",".join(column[row] for column in columns) + "]" for row in range(table.num_rows)]
