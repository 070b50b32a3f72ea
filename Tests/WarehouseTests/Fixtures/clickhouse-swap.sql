-- Copies dump 2023-03-14T04:03:07.963883Z from s3://bucket/exports into ClickHouse:
-- tables: 2, files: 3, rows: 138, switch: swap.
--
-- Every table switches in one moment, but one after the other: for a short while a reader can
-- see one table of the new dump and another one of the old dump.
-- The target was not asked what it has: tables that are there must have these columns.
-- `--target-schema FILE` or `--run` holds the dump against them.
-- The server reads S3 with its own credentials.

-- 1. ledger
-- the ledger: one row for each dump
CREATE TABLE IF NOT EXISTS "default"."receipt_loads" (
  "run_id" String,
  "dump_timestamp" String,
  "location" String,
  "table_count" Int64,
  "row_count" Int64,
  "byte_count" Int64,
  "tool_version" String,
  "loaded_at" DateTime('UTC')
) ENGINE = MergeTree ORDER BY "run_id";
-- and one for each of its tables
CREATE TABLE IF NOT EXISTS "default"."receipt_tables" (
  "run_id" String,
  "dump_timestamp" String,
  "table_name" String,
  "row_count" Int64,
  "file_count" Int64,
  "byte_count" Int64
) ENGINE = MergeTree ORDER BY "run_id";

-- 2. stage order "by" 1; DROP
DROP TABLE IF EXISTS "default"."order \"by\" 1; DROP__stg_20230314040307963883";
CREATE TABLE "default"."order \"by\" 1; DROP__stg_20230314040307963883" (
  "select" Nullable(Bool),
  "a \"quoted\" one" Nullable(Int32),
  "it's" Nullable(Int64),
  "back\\slash" Nullable(Date32),
  "price" Nullable(Decimal(38, 9)),
  "big" Nullable(Decimal(76, 38)),
  "bytes" Nullable(String),
  "id" Nullable(UUID),
  "t" Nullable(Time64(6)),
  "instant" Nullable(DateTime64(3, 'UTC')),
  "doc" Nullable(String),
  "count" Nullable(UInt64),
  "map" Map(String, Nullable(Int64))
) ENGINE = MergeTree ORDER BY tuple();
INSERT INTO "default"."order \"by\" 1; DROP__stg_20230314040307963883" ("select", "a \"quoted\" one", "it's", "back\\slash", "price", "big", "bytes", "id", "t", "instant", "doc", "count", "map")
SELECT "select", "a \"quoted\" one", "it's", "back\\slash", "price", "big", "bytes", "id", "t", "instant", "doc", "count", "map"
FROM s3('https://bucket.s3.amazonaws.com/exports/2023-03-14T04:03/odd/000000000000.parquet', 'Parquet');
-- fails, before anything is switched, if rows are missing or too many
SELECT throwIf(count() != 3, 'order "by" 1; DROP has not the 3 rows of its files') FROM "default"."order \"by\" 1; DROP__stg_20230314040307963883";

-- 3. stage spend
DROP TABLE IF EXISTS "default"."spend__stg_20230314040307963883";
CREATE TABLE "default"."spend__stg_20230314040307963883" (
  "timestamp" Nullable(DateTime64(6, 'UTC')),
  "cost" Nullable(Float64),
  "adNetwork" Nullable(String),
  "custom_properties" Nullable(String),
  "ad_account" Tuple("id" Nullable(String), "name" Nullable(String)),
  "labels" Array(Nullable(String))
) ENGINE = MergeTree ORDER BY tuple();
INSERT INTO "default"."spend__stg_20230314040307963883" ("timestamp", "cost", "adNetwork", "custom_properties", "ad_account", "labels")
SELECT "timestamp", "cost", "adNetwork", "custom_properties", "ad_account", "labels"
FROM s3('https://bucket.s3.amazonaws.com/exports/2023-03-14T04:03/spend/{000000000000.parquet,000000000001.parquet}', 'Parquet');
-- fails, before anything is switched, if rows are missing or too many
SELECT throwIf(count() != 135, 'spend has not the 135 rows of its files') FROM "default"."spend__stg_20230314040307963883";

-- 4. all tables, one after the other
-- fails if this dump was copied before
SELECT throwIf(count() > 0, 'this dump is in the ledger already') FROM "default"."receipt_loads" WHERE "dump_timestamp" = '2023-03-14T04:03:07.963883Z';
CREATE TABLE IF NOT EXISTS "default"."order \"by\" 1; DROP" AS "default"."order \"by\" 1; DROP__stg_20230314040307963883";
EXCHANGE TABLES "default"."order \"by\" 1; DROP" AND "default"."order \"by\" 1; DROP__stg_20230314040307963883";
CREATE TABLE IF NOT EXISTS "default"."spend" AS "default"."spend__stg_20230314040307963883";
EXCHANGE TABLES "default"."spend" AND "default"."spend__stg_20230314040307963883";
INSERT INTO "default"."receipt_tables" ("run_id", "dump_timestamp", "table_name", "row_count", "file_count", "byte_count") VALUES
  ('script', '2023-03-14T04:03:07.963883Z', 'order "by" 1; DROP', 3, 1, 1003),
  ('script', '2023-03-14T04:03:07.963883Z', 'spend', 135, 2, 2135);
INSERT INTO "default"."receipt_loads" ("run_id", "dump_timestamp", "location", "table_count", "row_count", "byte_count", "tool_version", "loaded_at")
VALUES ('script', '2023-03-14T04:03:07.963883Z', 's3://bucket/exports', 2, 138, 3138, '1.2.3', now('UTC'));

-- 5. staging tables
DROP TABLE IF EXISTS "default"."order \"by\" 1; DROP__stg_20230314040307963883";
DROP TABLE IF EXISTS "default"."spend__stg_20230314040307963883";
