"""What the peers share: the dump's tables, and the columns that a flat table has for nested ones."""
import glob
import json
import sqlite3

# Those of `receipt load --preset dreamdata`.
INDEXES = [
    ("attribution", "dd_stage_id, dd_session_id"), ("attribution", "dd_company_id"),
    ("attribution", "dd_contact_id"), ("attribution", "dd_session_id"), ("companies", "dd_company_id"),
    ("contacts", "dd_contact_id"), ("events", "dd_event_id"), ("events", "dd_company_id"),
    ("events", "dd_contact_id"), ("events", "dd_session_id"), ("stages", "dd_stage_id"),
    ("stages", "dd_company_id"), ("stages", "dd_primary_contact_id"),
]


def create_indexes(path):
    """The indexes of INDEXES in a SQLite file, where their columns are there."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("begin")
    for number, (table, columns) in enumerate(INDEXES):
        have = {row[1] for row in connection.execute(f"pragma table_info({quoted(table)})")}
        if have.issuperset(columns.split(", ")):
            connection.execute(f"create index i{number} on {quoted(table)} ({columns})")
    connection.execute("commit")


def tables(root):
    """(name, files in order) of every table."""
    receipt = json.load(open(f"{root}/receipt.json"))
    for name, entry in receipt["tables"].items():
        files = sorted(glob.glob(f"{root}/{entry['folder']}/*.parquet"))
        assert len(files) == entry["total_file_count"], name
        yield name, files


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def duckdb_columns(relation):
    """SQL expressions for a flat table: fields of structs as columns, lists as JSON text,
    timestamps as ISO 8601, booleans as numbers."""
    def leaves(path, kind):
        if kind.id == "struct":
            for name, child in kind.children:
                yield from leaves(path + [name], child)
        else:
            yield path, kind
    for column, kind in zip(relation.columns, relation.types):
        for path, leaf in leaves([column], kind):
            source = ".".join(map(quoted, path))
            if leaf.id in ("list", "map", "array"):
                source = f"to_json({source})::varchar"
            elif leaf.id == "boolean":
                source = f"{source}::int"
            elif leaf.id == "timestamp with time zone":
                source = f"strftime({source} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
            elif leaf.id.startswith("timestamp"):
                source = f"strftime({source}, '%Y-%m-%dT%H:%M:%S.%f')"
            yield f"{source} as {quoted('_'.join(path))}"


def duckdb_select(connection, files):
    """The SELECT that flattens a table's files."""
    source = f"read_parquet({files!r})"
    columns = duckdb_columns(connection.sql(f"select * from {source} limit 0"))
    return f"select {', '.join(columns)} from {source}"
