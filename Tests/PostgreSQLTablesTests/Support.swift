import Parquet
import TestSupport

@testable import PostgreSQLTables

/// Bytes as a server sends them.
struct WireWriter {
  var bytes: [UInt8] = []

  static let header: [UInt8] =
    Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0] + [UInt8](repeating: 0, count: 8)

  mutating func append<T: FixedWidthInteger>(_ number: T) {
    for shift in stride(from: T.bitWidth - 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> T(shift)))
    }
  }

  mutating func append(field: [UInt8]?) {
    append(field.map { Int32($0.count) } ?? -1)
    bytes += field ?? []
  }

  mutating func append(row: [[UInt8]?]) {
    append(Int16(row.count))
    for field in row { append(field: field) }
  }

  /// A number, the highest byte first.
  static func number<T: FixedWidthInteger>(_ number: T) -> [UInt8] {
    var writer = WireWriter()
    writer.append(number)
    return writer.bytes
  }

  /// A list of one dimension.
  static func array(_ elements: [[UInt8]?], dimensions: Int32 = 1, lowerBound: Int32 = 1) -> [UInt8]
  {
    var writer = WireWriter()
    writer.append(elements.isEmpty ? 0 : dimensions)
    writer.append(Int32(elements.contains { $0 == nil } ? 1 : 0))
    writer.append(Int32(23))
    if elements.isEmpty { return writer.bytes }
    writer.append(Int32(elements.count))
    writer.append(lowerBound)
    for element in elements { writer.append(field: element) }
    return writer.bytes
  }

  /// A NUMERIC from its text: digits with or without a point and a minus.
  static func numeric(_ text: String) -> [UInt8] {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    let whole = String(parts[0])
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    let padded =
      String(repeating: "0", count: (4 - whole.count % 4) % 4) + whole + fraction
      + String(repeating: "0", count: (4 - fraction.count % 4) % 4)
    var digits = stride(from: 0, to: padded.count, by: 4).map { start in
      UInt16(padded.dropFirst(start).prefix(4)) ?? 0
    }
    var weight = (whole.count + 3) / 4 - 1
    while digits.first == 0 {
      digits.removeFirst()
      weight -= 1
    }
    while digits.last == 0 { digits.removeLast() }
    var writer = WireWriter()
    writer.append(Int16(digits.count))
    writer.append(Int16(digits.isEmpty ? 0 : weight))
    writer.append(isNegative && !digits.isEmpty ? 0x4000 : 0 as UInt16)
    writer.append(UInt16(fraction.count))
    for digit in digits { writer.append(digit) }
    return writer.bytes
  }
}

/// A column of a type, and the whole way of its values into a row group.
struct Column {
  let type: ColumnType
  let schema: Schema
  let column: CopyColumn

  init(
    _ scalar: ColumnType.Scalar, isArray: Bool = false, index: Int = 0,
    infinity: CopyColumn.Infinity = .refused
  ) throws {
    type = ColumnType(scalar, isArray: isArray, name: "some type")
    schema = try Schema(fields: [type.field("c", listStyle: .standard)])
    let reading = ColumnReading(ServerColumn(name: "c", type: type), schema, field: 0)
    guard let reading else { throw CopyFailure("the column has no way into its field") }
    column = CopyColumn(reading, schema, index: index, infinity: infinity)
  }
}

extension CopyRows {
  /// Lets bytes in.
  mutating func append(_ bytes: [UInt8]) throws(CopyFailure) {
    var buffer = Buffer<UInt8>(capacity: max(bytes.count, 1))
    for byte in bytes { buffer.append(byte) }
    try append(buffer)
  }
}
