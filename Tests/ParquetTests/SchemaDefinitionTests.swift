import Testing

@testable import Parquet

@Suite struct `Schemas from code` {
  @Test func `fields of every shape are spelled as the format has them`() throws {
    let schema = try Schema(
      name: "root",
      fields: [
        .int64("id", isOptional: false), .string("name"),
        .timestamp("time", .microseconds, isAdjustedToUTC: true),
        .decimal("amount", precision: 38, scale: 9),
        .list("tags", of: .string("anything", isOptional: false)),
        .repeated(.structure("hits", [.int32("page")])),
        .map("props", key: .string("k"), value: .double("v")),
        .uuid("uuid"),
        FieldDefinition("wait", .value(.fixedLengthByteArray, length: 12, .interval)),
      ])
    #expect(
      schema.description == """
        message root {
          required int64 id;
          optional binary name (STRING);
          optional int64 time (TIMESTAMP(MICROS,true));
          optional fixed_len_byte_array(16) amount (DECIMAL(38,9));
          optional group tags (LIST) {
            repeated group list {
              required binary element (STRING);
            }
          }
          repeated group hits {
            optional int32 page;
          }
          optional group props (MAP) {
            repeated group key_value {
              required binary key (STRING);
              optional double value;
            }
          }
          optional fixed_len_byte_array(16) uuid (UUID);
          optional fixed_len_byte_array(12) wait (INTERVAL);
        }
        """)
    #expect(schema.elements.first { $0.name == "name" }?.convertedType == 0)
    #expect(schema.elements.first { $0.name == "tags" }?.convertedType == 3)
    #expect(schema.elements.first { $0.name == "amount" }?.precision == 38)
    // Written and read it is the same.
    let writer = try ParquetWriter(schema: schema)
    let file = try ParquetFile(name: "x", source: MemorySource(try writer.finish()))
    #expect(file.schema.description == schema.description)
    #expect(file.schema.elements.map(\.convertedType) == schema.elements.map(\.convertedType))
  }

  @Test(
    arguments: [
      ([.string("a"), .int32("a")], "the field \"a\" occurs twice"),
      ([.structure("a", [])], "a struct needs at least one field"),
      (
        [FieldDefinition("a", .value(.int32, .string))],
        "STRING does not fit the storage type INT32 (column a)"
      ),
      (
        [FieldDefinition("a", .value(.fixedLengthByteArray, length: 8, .uuid))],
        "UUID does not fit the storage type FIXED_LEN_BYTE_ARRAY(8)"
      ),
      (
        [FieldDefinition("a", .value(.fixedLengthByteArray))],
        "the values have 0 bytes but must have 1 to 1,000,000,000"
      ),
      (
        [.decimal("a", precision: 38, scale: 9, length: 8)],
        "DECIMAL has a precision of 38, which needs 16 bytes, but the type has 8"
      ),
      (
        [FieldDefinition("a", .value(.int32, .decimal(precision: 10, scale: 0)))],
        "DECIMAL has a precision of 10 but INT32 holds 9 digits"
      ),
      ([.decimal("a", precision: 5, scale: 6)], "scale lies outside of 0 to its precision"),
      (
        [FieldDefinition("a", isOptional: false, .list(.string("a", isOptional: true), .bare))],
        "a repeated field can neither be null nor hold nulls"
      ),
      (
        [.repeated(.list("a", of: .int32("element")))],
        "a repeated field can hold lists and maps only in a struct"
      ),
      (
        [FieldDefinition("a", .map(key: .string("k"), value: .string("v")))],
        "the keys of a map cannot be null"
      ),
    ] as [([FieldDefinition], String)])
  func `a schema that cannot be written is refused`(
    fields: [FieldDefinition], message: String
  ) throws {
    let error = #expect(throws: ParquetError.self) { try Schema(fields: fields) }
    #expect(error?.code == .schema)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [(1, 1), (2, 1), (3, 2), (9, 4), (10, 5), (18, 8), (19, 9), (38, 16), (76, 32)])
  func `a decimal takes as few bytes as its digits need`(precision: Int, byteCount: Int) {
    #expect(decimalByteCount(precision: precision) == byteCount)
  }

  @Test func `the bytes of a decimal's precision hold its largest number`() throws {
    for precision in 1...100 {
      let text = ByteBuffer(count: 0)
      text.append(Array(("-" + String(repeating: "9", count: precision)).utf8))
      let bytes = try #require(DecimalDigits(text.view)).bigEndianBytes
      #expect(bytes.count == decimalByteCount(precision: precision))
    }
  }
}

@Suite struct `BigQuery schemas` {
  @Test func `types and modes become Parquet's`() throws {
    let json = """
      [{"name":"id","type":"STRING","mode":"REQUIRED"},
       {"name":"n","type":"INT64","description":"is passed \\"over\\""},
       {"name":"f","type":"FLOAT"}, {"name":"b","type":"BOOL"}, {"name":"raw","type":"BYTES"},
       {"name":"day","type":"DATE"}, {"name":"time","type":"TIME"},
       {"name":"local","type":"DATETIME"}, {"name":"at","type":"TIMESTAMP"},
       {"name":"num","type":"NUMERIC"}, {"name":"big","type":"BIGNUMERIC"},
       {"name":"cents","type":"NUMERIC","precision":"10","scale":"2"},
       {"name":"props","type":"JSON"}, {"name":"place","type":"GEOGRAPHY"},
       {"name":"tags","type":"STRING","mode":"REPEATED"},
       {"name":"hits","type":"RECORD","mode":"REPEATED","fields":[
         {"name":"page","type":"STRUCT","fields":[{"name":"url","type":"STRING"}]}]}]
      """
    let schema = try BigQuerySchema(json: Array(json.utf8)).schema(name: "events")
    #expect(
      schema.description == """
        message events {
          required binary id (STRING);
          optional int64 n;
          optional double f;
          optional boolean b;
          optional binary raw;
          optional int32 day (DATE);
          optional int64 time (TIME(MICROS,true));
          optional int64 local (TIMESTAMP(MICROS,false));
          optional int64 at (TIMESTAMP(MICROS,true));
          optional fixed_len_byte_array(16) num (DECIMAL(38,9));
          optional fixed_len_byte_array(32) big (DECIMAL(76,38));
          optional fixed_len_byte_array(16) cents (DECIMAL(10,2));
          optional binary props (STRING);
          optional binary place (STRING);
          repeated binary tags (STRING);
          repeated group hits {
            optional group page {
              optional binary url (STRING);
            }
          }
        }
        """)
    var options = BigQuerySchema.Options()
    options.adjustsTimestampsToUTC = false
    options.annotatesJSON = true
    options.listStyle = .standard
    let other = try BigQuerySchema(json: Array("{\"fields\":\(json)}".utf8)).schema(options)
    #expect(other.description.contains("optional int64 at (TIMESTAMP(MICROS,false));"))
    #expect(other.description.contains("optional binary props (JSON);"))
    #expect(other.description.contains("required group tags (LIST) {"))
  }

  @Test(arguments: [
    (
      "[{\"name\":\"a\",\"type\":\"MONEY\"}]", "the BigQuery type \"MONEY\" is not known (column a)"
    ),
    (
      "[{\"name\":\"r\",\"type\":\"RECORD\",\"fields\":[{\"name\":\"a\",\"type\":\"X\"}]}]",
      "is not known (column r.a)"
    ),
    ("[{\"name\":\"a\",\"type\":\"STRING\",\"mode\":\"LIST\"}]", "the mode \"LIST\" is not known"),
    ("[{\"name\":\"a\"}]", "a field lacks its name or type (byte 1)"),
    ("[{\"name\":1,\"type\":\"STRING\"}]", "\"name\" is a number (byte 9)"),
    ("[", "should be \"{\" (byte 1)"), ("{}x", "something follows"), ("5", "an array of fields"),
    ("[{\"name\":\"a\",\"type\":\"RECORD\"}]", "a struct needs at least one field (column a)"),
    (
      "[{\"name\":\"a\",\"type\":\"NUMERIC\",\"scale\":\"x\"}]", "\"x\" is no whole number"
    ),
  ])
  func `what is no schema is refused`(json: String, message: String) throws {
    let error = #expect(throws: ParquetError.self) {
      try BigQuerySchema(json: Array(json.utf8)).schema()
    }
    #expect(error?.code == .schema)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }
}
