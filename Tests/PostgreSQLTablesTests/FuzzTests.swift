import Foundation
import Parquet
import TestSupport
import Testing

@testable import PostgreSQLTables

/// Changed streams: each is read or refused, never a crash, and what is refused names no byte outside.
///
/// `RECEIPT_FUZZ` sets the number of streams, `RECEIPT_SEED` the seed of a run to repeat.
@Suite struct FuzzTests {
  private static let count =
    ProcessInfo.processInfo.environment["RECEIPT_FUZZ"].flatMap { Int($0) } ?? 4_000

  private static let scalars: [ColumnType.Scalar] = [
    .boolean, .int16, .int32, .int64, .float, .double, .numeric(precision: 9, scale: 2),
    .numeric(precision: 38, scale: 10), .numeric(precision: 12, scale: 0), .text, .bytes, .date,
    .time,
    .timestamp, .timestampWithTimeZone, .uuid, .json, .jsonb, .other,
  ]

  private func value(
    _ scalar: ColumnType.Scalar, _ random: inout SeededGenerator
  ) -> [UInt8]? {
    if Int.random(in: 0..<5, using: &random) == 0 { return nil }
    switch scalar {
    case .boolean: return [UInt8.random(in: 0...1, using: &random)]
    case .int16: return WireWriter.number(Int16.random(in: .min ... .max, using: &random))
    case .int32, .date, .float, .oid:
      return WireWriter.number(Int32.random(in: .min ... .max, using: &random))
    case .int64, .timestamp, .timestampWithTimeZone, .double:
      return WireWriter.number(Int64.random(in: .min ... .max, using: &random))
    case .time: return WireWriter.number(Int64.random(in: 0..<86_400_000_000, using: &random))
    case .numeric:
      return WireWriter.numeric(String(Int.random(in: -999_999...999_999, using: &random)))
    case .uuid: return (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
    case .jsonb: return [1] + Array("{\"a\":1}".utf8)
    case .text, .json, .bytes, .inet, .other:
      return Array(String(repeating: "é1", count: Int.random(in: 0..<9, using: &random)).utf8)
    }
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
      let position = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[position] = .random(in: 0...255, using: &random)
      case 1: bytes[position] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
      case 2: bytes.removeSubrange(position..<min(bytes.count, position + 4))
      case 3: bytes = Array(bytes[..<position])
      default: bytes.insert(contentsOf: [0xff, 0xff, 0xff, 0xff], at: position)
      }
    }
  }

  @Test func `every mutation of rows is read or refused`() throws {
    var random = SeededGenerator()
    let seed = random.seed
    print("RECEIPT_SEED=\(seed)")
    var counts = (whole: 0, refused: 0)
    for _ in 0..<FuzzTests.count {
      let types = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        ColumnType(
          FuzzTests.scalars.randomElement(using: &random) ?? .text,
          isArray: Int.random(in: 0..<3, using: &random) == 0, name: "some type")
      }
      let style: FieldDefinition.ListStyle = Bool.random(using: &random) ? .standard : .bare
      let fields = types.enumerated().map { $1.field("c\($0)", listStyle: style) }
      let schema = try Schema(fields: fields)
      var writer = WireWriter(bytes: WireWriter.header)
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        writer.append(
          row: types.map { type in
            guard type.isArray else { return value(type.scalar, &random) }
            let count = Int.random(in: 0...3, using: &random)
            return WireWriter.array((0..<count).map { _ in value(type.scalar, &random) })
          })
      }
      writer.append(Int16(-1))
      mutate(&writer.bytes, &random)
      do throws(CopyFailure) {
        let count = try read(writer.bytes, types, schema, &random)
        #expect(count >= 0)
        counts.whole += 1
      } catch {
        #expect(error.row ?? 0 >= 0 && error.row ?? 0 < CopyRows.capacity, "seed \(seed)")
        counts.refused += 1
      }
    }
    #expect(counts.whole > 0 && counts.refused > 0, "seed \(seed)")
  }

  private func read(
    _ bytes: [UInt8], _ types: [ColumnType], _ schema: Schema, _ random: inout SeededGenerator
  ) throws(CopyFailure) -> Int {
    var columns: [CopyColumn] = []
    for (index, type) in types.enumerated() {
      let column = ServerColumn(name: "c\(index)", type: type)
      guard let reading = ColumnReading(column, schema, field: index) else { continue }
      columns.append(
        CopyColumn(
          reading, schema, index: index, infinity: Bool.random(using: &random) ? .null : .refused))
    }
    guard let rows = try? RowGroupBuilder(schema: schema) else { return -1 }
    var batch = CopyRows(columnCount: types.count)
    var total = 0
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Int.random(in: 1...200, using: &random))
      try batch.append(Array(bytes[start..<end]))
      start = end
      while case let count = try batch.take(limit: 256), count > 0 {
        for column in columns { try column.append(batch, to: rows) }
        total += count
      }
    }
    try batch.checkEnd()
    for column in rows.columns where column.rowCount != total {
      Issue.record("a column has \(column.rowCount) rows instead of \(total)")
    }
    return total
  }
}
