/// What the footer says of a file: schema, row groups, writer.
///
/// Source: `FileMetaData` in the format's Thrift definition.
public struct FileMetadata: Sendable {
  /// The format version that the writer claims, 1 or 2.
  public var version: Int32 = 0
  /// The schema as a tree.
  public let schema: Schema
  /// The number of rows that the footer claims for the whole file.
  ///
  /// A widely copied file has a wrong number here; the sum over ``rowGroups`` is what counts.
  public var declaredRowCount: Int64 = 0
  /// The row groups, in file order.
  public var rowGroups: [RowGroup] = []
  /// The writer's own key-value pairs, in file order.
  public var keyValueMetadata: [KeyValue] = []
  /// The application that wrote the file.
  public var createdBy: String?
  /// Whether the footer says in which order the columns' statistics are meant.
  public var hasColumnOrders = false

  /// A pair of the footer's key-value metadata.
  public struct KeyValue: Sendable, Hashable {
    /// The key.
    public var key: String
    /// The value; absent is not the same as empty.
    public var value: String?

    /// A pair.
    public init(key: String, value: String?) {
      self.key = key
      self.value = value
    }
  }

  /// The number of rows: the sum over the row groups.
  public var rowCount: Int64 { rowGroups.reduce(0) { $0 &+ $1.rowCount } }

  /// Parses the footer's Thrift bytes.
  init(footer: ByteView) throws(DecodingFailure) {
    var reader = CompactProtocolReader(footer)
    var lastID: Int16 = 0
    var elements: [SchemaElement] = []
    var isEncrypted = false
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1: version = try reader.int32(field)
      case 2:
        let count = try reader.listCount(field, of: .structure)
        elements.reserveCapacity(min(count, Limits.reservedElementCount))
        for _ in 0..<count { elements.append(try SchemaElement(from: &reader)) }
      case 3: declaredRowCount = try reader.int64(field)
      case 4:
        let count = try reader.listCount(field, of: .structure)
        rowGroups.reserveCapacity(min(count, Limits.reservedElementCount))
        for _ in 0..<count {
          rowGroups.append(try RowGroup(from: &reader, leafCountHint: elements.count))
        }
      case 5:
        let count = try reader.listCount(field, of: .structure)
        for _ in 0..<count { keyValueMetadata.append(try KeyValue(from: &reader)) }
      case 6: createdBy = try reader.string(field)
      case 7:
        hasColumnOrders = true
        try reader.skip(field)
      case 8:
        isEncrypted = true
        try reader.skip(field)
      default: try reader.skip(field)
      }
    }
    schema = try Schema(elements: elements)
    try checkRowGroups(isEncrypted: isEncrypted)
  }

  private func checkRowGroups(isEncrypted: Bool) throws(DecodingFailure) {
    var total: Int64 = 0
    for rowGroup in rowGroups {
      guard rowGroup.rowCount >= 0 else {
        throw .malformed("a row group has a negative number of rows")
      }
      let (sum, overflow) = total.addingReportingOverflow(rowGroup.rowCount)
      if overflow { throw .malformed("the rows of all row groups exceed 64 bits") }
      total = sum
      guard rowGroup.columns.count == schema.leaves.count else {
        throw .outOfRange(
          "the number of column chunks in a row group", value: Int64(rowGroup.columns.count),
          limit: Int64(schema.leaves.count))
      }
    }
  }
}

extension FileMetadata.KeyValue {
  init(from reader: inout CompactProtocolReader) throws(DecodingFailure) {
    var lastID: Int16 = 0
    key = ""
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1: key = try reader.string(field)
      // fastparquet 0.8 wrote values of other types; they are left out.
      case 2 where field.type == .binary: value = try reader.string(field)
      default: try reader.skip(field)
      }
    }
  }
}
