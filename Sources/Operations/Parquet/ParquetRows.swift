public import ObjectStorage
public import Parquet

/// Writes the rows of Parquet files as JSON lines: `receipt parquet cat`.
public struct ParquetRows: Sendable {
  /// How rows are written.
  public var style: JSONStyle
  /// Dotted paths of the columns to read; `nil` for all.
  public var columns: [String]?
  /// The rows wanted of each file; `nil` for all.
  public var limit: Int64?

  /// How S3 is reached; `nil` if it is not.
  public var s3: S3Options?

  /// Rows in the given style.
  public init(
    style: JSONStyle, columns: [String]? = nil, limit: Int64? = nil, s3: S3Options? = nil
  ) {
    self.style = style
    self.columns = columns
    self.limit = limit
    self.s3 = s3
  }

  /// Rows that are decoded at once.
  private static let batchRowCount = 1_024
  /// Bytes that are collected before they are written.
  private static let chunkByteCount = 64 << 10

  /// Reads a file and hands its rows on, some lines at a time.
  ///
  /// - Throws: `StorageError`, `ParquetError`, and what `write` throws.
  public func run(file path: String, write: ([UInt8]) throws -> Void) throws {
    let source = ObjectSource(reader: try Location.file(path, s3))
    let file = try ParquetFile(name: path, source: source)
    var leaves = file.schema.leaves
    if let columns {
      leaves = try naming(path) { () throws(ParquetError) in try file.schema.leaves(at: columns) }
    }
    let context = ReadContext()
    var left = limit ?? .max
    for rowGroup in file.metadata.rowGroups.indices where left > 0 {
      let reader = try RowGroupReader(
        file, rowGroup: rowGroup, columns: leaves, source: source, context: context)
      let writer = JSONRowWriter(
        fields: file.schema.fields, vectors: reader.columns, style: style)
      while left > 0 {
        let count = try reader.readBatch(rows: Int(min(left, Int64(ParquetRows.batchRowCount))))
        if count == 0 { break }
        left -= Int64(count)
        writer.beginBatch()
        for _ in 0..<count {
          try naming(path, rowGroup: rowGroup) { () throws(ParquetError) in try writer.appendRow() }
          if writer.byteCount >= ParquetRows.chunkByteCount { try write(writer.takeText()) }
        }
      }
      try write(writer.takeText())
    }
  }

  /// Adds the file to errors of calls that do not know it.
  private func naming<Result>(
    _ path: String, rowGroup: Int? = nil, _ body: () throws(ParquetError) -> Result
  ) throws(ParquetError) -> Result {
    do {
      return try body()
    } catch {
      var placed = error
      placed.place.file = path
      placed.place.rowGroup = rowGroup
      throw placed
    }
  }
}
