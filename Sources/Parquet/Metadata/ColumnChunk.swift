/// The pages of one leaf column in one row group.
///
/// Source: `ColumnChunk` and `ColumnMetaData` in the format's Thrift definition.
public struct ColumnChunk: Sendable {
  /// The file that holds the chunk, if it is another one; such chunks are not supported.
  public var filePath: String?
  /// The storage type.
  public var physicalType: PhysicalType?
  /// All encodings that occur in the chunk, levels included.
  public var encodings: [Encoding] = []
  /// The names from the root to the leaf.
  public var path: [String] = []
  /// The compression of all pages.
  public var codec = Codec.uncompressed
  /// The number of values, nulls included; for a repeated column more or fewer than the rows.
  public var valueCount: Int64 = 0
  /// Bytes of all pages with their headers, not compressed.
  public var totalUncompressedByteCount: Int64 = 0
  /// Bytes of all pages with their headers, as they stand in the file.
  public var totalCompressedByteCount: Int64 = 0
  /// The offset of the first data page.
  public var dataPageOffset: Int64 = 0
  /// The offset of the dictionary page; some writers leave it out or write 0.
  public var dictionaryPageOffset: Int64?
  /// The writer's statistics of the whole chunk.
  public var statistics: Statistics?
  /// The offset of the bloom filter.
  public var bloomFilterOffset: Int64?
  /// Where the offset index stands: offset and byte count.
  public var offsetIndex: (offset: Int64, byteCount: Int32)?
  /// Where the column index stands: offset and byte count.
  public var columnIndex: (offset: Int64, byteCount: Int32)?
  /// Whether the chunk is encrypted; such chunks are not supported.
  public var isEncrypted = false
  var hasMetadata = false

  /// Where the first page begins.
  ///
  /// The dictionary page comes first when there is one. Its offset counts only where it lies
  /// before the data pages, since some writers leave it at 0 or copy another offset; a data page
  /// offset of 0 cannot be true either (the magic stands there).
  package var startOffset: Int64 {
    if let dictionary = dictionaryPageOffset, dictionary >= 4,
      dictionary < dataPageOffset || dataPageOffset < 4
    {
      return dictionary
    }
    return dataPageOffset
  }

  init(from reader: inout CompactProtocolReader) throws(DecodingFailure) {
    var lastID: Int16 = 0
    var offsetIndexOffset: Int64?
    var offsetIndexByteCount: Int32?
    var columnIndexOffset: Int64?
    var columnIndexByteCount: Int32?
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1: filePath = try reader.string(field)
      case 3:
        try reader.structure(field)
        hasMetadata = true
        try readMetadata(from: &reader)
      case 4: offsetIndexOffset = try reader.int64(field)
      case 5: offsetIndexByteCount = try reader.int32(field)
      case 6: columnIndexOffset = try reader.int64(field)
      case 7: columnIndexByteCount = try reader.int32(field)
      case 8, 9:
        isEncrypted = true
        try reader.skip(field)
      default: try reader.skip(field)
      }
    }
    if let offset = offsetIndexOffset, let byteCount = offsetIndexByteCount {
      offsetIndex = (offset, byteCount)
    }
    if let offset = columnIndexOffset, let byteCount = columnIndexByteCount {
      columnIndex = (offset, byteCount)
    }
    if !hasMetadata, !isEncrypted, filePath == nil {
      throw .malformed("a column chunk has no metadata")
    }
  }

  private mutating func readMetadata(
    from reader: inout CompactProtocolReader
  ) throws(DecodingFailure) {
    var lastID: Int16 = 0
    while let field = try reader.nextField(&lastID) {
      switch field.id {
      case 1:
        let raw = try reader.int32(field)
        guard let type = PhysicalType(rawValue: raw) else {
          throw .outOfRange("a physical type", value: Int64(raw), limit: 7)
        }
        physicalType = type
      case 2:
        let count = try reader.listCount(field, of: .int32)
        for _ in 0..<count { encodings.append(Encoding(rawValue: try reader.int32Element())) }
      case 3:
        let count = try reader.listCount(field, of: .binary)
        for _ in 0..<count { path.append(try reader.binaryElement().string) }
      case 4: codec = Codec(rawValue: try reader.int32(field))
      case 5: valueCount = try reader.int64(field)
      case 6: totalUncompressedByteCount = try reader.int64(field)
      case 7: totalCompressedByteCount = try reader.int64(field)
      case 9: dataPageOffset = try reader.int64(field)
      case 11: dictionaryPageOffset = try reader.int64(field)
      case 12:
        try reader.structure(field)
        statistics = try Statistics(from: &reader)
      case 14: bloomFilterOffset = try reader.int64(field)
      default: try reader.skip(field)
      }
    }
    guard valueCount >= 0 else {
      throw .malformed("a column chunk has a negative number of values")
    }
    guard totalCompressedByteCount >= 0 else {
      throw .malformed("a column chunk has a negative size")
    }
  }
}
