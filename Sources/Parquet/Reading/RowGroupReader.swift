/// Reads the rows of one row group, a batch at a time.
///
///     let file = try ParquetFile(name: "events.parquet", source: source)
///     for index in file.metadata.rowGroups.indices {
///       let reader = try RowGroupReader(file, rowGroup: index, source: source)
///       while try reader.readBatch(rows: 1_024) > 0 {
///         for column in reader.columns { … }
///       }
///     }
///
/// Batches are columns of the same rows. Their memory is used again for the next batch. A reader
/// belongs to one thread; several may read one file, each with its own source and context.
public final class RowGroupReader {
  /// The file.
  public let file: ParquetFile
  /// The index of the row group in the file.
  public let rowGroup: Int
  /// The number of rows of the row group.
  public let rowCount: Int64
  /// One vector for each column that is read, in the order asked for.
  public let columns: [ColumnVector]
  /// Rows read so far.
  public private(set) var rowsRead: Int64 = 0

  private let readers: [ColumnChunkReader]
  private let chunkBytes: [ChunkBytes]
  private let plan: ReadPlan
  private let source: any ByteRangeSource
  private let context: ReadContext
  private var hasFetched = false
  /// Rows of a batch at the most, by what the footer says of their size.
  private let batchRowLimit: Int64

  /// Prepares to read; no data is read yet.
  ///
  /// - Parameters:
  ///   - file: the file, whose footer has been read.
  ///   - rowGroup: the index of a row group of the file.
  ///   - columns: the leaf columns to read; `nil` for all.
  ///   - source: where the bytes come from.
  ///   - context: what the thread keeps from reader to reader.
  ///   - previous: a reader of the same columns that is not needed any more. Its ``columns`` become
  ///     those of this one, with their memory; it must not be read on.
  /// - Throws: ``ParquetError`` if a column needs a feature that is not supported, or lies outside
  ///   of the file.
  public init(
    _ file: ParquetFile, rowGroup: Int, columns: [LeafColumn]? = nil,
    source: any ByteRangeSource, context: ReadContext = ReadContext(),
    reusing previous: RowGroupReader? = nil
  ) throws(ParquetError) {
    self.file = file
    self.rowGroup = rowGroup
    self.source = source
    self.context = context
    guard file.metadata.rowGroups.indices.contains(rowGroup) else {
      throw ParquetError(
        .notFound, at: ParquetError.Place(file: file.name),
        "there is no row group \(rowGroup); the file has \(file.metadata.rowGroups.count)")
    }
    let group = file.metadata.rowGroups[rowGroup]
    rowCount = group.rowCount
    let leaves = columns ?? file.schema.leaves
    var ranges: [Range<Int64>] = []
    for leaf in leaves {
      do throws(DecodingFailure) {
        ranges.append(try RowGroupReader.range(of: group.columns[leaf.index], leaf, file))
      } catch {
        throw error.widened(
          at: ParquetError.Place(file: file.name, rowGroup: rowGroup, column: leaf.dottedPath))
      }
    }
    batchRowLimit = RowGroupReader.batchRowLimit(leaves.map { group.columns[$0.index] }, rowCount)
    plan = ReadPlan(chunks: ranges)
    chunkBytes = ranges.map { ChunkBytes($0, source: source, pool: context.pool) }
    let vectors =
      previous.flatMap { $0.columns.map(\.column) == leaves ? $0.columns : nil }
      ?? leaves.map { ColumnVector($0) }
    readers = leaves.indices.map { [chunkBytes] index in
      ColumnChunkReader(
        vector: vectors[index], chunk: group.columns[leaves[index].index],
        rowCount: group.rowCount, bytes: chunkBytes[index], context: context)
    }
    self.columns = vectors
  }

  /// Decodes the next rows of all columns.
  ///
  /// - Parameter rows: the rows wanted; the last batch may have fewer, and so has each where rows
  ///   are large, such as lists of 100,000 numbers.
  /// - Returns: the number of rows now in ``columns``; 0 at the end of the row group.
  /// - Throws: ``ParquetError`` that names column, page and offset; what the source throws.
  public func readBatch(rows: Int) throws -> Int {
    let count = Int(min(Int64(rows), rowCount - rowsRead, batchRowLimit))
    if count <= 0 { return 0 }
    if !hasFetched { try fetch() }
    for reader in readers {
      do {
        try reader.read(rows: count)
      } catch let failure as DecodingFailure {
        throw failure.widened(at: place(of: reader))
      }
    }
    rowsRead += Int64(count)
    return count
  }

  /// Decodes some of the rows that come next; those between them are passed over.
  ///
  /// Pages without a wanted row are not decompressed where a column has one entry a row, and
  /// their checksums not looked at.
  ///
  /// - Parameter ranges: rows of the row group, counted from 0: ascending, apart from each other, and
  ///   none of them before ``rowsRead``.
  /// - Returns: the number of rows now in ``columns``: those of the first ranges, all of them unless
  ///   rows are large.
  /// - Throws: ``ParquetError`` that names column, page and offset; what the source throws.
  public func readBatch(of ranges: [Range<Int64>]) throws -> Int {
    var left = batchRowLimit
    var next = rowsRead
    var taken: [Range<Int64>] = []
    for range in ranges where left > 0 {
      precondition(range.lowerBound >= next && range.upperBound <= rowCount)
      let end = min(range.upperBound, range.lowerBound + left)
      taken.append(range.lowerBound..<end)
      left -= end - range.lowerBound
      next = end
    }
    if next == rowsRead { return 0 }
    if !hasFetched { try fetch() }
    for reader in readers {
      do {
        try reader.read(taken)
      } catch let failure as DecodingFailure {
        throw failure.widened(at: place(of: reader))
      }
    }
    rowsRead = next
    return Int(batchRowLimit - left)
  }

  /// Gives back the memory that is held for rows that will not be read.
  public func finishEarly() {
    for reader in readers { reader.release() }
    for bytes in chunkBytes { bytes.release() }
  }

  /// Data and dictionary pages read so far that carried a checksum, and those that did not.
  public var pageCounts: (checked: Int, unchecked: Int) {
    readers.reduce((0, 0)) { ($0.0 + $1.checkedPageCount, $0.1 + $1.uncheckedPageCount) }
  }

  /// The rows that fit the goals for a batch; at least one.
  private static func batchRowLimit(_ chunks: [ColumnChunk], _ rowCount: Int64) -> Int64 {
    var entries: Int64 = 1
    var bytes = 1.0
    for chunk in chunks {
      entries = max(entries, chunk.valueCount)
      bytes += Double(max(0, chunk.totalUncompressedByteCount))
    }
    let share = min(
      Double(Limits.batchEntryGoal) / Double(entries), Double(Limits.batchByteGoal) / bytes)
    return max(1, Int64((min(share, 1) * Double(min(rowCount, 1 << 53))).rounded(.up)))
  }

  private func place(of reader: ColumnChunkReader) -> ParquetError.Place {
    ParquetError.Place(
      file: file.name, rowGroup: rowGroup, column: reader.column.dottedPath,
      page: max(reader.pageIndex, 0), offset: reader.offset)
  }

  private func fetch() throws {
    hasFetched = true
    for fetch in plan.fetches {
      let buffer = try source.read(
        at: fetch.range.lowerBound, count: Int(fetch.range.upperBound - fetch.range.lowerBound),
        from: context.pool)
      for column in fetch.columns { chunkBytes[column].use(buffer, at: fetch.range.lowerBound) }
    }
  }

  /// Where a chunk's pages stand, held against the file.
  private static func range(
    of chunk: ColumnChunk, _ leaf: LeafColumn, _ file: ParquetFile
  ) throws(DecodingFailure) -> Range<Int64> {
    if let path = chunk.filePath, !path.isEmpty {
      throw .unsupported("an external column chunk (in the file \"\(path)\")")
    }
    if chunk.isEncrypted { throw .unsupported("encryption (an encrypted column)") }
    guard Decompressor.isSupported(chunk.codec) else {
      throw .unsupported("codec \(chunk.codec)")
    }
    guard chunk.physicalType == leaf.physicalType else {
      throw .malformed("the column chunk has another physical type than the schema")
    }
    let start = chunk.startOffset
    let limit = file.footerOffset
    guard start >= 0, start <= limit else {
      throw .outOfRange("the offset of the column chunk", value: start, limit: limit)
    }
    let (end, overflow) = start.addingReportingOverflow(chunk.totalCompressedByteCount)
    guard !overflow, end <= limit else {
      throw .outOfRange("the end of the column chunk", value: overflow ? .max : end, limit: limit)
    }
    // parquet-mr before 1.2.9 left the dictionary page's header out of the total, so a chunk may
    // reach a little further than it says.
    return start..<min(end + ParquetFile.chunkSlackByteCount, limit)
  }
}
