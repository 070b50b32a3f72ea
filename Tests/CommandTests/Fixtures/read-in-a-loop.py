"""Reads all tables of a database again and again, until a file appears, and makes sure that they are of one dump.

argv: DATABASE STOP-FILE. Every table of one dump must have the same number of rows, and that number must be the
one in the ledger's last load. Prints one JSON line: how often it looked, which row counts it saw, and what was wrong.
"""
import json
import os
import sqlite3
import sys

database, stop = sys.argv[1:]
tables = ["a", "b", "c", "d", "e", "f"]
connection = sqlite3.connect(database, isolation_level=None, timeout=60)
seen, looks, wrong = set(), 0, []
while not os.path.exists(stop) and not wrong:
    try:
        connection.execute("begin")
        counts = [connection.execute(f"select count(*) from {table}").fetchone()[0] for table in tables]
        load, rows = connection.execute(
            "select load_id, row_count from receipt_loads order by load_id desc limit 1").fetchone()
        connection.execute("commit")
    except sqlite3.Error as error:
        wrong.append(f"{type(error).__name__}: {error}")
        break
    if len(set(counts)) != 1 or sum(counts) != rows:
        wrong.append(f"load {load} of {rows} rows: {counts}")
    looks += 1
    seen.add(counts[0])
print(json.dumps({"looks": looks, "seen": sorted(seen), "wrong": wrong}))
