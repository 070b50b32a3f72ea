-- Copies dump 2023-03-14T04:03:07.963883Z from s3://bucket/exports into Snowflake:
-- tables: 2, files: 3, rows: 138, switch: schema.
--
-- All tables switch at one moment, with the whole schema: whatever else is in the live schema
-- goes with the old one, which stays as NAME__old until the next dump.
-- The target was not asked what it has: tables that are there must have these columns.
-- `--target-schema FILE` or `--run` holds the dump against them.
-- warning: type-replaced: order "by" 1; DROP, column big: Snowflake holds 38 digits and the column has 76: it becomes text
-- warning: type-replaced: order "by" 1; DROP, column id: the column holds the UUID's 16 bytes

-- 1. ledger, stage and tables
CREATE SCHEMA IF NOT EXISTS "PUBLIC__RECEIPT";
CREATE SCHEMA IF NOT EXISTS "PUBLIC";
CREATE OR REPLACE SCHEMA "PUBLIC__STG_20230314040307963883";
-- the ledger: one row for each dump
CREATE TABLE IF NOT EXISTS "PUBLIC__RECEIPT"."RECEIPT_LOADS" (
  "RUN_ID" VARCHAR(64),
  "DUMP_TIMESTAMP" VARCHAR(32),
  "LOCATION" VARCHAR(2048),
  "TABLE_COUNT" BIGINT,
  "ROW_COUNT" BIGINT,
  "BYTE_COUNT" BIGINT,
  "TOOL_VERSION" VARCHAR(32),
  "LOADED_AT" TIMESTAMP
);
-- and one for each of its tables
CREATE TABLE IF NOT EXISTS "PUBLIC__RECEIPT"."RECEIPT_TABLES" (
  "RUN_ID" VARCHAR(64),
  "DUMP_TIMESTAMP" VARCHAR(32),
  "TABLE_NAME" VARCHAR(1024),
  "ROW_COUNT" BIGINT,
  "FILE_COUNT" BIGINT,
  "BYTE_COUNT" BIGINT
);
CREATE STAGE IF NOT EXISTS "RAW"."DUMPS"
URL = 's3://bucket/exports/'
STORAGE_INTEGRATION = "S3_DUMPS";

-- 2. stage order "by" 1; DROP
-- a new table has no memory of files that it has loaded
CREATE OR REPLACE TABLE "PUBLIC__STG_20230314040307963883"."ORDER ""BY"" 1; DROP" (
  "SELECT" BOOLEAN,
  "A ""QUOTED"" ONE" NUMBER(38,0),
  "IT'S" NUMBER(38,0),
  "BACK\SLASH" DATE,
  "PRICE" NUMBER(38,9),
  "BIG" VARCHAR,
  "BYTES" BINARY,
  "ID" BINARY(16),
  "T" TIME(6),
  "INSTANT" TIMESTAMP_LTZ(3),
  "DOC" VARIANT,
  "COUNT" NUMBER(38,0),
  "MAP" VARIANT
);
-- files that are named must be there
COPY INTO "PUBLIC__STG_20230314040307963883"."ORDER ""BY"" 1; DROP"
FROM '@"RAW"."DUMPS"/2023-03-14T04:03/odd/'
FILES = ('000000000000.parquet')
FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE BINARY_AS_TEXT = FALSE USE_VECTORIZED_SCANNER = TRUE)
MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
ON_ERROR = ABORT_STATEMENT
FORCE = TRUE;
-- COPY leaves JSON as a text in the VARIANT
UPDATE "PUBLIC__STG_20230314040307963883"."ORDER ""BY"" 1; DROP" SET "DOC" = PARSE_JSON(CAST("DOC" AS VARCHAR));
-- must be 3, as the footers say
SELECT COUNT(*) AS "row_count" FROM "PUBLIC__STG_20230314040307963883"."ORDER ""BY"" 1; DROP";

-- 3. stage spend
-- a new table has no memory of files that it has loaded
CREATE OR REPLACE TABLE "PUBLIC__STG_20230314040307963883"."SPEND" (
  "TIMESTAMP" TIMESTAMP_NTZ(6),
  "COST" FLOAT,
  "ADNETWORK" VARCHAR,
  "CUSTOM_PROPERTIES" VARIANT,
  "AD_ACCOUNT" VARIANT,
  "LABELS" VARIANT
);
-- files that are named must be there
COPY INTO "PUBLIC__STG_20230314040307963883"."SPEND"
FROM '@"RAW"."DUMPS"/2023-03-14T04:03/spend/'
FILES = ('000000000000.parquet', '000000000001.parquet')
FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE BINARY_AS_TEXT = FALSE USE_VECTORIZED_SCANNER = TRUE)
MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
ON_ERROR = ABORT_STATEMENT
FORCE = TRUE;
-- COPY leaves JSON as a text in the VARIANT
UPDATE "PUBLIC__STG_20230314040307963883"."SPEND" SET "CUSTOM_PROPERTIES" = PARSE_JSON(CAST("CUSTOM_PROPERTIES" AS VARCHAR));
-- must be 135, as the footers say
SELECT COUNT(*) AS "row_count" FROM "PUBLIC__STG_20230314040307963883"."SPEND";

-- 4. checks
-- fails, and with it the transaction, if this dump was copied before
SELECT CAST(CASE WHEN COUNT(*) = 0 THEN '0' ELSE 'this dump is in the ledger already' END AS INTEGER) AS "is_new"
FROM "PUBLIC__RECEIPT"."RECEIPT_LOADS"
WHERE "DUMP_TIMESTAMP" = '2023-03-14T04:03:07.963883Z';
-- fails, and with it what follows, if rows are missing or too many
SELECT SUM(CAST(CASE WHEN found = expected THEN '0' ELSE table_name || ' has ' || CAST(found AS VARCHAR(20)) || ' rows and its files have ' || CAST(expected AS VARCHAR(20)) END AS INTEGER)) AS "differences"
FROM (
  SELECT 'order "by" 1; DROP' AS table_name, COUNT(*) AS found, 3 AS expected FROM "PUBLIC__STG_20230314040307963883"."ORDER ""BY"" 1; DROP"
  UNION ALL SELECT 'spend' AS table_name, COUNT(*) AS found, 135 AS expected FROM "PUBLIC__STG_20230314040307963883"."SPEND"
) AS counts;

-- 5. all tables, at one moment
-- from here on "PUBLIC__STG_20230314040307963883" is the old one
ALTER SCHEMA "PUBLIC" SWAP WITH "PUBLIC__STG_20230314040307963883";
INSERT INTO "PUBLIC__RECEIPT"."RECEIPT_TABLES" ("RUN_ID", "DUMP_TIMESTAMP", "TABLE_NAME", "ROW_COUNT", "FILE_COUNT", "BYTE_COUNT") VALUES
  ('script', '2023-03-14T04:03:07.963883Z', 'order "by" 1; DROP', 3, 1, 1003),
  ('script', '2023-03-14T04:03:07.963883Z', 'spend', 135, 2, 2135);
INSERT INTO "PUBLIC__RECEIPT"."RECEIPT_LOADS" ("RUN_ID", "DUMP_TIMESTAMP", "LOCATION", "TABLE_COUNT", "ROW_COUNT", "BYTE_COUNT", "TOOL_VERSION", "LOADED_AT")
VALUES ('script', '2023-03-14T04:03:07.963883Z', 's3://bucket/exports', 2, 138, 3138, '1.2.3', CAST(CONVERT_TIMEZONE('UTC', CURRENT_TIMESTAMP()) AS TIMESTAMP_NTZ));

-- 6. the old schema
DROP SCHEMA IF EXISTS "PUBLIC__OLD";
ALTER SCHEMA "PUBLIC__STG_20230314040307963883" RENAME TO "PUBLIC__OLD";
