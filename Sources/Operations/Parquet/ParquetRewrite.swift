import ObjectStorage
public import Parquet

/// Writes the rows of one Parquet file to another, with other options: `receipt parquet rewrite`.
public struct ParquetRewrite: Sendable {
  /// How the new file is written; the old file's key-value pairs are added to those here.
  public var options: WriterOptions
  /// Whether a file at the new path gives way.
  public var replaces: Bool

  /// What was written.
  public struct Report: Sendable, Codable {
    /// The old file.
    public var input: String
    /// The new file.
    public var output: String
    /// The rows of both.
    public var rows: Int64
    /// The row groups of the new file.
    public var rowGroups: Int
    /// The size of the old file.
    public var inputBytes: Int64
    /// The size of the new file.
    public var outputBytes: Int64

    private enum CodingKeys: String, CodingKey {
      case input, output, rows
      case rowGroups = "row_groups"
      case inputBytes = "input_bytes"
      case outputBytes = "output_bytes"
    }
  }

  /// A rewrite with some options.
  public init(options: WriterOptions, replaces: Bool = false) {
    self.options = options
    self.replaces = replaces
  }

  /// Rows that are decoded at once.
  private static let batchRowCount = 4_096

  /// Reads a file and writes the other, which gets its name only once it is complete.
  ///
  /// - Returns: what was written.
  /// - Throws: ``OperationError``.
  public func run(from input: String, to output: String) throws(OperationError) -> Report {
    do {
      return try rewrite(from: input, to: output)
    } catch var error as ParquetError {
      // The reader names its file; all others are about the new one.
      error.place.file = error.place.file ?? output
      throw OperationError(error)
    } catch {
      throw OperationError(error)
    }
  }

  private func rewrite(from input: String, to output: String) throws -> Report {
    let target = TargetFile.resolved(output)
    try TargetFile.checkPlace(target, replaces: replaces, example: "events.parquet")
    let source = ObjectSource(reader: try LocalFile(path: input))
    let file = try ParquetFile(name: input, source: source)
    var options = options
    options.keyValueMetadata = file.metadata.keyValueMetadata + options.keyValueMetadata
    let rows = try RowGroupBuilder(schema: file.schema, options: options)
    let writer = try ParquetWriter(schema: file.schema, options: options)
    let staged = try StagedFile(for: target)
    let context = ReadContext()
    for rowGroup in file.metadata.rowGroups.indices {
      let reader = try RowGroupReader(file, rowGroup: rowGroup, source: source, context: context)
      while true {
        let batch = max(1, min(ParquetRewrite.batchRowCount, rows.roomForRows))
        let count = try reader.readBatch(rows: batch)
        if count == 0 { break }
        if reader.columns.isEmpty { rows.appendBareRows(count) }
        try rows.append(reader.columns)
        if rows.isFull { try staged.write(try writer.write(rows)) }
      }
    }
    try staged.write(try writer.write(rows))
    try staged.write(try writer.finish())
    try staged.publish(replacing: replaces)
    return Report(
      input: input, output: output, rows: writer.rowCount, rowGroups: writer.rowGroupCount,
      inputBytes: file.byteCount, outputBytes: writer.byteCount)
  }
}
