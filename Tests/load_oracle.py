"""What a SQLite file must hold for what pyarrow reads: the oracle of compare-load.py.

Its own calendar, decimals, JSON text and names; it shares no code with the command.
"""
import base64
import itertools
import json

import numpy as np
import pyarrow as pa

DIGITS = {"s": 3, "ms": 3, "us": 6, "ns": 9}  # Parquet has no seconds; Arrow stores them as ms
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


class Text(bytes):
    """What SQLite calls TEXT, before anyone has looked at its encoding."""

    def __repr__(self):
        return "text " + super().__repr__()


# --- scalars as text ---------------------------------------------------------------------------


def date_text(days):
    """Fliegel and Van Flandern's way from a Julian day to a date, in whole cycles of 400 years."""
    cycle, rest = divmod(days + 2440588, 146097)
    l = rest + 68569
    n = 4 * l // 146097
    l -= (146097 * n + 3) // 4
    i = 4000 * (l + 1) // 1461001
    l += 31 - 1461 * i // 4
    j = 80 * l // 2447
    day, l = l - 2447 * j // 80, j // 11
    year = 100 * (n - 49) + i + l + 400 * cycle
    sign = "" if 0 <= year <= 9999 else "+" if year > 0 else "-"
    return f"{sign}{abs(year):04}-{j + 2 - 12 * l:02}-{day:02}"


def time_text(value, unit):
    seconds, part = divmod(value, PER_SECOND[unit])
    if unit == "s":
        part = 0
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}.{part:0{DIGITS[unit]}}"


def timestamp_text(value, unit, is_utc):
    day, rest = divmod(value, 86400 * PER_SECOND[unit])
    return f"{date_text(day)}T{time_text(rest, unit)}{'Z' if is_utc else ''}"


def decimal_text(bits, byte_count, scale):
    number = int.from_bytes(bits, "little", signed=True)
    digits = str(abs(number)).rjust(scale + 1, "0")
    sign = "-" if number < 0 else ""
    return sign + (f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits)


def float_json(value, shortest, limit):
    """The fewest digits that read back as the same number, plain from 1e-4 up to 2^53 (2^24)."""
    if np.isnan(value):
        return '"NaN"'
    if np.isinf(value):
        return '"Infinity"' if value > 0 else '"-Infinity"'
    mantissa, exponent = shortest(value).split("e")
    sign = "-" if mantissa[0] == "-" else ""
    digits = mantissa.lstrip("-").replace(".", "").rstrip("0") or "0"
    exponent = int(exponent)
    if value and not (exponent >= -4 and abs(value) <= limit):
        point = "." + digits[1:] if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{point}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    digits = digits.ljust(exponent + 2, "0")
    return f"{sign}{digits[:exponent + 1]}.{digits[exponent + 1:]}"


def double_json(value):
    return float_json(value, lambda v: np.format_float_scientific(v, unique=True), 2.0**53)


def single_json(value):
    return float_json(np.float32(value), lambda v: np.format_float_scientific(v, unique=True), 2.0**24)


def string_json(raw):
    try:
        return json.dumps(raw.decode(), ensure_ascii=False)
    except UnicodeDecodeError:
        return binary_json(raw)


def binary_json(raw):
    return '"' + base64.b64encode(raw).decode() + '"'


# --- leaves ------------------------------------------------------------------------------------


class Leaf:
    """How the values of one leaf column become SQLite values and JSON."""

    def __init__(self, kind, column, options):
        self.kind, self.options = kind, options
        annotation = json.loads(column.logical_type.to_json())["Type"]
        t = pa.types
        self.is_text = t.is_string(kind) or t.is_large_string(kind) or annotation in ("String", "JSON", "Enum")
        self.is_uuid = annotation == "UUID"
        self.is_utc = t.is_timestamp(kind) and (kind.tz is not None or options.assume_utc)
        self.uint64_text = t.is_uint64(kind) and options.uint64 == "text"
        self.real_decimal = t.is_decimal(kind) and options.decimal == "real"

    @property
    def declared(self):
        t, kind = pa.types, self.kind
        if self.is_text or self.is_uuid or self.uint64_text:
            return "TEXT"
        if t.is_boolean(kind) or t.is_integer(kind) or t.is_duration(kind):
            return "INTEGER"
        if t.is_floating(kind) or self.real_decimal:
            return "REAL"
        return "BLOB" if is_binary(kind) else "TEXT"

    def raw(self, array):
        """Python values without loss: integers, floats, bytes; None for null."""
        t, kind = pa.types, self.kind
        if t.is_decimal(kind):
            width = kind.byte_width
            bits = array.buffers()[1]
            start = array.offset * width
            return [bits[start + i * width:start + (i + 1) * width].to_pybytes() if ok else None
                    for i, ok in enumerate(array.is_valid().to_pylist())]
        if t.is_string(kind):
            array = array.view(pa.binary())
        elif t.is_large_string(kind):
            array = array.view(pa.large_binary())
        elif t.is_timestamp(kind) or t.is_time64(kind) or t.is_duration(kind):
            array = array.view(pa.int64())
        elif t.is_date32(kind) or t.is_time32(kind):
            array = array.view(pa.int32())
        return array.to_pylist()

    def text(self, value):
        """The text form of kinds that have one."""
        t, kind = pa.types, self.kind
        if t.is_decimal(kind):
            return decimal_text(value, kind.byte_width, kind.scale)
        if t.is_date32(kind):
            return date_text(value)
        if t.is_time(kind):
            whole = 0 <= value < 86400 * PER_SECOND[kind.unit]
            return time_text(value, kind.unit) if whole else str(value)
        if t.is_timestamp(kind):
            return timestamp_text(value, kind.unit, self.is_utc)
        if self.is_uuid:
            digits = value.hex()
            return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
        return str(value) if self.uint64_text else None

    def values(self, array):
        """As SQLite stores them."""
        return [None if v is None else self.value(v) for v in self.raw(array)]

    def value(self, value):
        t, kind = pa.types, self.kind
        if t.is_boolean(kind):
            return int(value)
        if t.is_floating(kind):
            return None if value != value else float(value)
        if self.is_text:
            return value if not is_utf8(value) else Text(value)
        if self.real_decimal:
            return float(self.text(value))
        text = self.text(value)
        return value if text is None else Text(text.encode())

    def json(self, array):
        return [None if v is None else self.json_value(v) for v in self.raw(array)]

    def json_value(self, value):
        t, kind = pa.types, self.kind
        if t.is_boolean(kind):
            return "true" if value else "false"
        if t.is_float32(kind):
            return single_json(value)
        if t.is_floating(kind):
            return double_json(float(value))
        if self.is_text:
            return string_json(value)
        if t.is_integer(kind) or t.is_duration(kind):
            return str(value)
        text = self.text(value)
        if text is None:
            return binary_json(value)
        outside = t.is_time(kind) and ":" not in text
        return text if outside else f'"{text}"'


def is_binary(kind):
    t = pa.types
    return t.is_binary(kind) or t.is_large_binary(kind) or t.is_fixed_size_binary(kind)


def is_utf8(raw):
    try:
        raw.decode()
        return True
    except UnicodeDecodeError:
        return False


# --- trees -------------------------------------------------------------------------------------

class Node:
    """A field with the fields below it; leaves take Parquet's columns in order."""

    def __init__(self, name, kind, columns, options):
        self.name = name
        if isinstance(kind, pa.BaseExtensionType):
            kind = kind.storage_type
        self.kind, self.children, self.leaf = kind, [], None
        t = pa.types
        if t.is_struct(kind):
            self.children = [Node(f.name, f.type, columns, options) for f in kind]
        elif t.is_map(kind):
            self.children = [Node("key", kind.key_type, columns, options),
                             Node("value", kind.item_type, columns, options)]
        elif is_list(kind):
            self.children = [Node("element", kind.value_type, columns, options)]
        else:
            self.leaf = Leaf(kind, next(columns), options)

    def columns(self, name, nested, pick):
        """(name, declared type, function from the top-level array to values) of SQLite columns."""
        if self.leaf:
            return [(name, self.leaf.declared, lambda array: self.leaf.values(pick(array)))]
        if pa.types.is_struct(self.kind) and nested == "columns":
            found = []
            for index, child in enumerate(self.children):
                def below(array, index=index):
                    return plain(pick(array)).flatten()[index]  # flatten applies the struct's nulls
                found += child.columns(f"{name}_{child.name}", nested, below)
            return found
        return [(name, "TEXT", lambda array: [
            None if text is None else Text(text.encode()) for text in self.json(pick(array))])]

    def json(self, array):
        """JSON text for each entry; None for null."""
        array = plain(array)
        if self.leaf:
            return self.leaf.json(array)
        valid = array.is_valid().to_pylist()
        if pa.types.is_struct(self.kind):
            texts = [child.json(array.field(i)) for i, child in enumerate(self.children)]
            keys = [string_json(child.name.encode()) for child in self.children]
            return ["{" + ",".join(f"{k}:{t[row] or 'null'}" for k, t in zip(keys, texts)) + "}" if ok else None
                    for row, ok in enumerate(valid)]
        if pa.types.is_fixed_size_list(self.kind):
            size = self.kind.list_size
            starts = [(array.offset + i) * size for i in range(len(array) + 1)]
        else:
            starts = array.offsets.to_pylist()
        if pa.types.is_map(self.kind):
            keys = self.children[0].json(array.keys)
            values = self.children[1].json(array.items)
            is_object = self.children[0].leaf is not None and self.children[0].leaf.is_text
            form, left, right = (("{}:{}", "{", "}") if is_object else ("[{},{}]", "[", "]"))
            entries = [form.format(k, v or "null") for k, v in zip(keys, values)]
        else:
            entries = [text or "null" for text in self.children[0].json(array.values)]
            left, right = "[", "]"
        return [left + ",".join(entries[starts[i]:starts[i + 1]]) + right if ok else None
                for i, ok in enumerate(valid)]


def plain(array):
    return array.storage if isinstance(array, pa.ExtensionArray) else array


def is_list(kind):
    t = pa.types
    return t.is_list(kind) or t.is_large_list(kind) or t.is_fixed_size_list(kind)


def folded(name):
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in name)


def numbered(names):
    """The first of each name stays; later ones get the lowest number that nobody has."""
    taken, seen, result = {folded(n) for n in names}, set(), []
    for name in names:
        if folded(name) in seen:
            name = next(f"{name}_{n}" for n in itertools.count(2) if folded(f"{name}_{n}") not in taken)
            taken.add(folded(name))
        seen.add(folded(name))
        result.append(name)
    return result
