import Parquet
import TestSupport
import Testing

@testable import PostgreSQLTables

/// Values of single columns, and what is no value.
@Suite struct CopyColumnTests {
  /// Takes fields to a column; how many entries there are then.
  private func append(
    _ fields: [[UInt8]?], to column: Column
  ) throws -> (entries: Int, failure: CopyFailure?) {
    var batch = CopyRows(columnCount: 1)
    var writer = WireWriter(bytes: WireWriter.header)
    for field in fields { writer.append(row: [field]) }
    try batch.append(writer.bytes)
    #expect(try batch.take(limit: 256) == fields.count)
    let rows = try RowGroupBuilder(schema: column.schema)
    do throws(CopyFailure) {
      try column.column.append(batch, to: rows)
    } catch {
      return (rows.columns[0].entryCount, error)
    }
    return (rows.columns[0].entryCount, nil)
  }

  /// Types with the length of their values.
  static let fixed: [(ColumnType.Scalar, Int)] = [
    (.boolean, 1), (.int16, 2), (.int32, 4), (.int64, 8), (.float, 4), (.double, 8), (.date, 4),
    (.time, 8), (.timestamp, 8), (.timestampWithTimeZone, 8), (.uuid, 16),
  ]

  @Test(arguments: fixed)
  func `a value of another length is an error with its row`(
    scalar: ColumnType.Scalar, length: Int
  ) throws {
    for wrong in [0, length - 1, length + 1, length * 2] where wrong != length {
      let good = [UInt8](repeating: 0, count: length)
      let bad = [UInt8](repeating: 0, count: wrong)
      let flat = try append([nil, good, nil, bad], to: Column(scalar))
      #expect(flat.failure?.row == 3)
      #expect(flat.failure?.reason == "a value has \(wrong) bytes but its type has \(length)")
      let lists: [[UInt8]?] = [
        WireWriter.array([good, nil, good]), nil, WireWriter.array([]),
        WireWriter.array([nil, bad]),
      ]
      let list = try append(lists, to: Column(scalar, isArray: true))
      #expect(list.failure?.row == 3)
    }
  }

  @Test func `arrays that are not as they say are errors with their row`() throws {
    let whole = WireWriter.array([WireWriter.number(Int32(1)), nil, WireWriter.number(Int32(2))])
    let column = try Column(.int32, isArray: true)
    #expect(try append([whole, nil, WireWriter.array([])], to: column).entries == 5)
    for cut in 0..<whole.count {
      let result = try append([nil, Array(whole[..<cut])], to: column)
      #expect(result.failure?.row == 1, "\(cut)")
      #expect(result.entries == 0)
    }
    #expect(try append([whole + [0]], to: column).failure != nil)
    var claims = whole
    claims[12] = 0x7f
    #expect(try append([claims], to: column).failure != nil)
    let grid = WireWriter.array([WireWriter.number(Int32(1))], dimensions: 2)
    #expect(try append([grid], to: column).failure?.reason == "an array of 2 dimensions is no list")
  }

  @Test func `jsonb of a later version is not read as if it were text`() throws {
    let column = try Column(.jsonb)
    #expect(try append([[1] + Array("{}".utf8)], to: column).failure == nil)
    for bad in [[], [2] + Array("{}".utf8)] as [[UInt8]] {
      #expect(try append([nil, bad], to: column).failure?.row == 1)
    }
  }

  @Test func `texts must be UTF-8`() throws {
    for isArray in [false, true] {
      let column = try Column(.text, isArray: isArray)
      for bad in [[0xff], [0xc3], [0xed, 0xa0, 0x80]] as [[UInt8]] {
        let fields =
          isArray ? [WireWriter.array([[0x61], nil]), WireWriter.array([bad])] : [nil, bad]
        let result = try append(fields, to: column)
        #expect(result.failure?.row == 1)
        #expect(result.failure?.reason == "a text is not UTF-8")
      }
    }
  }

  @Test func `infinite times become nulls where that is wanted`() throws {
    let infinite: [[UInt8]?] = [
      WireWriter.number(Int64.max), WireWriter.number(0 as Int64), WireWriter.number(Int64.min),
      nil,
    ]
    let refused = try append(infinite, to: Column(.timestamp))
    #expect(refused.failure?.kind == .infinity)
    #expect(try append(infinite, to: Column(.timestamp, infinity: .null)).entries == 4)
    let list = try append(
      [WireWriter.array(infinite)], to: Column(.timestamp, isArray: true, infinity: .null))
    #expect(list.entries == 4)
    #expect(list.failure == nil)
  }

  // MARK: Numbers

  private func unscaled(_ text: String, precision: Int, scale: Int) -> Int128? {
    let field = WireWriter.numeric(text)
    let powers: [UInt128] = CopyNumeric.powersOfTen(upTo: precision)
    let small: [UInt64] = CopyNumeric.powersOfTen(upTo: min(precision, 18))
    var batch = CopyRows(columnCount: 1)
    var writer = WireWriter(bytes: WireWriter.header)
    writer.append(row: [field])
    guard (try? batch.append(writer.bytes)) != nil, (try? batch.take(limit: 1)) == 1 else {
      return nil
    }
    let large = try? CopyNumeric.unscaled(
      batch.bytes, batch.fields[0], precision: precision, scale: scale, powersOfTen: powers)
    if precision <= 18 {
      let other = try? CopyNumeric.unscaled(
        batch.bytes, batch.fields[0], precision: precision, scale: scale, powersOfTen: small)
      #expect((large == nil) == (other == nil), "\(text)")
      #expect(large.map(\.magnitude) == other.map { UInt128($0.magnitude) }, "\(text)")
    }
    return large.map { $0.isNegative ? -Int128($0.magnitude) : Int128($0.magnitude) }
  }

  @Test func `decimals of all sizes are the digits of their texts`() throws {
    var random = SeededGenerator()
    for _ in 0..<20_000 {
      let precision = Int.random(in: 1...38, using: &random)
      let scale = Int.random(in: 0...precision, using: &random)
      let digitCount = Int.random(in: 1...precision, using: &random)
      var digits = (0..<digitCount).map { _ in Int.random(in: 0...9, using: &random) }
      // Runs of zeros are not sent.
      if Bool.random(using: &random) {
        for index in digits.indices where Int.random(in: 0..<3, using: &random) > 0 {
          digits[index] = 0
        }
      }
      let text = digits.map(String.init).joined()
      let padded = String(repeating: "0", count: max(0, scale + 1 - text.count)) + text
      let point = padded.count - scale
      let sign = Bool.random(using: &random) ? "-" : ""
      let number = sign + padded.prefix(point) + (scale > 0 ? "." + padded.dropFirst(point) : "")
      #expect(
        unscaled(number, precision: precision, scale: scale) == Int128(sign + text),
        "seed \(random.seed): \(number) as DECIMAL(\(precision), \(scale))")
    }
  }

  @Test(arguments: [
    ("100", 2, 0), ("0.001", 5, 2), ("123.456", 5, 3),
    ("99999999999999999999999999999999999999", 37, 0),
    ("0.00000000000000000000000000000000000001", 38, 37), ("10000", 4, 0), ("1", 38, 38),
  ])
  func `a decimal with more digits than its type is none`(
    text: String, precision: Int, scale: Int
  ) {
    #expect(unscaled(text, precision: precision, scale: scale) == nil)
  }
}
