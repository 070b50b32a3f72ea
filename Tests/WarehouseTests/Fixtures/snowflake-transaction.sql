-- Copies dump 2023-03-14T04:03:07.963883Z from s3://bucket/exports into Snowflake:
-- tables: 2, files: 3, rows: 138, switch: transaction.
--
-- Readers see all tables of the old dump until the commit, and all of the new one after it.
-- The tables stay what they are: grants, views and policies on them remain.
-- The target was not asked what it has: tables that are there must have these columns.
-- `--target-schema FILE` or `--run` holds the dump against them.
-- warning: type-replaced: order "by" 1; DROP, column big: Snowflake holds 38 digits and the column has 76: it becomes text
-- warning: type-replaced: order "by" 1; DROP, column id: the column holds the UUID's 16 bytes

-- 1. ledger, stage and tables
-- the ledger: one row for each dump
CREATE TABLE IF NOT EXISTS "PUBLIC"."RECEIPT_LOADS" (
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
CREATE TABLE IF NOT EXISTS "PUBLIC"."RECEIPT_TABLES" (
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
-- what a publication changes to be alone
CREATE TABLE IF NOT EXISTS "PUBLIC"."RECEIPT_LOCK" ("HOLDER" VARCHAR(64));
INSERT INTO "PUBLIC"."RECEIPT_LOCK" ("HOLDER")
SELECT 'nobody'
WHERE NOT EXISTS (SELECT 1 FROM "PUBLIC"."RECEIPT_LOCK");
-- a new table is empty until the switch; DDL cannot be part of it
CREATE TABLE IF NOT EXISTS "PUBLIC"."ORDER ""BY"" 1; DROP" (
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
-- a new table is empty until the switch; DDL cannot be part of it
CREATE TABLE IF NOT EXISTS "PUBLIC"."SPEND" (
  "TIMESTAMP" TIMESTAMP_NTZ(6),
  "COST" FLOAT,
  "ADNETWORK" VARCHAR,
  "CUSTOM_PROPERTIES" VARIANT,
  "AD_ACCOUNT" VARIANT,
  "LABELS" VARIANT
);

-- 2. stage order "by" 1; DROP
-- a new table has no memory of files that it has loaded
CREATE OR REPLACE TABLE "PUBLIC"."ORDER ""BY"" 1; DROP__STG_20230314040307963883" (
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
  "DOC" VARCHAR,
  "COUNT" NUMBER(38,0),
  "MAP" VARIANT
);
-- files that are named must be there
COPY INTO "PUBLIC"."ORDER ""BY"" 1; DROP__STG_20230314040307963883"
FROM '@"RAW"."DUMPS"/2023-03-14T04:03/odd/'
FILES = ('000000000000.parquet')
FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE BINARY_AS_TEXT = FALSE USE_VECTORIZED_SCANNER = TRUE)
MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
ON_ERROR = ABORT_STATEMENT
FORCE = TRUE;
-- must be 3, as the footers say
SELECT COUNT(*) AS "row_count" FROM "PUBLIC"."ORDER ""BY"" 1; DROP__STG_20230314040307963883";

-- 3. stage spend
-- a new table has no memory of files that it has loaded
CREATE OR REPLACE TABLE "PUBLIC"."SPEND__STG_20230314040307963883" (
  "TIMESTAMP" TIMESTAMP_NTZ(6),
  "COST" FLOAT,
  "ADNETWORK" VARCHAR,
  "CUSTOM_PROPERTIES" VARCHAR,
  "AD_ACCOUNT" VARIANT,
  "LABELS" VARIANT
);
-- files that are named must be there
COPY INTO "PUBLIC"."SPEND__STG_20230314040307963883"
FROM '@"RAW"."DUMPS"/2023-03-14T04:03/spend/'
FILES = ('000000000000.parquet', '000000000001.parquet')
FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE BINARY_AS_TEXT = FALSE USE_VECTORIZED_SCANNER = TRUE)
MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
ON_ERROR = ABORT_STATEMENT
FORCE = TRUE;
-- must be 135, as the footers say
SELECT COUNT(*) AS "row_count" FROM "PUBLIC"."SPEND__STG_20230314040307963883";

-- 4. all tables, at one moment
EXECUTE IMMEDIATE $$
BEGIN
  BEGIN TRANSACTION;
  -- one publication at a time
  UPDATE "PUBLIC"."RECEIPT_LOCK" SET "HOLDER" = 'script';
  -- fails, and with it the transaction, if this dump was copied before
  SELECT CAST(CASE WHEN COUNT(*) = 0 THEN '0' ELSE 'this dump is in the ledger already' END AS INTEGER) AS "is_new"
FROM "PUBLIC"."RECEIPT_LOADS"
WHERE "DUMP_TIMESTAMP" = '2023-03-14T04:03:07.963883Z';
  DELETE FROM "PUBLIC"."ORDER ""BY"" 1; DROP";
  INSERT INTO "PUBLIC"."ORDER ""BY"" 1; DROP" ("SELECT", "A ""QUOTED"" ONE", "IT'S", "BACK\SLASH", "PRICE", "BIG", "BYTES", "ID", "T", "INSTANT", "DOC", "COUNT", "MAP")
SELECT "SELECT", "A ""QUOTED"" ONE", "IT'S", "BACK\SLASH", "PRICE", "BIG", "BYTES", "ID", "T", "INSTANT", PARSE_JSON("DOC"), "COUNT", "MAP"
FROM "PUBLIC"."ORDER ""BY"" 1; DROP__STG_20230314040307963883";
  DELETE FROM "PUBLIC"."SPEND";
  INSERT INTO "PUBLIC"."SPEND" ("TIMESTAMP", "COST", "ADNETWORK", "CUSTOM_PROPERTIES", "AD_ACCOUNT", "LABELS")
SELECT "TIMESTAMP", "COST", "ADNETWORK", PARSE_JSON("CUSTOM_PROPERTIES"), "AD_ACCOUNT", "LABELS"
FROM "PUBLIC"."SPEND__STG_20230314040307963883";
  -- fails, and with it what follows, if rows are missing or too many
  SELECT SUM(CAST(CASE WHEN found = expected THEN '0' ELSE table_name || ' has ' || CAST(found AS VARCHAR(20)) || ' rows and its files have ' || CAST(expected AS VARCHAR(20)) END AS INTEGER)) AS "differences"
FROM (
  SELECT 'order "by" 1; DROP' AS table_name, COUNT(*) AS found, 3 AS expected FROM "PUBLIC"."ORDER ""BY"" 1; DROP"
  UNION ALL SELECT 'spend' AS table_name, COUNT(*) AS found, 135 AS expected FROM "PUBLIC"."SPEND"
) AS counts;
  INSERT INTO "PUBLIC"."RECEIPT_TABLES" ("RUN_ID", "DUMP_TIMESTAMP", "TABLE_NAME", "ROW_COUNT", "FILE_COUNT", "BYTE_COUNT") VALUES
  ('script', '2023-03-14T04:03:07.963883Z', 'order "by" 1; DROP', 3, 1, 1003),
  ('script', '2023-03-14T04:03:07.963883Z', 'spend', 135, 2, 2135);
  INSERT INTO "PUBLIC"."RECEIPT_LOADS" ("RUN_ID", "DUMP_TIMESTAMP", "LOCATION", "TABLE_COUNT", "ROW_COUNT", "BYTE_COUNT", "TOOL_VERSION", "LOADED_AT")
VALUES ('script', '2023-03-14T04:03:07.963883Z', 's3://bucket/exports', 2, 138, 3138, '1.2.3', CAST(CONVERT_TIMEZONE('UTC', CURRENT_TIMESTAMP()) AS TIMESTAMP_NTZ));
  COMMIT;
  RETURN 'committed';
EXCEPTION
  WHEN OTHER THEN
    ROLLBACK;
    RAISE;
END;
$$;

-- 5. staging tables
DROP TABLE IF EXISTS "PUBLIC"."ORDER ""BY"" 1; DROP__STG_20230314040307963883";
DROP TABLE IF EXISTS "PUBLIC"."SPEND__STG_20230314040307963883";
