/// Writes a Parquet file as a sequence of bytes, one row group at a time.
///
/// It does no output itself: what its methods return, one after the other, is the file. So a local
/// file, an upload in parts and a test need the same writer, and memory is bounded by a row group.
///
///     let writer = try ParquetWriter(schema: schema, options: options)
///     let rows = try RowGroupBuilder(schema: schema, options: options)
///     … fill the columns of `rows` …
///     file.write(try writer.write(rows))
///     file.write(try writer.finish())
///
/// The same rows and options give the same bytes.
public final class ParquetWriter {
  /// The schema.
  public let schema: Schema
  /// The options.
  public let options: WriterOptions
  /// The bytes that have been returned so far.
  public private(set) var byteCount: Int64 = 0
  /// The rows that have been written so far.
  public private(set) var rowCount: Int64 = 0
  /// The number of row groups that have been written so far.
  public var rowGroupCount: Int { rowGroups.count }

  private let settings: [ColumnSettings]
  private let context: WriteContext
  private var rowGroups: [RowGroupRecord] = []
  private var isFinished = false

  /// Prepares to write; nothing is written yet.
  ///
  /// - Parameters:
  ///   - schema: the schema, made or that of a file that was read.
  ///   - options: how to write.
  ///   - context: what the thread keeps from file to file.
  /// - Throws: ``ParquetError`` with code `options` or `schema` if these cannot be written.
  public init(
    schema: Schema, options: WriterOptions = WriterOptions(), context: WriteContext = WriteContext()
  ) throws(ParquetError) {
    self.schema = schema
    self.options = options
    self.context = context
    settings = try ColumnSettings.all(of: schema, options)
  }

  /// Writes a row group, and empties the builder for the next.
  ///
  /// - Parameter rows: the rows; none write no row group.
  /// - Returns: the bytes that come next in the file.
  /// - Throws: ``ParquetError`` if the columns have different numbers of rows, the builder is for
  ///   another schema or other options, or a page would be too large. The file cannot be written on
  ///   then.
  public func write(_ rows: RowGroupBuilder) throws(ParquetError) -> [UInt8] {
    try checkOpen()
    let rowCount = try rows.checkedRowCount()
    guard rows.columns.count == settings.count,
      zip(rows.columns, settings).allSatisfy({ $0.settings == $1 })
    else {
      throw ParquetError(
        .value, "the row group was made for another schema or with other options than the file")
    }
    beginOutput()
    if rowCount > 0 {
      let offset = byteCount + Int64(context.output.count)
      var chunks: [ChunkRecord] = []
      chunks.reserveCapacity(settings.count)
      for column in rows.columns {
        var writer = ColumnChunkWriter(column, options, context, baseOffset: byteCount)
        do throws(ParquetError) {
          chunks.append(try writer.write())
        } catch {
          isFinished = true
          throw placed(error)
        }
      }
      rowGroups.append(RowGroupRecord(rowCount: rowCount, offset: offset, chunks: chunks))
      self.rowCount += Int64(rowCount)
    }
    rows.removeAll()
    return takeOutput()
  }

  /// Ends the file: page index and footer.
  ///
  /// - Returns: the last bytes of the file.
  /// - Throws: ``ParquetError`` if the file has been finished before, or its footer would be larger
  ///   than a reader accepts.
  public func finish() throws(ParquetError) -> [UInt8] {
    try checkOpen()
    isFinished = true
    beginOutput()
    writePageIndex()
    context.thrift.removeAll()
    context.thrift.element { writeFooter(to: &$0) }
    let footerByteCount = context.thrift.bytes.count
    guard Int64(footerByteCount) <= Limits.footerByteCount else {
      throw ParquetError(
        .limit,
        "the footer would have \(grouped(footerByteCount)) bytes but may have "
          + grouped(Limits.footerByteCount),
        hint: "write larger row groups, or several files")
    }
    context.page.removeAll()
    context.page.append(littleEndian: UInt32(footerByteCount))
    context.output.append(context.thrift.bytes.view)
    context.output.append(context.page.view)
    context.output.append("PAR1")
    return takeOutput()
  }

  // MARK: Output

  private func checkOpen() throws(ParquetError) {
    guard !isFinished else {
      throw ParquetError(.value, "the file has been finished, or given up after an error")
    }
  }

  private func placed(_ error: ParquetError) -> ParquetError {
    var placed = error
    placed.place.rowGroup = rowGroups.count
    return placed
  }

  /// Empties the output; the first one begins with the magic.
  private func beginOutput() {
    context.output.removeAll()
    if byteCount == 0 { context.output.append("PAR1") }
  }

  private func takeOutput() -> [UInt8] {
    byteCount += Int64(context.output.count)
    return context.output.take()
  }

  // MARK: Footer

  private func writePageIndex() {
    for group in rowGroups.indices {
      for index in settings.indices where hasIndex(rowGroups[group].chunks[index]) {
        let chunk = rowGroups[group].chunks[index]
        guard settings[index].writesBounds, chunk.hasColumnIndex,
          let order = ValueOrder(chunk.column)
        else { continue }
        rowGroups[group].chunks[index].columnIndex = append {
          chunk.writeColumnIndex(to: &$0, order)
        }
      }
    }
    for group in rowGroups.indices {
      for index in settings.indices where hasIndex(rowGroups[group].chunks[index]) {
        let chunk = rowGroups[group].chunks[index]
        rowGroups[group].chunks[index].offsetIndex = append { chunk.writeOffsetIndex(to: &$0) }
      }
    }
  }

  private func hasIndex(_ chunk: ChunkRecord) -> Bool {
    switch options.pageIndex {
    case .never: false
    case .forSeveralPages: chunk.pages.count > 1
    case .always: !chunk.pages.isEmpty
    }
  }

  /// Appends a struct to the output; where it stands.
  private func append(
    _ fill: (inout CompactProtocolWriter) -> Void
  ) -> (offset: Int64, byteCount: Int32) {
    context.thrift.removeAll()
    context.thrift.element(fill)
    let offset = byteCount + Int64(context.output.count)
    context.output.append(context.thrift.bytes.view)
    return (offset, Int32(context.thrift.bytes.count))
  }

  private func writeFooter(to thrift: inout CompactProtocolWriter) {
    thrift.write(1, options.dataPageVersion == .v1 ? 1 : 2 as Int32)
    let elements = Array(schema.elements.enumerated())
    thrift.structures(2, elements) { $0.element.write(to: &$1, isRoot: $0.offset == 0) }
    thrift.write(3, rowCount)
    thrift.structures(4, rowGroups) { $0.write(to: &$1) }
    if !options.keyValueMetadata.isEmpty {
      thrift.structures(5, options.keyValueMetadata) {
        $1.write(1, $0.key)
        if let value = $0.value { $1.write(2, value) }
      }
    }
    thrift.write(6, options.createdBy)
    // Every column's bounds are in the order that its type defines.
    thrift.structures(7, settings) { $1.emptyStructure(1) }
  }
}
