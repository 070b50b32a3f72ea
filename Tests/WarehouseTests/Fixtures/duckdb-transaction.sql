-- Copies dump 2023-03-14T04:03:07.963883Z from s3://bucket/exports into DuckDB:
-- tables: 2, files: 3, rows: 138, switch: transaction.
--
-- Readers see all tables of the old dump until the commit, and all of the new one after it.
-- The tables are made anew: views on them stay.
-- The target was not asked what it has: tables that are there must have these columns.
-- `--target-schema FILE` or `--run` holds the dump against them.
-- S3 needs: INSTALL httpfs; LOAD httpfs; and a secret, such as
-- INSTALL aws; CREATE SECRET (TYPE s3, PROVIDER credential_chain);

-- 1. all tables, at one moment
BEGIN;
-- the ledger: one row for each dump
CREATE TABLE IF NOT EXISTS "main"."receipt_loads" (
  "run_id" VARCHAR(64),
  "dump_timestamp" VARCHAR(32),
  "location" VARCHAR(2048),
  "table_count" BIGINT,
  "row_count" BIGINT,
  "byte_count" BIGINT,
  "tool_version" VARCHAR(32),
  "loaded_at" TIMESTAMP
);
-- and one for each of its tables
CREATE TABLE IF NOT EXISTS "main"."receipt_tables" (
  "run_id" VARCHAR(64),
  "dump_timestamp" VARCHAR(32),
  "table_name" VARCHAR(1024),
  "row_count" BIGINT,
  "file_count" BIGINT,
  "byte_count" BIGINT
);
-- fails, and with it the transaction, if this dump was copied before
SELECT CAST(CASE WHEN COUNT(*) = 0 THEN '0' ELSE 'this dump is in the ledger already' END AS INTEGER) AS "is_new"
FROM "main"."receipt_loads"
WHERE "dump_timestamp" = '2023-03-14T04:03:07.963883Z';
CREATE OR REPLACE TABLE "main"."order ""by"" 1; DROP" AS
SELECT "select", "a ""quoted"" one", "it's", "back\slash", "price", "big", "bytes", "id", "t", "instant", "doc", "count", "map"
FROM read_parquet([
  's3://bucket/exports/2023-03-14T04:03/odd/000000000000.parquet'
]);
CREATE OR REPLACE TABLE "main"."spend" AS
SELECT "timestamp", "cost", "adNetwork", "custom_properties", "ad_account", "labels"
FROM read_parquet([
  's3://bucket/exports/2023-03-14T04:03/spend/000000000000.parquet',
  's3://bucket/exports/2023-03-14T04:03/spend/000000000001.parquet'
]);
-- fails, and with it what follows, if rows are missing or too many
SELECT SUM(CAST(CASE WHEN found = expected THEN '0' ELSE table_name || ' has ' || CAST(found AS VARCHAR(20)) || ' rows and its files have ' || CAST(expected AS VARCHAR(20)) END AS INTEGER)) AS "differences"
FROM (
  SELECT 'order "by" 1; DROP' AS table_name, COUNT(*) AS found, 3 AS expected FROM "main"."order ""by"" 1; DROP"
  UNION ALL SELECT 'spend' AS table_name, COUNT(*) AS found, 135 AS expected FROM "main"."spend"
) AS counts;
INSERT INTO "main"."receipt_tables" ("run_id", "dump_timestamp", "table_name", "row_count", "file_count", "byte_count") VALUES
  ('script', '2023-03-14T04:03:07.963883Z', 'order "by" 1; DROP', 3, 1, 1003),
  ('script', '2023-03-14T04:03:07.963883Z', 'spend', 135, 2, 2135);
INSERT INTO "main"."receipt_loads" ("run_id", "dump_timestamp", "location", "table_count", "row_count", "byte_count", "tool_version", "loaded_at")
VALUES ('script', '2023-03-14T04:03:07.963883Z', 's3://bucket/exports', 2, 138, 3138, '1.2.3', CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP));
COMMIT;
