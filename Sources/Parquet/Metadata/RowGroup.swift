/// A horizontal part of the file: some rows of all columns.
///
/// Source: `RowGroup` in the format's Thrift definition.
public struct RowGroup: Sendable {
  /// One chunk for each leaf column, in schema order.
  public var columns: [ColumnChunk] = []
  /// Bytes of all column data, not compressed, as the writer claims.
  public var totalByteCount: Int64 = 0
  /// The number of rows.
  public var rowCount: Int64 = 0

  init(
    from reader: inout CompactProtocolReader, leafCountHint: Int
  ) throws(DecodingFailure) {
    var lastID: Int16 = 0
    var hasRowCount = false
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1:
        let count = try reader.listCount(field, of: .structure)
        columns.reserveCapacity(min(count, leafCountHint, Limits.reservedElementCount))
        for _ in 0..<count { columns.append(try ColumnChunk(from: &reader)) }
      case 2: totalByteCount = try reader.int64(field)
      case 3:
        rowCount = try reader.int64(field)
        hasRowCount = true
      default: try reader.skip(field)
      }
    }
    guard hasRowCount else { throw .malformed("a row group does not say how many rows it has") }
  }
}
