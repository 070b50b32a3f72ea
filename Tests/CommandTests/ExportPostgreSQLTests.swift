import Foundation
import TestSupport
import Testing

/// `receipt export` from a PostgreSQL server: every type, value for value.
@Suite(.enabled(if: PostgreSQLDatabase.isThere, PostgreSQLDatabase.missing))
struct ExportPostgreSQLTests {
  /// Compares all values of a dump with the server's own texts, by pyarrow.
  private func compare(
    _ database: PostgreSQLDatabase, _ tables: String..., in scratch: Scratch
  ) throws -> Command.Result {
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "compare-postgres.py").path
    return try Tool.run(
      try #require(PostgreSQLDatabase.python), [script, database.url, "out"] + tables, in: scratch)
  }

  static let everyType = """
    CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy ☃');
    CREATE DOMAIN posint AS int CHECK (value > 0);
    CREATE DOMAIN posints AS posint[];
    CREATE DOMAIN price AS numeric(10,2);
    CREATE TYPE pair AS (a int, b text);
    CREATE TABLE every (
      id bigserial PRIMARY KEY, b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric,
      n5 numeric(5,2), n18 numeric(18,6), n38 numeric(38,10), nneg numeric(4,-2), nbig numeric(2,5),
      n39 numeric(39,1), t text, vc varchar(20), bc char(5), nm name, m mood, by bytea,
      d date, ts timestamp, tz timestamptz, ti time, titz timetz, iv interval, u uuid, j json,
      jb jsonb, ip inet, cd cidr, mac macaddr, x xml, mo money, o oid, r int4range, pt point,
      q "char", bt bit(3), tsv tsvector, p pair, po posint, pos posints, m2 price, ai int[],
      at text[], an numeric(10,2)[], an38 numeric(38,0)[], au uuid[], ajb jsonb[], aip inet[],
      am mood[], ap pair[], ats timestamptz[], ab bool[], am2 price[], ad date[], aby bytea[],
      af float4[], gen int GENERATED ALWAYS AS (i4 / 2) STORED
    );
    INSERT INTO every (b, i2, i4, i8, f4, f8, n, n5, n18, n38, nneg, nbig, n39, t, vc, bc, nm, m, by,
      d, ts, tz, ti, titz, iv, u, j, jb, ip, cd, mac, x, mo, o, r, pt, q, bt, tsv, p, po, pos, m2, ai,
      at, an, an38, au, ajb, aip, am, ap, ats, ab, am2, ad, aby, af) VALUES
      (true, -32768, -2147483648, -9223372036854775808, 'NaN', '-infinity', '123.4500', -999.99,
       123456789012.123456, 9999999999999999999999999999.9999999999, 123400, 0.00012, 1.5, 'héllo',
       'x', 'ab', 'n', 'happy ☃', '\\x00ff', '0001-01-01 BC', '2020-02-29 12:34:56.789012',
       '2020-02-29 12:34:56.789012+02', '23:59:59.999999', '12:00+02', '1 year 2 days 3 sec',
       'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": 1}', '{"b":[1,2]}', '192.168.0.1',
       '10.0.0.0/8', '08:00:2b:01:02:03', '<a/>', 12.34, 4294967295, '[1,5)', '(1,2)', 'x', '101',
       'a b', '(1,hi)', 5, '{1,2}', 1.20, '{1,NULL,3}', '{"a,b",NULL,"","é\\"\\\\"}', '{1.5,NULL}',
       '{99999999999999999999999999999999999999,-1}', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}',
       '{"{\\"k\\": 1}"}', '{192.168.0.1,10.0.0.0/8,NULL}', '{sad,NULL}', '{"(1,x)",NULL}',
       '{2020-01-01 00:00+00}', '{t,f,NULL}', '{1.25}', '{1969-12-31}', '{"\\\\x00"}', '{NaN,-0,1e-45}'),
      (DEFAULT, 32767, 2147483647, 9223372036854775807, 'infinity', 'NaN', 'NaN', 0, -0.000001,
       -0.0000000001, NULL, NULL, NULL, '', '', '', '', 'sad', '', '5874897-12-31',
       '4714-11-24 00:00:00 BC', '294247-01-10 04:00:54.775806', '00:00', NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'empty', NULL, NULL, NULL, NULL, '(,)', NULL, '{}',
       NULL, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', NULL, '{}', '{}', '{}'),
      (false, 0, 0, 0, -0.0, 5e-324, '-Infinity', 0.01, 1, -12, -100, -0.00099, -1, E'\\t\\n',
       '☃', 'ab  c', 'x', 'ok', '\\x5c', '1970-01-01', '1969-12-31 23:59:59.999999', 'epoch', '12:00',
       '00:00-15', '-1 mon +1 day', '00000000-0000-0000-0000-000000000000', '[]', '"x"', '::1/64',
       '::/0', 'ff:ff:ff:ff:ff:ff', 'text', -1, 0, '(,)', '(-1e300,NaN)', '☃', '000', '', '(,"")', 1,
       NULL, -0.01, '{-2147483648}', '{NULL}', '{NULL}', '{0}', NULL, '{null}', NULL, NULL, NULL,
       '{1700-01-01 00:00:00.000001+00,NULL}', '{}', '{NULL}', NULL, NULL, NULL);
    INSERT INTO every DEFAULT VALUES;
    """

  @Test(.enabled(if: PostgreSQLDatabase.python != nil, "RECEIPT_PYTHON is not set"))
  func `values of every type are those that the server prints`() throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(ExportPostgreSQLTests.everyType)
    let exported = try Command.run("export", database.url, "out", in: scratch)
    #expect(exported.status == 0, "\(exported.errors)")
    let compared = try compare(database, "every", in: scratch)
    #expect(compared.status == 0, "\(compared.errors)")
    #expect(compared.output == "240 values are the same\n")
    let verified = try Command.run("verify", "out", "--level", "deep", in: scratch)
    #expect(verified.status == 0, "\(verified.output)")
  }

  @Test func `types become those of Parquet that mean the same`() throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(ExportPostgreSQLTests.everyType)
    #expect(try Command.run("export", database.url, "out", in: scratch).status == 0)
    let schema = try Command.run(
      ["parquet", "schema"] + scratch.names(of: "out", "every"), in: scratch)
    for line in [
      "optional boolean b;", "optional int32 i2 (INTEGER(16,true));", "optional int32 i4;",
      "optional int64 i8;", "optional float f4;", "optional double f8;",
      "optional binary n (STRING);", "optional int32 n5 (DECIMAL(5,2));",
      "optional int64 n18 (DECIMAL(18,6));",
      "optional fixed_len_byte_array(16) n38 (DECIMAL(38,10));",
      "optional int32 nneg (DECIMAL(6,0));", "optional int32 nbig (DECIMAL(5,5));",
      "optional binary n39 (STRING);", "optional binary by;", "optional int32 d (DATE);",
      "optional int64 ts (TIMESTAMP(MICROS,false));", "optional int64 tz (TIMESTAMP(MICROS,true));",
      "optional int64 ti (TIME(MICROS,false));", "optional fixed_len_byte_array(16) u (UUID);",
      "optional binary jb (JSON);", "optional group ai (LIST) {",
    ] {
      #expect(schema.output.contains(line), "\(line) is not in \(schema.output)")
    }
  }

  /// Columns of random types with random values, those at the ends of the types among them.
  @Test(
    .enabled(if: PostgreSQLDatabase.python != nil, "RECEIPT_PYTHON is not set"),
    arguments: 0..<6)
  func `tables of random columns and rows come back value for value`(round: Int) throws {
    let scratch = try Scratch()
    var random = SeededGenerator()
    let seed = random.seed
    print("RECEIPT_SEED=\(seed)")
    for _ in 0..<round { _ = random.next() }
    let database = try PostgreSQLDatabase()
    let table = PostgreSQLRandomTable(&random)
    try database.run(table.sql)
    let flags = [["--jobs", "1"], ["--rows-per-file", "70"], ["--files", "3"]].randomElement(
      using: &random)
    let exported = try Command.run(
      ["export", database.url, "out"] + (flags ?? []), in: scratch)
    #expect(exported.status == 0, "seed \(seed), round \(round): \(exported.errors)\(table.sql)")
    let compared = try compare(database, "t", in: scratch)
    #expect(compared.status == 0, "seed \(seed), round \(round): \(compared.errors)\(table.sql)")
  }

  @Test func `what was exported is loaded into SQLite with the same values`() throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(
      """
      CREATE TABLE t (id int, whole bigint, price numeric(20,4), day date, local timestamp,
        instant timestamptz, clock time, name text, is_it bool, raw bytea, key uuid, doc jsonb,
        tags text[]);
      INSERT INTO t SELECT i, i::bigint << 31, (i - 500) / 7.0, date '1600-01-01' + 1000 * i,
        timestamp '1600-01-01' + i * interval '100 days 1.000001 s',
        timestamptz '1600-01-01 00:00:00+00' + i * interval '100 days 1.000001 s',
        time '00:00' + i * interval '1.5 min', repeat('é☃', i % 9), i % 2 = 0,
        decode(md5(i::text), 'hex'), md5(i::text)::uuid, jsonb_build_object('i', i),
        ARRAY['a', i::text]
      FROM generate_series(1, 900) i;
      UPDATE t SET whole = NULL, price = NULL, name = NULL, tags = NULL WHERE id % 10 = 0;
      """)
    #expect(try Command.run("export", database.url, "out", in: scratch).status == 0)
    #expect(try Command.run("load", "out", "--into", "b.sqlite", in: scratch).status == 0)
    let loaded = try LoadedDatabase(scratch, "b.sqlite")
    let columns: [(name: String, text: String)] = [
      ("id", "id"), ("whole", "whole"), ("price", "price"), ("day", "day"),
      ("local", "to_char(local, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"),
      ("instant", "to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"),
      ("clock", "to_char(clock, 'HH24:MI:SS.US')"), ("name", "name"), ("is_it", "is_it::int"),
      ("lower(hex(raw))", "encode(raw, 'hex')"), ("key", "key"), ("doc", "doc"),
      ("tags", "replace(array_to_json(tags)::text, ' ', '')"),
    ]
    for (name, text) in columns {
      let wanted = try database.run("SELECT coalesce((\(text))::text, '<null>') FROM t ORDER BY id")
        .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
      #expect(wanted.count == 900)
      #expect(
        try loaded.values("SELECT coalesce(\(name), '<null>') FROM t ORDER BY id") == wanted,
        "\(name)")
    }
  }

  @Test func `columns become what a schema says, if nothing is lost`() throws {
    let scratch = try Scratch()
    let database = try PostgreSQLDatabase(
      """
      CREATE TABLE t (id int4, n numeric, big numeric, flag bool, doc jsonb, tags text[], at text,
        local timestamp, f float4, grid int[], until date);
      INSERT INTO t VALUES
        (1, 1.50, 12345678901234567890123456789012345678.9, true, '{"a": 1, "b": ["x"]}', '{a,b}',
          '2026-11-20T04:03:07.963883Z', '2020-01-01 00:00', 1.5, '{{1,2},{3,4}}', 'infinity'),
        (2, -3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[5:6]={1,2}', '-infinity');
      """)
    try scratch.write(
      """
      {"t": [{"name": "id", "type": "INTEGER"},
        {"name": "n", "type": "NUMERIC", "precision": 10, "scale": 2},
        {"name": "big", "type": "BIGNUMERIC"},
        {"name": "flag", "type": "STRING"},
        {"name": "doc", "type": "RECORD", "fields": [
          {"name": "a", "type": "INTEGER"}, {"name": "b", "type": "STRING", "mode": "REPEATED"}]},
        {"name": "tags", "type": "STRING", "mode": "REPEATED"},
        {"name": "at", "type": "TIMESTAMP"}, {"name": "local", "type": "TIMESTAMP"},
        {"name": "f", "type": "FLOAT64"}, {"name": "grid", "type": "STRING"},
        {"name": "until", "type": "STRING"}]}
      """, to: "schema.json")
    for style in ["standard", "bare"] {
      let exported = try Command.run(
        "export", database.url, style, "--schema", "schema.json", "--list-style", style, in: scratch
      )
      #expect(exported.status == 0, "\(exported.errors)")
      let cat = try Command.run(["parquet", "cat"] + scratch.names(of: style, "t"), in: scratch)
      #expect(
        cat.output == """
          {"id":1,"n":"1.50","big":"12345678901234567890123456789012345678.90000000000000000000000000000000000000",\
          "flag":"true","doc":{"a":1,"b":["x"]},"tags":["a","b"],"at":"2026-11-20T04:03:07.963883Z",\
          "local":"2020-01-01T00:00:00.000000Z","f":1.5,"grid":"{{1,2},{3,4}}","until":"infinity"}
          {"id":2,"n":"-3.00","big":null,"flag":null,"doc":null,"tags":[],"at":null,"local":null,"f":null,\
          "grid":"[5:6]={1,2}","until":"-infinity"}

          """)
    }
    try scratch.write(#"[{"name": "flag", "type": "INTEGER"}]"#, to: "wrong.json")
    let wrong = try Command.run(
      "export", database.url, "wrong", "--schema", "wrong.json", in: scratch)
    #expect(wrong.status == 64)
    #expect(
      wrong.errorLines == [
        "error: cannot export table t: column flag is boolean, which does not become INT64 without "
          + "loss", "hint: a schema can make any column a STRING",
      ])
  }
}
