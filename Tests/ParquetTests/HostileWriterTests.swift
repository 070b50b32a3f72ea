import Testing

@testable import Parquet

/// What a writer must refuse.
@Suite struct `Hostile input of the writer` {
  private let schema: Schema

  init() throws {
    schema = try Schema(fields: [
      .int64("id", isOptional: false), .string("name"), .list("list", of: .int32("element")),
      .uuid("uuid"), .integer("small", bitWidth: 8, isSigned: true),
      FieldDefinition("cents", .value(.int32, .decimal(precision: 4, scale: 2))),
    ])
  }

  private func refusal(_ body: (RowGroupBuilder) throws -> Void) throws -> String {
    let rows = try RowGroupBuilder(schema: schema)
    let error = #expect(throws: ParquetError.self) { try body(rows) }
    #expect(error?.code == .value)
    #expect(rows.columns.allSatisfy { $0.rowCount == 0 })
    return error?.description ?? ""
  }

  struct Change: Sendable, CustomTestStringConvertible {
    var message: String
    var make: @Sendable (inout WriterOptions) -> Void
    var testDescription: String { message }

    init(_ message: String, _ make: @escaping @Sendable (inout WriterOptions) -> Void) {
      self.message = message
      self.make = make
    }
  }

  static let changes = [
    Change("pageByteLimit is 0 but must be 1 to 536,870,912") { $0.pageByteLimit = 0 },
    Change("pageRowLimit is -1") { $0.pageRowLimit = -1 },
    Change("rowGroupRowLimit is 0") { $0.rowGroupRowLimit = 0 },
    Change("rowGroupByteLimit is 0") { $0.rowGroupByteLimit = 0 },
    Change("dictionaryByteLimit is -1") { $0.dictionaryByteLimit = -1 },
    Change("boundByteLimit is 0") { $0.boundByteLimit = 0 },
    Change("the codec LZO cannot be written") { $0.codec = .lzo },
    Change("the codec LZ4 cannot be written") { $0.codec = .lz4 },
    Change("the codec UNKNOWN(99) cannot be written") { $0.codec = Codec(rawValue: 99) },
    Change("the codec SNAPPY has no levels but 3 is asked for") { $0.compressionLevel = 3 },
    Change("level 23 of ZSTD must be 1 to 22") {
      $0.codec = .zstd
      $0.compressionLevel = 23
    },
    Change("values cannot be written in the encoding RLE_DICTIONARY") {
      $0.encoding = .rleDictionary
    },
    Change("the options name a column \"nope\"") { $0.columns["nope"] = WriterOptions.Column() },
    Change("DELTA_BYTE_ARRAY does not exist for INT64 values (column id)") {
      $0.columns["id", default: WriterOptions.Column()].encoding = .deltaByteArray
    },
    Change("a bloom filter has nan bits") {
      $0.bloomFilter = WriterOptions.BloomFilter()
      $0.bloomFilter?.bitsPerValue = .nan
    },
    Change("a bloom filter may have 1 bytes") {
      $0.bloomFilter = WriterOptions.BloomFilter()
      $0.bloomFilter?.byteLimit = 1
    },
  ]

  @Test(arguments: changes)
  func `options out of range are refused`(change: Change) throws {
    var options = WriterOptions()
    change.make(&options)
    for error in [
      #expect(throws: ParquetError.self) { try ParquetWriter(schema: schema, options: options) },
      #expect(throws: ParquetError.self) { try RowGroupBuilder(schema: schema, options: options) },
    ] {
      #expect(error?.code == .options)
      let text = error?.description ?? ""
      #expect(text.contains(change.message), "\(text)")
    }
  }

  @Test func `INT96 is read only`() throws {
    let schema = try Schema(fields: [FieldDefinition("t", .value(.int96))])
    let error = #expect(throws: ParquetError.self) { try ParquetWriter(schema: schema) }
    #expect(error?.code == .schema)
    #expect(error?.description.contains("INT96 is deprecated and is read only (column t)") == true)
  }

  @Test func `values of another type are refused`() throws {
    #expect(
      try refusal { try $0.columns[0].append([1.5].span as Span<Double>) }
        == "cannot write the Parquet file: DOUBLE values are given but the column holds INT64 values (column id)"
    )
    #expect(
      try refusal { try $0.columns[0].append(bytes: [1].span, ends: [1].span) }
        .contains("byte arrays are given but the column holds INT64 values"))
    #expect(
      try refusal { try $0.columns[4].append([1, 128].span as Span<Int32>) }
        .contains("the number 128 is outside of -128 to 127, the range of INTEGER(8,true)"))
    #expect(
      try refusal { try $0.columns[5].append([10_000].span as Span<Int32>) }
        .contains("the number 10000 is outside of -9999 to 9999, the range of DECIMAL(4,2)"))
  }

  @Test func `nulls in required columns and masks of another length are refused`() throws {
    #expect(
      try refusal {
        try $0.columns[0].append([1, 2].span as Span<Int64>, isValid: [true, false].span)
      }
      .contains("row 1 of the batch is null but the column is required"))
    #expect(
      try refusal { try $0.columns[0].appendNulls(1) }.contains("but the column is required"))
    let noBytes: [UInt8] = []
    let noMask: [Bool] = []
    #expect(
      try refusal {
        try $0.columns[1].append(bytes: noBytes.span, ends: [0].span, isValid: noMask.span)
      }
      .contains("the batch has 1 rows but says of 0 whether they are null"))
  }

  @Test func `byte arrays that end anywhere else are refused`() throws {
    for ends in [[5], [2, 1], [-1], [.max], [.min]] {
      #expect(
        try refusal { try $0.columns[1].append(bytes: [1, 2, 3].span, ends: ends.span) }
          .contains("but must be"))
    }
    #expect(
      try refusal { try $0.columns[3].append(bytes: [1, 2, 3].span, ends: [3].span) }
        .contains("byte array 0 has 3 bytes but the column's have 16"))
  }

  @Test(
    arguments: [
      ([1], [4], [0], "a definition level is 4 but may be at most 3"),
      ([1], [3], [2], "a repetition level is 2 but may be at most 1"),
      ([1], [3], [1], "the batch begins in the middle of a row"),
      ([1, 2], [3], [0], "the levels tell of 1 values but there are 2"),
      ([1], [3, 3], [0, 0], "the levels tell of 2 values but there are 1"),
      ([1], [3, 0], [0], "there are 2 definition and 1 repetition levels for 1 values"),
      ([1], [], [], "the levels tell of 0 values but there are 1"),
    ] as [([Int32], [UInt16], [UInt16], String)])
  func `levels that do not fit are refused`(
    values: [Int32], definition: [UInt16], repetition: [UInt16], message: String
  ) throws {
    let error = try refusal {
      try $0.columns[2].append(
        values.span, definitionLevels: definition.span, repetitionLevels: repetition.span)
    }
    #expect(error.contains(message), "\(error)")
  }

  @Test func `repeated columns need levels`() throws {
    #expect(
      try refusal { try $0.columns[2].append([1].span as Span<Int32>) }
        .contains("the column is repeated, so its rows need levels"))
    #expect(try refusal { try $0.columns[2].appendNulls(1) }.contains("its rows need levels"))
  }

  @Test func `columns of different lengths make no row group`() throws {
    let rows = try RowGroupBuilder(schema: schema)
    try rows.columns[0].append([1, 2].span as Span<Int64>)
    try rows.columns[1].appendNulls(1)
    let error = #expect(throws: ParquetError.self) {
      try ParquetWriter(schema: schema).write(rows)
    }
    #expect(
      error?.description.contains(
        "the column has 1 rows but the row group's first column has 2 (column name)") == true)
  }

  @Test func `a builder of another schema or other options is refused`() throws {
    let writer = try ParquetWriter(schema: schema)
    var options = WriterOptions()
    options.codec = .zstd
    for rows in [
      try RowGroupBuilder(schema: try Schema(fields: [.int64("id")])),
      try RowGroupBuilder(schema: schema, options: options),
    ] {
      #expect(throws: ParquetError.self) { try writer.write(rows) }
    }
  }

  @Test func `a finished file takes no more`() throws {
    let writer = try ParquetWriter(schema: schema)
    let bytes = try writer.finish()
    #expect(try canonicalRows(bytes) == [])
    #expect(throws: ParquetError.self) { try writer.finish() }
    #expect(throws: ParquetError.self) { try writer.write(try RowGroupBuilder(schema: schema)) }
  }

  @Test func `a vector of another column is refused`() throws {
    let bytes = try file(of: ["{\"x\":1}"], try Schema(fields: [.int32("x")]))
    let source = MemorySource(bytes)
    let file = try ParquetFile(name: "x", source: source)
    let reader = try RowGroupReader(file, rowGroup: 0, source: source)
    _ = try reader.readBatch(rows: 1)
    #expect(
      try refusal { try $0.columns[0].append(reader.columns[0]) }
        .contains("the values come from the INT32 column x"))
    #expect(
      try refusal { try $0.append(reader.columns) }
        .contains("the batch has 1 columns but the schema has 6 leaf columns"))
  }
}
