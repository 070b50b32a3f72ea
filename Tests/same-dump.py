#!/usr/bin/env python3
"""Says whether two dumps have the same receipt, files, columns and rows.

    same-dump.py ONE OTHER

Not the same bytes: compressors write differently on different processors. Needs pyarrow.
"""
import pathlib
import sys

import pyarrow.parquet as pq


def content(root):
    root = pathlib.Path(root)
    files = {str(p.relative_to(root)): p for p in root.rglob("*") if p.is_file()}
    return {name: p.read_bytes() if p.suffix == ".json" else pq.ParquetFile(p).read()
            for name, p in files.items()}


one, other = content(sys.argv[1]), content(sys.argv[2])
wrong = [name for name in sorted(one.keys() | other.keys()) if name not in one or name not in other
         or (one[name] != other[name] if isinstance(one[name], bytes) else not one[name].equals(other[name]))]
for name in wrong:
    print(f"{name}: differs between {sys.argv[1]} and {sys.argv[2]}", file=sys.stderr)
print(f"{len(one)} files, {len(wrong)} differ")
sys.exit(1 if wrong or not one else 0)
