"""Reads from a bucket. argv: BUCKET small|large|footers|decode duckdb|pyarrow|boto3 DIRECTORY"""
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

bucket, what, peer, directory = sys.argv[1:]
endpoint = os.environ["AWS_ENDPOINT_URL"]
threads = 32


def client():
    import boto3
    from botocore.config import Config
    config = Config(s3={"addressing_style": "path"}, max_pool_connections=threads)
    return boto3.client("s3", endpoint_url=endpoint, config=config)


def file_system():
    from pyarrow.fs import S3FileSystem
    import pyarrow
    pyarrow.set_io_thread_count(threads)
    return S3FileSystem(endpoint_override=endpoint, region="us-east-1")


def keys(prefix):
    if peer == "pyarrow":
        from pyarrow.fs import FileSelector
        selector = FileSelector(f"{bucket}/{prefix}", recursive=True)
        return [info.path for info in fs.get_file_info(selector) if info.is_file]
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix + "/")
    return [item["Key"] for page in pages for item in page.get("Contents", [])]


def fetch(key):
    name = os.path.join(directory, key.replace("/", "_"))
    if peer == "boto3":
        s3.download_file(bucket, key, name)
    else:
        with fs.open_input_file(key) as source, open(name, "wb") as target:
            target.write(source.read())


if peer == "duckdb":
    import duckdb
    from duckdb_extensions import import_extension
    import_extension("httpfs")
    db = duckdb.connect()
    db.execute("load httpfs")
    url = urlparse(endpoint)
    db.execute(f"""create secret (type s3, key_id '{os.environ["AWS_ACCESS_KEY_ID"]}',
        secret '{os.environ["AWS_SECRET_ACCESS_KEY"]}', region 'us-east-1', endpoint '{url.netloc}',
        url_style 'path', use_ssl {str(url.scheme == "https").lower()})""")
    pattern = f"s3://{bucket}/dump/*/*/*.parquet"
    if what == "footers":
        print(db.sql(f"select sum(num_rows) from parquet_file_metadata('{pattern}')").fetchone()[0])
    else:
        rows = 0
        for table in sorted({k.split("/")[2] for (k,) in [(r[0].split(bucket + "/", 1)[1],) for r in
                             db.sql(f"select file from glob('{pattern}')").fetchall()]}):
            batches = db.sql(f"select * from 's3://{bucket}/dump/*/{table}/*.parquet'")
            rows += sum(b.num_rows for b in batches.fetch_record_batch(50_000))
        print(rows)
elif what in ("footers", "decode"):
    import pyarrow.parquet as pq
    fs = file_system()
    files = [key for key in keys("dump") if key.endswith(".parquet")]
    read = pq.read_metadata if what == "footers" else pq.read_table
    with ThreadPoolExecutor(threads if what == "footers" else 8) as pool:
        print(sum(pool.map(lambda key: read(key, filesystem=fs).num_rows, files)))
else:
    if peer == "boto3":
        s3 = client()
    else:
        fs = file_system()
    with ThreadPoolExecutor(threads) as pool:
        print(len(list(pool.map(fetch, keys(what)))))
