#!/usr/bin/env python3
"""Says whether a SQLite file holds exactly what pyarrow reads in a dump.

    compare-load.py DUMP DATABASE [--nested columns|json] [--assume-utc]
                                  [--decimal text|real] [--uint64 error|text] [--tables a,b]

An oracle that shares no code with the command: every value of every table, in rowid order (files by
name, rows as they stand), with its storage class (Python's sqlite3 gives a type for each), the names
and declared types of the columns, and the ledger's counts. Prints the first differences; exit 1 then.
Needs pyarrow and numpy.
"""
import argparse
import json
import pathlib
import sqlite3
import struct
import sys

import pyarrow.parquet as pq

from load_oracle import Node, Text, folded, numbered, plain


class Comparison:
    def __init__(self):
        self.wrong = self.values = 0

    def differ(self, place, expected, found):
        self.wrong += 1
        if self.wrong <= 10:
            print(f"{place}:\n  expected {shown(expected)}\n  found    {shown(found)}", file=sys.stderr)

    def equal(self, place, expected, found):
        if expected != found:
            self.differ(place, expected, found)


def shown(value):
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:200]} … {text[-80:]} ({len(text)} characters)"


def same(expected, found):
    if type(expected) is not type(found):
        return False
    if isinstance(expected, float):
        return struct.pack("<d", expected) == struct.pack("<d", found)
    return expected == found


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def compare_table(check, database, name, files, options):
    result = database.execute(f"SELECT name, type FROM pragma_table_info({sql_text(name)}) ORDER BY cid")
    found_columns = [(n.decode(), t.decode()) for n, t in result]
    taken = {folded(n) for n, _ in found_columns}
    rowid = next((n for n in ("rowid", "_rowid_", "oid") if n not in taken), None)
    wide = len(found_columns) >= 2000  # SQLite returns no more columns than that
    select = "*" if wide or rowid is None else f"{rowid}, *"
    cursor = database.execute(f"SELECT {select} FROM {quoted(name)}" + (f" ORDER BY {rowid}" if rowid else ""))
    row_count = 0
    for path in files:
        file = pq.ParquetFile(path)
        columns = iter([file.schema.column(i) for i in range(len(file.schema))])
        roots = [Node(f.name, f.type, columns, options) for f in file.schema_arrow]
        plan = [(index, *column) for index, root in enumerate(roots)
                for column in root.columns(root.name, options.nested, lambda array: array)]
        names = numbered([name for _, name, _, _ in plan])
        check.equal(f"{name}: columns by {path.name}", list(zip(names, (c[2] for c in plan))), found_columns)
        if len(names) != len(found_columns):
            return 0
        for batch in file.iter_batches(batch_size=1000):
            arrays = [batch.column(i) for i in range(batch.num_columns)]
            expected = [make(plain(arrays[index])) for index, _, _, make in plan]
            for row in range(batch.num_rows):
                row_count += 1
                found = cursor.fetchone()
                if found is None:
                    check.differ(f"{name}: rows", f"more than {row_count - 1}", row_count - 1)
                    return row_count
                if select != "*":
                    check.equal(f"{name}: rowid", row_count, found[0])
                    found = found[1:]
                for column, value in enumerate(found):
                    check.values += 1
                    if not same(expected[column][row], value):
                        check.differ(f"{name}, row {row_count}, column {names[column]} ({path.name})",
                                     expected[column][row], value)
    rest = sum(1 for _ in cursor)
    check.equal(f"{name}: rows that are in no file", 0, rest)
    return row_count


def sql_text(text):
    return "'" + text.replace("'", "''") + "'"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dump", type=pathlib.Path)
    parser.add_argument("database", type=pathlib.Path)
    parser.add_argument("--nested", choices=("columns", "json"), default="columns")
    parser.add_argument("--decimal", choices=("text", "real"), default="text")
    parser.add_argument("--uint64", choices=("error", "text"), default="error")
    parser.add_argument("--assume-utc", action="store_true")
    parser.add_argument("--tables", type=lambda text: text.split(","))
    options = parser.parse_args()

    check = Comparison()
    receipt_text = (options.dump / "receipt.json").read_bytes()
    receipt = json.loads(receipt_text)
    database = sqlite3.connect(f"file:{options.database.resolve()}?mode=ro", uri=True)
    database.text_factory = Text
    check.equal("integrity_check", [(b"ok",)], database.execute("PRAGMA integrity_check").fetchall())
    tables, ledger = [], []
    for name in options.tables or receipt["tables"]:
        folder = options.dump / receipt["tables"][name]["folder"]
        files = sorted(folder.glob("[!._]*.parquet"), key=lambda p: p.name.encode())
        if files:
            tables.append(name)
            rows = compare_table(check, database, name, files, options)
            ledger.append({"name": name, "rows": rows, "files": len(files),
                           "bytes": sum(p.stat().st_size for p in files)})
    found = [n.decode() for n, in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    check.equal("tables", sorted(tables + ["receipt_loads", "receipt_tables"]), sorted(set(found) - {"receipt_lease"}))
    load, text, row_count, byte_count = database.execute(
        "SELECT load_id, receipt, row_count, byte_count FROM receipt_loads ORDER BY load_id DESC").fetchone()
    check.equal("receipt_loads.receipt", receipt_text, bytes(text))
    check.equal("receipt_loads.row_count", sum(t["rows"] for t in ledger), row_count)
    check.equal("receipt_loads.byte_count", sum(t["bytes"] for t in ledger), byte_count)
    entries = [{"name": bytes(name).decode(), "rows": rows, "files": files, "bytes": size}
               for name, rows, files, size in database.execute(
                   "SELECT table_name, row_count, file_count, byte_count FROM receipt_tables WHERE load_id = ?", [load])]
    check.equal("receipt_tables", sorted(ledger, key=lambda t: t["name"]), sorted(entries, key=lambda t: t["name"]))
    print(f"{len(tables)} tables, {sum(t['rows'] for t in ledger):,} rows, {check.values:,} values, "
          f"{check.wrong:,} differ")
    sys.exit(1 if check.wrong or not tables else 0)


main()
