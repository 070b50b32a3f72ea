import Testing

@testable import Parquet

/// JSON to columns and back.
@Suite struct `JSON shredder` {
  /// What a value of one column reads as, in plain style, when it has been written.
  private func value(_ field: FieldDefinition, _ json: String) throws -> String {
    let bytes = try file(of: ["{\"x\":\(json)}"], try Schema(fields: [field]))
    let row = try #require(try canonicalRows(bytes, style: .plain).first)
    return String(row.dropFirst(5).dropLast())
  }

  private func refusal(_ field: FieldDefinition, _ row: String) throws -> String? {
    let shredder = JSONShredder(try Schema(fields: [field]))
    do throws(ParquetError) {
      try shredder.append(Array(row.utf8).span)
      return nil
    } catch {
      #expect(error.code == .value)
      return error.description
    }
  }

  struct Form: Sendable, CustomTestStringConvertible {
    var field: FieldDefinition
    var json: String
    var expected: String
    init(_ field: FieldDefinition, _ json: String, _ expected: String) {
      self.field = field
      self.json = json
      self.expected = expected
    }
    var testDescription: String { "\(json) in \(field.shape)" }
  }

  static let decimal = FieldDefinition.decimal("x", precision: 10, scale: 3)
  static let large = FieldDefinition.decimal("x", precision: 76, scale: 38)
  static let instant = FieldDefinition.timestamp("x", .microseconds, isAdjustedToUTC: true)
  static let local = FieldDefinition.timestamp("x", .milliseconds, isAdjustedToUTC: false)
  static let time = FieldDefinition.time("x", .nanoseconds, isAdjustedToUTC: false)
  static let interval = FieldDefinition("x", .value(.fixedLengthByteArray, length: 12, .interval))
  static let map = FieldDefinition.map("x", key: .string("key"), value: .int32("value"))
  static let numbered = FieldDefinition.map("x", key: .int64("key"), value: .int32("value"))

  static let forms = [
    Form(.int64("x"), "\"9223372036854775807\"", "9223372036854775807"),
    Form(.int64("x"), "-9223372036854775808", "-9223372036854775808"),
    Form(.int32("x"), "1.5e1", "15"),
    Form(.int32("x"), "12.00", "12"),
    Form(
      .integer("x", bitWidth: 64, isSigned: false), "18446744073709551615", "18446744073709551615"),
    Form(.double("x"), "0.1", "0.1"),
    Form(.double("x"), "-0", "-0.0"),
    Form(.double("x"), "123456789012345678901234567890", "1.2345678901234568e+29"),
    Form(.double("x"), "2.2250738585072014e-308", "2.2250738585072014e-308"),
    Form(.double("x"), "\"-Infinity\"", "\"-Infinity\""),
    Form(.float("x"), "16777217", "16777216.0"),
    Form(.string("x"), "\"\\u00e9\\ud83d\\ude00\\/\\n\"", "\"é😀/\\n\""),
    Form(.json("x"), "{\"a\": [1, null]}", "\"{\\\"a\\\": [1, null]}\""),
    Form(.json("x"), "\"[1]\"", "\"[1]\""),
    Form(.binary("x"), "\"AQI\"", "\"AQI=\""),
    Form(
      .uuid("x"), "\"00112233445566778899AABBCCDDEEFF\"", "\"00112233-4455-6677-8899-aabbccddeeff\""
    ),
    Form(decimal, "1.5", "\"1.500\""),
    Form(decimal, "-1234567", "\"-1234567.000\""),
    Form(decimal, "\"1e-3\"", "\"0.001\""),
    Form(decimal, "0.0010000", "\"0.001\""),
    Form(
      large, "\"-12345678901234567890123456789012345678.00000000000000000000000000000000000001\"",
      "\"-12345678901234567890123456789012345678.00000000000000000000000000000000000001\""),
    Form(.date("x"), "\"0000-02-29\"", "\"0000-02-29\""),
    Form(.date("x"), "\"-0001-12-31\"", "\"-0001-12-31\""),
    Form(instant, "\"2024-02-29T23:59:59.123456Z\"", "\"2024-02-29T23:59:59.123456Z\""),
    Form(instant, "\"2024-03-01 01:30:00+02:00\"", "\"2024-02-29T23:30:00.000000Z\""),
    Form(instant, "\"2024-03-01 01:30:00.5 UTC\"", "\"2024-03-01T01:30:00.500000Z\""),
    Form(instant, "\"1969-12-31T23:59:59.9\"", "\"1969-12-31T23:59:59.900000Z\""),
    Form(local, "\"2024-03-01T01:30:00Z\"", "\"2024-03-01T01:30:00.000\""),
    Form(local, "\"2024-03-01T01:30:00.120000\"", "\"2024-03-01T01:30:00.120\""),
    Form(time, "\"23:59:59.000000001\"", "\"23:59:59.000000001\""),
    Form(time, "-5", "-5"),
    Form(interval, "\"P1Y2M1W3DT1H2M3.5S\"", "\"P14M10DT3723.500S\""),
    Form(map, "{\"a\":1,\"b\":null}", "{\"a\":1,\"b\":null}"),
    Form(map, "[[\"a\",1]]", "{\"a\":1}"),
    Form(numbered, "{\"7\":1}", "[[7,1]]"),
    Form(.list("x", of: .int32("element")), "null", "null"),
    Form(.list("x", isOptional: false, of: .int32("element")), "null", "[]"),
    Form(.repeated(.string("x")), "[]", "[]"),
    Form(.repeated(.string("x")), "[\"a\",\"b\"]", "[\"a\",\"b\"]"),
  ]

  @Test(arguments: forms)
  func `a value is taken in each form that means it`(form: Form) throws {
    #expect(try value(form.field, form.json) == form.expected)
  }

  @Test func `members that are missing are null, whatever their order`() throws {
    let schema = try Schema(fields: [
      .int32("a"), .repeated(.int32("b")),
      .structure("c", [.string("d"), .list("e", of: .int32("element"))]),
    ])
    let bytes = try file(
      of: ["{}", "{\"c\":{}}", " { \"c\" : {\"e\":[null,1],\"d\":\"x\"} , \"a\":1 } "], schema)
    #expect(
      try canonicalRows(bytes, style: .plain) == [
        "{\"a\":null,\"b\":[],\"c\":null}", "{\"a\":null,\"b\":[],\"c\":{\"d\":null,\"e\":null}}",
        "{\"a\":1,\"b\":[],\"c\":{\"d\":\"x\",\"e\":[null,1]}}",
      ])
  }

  @Test(arguments: [
    ("{\"x\":\"a\"}", "\"a\" is no INT32 (byte 5 of the JSON text) (column x)"),
    ("{\"x\":2147483648}", "\"2147483648\" does not fit INT32"),
    ("{\"x\":1.5}", "\"1.5\" is no INT32"),
    ("{\"x\":true}", "the value should be a string or number but is a boolean"),
    ("{\"x\":{}}", "the value should be a string or number but is an object"),
    ("{\"x\":null}", "a required field is null or missing (byte 5 of the JSON text) (column x)"),
    ("{}", "a required field is null or missing (byte 2 of the JSON text) (column x)"),
    ("{\"x\":1,\"y\":2}", "there is no field \"y\" (byte 7 of the JSON text)"),
    ("{\"x\":1,\"x\":2}", "the member \"x\" occurs twice (byte 7 of the JSON text)"),
    ("{\"x\":1} 2", "something follows behind the JSON value (byte 8 of the JSON text)"),
    ("{\"x\":01}", "a number begins with 0"),
    ("{\"x\":1", "there should be \",\" or \"}\""),
    ("[1]", "a row should be an object but is an array"),
    ("{\"x\":\u{0}1}", "there is no JSON value"),
    ("", "the JSON text ends too early"),
  ])
  func `what is no row is refused with its place`(row: String, message: String) throws {
    let error = try #require(try refusal(.int32("x", isOptional: false), row), "\(row)")
    #expect(error.contains(message), "\(error)")
    #expect(error.hasPrefix("cannot write"))
  }

  @Test(
    arguments: [
      (decimal, "1.0001"), (decimal, "12345678.5"), (decimal, "\"abc\""), (decimal, "\"\""),
      (.date("x"), "\"2023-02-29\""), (.date("x"), "\"2023-13-01\""), (.date("x"), "20230101"),
      (instant, "\"2024-01-01T24:00:00Z\""), (instant, "\"2024-01-01T00:00:00.1234567Z\""),
      (instant, "\"2024-01-01\""), (instant, "\"+999999999-01-01T00:00:00Z\""),
      (local, "\"2024-01-01T00:00:00+01:00\""), (time, "\"25:00:00\""),
      (.uuid("x"), "\"0011\""), (.binary("x"), "\"A===\""), (.binary("x"), "\"AR==\""),
      (.integer("x", bitWidth: 8, isSigned: true), "128"),
      (.integer("x", bitWidth: 16, isSigned: false), "-1"),
      (.double("x"), "1e400"), (.double("x"), "\"1.5\""), (.float("x"), "1e39"),
      (.string("x"), "5"), (.boolean("x"), "\"true\""), (.string("x"), "\"\\ud800\""),
      (.string("x"), "\"\\x\""), (interval, "\"P\""), (interval, "\"P1.5M\""),
      (map, "{\"a\":\"b\"}"), (map, "[[\"a\"]]"), (map, "[[null,1]]"),
    ] as [(FieldDefinition, String)])
  func `a value that does not fit is refused`(field: FieldDefinition, json: String) throws {
    let error = try #require(try refusal(field, "{\"x\":\(json)}"), "\(json)")
    #expect(error.contains("(column x"), "\(error)")
  }

  @Test func `a row that is refused leaves nothing behind`() throws {
    let schema = try Schema(fields: [
      .string("a"), .list("b", of: .int64("element")), .int32("c", isOptional: false),
    ])
    let rows = try RowGroupBuilder(schema: schema)
    let shredder = JSONShredder(schema)
    for row in [
      "{\"a\":\"1\",\"b\":[1],\"c\":1}", "{\"a\":\"2\",\"b\":[1,2,3]}",
      "{\"a\":\"3\",\"b\":[7,\"x\"],\"c\":1}", "{\"a\":\"4\",\"b\":[],\"c\":4}",
    ] {
      try? shredder.append(Array(row.utf8).span)
    }
    #expect(shredder.rowCount == 2)
    try shredder.flush(into: rows)
    let writer = try ParquetWriter(schema: schema)
    let bytes = try writer.write(rows) + writer.finish()
    #expect(
      try canonicalRows(bytes, style: .plain) == [
        "{\"a\":\"1\",\"b\":[1],\"c\":1}", "{\"a\":\"4\",\"b\":[],\"c\":4}",
      ])
  }

  @Test func `one nested column is filled from JSON values, beside a flat one`() throws {
    let schema = try Schema(fields: [
      .int64("id", isOptional: false), .structure("tags", [.list("names", of: .string("element"))]),
    ])
    let rows = try RowGroupBuilder(schema: schema)
    let shredder = JSONShredder(schema, field: 1)
    try shredder.append(Array("{\"names\":[\"a\",null]}".utf8).span)
    try shredder.appendNull()
    try rows.columns[0].append([7, 8].span as Span<Int64>)
    try shredder.flush(into: rows)
    let writer = try ParquetWriter(schema: schema)
    let bytes = try writer.write(rows) + writer.finish()
    #expect(
      try canonicalRows(bytes, style: .plain) == [
        "{\"id\":7,\"tags\":{\"names\":[\"a\",null]}}", "{\"id\":8,\"tags\":null}",
      ])
  }

  @Test func `members that are not known may be passed over`() throws {
    let schema = try Schema(fields: [.int32("a")])
    let shredder = JSONShredder(schema, ignoresUnknownMembers: true)
    try shredder.append(Array("{\"z\":{\"y\":[1,\"]\"]},\"a\":1}".utf8).span)
    #expect(shredder.rowCount == 1)
  }

  @Test func `nesting beyond reason is refused, not followed`() throws {
    let text = "{\"x\":" + String(repeating: "[", count: 100_000)
    #expect(try refusal(.json("x"), text)?.contains("nested more than") == true)
  }
}
