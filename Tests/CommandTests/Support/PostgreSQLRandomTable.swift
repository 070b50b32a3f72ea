import TestSupport

/// A table with columns of random types, and rows with random values in them.
struct PostgreSQLRandomTable {
  /// The statements that make it, as table `t`.
  let sql: String

  /// A type, values that are at its ends, and an expression for any other one.
  private struct Kind {
    let name: String
    let edges: [String]
    let any: String
  }

  private static let kinds: [Kind] = [
    Kind(name: "bool", edges: ["true", "false"], any: "random() < 0.5"),
    Kind(name: "int2", edges: ["-32768", "32767", "0"], any: "(random() * 60000 - 30000)::int2"),
    Kind(
      name: "int4", edges: ["-2147483648", "2147483647", "-1"],
      any: "((random() - 0.5) * 4e9)::int4"),
    Kind(
      name: "int8", edges: ["-9223372036854775808", "9223372036854775807"],
      any: "((random() - 0.5) * 1e18)::int8"),
    Kind(
      name: "float4", edges: ["'NaN'", "'-Infinity'", "'-0'", "1e-45", "3.4028235e38"],
      any: "(random() * 1e6)::float4"),
    Kind(
      name: "float8", edges: ["'NaN'", "'Infinity'", "'-0'", "5e-324", "1.7976931348623157e308"],
      any: "random() * pow(10, (random() * 60 - 30)::int)"),
    Kind(
      name: "numeric", edges: ["'NaN'", "0", "1e100", "-1e-100", "0.000"],
      any:
        "round(((random() - 0.5) * pow(10, (random() * 30)::int))::numeric, (random() * 20)::int)"),
    Kind(
      name: "numeric(9,4)", edges: ["99999.9999", "-99999.9999", "0.0001", "-1", "10000"],
      any: "(random() * 90000)::numeric(9,4)"),
    Kind(
      name: "numeric(18,0)", edges: ["999999999999999999", "-999999999999999999", "10000"],
      any: "((random() - 0.5) * 1e17)::numeric(18,0)"),
    Kind(
      name: "numeric(38,17)",
      edges: ["999999999999999999999.99999999999999999", "-0.00000000000000001", "1e20"],
      any: "((random() - 0.5) * 1e20)::numeric(38,17)"),
    Kind(
      name: "text", edges: ["''", "'é☃'", "E'\\t\\n\\\\\"'", "repeat('long ', 20000)"],
      any: "left(md5(random()::text), (random() * 40)::int)"),
    Kind(name: "varchar(9)", edges: ["''", "'☃☃☃☃☃☃☃☃☃'"], any: "left(md5(random()::text), 9)"),
    Kind(name: "char(4)", edges: ["''", "'a'", "'☃ ☃'"], any: "left(md5(random()::text), 3)"),
    Kind(
      name: "bytea", edges: ["''", "'\\x00'", "decode(repeat('ff', 9000), 'hex')"],
      any: "decode(md5(random()::text), 'hex')"),
    Kind(
      name: "date", edges: ["'4714-11-24 BC'", "'5874897-12-31'", "'1970-01-01'", "'9999-12-31'"],
      any: "date '1970-01-01' + ((random() - 0.5) * 1e6)::int"),
    Kind(
      name: "timestamp",
      edges: [
        "'4714-11-24 00:00:00 BC'", "'294247-01-10 04:00:54.775807'",
        "'1969-12-31 23:59:59.999999'",
      ],
      any: "timestamp '1970-01-01' + (random() - 0.5) * interval '3000 years'"),
    Kind(
      name: "timestamptz", edges: ["'epoch'", "'4714-11-24 00:00:00+00 BC'"],
      any: "timestamptz 'epoch' + (random() - 0.5) * interval '3000 years'"),
    Kind(
      name: "time", edges: ["'00:00'", "'23:59:59.999999'"],
      any: "time '00:00' + random() * interval '24 h'"),
    Kind(
      name: "uuid", edges: ["'00000000-0000-0000-0000-000000000000'"],
      any: "md5(random()::text)::uuid"),
    Kind(name: "json", edges: ["'null'", "' [1, 2 ]'"], any: "to_json(random()::text)"),
    Kind(
      name: "jsonb", edges: ["'null'", "'{\"é\": []}'"], any: "jsonb_build_object('n', random())"),
    Kind(
      name: "interval", edges: ["'-1 mon 2 days'", "'0'"],
      any: "(random() - 0.5) * interval '3 years 4 days'"),
    Kind(
      name: "inet", edges: ["'::1'", "'10.0.0.1/8'"], any: "inet '10.0.0.0' + (random() * 1e6)::int"
    ),
    Kind(name: "numrange", edges: ["'empty'", "'(,)'"], any: "numrange(0, random()::numeric)"),
  ]

  init(_ random: inout SeededGenerator) {
    let columnCount = Int.random(in: 1...12, using: &random)
    let rowCount = [0, 1, 255, 256, 257, 900].randomElement(using: &random) ?? 1
    var definitions: [String] = []
    var values: [String] = []
    for index in 0..<columnCount {
      guard let kind = PostgreSQLRandomTable.kinds.randomElement(using: &random) else { continue }
      let isArray = Int.random(in: 0..<4, using: &random) == 0
      let nulls: Double = [0, 0.1, 0.9, 1].randomElement(using: &random) ?? 0
      let edges = kind.edges.map { "(\($0))::\(kind.name)" }.joined(separator: ", ")
      func one(_ nulls: Double) -> String {
        "CASE WHEN random() < \(nulls) THEN NULL WHEN random() < 0.2 THEN (ARRAY[\(edges)])"
          + "[1 + floor(random() * \(kind.edges.count))::int] ELSE (\(kind.any))::\(kind.name) END"
      }
      definitions.append("c\(index) \(kind.name)\(isArray ? "[]" : "")")
      // The row's number keeps the server from making one list for all rows.
      values.append(
        isArray
          ? "CASE WHEN random() >= \(nulls) THEN (SELECT coalesce(array_agg(\(one(0.2))), '{}') "
            + "FROM generate_series(1, (random() * 5 + i * 0)::int)) END"
          : one(nulls))
    }
    let seed = Double(random.next() % 1_000) / 1_000
    sql = """
      SELECT setseed(\(seed));
      CREATE TABLE t (\(definitions.joined(separator: ", ")));
      INSERT INTO t SELECT \(values.joined(separator: ", ")) FROM generate_series(1, \(rowCount)) i;
      """
  }
}
