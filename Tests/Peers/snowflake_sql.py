#!/usr/bin/env python3
"""A Snowflake SQL API v2 (/api/v2/statements) for tests: key-pair JWT really verified, statements executed by fakesnow (DuckDB);
external stages on s3:// read a real S3 server.

  snowflake_sql.py --listen 127.0.0.1:25443 --account TESTORG-TEST --user LOADER --public-key key.pub --pat TOKEN \
     --s3 http://127.0.0.1:25333 --s3-key testing --s3-secret testing-secret [--sync-seconds 45] [--slow 0] [--lint] [--mirror DIR]

As the service: JWT claims, fingerprint, lifetime <= 1 h; User-Agent needed; requestId + retry=true runs once; MULTI_STATEMENT_COUNT
checked, statementHandles; async=true or more than --sync-seconds -> 202 and polling; timeout -> 408; cancel; partitions (gzip);
jsonv2 values; every request its own session, so BEGIN .. COMMIT only inside one multi-statement request; USE, PUT, GET refused.
Added to fakesnow: ALTER TABLE .. SWAP WITH, STORAGE INTEGRATION, FILE FORMAT names, PATTERN, PURGE, INFER_SCHEMA, USING TEMPLATE.
EXECUTE IMMEDIATE runs one kind of block: statements, and on any error ROLLBACK and RAISE. Faults on order: POST /faults, a JSON list of
{"sql": REGEX, "type": ..., "times": N}: timeout (carried out, and then said to have taken too long), lose (a COPY loads all rows but one),
slow (takes "seconds" longer).
--lint refuses what the sqlfluff snowflake grammar does not parse. A statement with /*SLEEP n*/ takes n seconds."""
import argparse, base64, concurrent.futures as cf, datetime, decimal, gzip, hashlib, json, os, re, shutil, sys, threading, time, urllib.parse, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import boto3, duckdb
from botocore.config import Config
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
import fakesnow.instance
import snowflake.connector.errors as sferr
ap = argparse.ArgumentParser()
for x in ("listen", "s3", "s3-key", "s3-secret"): ap.add_argument("--" + x, required=True)
ap.add_argument("--account", default="TESTORG-TEST"); ap.add_argument("--user", default="LOADER"); ap.add_argument("--public-key"); ap.add_argument("--pat"); ap.add_argument("--region", default="us-east-1")
ap.add_argument("--sync-seconds", type=float, default=45); ap.add_argument("--lint", action="store_true"); ap.add_argument("--mirror", required=True); A = ap.parse_args()
s3 = boto3.client("s3", endpoint_url=A.s3, aws_access_key_id=A.s3_key, aws_secret_access_key=A.s3_secret, region_name=A.region, config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}))
FS = fakesnow.instance.FakeSnow(create_database_on_connect=True, create_schema_on_connect=True); DBLOCK = threading.RLock(); POOL = cf.ThreadPoolExecutor(16)
ST, REQ, STAGES, FORMATS, INTEG, LOCK = {}, {}, {}, {}, set(), threading.Lock()
PUB = serialization.load_pem_public_key(open(A.public_key, "rb").read()) if A.public_key else None
FP = "SHA256:" + base64.b64encode(hashlib.sha256(PUB.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)).digest()).decode() if PUB else None
if A.lint:
    from sqlfluff.core import FluffConfig, Linter
    LINT = Linter(config=FluffConfig(overrides={"dialect": "snowflake"})); LINTLOCK = threading.Lock()
FAULTS = []
def fault(sql, *types):
    with LOCK:
        for f in FAULTS:
            if f["type"] in types and f.get("times", 1) != 0 and re.search(f["sql"], sql, re.I | re.S): f["times"] = f.get("times", 1) - 1; return f
class Api(Exception):
    def __init__(self, st, code, msg, sqlstate=None): self.st, self.code, self.msg, self.ss = st, code, msg, sqlstate
class Sql(Exception):
    def __init__(self, code, state, msg): self.code, self.state, self.msg = code, state, msg
def unb64(x): return base64.urlsafe_b64decode(x + "=" * (-len(x) % 4))
def auth(h):
    a, typ = h.get("authorization") or "", (h.get("x-snowflake-authorization-token-type") or "").upper()
    if not a.startswith("Bearer "): raise Api(401, "390101", "Authorization header not found in the request data.")
    tok = a[7:]
    if typ == "PROGRAMMATIC_ACCESS_TOKEN" or (not typ and tok.count(".") != 2):
        if A.pat and tok == A.pat: return
        raise Api(401, "394400", "Programmatic access token is invalid.")
    if typ not in ("KEYPAIR_JWT", ""): raise Api(401, "390303", f"Invalid token type {typ}")
    bad = lambda why: Api(401, "390144", f"JWT token is invalid. [{uuid.uuid4()}] ({why})")
    try: hd, pl, sg = tok.split("."); H, P = json.loads(unb64(hd)), json.loads(unb64(pl))
    except Exception: raise bad("not a JWT")
    if H.get("alg") != "RS256": raise bad("alg")
    who = f"{A.account}.{A.user}"
    if P.get("iss") != f"{who}.{FP}": raise bad(f"iss must be {who}.<fingerprint>")
    if P.get("sub") != who: raise bad("sub")
    now = time.time()
    if not isinstance(P.get("exp"), (int, float)) or P["exp"] <= now: raise bad("expired")
    if P.get("iat", 0) > now + 60: raise bad("issued in the future")
    if P["exp"] - P.get("iat", now) > 3600: raise bad("lifetime over an hour")
    try: PUB.verify(unb64(sg), f"{hd}.{pl}".encode(), padding.PKCS1v15(), hashes.SHA256())
    except Exception: raise bad("signature")
LEX = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"(?:[^\"]|\"\")*\"|\$\$.*?\$\$|--[^\n]*|//[^\n]*|/\*.*?\*/", re.S)
def split(sql):
    out, cur, i = [], "", 0
    while i < len(sql):
        m = LEX.match(sql, i)
        if m: cur += m[0]; i = m.end(); continue
        if sql[i] == ";": out.append(cur); cur = ""
        else: cur += sql[i]
        i += 1
    return [x.strip() for x in out + [cur] if re.sub(r"--[^\n]*|/\*.*?\*/", "", x, flags=re.S).strip()]
# ------------------------------------------------------------------ s3 stages
def sync(bucket, prefix):
    """a local copy of s3://bucket/prefix...; returns the keys"""
    keys, root = [], os.path.join(A.mirror, bucket)
    try: objs = [o for p in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix) for o in p.get("Contents", [])]
    except s3.exceptions.ClientError as e: raise Sql("003167", "42601", f"Error assuming AWS_ROLE or reading s3://{bucket}/{prefix}: {e.response['Error']['Code']}")
    for o in objs:
        if o["Key"].endswith("/"): continue
        keys.append(o["Key"]); f = os.path.join(root, o["Key"]); tag = f + ".etag#"
        if not (os.path.exists(f) and os.path.exists(tag) and open(tag).read() == o["ETag"]):
            os.makedirs(os.path.dirname(f), exist_ok=True); s3.download_file(bucket, o["Key"], f); open(tag, "w").write(o["ETag"])
    base = os.path.join(root, prefix); folder = base if base.endswith("/") else os.path.dirname(base)
    for d, _, fs in os.walk(folder):
        for x in fs:
            p = os.path.join(d, x); k = os.path.relpath(p, root)
            if not x.endswith(".etag#") and k.startswith(prefix) and k not in keys: os.unlink(p); os.path.exists(p + ".etag#") and os.unlink(p + ".etag#")
    return keys
def stage_key(name, db, sc):
    p = [x[1:-1] if x.startswith('"') else x.upper() for x in re.findall(r'"(?:[^"]|"")+"|[^.]+', name)]
    return tuple(([db, sc] + p)[-3:] if len(p) < 3 else p)
def locate(ref, db, sc):
    """@stage/path or s3://... -> (bucket, prefix)"""
    ref = ref.strip().strip("'")
    if ref.startswith("@"):
        m = re.match(r'@((?:"(?:[^"]|"")+"|[\w$]+)(?:\.(?:"(?:[^"]|"")+"|[\w$]+))*)/?(.*)$', ref, re.S); k = stage_key(m[1], db, sc)
        if k not in STAGES: raise Sql("002003", "02000", f"SQL compilation error:\nStage '{'.'.join(map(str, k))}' does not exist or not authorized.")
        ref = STAGES[k] + m[2]
    m = re.match(r"s3://([^/]+)/?(.*)$", ref, re.S)
    if not m: raise Sql("001003", "42000", f"SQL compilation error: invalid location {ref}")
    return m[1], m[2]
def parquet_columns(files):
    con = duckdb.connect(); out = {}
    for f in files:
        for n, t, *_ in con.execute("describe select * from read_parquet(?)", [f]).fetchall():
            u = t.upper(); sf = "NUMBER(38, 0)" if u in ("BIGINT", "HUGEINT", "UBIGINT") else "NUMBER(10, 0)" if u in ("INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT") else "REAL" if u in ("DOUBLE", "FLOAT") else u.replace("DECIMAL", "NUMBER").replace(",", ", ") if u.startswith("DECIMAL") else "TIMESTAMP_TZ" if "TIME ZONE" in u else "TIMESTAMP_NTZ" if u.startswith("TIMESTAMP") else "TEXT" if u == "VARCHAR" else "BINARY" if u == "BLOB" else u if u in ("DATE", "BOOLEAN", "TIME") else "VARIANT"
            out.setdefault(n, (sf, []))[1].append(f)
    return out
LOC = r"""('(?:[^']|'')*'|@(?:"(?:[^"]|"")+"|[^\s;()'",])+)"""
def infer(args, db, sc):
    m = re.search(r"LOCATION\s*=>\s*'([^']*)'", args, re.I)
    if not m: raise Sql("001003", "42000", "SQL compilation error: LOCATION is needed")
    b, p = locate(m[1], db, sc); keys = [k for k in sync(b, p)]; fl = re.search(r"FILES\s*=>\s*\(([^)]*)\)", args, re.I)
    if fl: want = re.findall(r"'([^']*)'", fl[1]); keys = [k for k in keys if any(k == p + w or k == p.rstrip('/') + '/' + w for w in want)]
    ic = re.search(r"IGNORE_CASE\s*=>\s*TRUE", args, re.I); cols = parquet_columns([os.path.join(A.mirror, b, k) for k in keys]); root = os.path.join(A.mirror, b) + "/"
    return [((n.upper() if ic else n), t, True, f"$1:{n}::{t}", ", ".join(f[len(root):] for f in fs), i) for i, (n, (t, fs)) in enumerate(cols.items())]
def lint(s):
    if A.lint:
        s, i, out = s, 0, ""
        while i < len(s):                     # bind marks are no SQL text to the linter
            m = LEX.match(s, i); out += m[0] if m else ("NULL" if s[i] == "?" else s[i]); i = m.end() if m else i + 1
        with LINTLOCK: r = LINT.parse_string(out + ";\n")
        if r.violations: raise Sql("001003", "42000", "SQL compilation error:\nsyntax error: " + r.violations[0].desc()[:300])
def execute(conn, sql, db, sc, binds):
    """-> (columns [(name, type_code, ...)], rows, dml?)"""
    if m := re.search(r"/\*SLEEP ([\d.]+)\*/", sql): time.sleep(float(m[1]))
    lint(sql); bare = re.sub(r"^(\s|/\*.*?\*/|--[^\n]*\n)+", "", sql, flags=re.S); up = " ".join(bare.split()).upper()
    if re.match(r"(PUT|GET|USE|LIST\s+@~)\b", up): raise Sql("391911", "0A000", f"Unsupported feature '{up.split()[0]}' in the SQL API.")
    cur = conn.cursor()
    if m := re.match(r"EXECUTE\s+IMMEDIATE\s+\$\$\s*BEGIN\s+(.*?)EXCEPTION\s+WHEN\s+OTHER\s+THEN\s+ROLLBACK\s*;\s*RAISE\s*;\s*END\s*;\s*\$\$\s*$", bare, re.I | re.S):
        # the one kind of block that a loader needs: all of its statements, or on any error ROLLBACK and the error
        try:
            for inner in split(m[1]):
                if r := re.match(r"RETURN\s+'([^']*)'$", inner.strip(), re.I): return [("anonymous block", "text")], [(r[1],)]
                execute(conn, inner, db, sc, None)
        except Exception:
            if getattr(conn, "_tx", False): conn.cursor().execute("ROLLBACK"); conn._tx = False
            raise
        return [("anonymous block", "text")], [(None,)]
    if m := re.match(r"ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(\S+)\s+SWAP\s+WITH\s+(\S+)$", bare.strip(), re.I):
        a, b = m[1], m[2]; tmp = f"SWAP_{uuid.uuid4().hex[:12]}".upper(); last = lambda x: re.findall(r'"(?:[^"]|"")+"|[\w$]+', x)[-1]; pre = lambda x: x[: len(x) - len(last(x))]
        own = not getattr(conn, "_tx", False)
        for t in (a, b): cur.execute(f"SELECT 1 FROM {t} LIMIT 0")
        if own: cur.execute("BEGIN")
        try: cur.execute(f"ALTER TABLE {a} RENAME TO {pre(a)}{tmp}"); cur.execute(f"ALTER TABLE {b} RENAME TO {pre(b)}{last(a)}"); cur.execute(f"ALTER TABLE {pre(a)}{tmp} RENAME TO {pre(a)}{last(b)}")
        except Exception:
            if own: cur.execute("ROLLBACK")
            raise
        if own: cur.execute("COMMIT")
        return STATUS, [("Statement executed successfully.",)]
    if m := re.match(r"CREATE\s+(OR\s+REPLACE\s+)?STORAGE\s+INTEGRATION\s+(?:IF\s+NOT\s+EXISTS\s+)?(\S+)", bare, re.I): INTEG.add(m[2].upper()); return STATUS, [(f"Integration {m[2].upper()} successfully created.",)]
    if m := re.match(r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP(?:ORARY)?\s+)?FILE\s+FORMAT\s+(?:IF\s+NOT\s+EXISTS\s+)?(\S+)\s+(.*)$", bare, re.I | re.S): FORMATS[m[1].split(".")[-1].strip('"').upper()] = m[2]; return STATUS, [(f"File format {m[1].upper()} successfully created.",)]
    if m := re.match(r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP(?:ORARY)?\s+)?STAGE\s+(IF\s+NOT\s+EXISTS\s+)?(\S+)\s+(.*)$", bare, re.I | re.S):
        if u := re.search(r"URL\s*=\s*'(s3://[^']*)'", m[3], re.I):
            if (g := re.search(r"STORAGE_INTEGRATION\s*=\s*\"?(\w+)", m[3], re.I)) and g[1].upper() not in INTEG: raise Sql("002003", "02000", f"SQL compilation error:\nIntegration '{g[1].upper()}' does not exist or not authorized.")
            k = stage_key(m[2], db, sc)
            if not (m[1] and k in STAGES): STAGES[k] = u[1] if u[1].endswith("/") else u[1] + "/"
            return STATUS, [(f"Stage area {k[-1]} successfully created.",)]
    if m := re.match(r"(?:DROP)\s+STAGE\s+(?:IF\s+EXISTS\s+)?(\S+)", bare, re.I):
        if STAGES.pop(stage_key(m[1], db, sc), None): return STATUS, [(f"{m[1].upper()} successfully dropped.",)]
    if m := re.match(rf"(?:LIST|LS)\s+{LOC}\s*$", bare, re.I):
        b, p = locate(m[1], db, sc); r = [(f"s3://{b}/{o['Key']}", o["Size"], o["ETag"].strip('"'), o["LastModified"].strftime("%a, %d %b %Y %H:%M:%S GMT")) for q in s3.get_paginator("list_objects_v2").paginate(Bucket=b, Prefix=p) for o in q.get("Contents", [])]
        return [("name", "text"), ("size", "fixed"), ("md5", "text"), ("last_modified", "text")], r
    if m := re.match(r"SELECT\s+.*?FROM\s+TABLE\s*\(\s*INFER_SCHEMA\s*\((.*)\)\s*\)\s*$", bare, re.I | re.S): return [("COLUMN_NAME", "text"), ("TYPE", "text"), ("NULLABLE", "boolean"), ("EXPRESSION", "text"), ("FILENAMES", "text"), ("ORDER_ID", "fixed")], infer(m[1], db, sc)
    if m := re.match(r"CREATE\s+(OR\s+REPLACE\s+)?(?:TRANSIENT\s+|TEMP(?:ORARY)?\s+)?TABLE\s+(IF\s+NOT\s+EXISTS\s+)?(\S+)\s+USING\s+TEMPLATE\s*\(.*?INFER_SCHEMA\s*\((.*)\)\s*\)\s*\)\s*$", bare, re.I | re.S):
        cols = infer(m[4], db, sc); bare = f"CREATE {m[1] or ''}TABLE {m[2] or ''}{m[3]} (" + ", ".join(f'"{c[0]}" {c[1]}' for c in cols) + ")"
    if m := re.match(rf"(COPY\s+INTO\s+.*?FROM\s+)(\(\s*SELECT\s.*?\sFROM\s+)?{LOC}(.*)$", bare, re.I | re.S):
        head, sel, loc, tail = m[1], m[2] or "", m[3], m[4]
        tail = re.sub(r"FORMAT_NAME\s*=\s*'?([\w.\"]+)'?", lambda f: FORMATS.get(f[1].split(".")[-1].strip('"').upper()) or (_ for _ in ()).throw(Sql("002003", "02000", f"SQL compilation error:\nFile format '{f[1]}' does not exist or not authorized.")), tail, flags=re.I)
        b, p = locate(loc, db, sc); keys = sync(b, p); purge = re.search(r"PURGE\s*=\s*TRUE", tail, re.I); tail = re.sub(r"\b(PURGE\s*=\s*\w+|STORAGE_INTEGRATION\s*=\s*\w+|CREDENTIALS\s*=\s*\([^)]*\)|ENCRYPTION\s*=\s*\([^)]*\)|USE_LOGICAL_TYPE\s*=\s*\w+|COMPRESSION\s*=\s*\w+|USE_VECTORIZED_SCANNER\s*=\s*\w+)", "", tail, flags=re.I)
        if pm := re.search(r"PATTERN\s*=\s*'((?:[^']|'')*)'", tail, re.I):
            rx = re.compile(pm[1].replace("''", "'")); keys = [k for k in keys if rx.fullmatch(k) or rx.fullmatch(k[len(p):])]; tail = tail.replace(pm[0], "")
        if fm := re.search(r"FILES\s*=\s*\(([^)]*)\)", tail, re.I):
            want = [p + w for w in re.findall(r"'([^']*)'", fm[1])]; tail = tail.replace(fm[0], "")
            for w in want:
                if w not in keys: raise Sql("100016", "22000", f"Remote file 's3://{b}/{w}' was not found. There are several potential causes.")
            keys = want
        if not keys: return STATUS, [("Copy executed with 0 files processed.",)]
        d = os.path.join(A.mirror, b, p); base = d if d.endswith("/") else os.path.dirname(d) + "/"; root = os.path.join(A.mirror, b) + "/"
        files = ", ".join("'" + (root + k)[len(base):].replace("'", "''") + "'" for k in keys)
        tmp = "PEERS_MIRROR_" + hashlib.sha1(base.encode()).hexdigest()[:12].upper()
        with DBLOCK: cur.execute(f"CREATE OR REPLACE STAGE {tmp} URL='file://{base}'")
        cur.execute(f"{head}{sel}@{tmp}{tail} FILES=({files})", binds); rows = [tuple(v.replace("file://", "").replace(A.mirror + "/", "s3://") if isinstance(v, str) else v for v in r) for r in cur.fetchall()]
        if purge: [s3.delete_object(Bucket=b, Key=k) for k in keys]
        cols = describe(cur)
        if rows and fault(sql, "lose"):
            i = [c[0].lower() for c in cols].index("rows_loaded"); rows = [r[:i] + (r[i] - (1 if n == 0 else 0),) + r[i + 1:] for n, r in enumerate(rows)]
        return cols, rows
    if "information_schema.columns" in bare.lower(): bare = re.sub(r"\bdatetime_precision\b", "CAST(NULL AS INTEGER)", bare, flags=re.I)   # fakesnow's has no such column
    cur.execute(bare, binds)
    if up.startswith("BEGIN") or up.startswith("START TRANSACTION"): conn._tx = True
    if up.startswith(("COMMIT", "ROLLBACK")): conn._tx = False
    rows = cur.fetchall()
    if "information_schema.columns" in bare.lower(): rows = [tuple("TIMESTAMP_LTZ" if v == "TIMESTAMP_TZ" else v for v in r) for r in rows]   # DuckDB has one type for both
    return describe(cur), rows
STATUS = [("status", "text")]
TY = {0: "fixed", 1: "real", 2: "text", 3: "date", 4: "timestamp_ntz", 5: "variant", 6: "timestamp_ltz", 7: "timestamp_tz", 8: "timestamp_ntz", 9: "object", 10: "array", 11: "binary", 12: "time", 13: "boolean"}
def describe(cur): return [(c.name, TY.get(c.type_code, "text"), c.precision, c.scale, c.internal_size) for c in (cur.description or [])]
def cell(v, t):
    if v is None: return None
    if isinstance(v, bool): return "true" if v else "false"
    if isinstance(v, datetime.datetime):
        e = v.replace(tzinfo=v.tzinfo or datetime.timezone.utc) - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc); s = f"{e.days * 86400 + e.seconds}.{e.microseconds * 1000:09d}"
        return s + (" 1440" if t == "timestamp_tz" else "")
    if isinstance(v, datetime.date): return str((v - datetime.date(1970, 1, 1)).days)
    if isinstance(v, datetime.time): return f"{v.hour * 3600 + v.minute * 60 + v.second}.{v.microsecond * 1000:09d}"
    if isinstance(v, (bytes, bytearray)): return bytes(v).hex().upper()
    return json.dumps(v) if isinstance(v, (dict, list)) else str(v)
class Stmt:
    def __init__(s, sql): s.handle, s.sql, s.created, s.done, s.res, s.err, s.kids, s.cancelled, s.state = str(uuid.uuid4()), sql, int(time.time() * 1000), threading.Event(), None, None, None, False, "running"
def run(stmts, parent, body):
    db, sc = (body.get("database") or "DB").upper(), (body.get("schema") or "PUBLIC").upper()
    binds = tuple(None if x.get("value") is None else int(x["value"]) if x["type"].upper() == "FIXED" else float(x["value"]) if x["type"].upper() == "REAL" else x["value"].lower() == "true" if x["type"].upper() == "BOOLEAN" else x["value"] for _, x in sorted((body.get("bindings") or {}).items(), key=lambda kv: int(kv[0]))) or None
    conn = None
    try:
        with DBLOCK: conn = FS.connect(db, sc, paramstyle="qmark") if binds else FS.connect(db, sc)
        if f := fault(parent.sql, "slow"): time.sleep(f.get("seconds", 1))
        for st in stmts:
            if parent.cancelled: raise Sql("000604", "57014", "SQL execution canceled")
            try: st.cols, st.rows = execute(conn, st.sql, db, sc, binds)
            except sferr.Error as e: raise Sql(f"{abs(e.errno or 1):06d}", e.sqlstate or "42000", e.raw_msg if hasattr(e, "raw_msg") and e.raw_msg else str(e.msg))
            except Sql: raise
            except duckdb.Error as e: raise Sql("001003", "42000", "SQL compilation error: " + str(e).split("\n")[0])
            if parent.cancelled: raise Sql("000604", "57014", "SQL execution canceled")
            if st is not parent: st.state = "ok"; st.done.set()
        if getattr(conn, "_tx", False): conn.cursor().execute("ROLLBACK")
        if parent not in stmts: parent.cols, parent.rows = [("multiple statement execution", "text")], [("Multiple statements executed successfully.",)]
        if fault(parent.sql, "timeout"): raise Sql("000630", "57014", "Statement reached its statement or warehouse timeout of 1 second(s) and was canceled.")
        parent.state = "ok"
    except Exception as e:
        if not isinstance(e, Sql): e = Sql("000603", "XX000", "SQL execution internal error: " + repr(e)[:200])
        if conn and getattr(conn, "_tx", False):
            try: conn.cursor().execute("ROLLBACK")
            except Exception: pass
        for st in stmts:
            if st.state == "running": st.err, st.state = e, "failed"; st.done.set()
        parent.err, parent.state = e, "failed"
    finally: parent.done.set(); conn and conn.close()
PART = 1000
def meta(st):
    n = max(1, -(-len(st.rows) // PART)); db = None
    rt = [{"name": c[0], "database": "", "schema": "", "table": "", "type": c[1], "nullable": True, "precision": c[2] if len(c) > 2 else None, "scale": c[3] if len(c) > 3 else None, "length": c[4] if len(c) > 4 else None, "byteLength": None, "collation": None} for c in st.cols]
    return {"numRows": len(st.rows), "format": "jsonv2", "partitionInfo": [{"rowCount": min(PART, len(st.rows) - i * PART), "uncompressedSize": 0} for i in range(n)], "rowType": rt}
def data(st, i): return [[cell(v, c[1]) for v, c in zip(r, st.cols)] for r in st.rows[i * PART:(i + 1) * PART]]
def answer(st, partition=0):
    url = f"/api/v2/statements/{st.handle}"; base = {"statementHandle": st.handle, "createdOn": st.created, "statementStatusUrl": url}
    if not st.done.is_set(): return 202, {"code": "333334", "message": "Asynchronous execution in progress. Use provided query id to perform query monitoring and management.", "sqlState": "00000", **base}
    if st.err: return (408 if st.err.code == "000630" else 422), {"code": st.err.code, "sqlState": st.err.state, "message": st.err.msg, **base}
    if partition >= max(1, -(-len(st.rows) // PART)) or partition < 0: return 422, {"code": "391912", "message": f"Invalid partition {partition}"}
    if partition: return 200, {"data": data(st, partition)}
    out = {"code": "090001", "sqlState": "00000", "message": "Statement executed successfully.", **base, "resultSetMetaData": meta(st), "data": data(st, 0)}
    if st.kids: out["statementHandles"] = [k.handle for k in st.kids]
    return 200, out
def submit(h, qs, body):
    rid, retry, is_async = qs.get("requestId"), qs.get("retry", "false").lower() == "true", qs.get("async", "false").lower() == "true"
    if rid and not re.fullmatch(r"[0-9a-fA-F-]{36}", rid): raise Api(400, "391902", "requestId is not a UUID")
    sql = body.get("statement")
    if not isinstance(sql, str) or not sql.strip(): raise Api(400, "391917", "statement is needed")
    with LOCK:
        st = REQ.get(rid) if rid and retry else None
        if st is None:
            parts = split(sql); want = int((body.get("parameters") or {}).get("MULTI_STATEMENT_COUNT", (body.get("parameters") or {}).get("multi_statement_count", 1)))
            if want != 0 and len(parts) != want: raise Api(422, "000008", f"Actual statement count {len(parts)} did not match the desired statement count {want}.", "0A000")
            st = Stmt(sql); ST[st.handle] = st
            if want != 1: st.kids = [Stmt(x) for x in parts]; ST.update({k.handle: k for k in st.kids}); stmts = st.kids
            else: st.sql = parts[0]; stmts = [st]
            if rid: REQ[rid] = st
            POOL.submit(run, stmts, st, body)
    lim = float(body.get("timeout") or 0)
    if not is_async:
        st.done.wait(min(A.sync_seconds, lim) if lim else A.sync_seconds)
        if lim and not st.done.is_set() and lim <= A.sync_seconds: st.cancelled = True; st.err = Sql("000630", "57014", f"Statement reached its statement or warehouse timeout of {int(lim)} second(s) and was canceled."); st.state = "failed"; st.done.set()
    else: st.done.wait(0.0)
    if is_async: return 202, answer(st)[1] if not st.done.is_set() else {"code": "333334", "message": "Asynchronous execution in progress. Use provided query id to perform query monitoring and management.", "statementHandle": st.handle, "statementStatusUrl": f"/api/v2/statements/{st.handle}"}
    return answer(st)
class H(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *a): pass
    def out(self, st, o, gz=False):
        d = json.dumps(o, default=str).encode(); gz = gz and st == 200; d = gzip.compress(d) if gz else d; self.send_response(st); self.send_header("Content-Type", "application/json")
        if gz: self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(d))); self.end_headers(); self.wfile.write(d)
    def go(self, m):
        raw = self.rfile.read(int(self.headers.get("content-length") or 0)); u = urllib.parse.urlsplit(self.path); qs = dict(urllib.parse.parse_qsl(u.query)); h = {k.lower(): v for k, v in self.headers.items()}
        try:
            if u.path == "/health": return self.out(200, {"ok": True})
            if u.path == "/faults":
                with LOCK: FAULTS[:] = json.loads(raw)
                return self.out(200, {})
            if not h.get("user-agent"): raise Api(400, "391903", "User-Agent header is needed")
            auth(h)
            if h.get("accept", "*/*") not in ("*/*", "application/json"): raise Api(406, "391904", "Accept must be application/json")
            mm = re.fullmatch(r"/api/v2/statements(?:/([0-9a-f-]{36}))?(/cancel)?/?", u.path)
            if not mm: raise Api(404, "390404", "not found")
            if m == "POST" and not mm[1]:
                if not h.get("content-type", "").startswith("application/json"): raise Api(415, "391905", "Content-Type must be application/json")
                try: body = json.loads(raw)
                except Exception: raise Api(400, "391918", "body is not JSON")
                return self.out(*submit(h, qs, body))
            st = ST.get(mm[1] or "")
            if not st: raise Api(404, "390404", "Statement not found")
            if m == "POST" and mm[2]:
                if not st.done.is_set(): st.cancelled = True; st.err, st.state = Sql("000604", "57014", "SQL execution canceled"), "failed"; st.done.set()
                return self.out(200, {"code": "000604", "sqlState": "57014", "message": "SQL execution canceled", "statementHandle": st.handle})
            if m == "GET": p = int(qs.get("partition", 0)); return self.out(*answer(st, p), gz=p > 0)
            raise Api(405, "391907", "method")
        except Api as e: self.out(e.st, {"code": e.code, "message": e.msg, **({"sqlState": e.ss} if e.ss else {})})
        except Exception as e: self.out(500, {"code": "000603", "message": repr(e)})
    def do_GET(self): self.go("GET")
    def do_POST(self): self.go("POST")
shutil.rmtree(A.mirror, ignore_errors=True); os.makedirs(A.mirror)
h, _, p = A.listen.rpartition(":")
if not h.startswith("127."): sys.exit("listens on loopback only")
ThreadingHTTPServer.daemon_threads = True; ThreadingHTTPServer((h, int(p)), H).serve_forever()
