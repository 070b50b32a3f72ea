#!/usr/bin/env python3
"""Writes a large dump in Dreamdata's nested schema for the benchmarks, by pyarrow.

    make-large-dump.py OUT [--events 500000] [--seed 1] [--codec snappy]

Six tables, as many files each as in the vendor's own example of a receipt (51 to 64). Columns are
what such tables have: ids that are all different, names from vocabularies of all sizes in which few
words are frequent, nulls, lists of structs. The same arguments give the same rows. Needs pyarrow and
numpy.
"""
import argparse
import importlib.util
import json
import pathlib
import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

TIMESTAMP = "2026-11-20T04:03:07.963883Z"
FILES = {"attribution": 61, "companies": 58, "contacts": 58, "events": 64, "spend": 51, "stages": 51}
SHARE = {"attribution": 0.5, "companies": 0.1, "contacts": 0.4, "events": 1.0, "spend": 0.4, "stages": 0.1}
KEYS = {"companies": "dd_company_id", "contacts": "dd_contact_id"}
WORDS = "brand retarget webinar guide pricing demo trial pipeline search display video launch blå café 東京".split()
FEW = {"os", "browser", "device", "channel", "source", "medium", "match_type", "network_label", "role", "seniority",
       "industry", "object", "category", "type", "model", "dd_tracking_type", "event_name", "stage_name"}

spec = importlib.util.spec_from_file_location(
    "example", pathlib.Path(__file__).parents[2] / "examples" / "make-dump.py")
example = importlib.util.module_from_spec(spec)
spec.loader.exec_module(example)


class Maker:
    """Makes columns of n values for one file."""

    def __init__(self, rng):
        self.rng = rng

    def null(self, n, share):
        return self.rng.random(n) < share

    def rank(self, n, size):
        """Indices below size, small ones far more frequent."""
        return np.minimum(self.rng.zipf(1.35, n) - 1, size - 1)

    def ids(self, n, width, nulls):
        text = self.rng.bytes(n * width // 2).hex()
        return pa.array([text[i * width:(i + 1) * width] for i in range(n)], pa.string(),
                        mask=self.null(n, nulls) if nulls else None)

    def words(self, n, size, make, nulls):
        index = pa.array(self.rank(n, size), pa.int32(), mask=self.null(n, nulls))
        return VOCABULARY.setdefault((make, size), pa.array([make(i) for i in range(size)])).take(index)

    def string(self, name, n):
        if name == "row_checksum":
            return self.ids(n, 44, 0)
        if re.fullmatch(r"dd_(event|session|stage)(_activity)?_id", name):
            return self.ids(n, 32, 0.15 if "activity" in name else 0)
        if name.startswith("dd_") and name.endswith("_id"):
            return self.words(n, max(8, n // 3), dd_id, 0.2)
        if name == "custom_properties":
            return self.words(n, max(4, n // 2), properties, 0.3)
        if "url" in name or name.startswith(("landing_page", "referrer")):
            return self.words(n, 20_000, url, 0.25)
        if name in ("email", "additional_emails"):
            return self.words(n, max(8, n), email, 0.05)
        if name in ("domain", "host", "email_domain", "all_domains"):
            return self.words(n, 10_000, domain, 0.1)
        if name in FEW:
            return self.words(n, 12, word, 0.1)
        if "country" in name:
            return self.words(n, 60, country, 0.1)
        if name.endswith("id"):
            return self.words(n, 5_000, number, 0.3)
        return self.words(n, 4_000, phrase, 0.4)

    def column(self, name, kind, n):
        if pa.types.is_list(kind):
            ends = np.cumsum(np.minimum(self.rng.poisson(1.3, n), 12))
            offsets = np.concatenate([[0], ends]).astype(np.int32)
            return pa.ListArray.from_arrays(
                pa.array(offsets), self.column(name, kind.value_type, int(offsets[-1])))
        if pa.types.is_struct(kind):
            nulls = 0.35 if name.startswith(("level_", "ad_hierarchy")) else 0.05
            return pa.StructArray.from_arrays(
                [self.column(field.name, field.type, n) for field in kind], fields=list(kind),
                mask=pa.array(self.null(n, nulls)))
        if pa.types.is_string(kind):
            return self.string(name, n)
        if pa.types.is_boolean(kind):
            return pa.array(self.rng.random(n) < 0.3, mask=self.null(n, 0.05))
        if pa.types.is_integer(kind):
            return pa.array(self.rank(n, 400) + 1, pa.int64(), mask=self.null(n, 0.02))
        if pa.types.is_floating(kind):
            values = np.round(self.rng.lognormal(3, 2, n), 2)
            values[self.rng.random(n) < 0.3] = 0
            return pa.array(values, mask=self.null(n, 0.1))
        ages = (self.rng.random(n) ** 2 * 6.4e13).astype(np.int64)
        now = np.datetime64(TIMESTAMP.rstrip("Z"), "us").astype(np.int64)
        return pa.array(now - ages, pa.int64(), mask=self.null(n, 0.03)).cast(kind)


VOCABULARY = {}


def phrase(i): return " ".join(WORDS[(i * 7 + j * 5) % len(WORDS)] for j in range(2 + i % 4)) + f" {i}"
def dd_id(i): return f"dd-{int(i) * 2654435761 % 2**40:012x}"
def url(i): return f"https://www.example-{i % 37}.com/{phrase(i).replace(' ', '-')}?utm_source=google&utm_campaign={i % 211}"
def email(i): return f"user{i}@company{i % 9973}.com"
def domain(i): return f"company{i}.com"
def word(i): return WORDS[i % len(WORDS)]
def country(i): return f"{WORDS[i % len(WORDS)].upper()[:2]}{i}"
def number(i): return str(10**9 + i * 7919)
def properties(i): return json.dumps({"tier": "ABC"[i % 3], "arr": i * 10.5, "note": f'said "{phrase(i)}"', "tags": [phrase(i % 50), None]}, ensure_ascii=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--events", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--codec", default="snappy")
    options = parser.parse_args()
    label = TIMESTAMP[:16]
    receipt = {"timestamp": TIMESTAMP, "tables": {}}
    for position, (table, files) in enumerate(FILES.items()):
        schema = example.arrow_schema(table)
        rows = int(options.events * SHARE[table])
        folder = options.out / label / table
        folder.mkdir(parents=True)
        for part in range(files):
            n = rows * (part + 1) // files - rows * part // files
            maker = Maker(np.random.default_rng([options.seed, position, part]))
            arrays = [maker.column(field.name, field.type, n) for field in schema]
            if table in KEYS:
                start = rows * part // files
                arrays[schema.get_field_index(KEYS[table])] = pa.array([dd_id(start + i) for i in maker.rng.permutation(n)])
            pq.write_table(
                pa.Table.from_arrays([a.cast(f.type) for a, f in zip(arrays, schema)], schema=schema),
                folder / f"{part:012d}.parquet", compression=options.codec)
        receipt["tables"][table] = {"folder": f"{label}/{table}", "total_file_count": files}
    (options.out / "receipt.json").write_text(json.dumps(receipt, indent=1) + "\n")


if __name__ == "__main__":
    main()
