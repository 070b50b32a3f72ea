-- Copies dump 2023-03-14T04:03:07.963883Z from s3://bucket/exports into Redshift:
-- tables: 2, files: 3, rows: 138, switch: insert.
--
-- Readers see all tables of the old dump until the commit, and all of the new one after it.
-- The tables stay what they are: grants, views and policies on them remain.
-- The target was not asked what it has: tables that are there must have these columns.
-- `--target-schema FILE` or `--run` holds the dump against them.
-- The database and the buckets must be in one region. Manifests:
--   s3://bucket/manifests/20230314040307963883/1-order__by__1__DROP.manifest
--   s3://bucket/manifests/20230314040307963883/2-spend.manifest
-- warning: type-replaced: order "by" 1; DROP, column big: Redshift holds 38 digits and the column has 76: it becomes text, and its COPY may refuse it; export it with fewer digits
-- warning: type-replaced: order "by" 1; DROP, column id: Redshift has no UUID; the column holds its 16 bytes
-- warning: type-replaced: order "by" 1; DROP, column count: Redshift has no unsigned numbers; its COPY may refuse the column

-- 1. ledger
BEGIN;
-- the ledger: one row for each dump
CREATE TABLE IF NOT EXISTS "public"."receipt_loads" (
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
CREATE TABLE IF NOT EXISTS "public"."receipt_tables" (
  "run_id" VARCHAR(64),
  "dump_timestamp" VARCHAR(32),
  "table_name" VARCHAR(1024),
  "row_count" BIGINT,
  "file_count" BIGINT,
  "byte_count" BIGINT
);
COMMIT;

-- 2. stage order "by" 1; DROP
BEGIN;
DROP TABLE IF EXISTS "public"."order ""by"" 1; drop__stg_20230314040307963883";
-- columns in the order of the files: COPY fills them by position
CREATE TABLE "public"."order ""by"" 1; drop__stg_20230314040307963883" (
  "select" BOOLEAN,
  "a ""quoted"" one" INTEGER,
  "it's" BIGINT,
  "back\slash" DATE,
  "price" DECIMAL(38,9),
  "big" VARCHAR(79),
  "bytes" VARBYTE(65535),
  "id" VARBYTE(16),
  "t" TIME,
  "instant" TIMESTAMP,
  "doc" VARCHAR(65535),
  "count" DECIMAL(20,0),
  "map" SUPER
) BACKUP NO;
-- the manifest names its files (1), and each must be there
COPY "public"."order ""by"" 1; drop__stg_20230314040307963883"
FROM 's3://bucket/manifests/20230314040307963883/1-order__by__1__DROP.manifest'
IAM_ROLE 'arn:aws:iam::123456789012:role/RedshiftLoad'
FORMAT AS PARQUET SERIALIZETOJSON
MANIFEST;
-- must be 3, as the footers say
SELECT COUNT(*) AS "row_count" FROM "public"."order ""by"" 1; drop__stg_20230314040307963883";
COMMIT;

-- 3. stage spend
BEGIN;
DROP TABLE IF EXISTS "public"."spend__stg_20230314040307963883";
-- columns in the order of the files: COPY fills them by position
CREATE TABLE "public"."spend__stg_20230314040307963883" (
  "timestamp" TIMESTAMP,
  "cost" DOUBLE PRECISION,
  "adnetwork" VARCHAR(65535),
  "custom_properties" VARCHAR(65535),
  "ad_account" SUPER,
  "labels" SUPER
) BACKUP NO;
-- the manifest names its files (2), and each must be there
COPY "public"."spend__stg_20230314040307963883"
FROM 's3://bucket/manifests/20230314040307963883/2-spend.manifest'
IAM_ROLE 'arn:aws:iam::123456789012:role/RedshiftLoad'
FORMAT AS PARQUET SERIALIZETOJSON
MANIFEST;
-- must be 135, as the footers say
SELECT COUNT(*) AS "row_count" FROM "public"."spend__stg_20230314040307963883";
COMMIT;

-- 4. all tables, at one moment
BEGIN;
-- one publication at a time
LOCK TABLE "public"."receipt_loads";
-- fails, and with it the transaction, if this dump was copied before
SELECT CAST(CASE WHEN COUNT(*) = 0 THEN '0' ELSE 'this dump is in the ledger already' END AS INTEGER) AS "is_new"
FROM "public"."receipt_loads"
WHERE "dump_timestamp" = '2023-03-14T04:03:07.963883Z';
CREATE TABLE IF NOT EXISTS "public"."order ""by"" 1; drop" (
  "select" BOOLEAN,
  "a ""quoted"" one" INTEGER,
  "it's" BIGINT,
  "back\slash" DATE,
  "price" DECIMAL(38,9),
  "big" VARCHAR(79),
  "bytes" VARBYTE(65535),
  "id" VARBYTE(16),
  "t" TIME,
  "instant" TIMESTAMP,
  "doc" SUPER,
  "count" DECIMAL(20,0),
  "map" SUPER
);
DELETE FROM "public"."order ""by"" 1; drop";
INSERT INTO "public"."order ""by"" 1; drop" ("select", "a ""quoted"" one", "it's", "back\slash", "price", "big", "bytes", "id", "t", "instant", "doc", "count", "map")
SELECT "select", "a ""quoted"" one", "it's", "back\slash", "price", "big", "bytes", "id", "t", "instant", JSON_PARSE("doc"), "count", "map"
FROM "public"."order ""by"" 1; drop__stg_20230314040307963883";
CREATE TABLE IF NOT EXISTS "public"."spend" (
  "timestamp" TIMESTAMP,
  "cost" DOUBLE PRECISION,
  "adnetwork" VARCHAR(65535),
  "custom_properties" SUPER,
  "ad_account" SUPER,
  "labels" SUPER
);
DELETE FROM "public"."spend";
INSERT INTO "public"."spend" ("timestamp", "cost", "adnetwork", "custom_properties", "ad_account", "labels")
SELECT "timestamp", "cost", "adnetwork", JSON_PARSE("custom_properties"), "ad_account", "labels"
FROM "public"."spend__stg_20230314040307963883";
-- fails, and with it what follows, if rows are missing or too many
SELECT SUM(CAST(CASE WHEN found = expected THEN '0' ELSE table_name || ' has ' || CAST(found AS VARCHAR(20)) || ' rows and its files have ' || CAST(expected AS VARCHAR(20)) END AS INTEGER)) AS "differences"
FROM (
  SELECT 'order "by" 1; DROP' AS table_name, COUNT(*) AS found, 3 AS expected FROM "public"."order ""by"" 1; drop"
  UNION ALL SELECT 'spend' AS table_name, COUNT(*) AS found, 135 AS expected FROM "public"."spend"
) AS counts;
INSERT INTO "public"."receipt_tables" ("run_id", "dump_timestamp", "table_name", "row_count", "file_count", "byte_count") VALUES
  ('script', '2023-03-14T04:03:07.963883Z', 'order "by" 1; DROP', 3, 1, 1003),
  ('script', '2023-03-14T04:03:07.963883Z', 'spend', 135, 2, 2135);
INSERT INTO "public"."receipt_loads" ("run_id", "dump_timestamp", "location", "table_count", "row_count", "byte_count", "tool_version", "loaded_at")
VALUES ('script', '2023-03-14T04:03:07.963883Z', 's3://bucket/exports', 2, 138, 3138, '1.2.3', GETDATE());
COMMIT;

-- 5. staging tables
BEGIN;
DROP TABLE IF EXISTS "public"."order ""by"" 1; drop__stg_20230314040307963883";
DROP TABLE IF EXISTS "public"."spend__stg_20230314040307963883";
COMMIT;
