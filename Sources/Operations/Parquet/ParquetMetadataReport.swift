public import ObjectStorage
import Parquet

/// What the footer of a file says: `receipt parquet meta`.
public struct ParquetMetadataReport: Sendable, Codable {
  /// One leaf column over all row groups.
  public struct ColumnLine: Sendable, Codable {
    /// The dotted path.
    public var path: String
    /// The storage type.
    public var physicalType: String
    /// The logical type, if there is one.
    public var logicalType: String?
    /// The codecs in use.
    public var codecs: [String]
    /// The encodings in use, those of levels included.
    public var encodings: [String]
    /// Values, nulls included.
    public var values: Int64
    /// Nulls, where all row groups say so.
    public var nulls: Int64?
    /// Bytes in the file.
    public var compressedBytes: Int64
    /// Bytes before compression.
    public var uncompressedBytes: Int64

    private enum CodingKeys: String, CodingKey {
      case path, codecs, encodings, values, nulls
      case physicalType = "physical_type"
      case logicalType = "logical_type"
      case compressedBytes = "compressed_bytes"
      case uncompressedBytes = "uncompressed_bytes"
    }
  }

  /// One row group.
  public struct RowGroupLine: Sendable, Codable {
    /// Its rows.
    public var rows: Int64
    /// Bytes in the file.
    public var compressedBytes: Int64
    /// Bytes before compression.
    public var uncompressedBytes: Int64

    private enum CodingKeys: String, CodingKey {
      case rows
      case compressedBytes = "compressed_bytes"
      case uncompressedBytes = "uncompressed_bytes"
    }
  }

  /// A pair of the key-value metadata.
  public struct KeyValue: Sendable, Codable {
    /// The key.
    public var key: String
    /// The value, if there is one.
    public var value: String?
  }

  /// The path, as it was given.
  public var file: String
  /// The size in bytes.
  public var bytes: Int64
  /// The format version that the writer claims.
  public var version: Int32
  /// The writer.
  public var createdBy: String?
  /// The rows of all row groups.
  public var rows: Int64
  /// The row groups, in file order.
  public var rowGroups: [RowGroupLine]
  /// The leaf columns, in file order.
  public var columns: [ColumnLine]
  /// The writer's key-value pairs.
  public var keyValueMetadata: [KeyValue]
  /// The schema, in the notation of Parquet's own tools.
  public var schema: String

  private enum CodingKeys: String, CodingKey {
    case file, bytes, version, rows, columns, schema
    case createdBy = "created_by"
    case rowGroups = "row_groups"
    case keyValueMetadata = "key_value_metadata"
  }

  /// Reads the footer of a file, and nothing else.
  ///
  /// - Parameters:
  ///   - path: the path or the `s3://` URL.
  ///   - options: how S3 is reached; `nil` if it is not.
  /// - Throws: ``OperationError``.
  public init(file path: String, _ options: S3Options? = nil) throws(OperationError) {
    do {
      let source = ObjectSource(reader: try Location.file(path, options))
      self.init(try ParquetFile(name: path, source: source))
    } catch {
      throw OperationError(error)
    }
  }

  private init(_ file: ParquetFile) {
    let metadata = file.metadata
    self.file = file.name
    bytes = file.byteCount
    version = metadata.version
    createdBy = metadata.createdBy
    rows = metadata.rowCount
    rowGroups = metadata.rowGroups.map { group in
      RowGroupLine(
        rows: group.rowCount,
        compressedBytes: group.columns.reduce(0) { $0 &+ $1.totalCompressedByteCount },
        uncompressedBytes: group.columns.reduce(0) { $0 &+ $1.totalUncompressedByteCount })
    }
    columns = file.schema.leaves.map { leaf in
      ColumnLine(leaf, chunks: metadata.rowGroups.map { $0.columns[leaf.index] })
    }
    keyValueMetadata = metadata.keyValueMetadata.map { KeyValue(key: $0.key, value: $0.value) }
    schema = file.schema.description
  }
}

extension ParquetMetadataReport.ColumnLine {
  fileprivate init(_ leaf: LeafColumn, chunks: [ColumnChunk]) {
    path = leaf.dottedPath
    physicalType =
      leaf.physicalType == .fixedLengthByteArray
      ? "\(leaf.physicalType)(\(leaf.typeLength))" : leaf.physicalType.description
    logicalType = leaf.logicalType?.description
    codecs = Set(chunks.map(\.codec.description)).sorted()
    encodings = Set(chunks.flatMap(\.encodings).map(\.description)).sorted()
    values = chunks.reduce(0) { $0 &+ $1.valueCount }
    let counts = chunks.compactMap { $0.statistics?.nullCount }
    nulls = counts.count == chunks.count && !chunks.isEmpty ? counts.reduce(0, &+) : nil
    compressedBytes = chunks.reduce(0) { $0 &+ $1.totalCompressedByteCount }
    uncompressedBytes = chunks.reduce(0) { $0 &+ $1.totalUncompressedByteCount }
  }
}
