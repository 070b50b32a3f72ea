import Testing

@testable import Parquet

@Suite struct `Written statistics` {
  private func statistics(
    _ field: FieldDefinition, _ values: [String], _ options: WriterOptions = WriterOptions()
  ) throws -> Statistics {
    let rows = values.map { "{\"\(field.name)\":\($0)}" }
    let bytes = try file(of: rows, try Schema(fields: [field]), options)
    let file = try ParquetFile(name: "test.parquet", source: MemorySource(bytes))
    return try #require(file.metadata.rowGroups[0].columns[0].statistics)
  }

  @Test func `numbers: smallest, largest, nulls, distinct values`() throws {
    let found = try statistics(
      .int64("x"), ["3", "-7", "null", "3"] + Array(repeating: "3", count: 100))
    #expect(found.minimum == littleEndian(-7 as Int64))
    #expect(found.maximum == littleEndian(3 as Int64))
    #expect(found.nullCount == 1)
    #expect(found.distinctCount == 2)
    #expect(found.isMinimumExact == true && found.isMaximumExact == true)
    #expect(found.deprecatedMinimum == nil && found.deprecatedMaximum == nil)
  }

  @Test func `unsigned numbers order without sign, decimals with`() throws {
    let unsigned = try statistics(
      .integer("x", bitWidth: 32, isSigned: false), ["4294967295", "5", "1"])
    #expect(unsigned.minimum == littleEndian(1 as UInt32))
    #expect(unsigned.maximum == littleEndian(UInt32.max))
    let decimal = try statistics(.decimal("x", precision: 20, scale: 0), ["\"-1\"", "\"2\""])
    #expect(decimal.minimum == Array(repeating: 0xff, count: 9))
    #expect(decimal.maximum == Array(repeating: 0, count: 8) + [2])
  }

  /// “If the computed max value is zero, +0.0 should be written; if the min value is, −0.0. NaNs must
  /// not be written.”
  @Test(arguments: [true, false])
  func `floating-point numbers: NaN is left out, zeros have both signs`(dictionary: Bool) throws {
    var options = WriterOptions()
    options.usesDictionary = dictionary
    let many = Array(repeating: "0.0", count: 50)
    let zeros = try statistics(.double("x"), many + ["\"NaN\"", "null"], options)
    #expect(zeros.minimum == littleEndian((-0.0 as Double).bitPattern))
    #expect(zeros.maximum == littleEndian((0.0 as Double).bitPattern))
    #expect(zeros.nullCount == 1 && zeros.distinctCount == nil)
    let nothing = try statistics(
      .float("x"), Array(repeating: "\"NaN\"", count: 50), options)
    #expect(nothing.minimum == nil && nothing.maximum == nil)
    let infinite = try statistics(.double("x"), ["\"-Infinity\"", "1"], options)
    #expect(infinite.minimum == littleEndian((-Double.infinity).bitPattern))
  }

  @Test func `long texts are cut at characters, the upper bound above`() throws {
    var options = WriterOptions()
    options.boundByteLimit = 5
    let found = try statistics(.string("x"), ["\"aaaéé\"", "\"zzzzé\"", "\"b\""], options)
    #expect(found.minimum == Array("aaaé".utf8))
    #expect(found.isMinimumExact == false)
    #expect(found.maximum == Array("zzz{".utf8))
    #expect(found.isMaximumExact == false)
    // No larger character has as many bytes as the last one, so the one before it is made larger.
    let last = try statistics(.string("x"), ["\"a\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\""], options)
    #expect(last.maximum.map { String(decoding: $0, as: UTF8.self) } == "a\u{7f}\u{7f}\u{7f}\u{80}")
    options.boundByteLimit = 4
    let highest = try statistics(.string("x"), ["\"\u{10ffff}\u{10ffff}\""], options)
    #expect(highest.maximum == Array("\u{10ffff}\u{10ffff}".utf8))
    #expect(highest.isMaximumExact == true)
    let bytes = try statistics(.binary("x"), ["\"AQL///////8=\""], options)
    #expect(bytes.maximum == [1, 3])
    #expect(bytes.minimum == [1, 2, 255, 255])
  }

  @Test func `types without an order have no bounds, nor columns that shall have none`() throws {
    let interval = FieldDefinition("x", .value(.fixedLengthByteArray, length: 12, .interval))
    #expect(try statistics(interval, ["\"P1M2DT3S\""]).minimum == nil)
    var options = WriterOptions()
    options.columns["x", default: WriterOptions.Column()].writesBounds = false
    let none = try statistics(.int32("x"), ["1", "null"], options)
    #expect(none.minimum == nil && none.nullCount == 1)
  }
}
