/// Reads one column chunk, some rows at a time, into a ``ColumnVector``.
final class ColumnChunkReader {
  let column: LeafColumn
  let vector: ColumnVector
  private let chunk: ColumnChunk
  private let rowCount: Int64
  private let loader: PageLoader
  private let context: ReadContext
  private let batchEntryLimit: Int
  private var page: Page?
  private var rowsRead: Int64 = 0
  private var entriesRead: Int64 = 0

  /// Levels that have been decoded but belong to rows that nobody has asked for yet.
  ///
  /// Only for repeated columns, where the end of a row shows in the next row's first entry.
  private var pendingRepetition = Buffer<UInt16>()
  private var pendingDefinition = Buffer<UInt16>()
  private var pendingStart = 0
  private static let pendingCount = 1_024

  init(
    vector: ColumnVector, chunk: ColumnChunk, rowCount: Int64, bytes: ChunkBytes,
    context: ReadContext
  ) {
    self.vector = vector
    column = vector.column
    self.chunk = chunk
    self.rowCount = rowCount
    self.context = context
    batchEntryLimit = max(Limits.batchEntryCount, 8 * bytes.range.count)
    loader = PageLoader(column: column, codec: chunk.codec, bytes: bytes, context: context)
  }

  var pageIndex: Int { loader.pageIndex }
  var offset: Int64 { loader.offset }
  var checkedPageCount: Int { loader.checkedPageCount }
  var uncheckedPageCount: Int { loader.uncheckedPageCount }

  /// Replaces the vector's contents by the next `count` rows.
  ///
  /// - Throws: `DecodingFailure`, which the caller widens; what the source throws.
  func read(rows count: Int) throws {
    vector.removeAll(recyclingTo: context.pool)
    if column.maximumRepetitionLevel == 0 {
      try readFlat(count)
    } else {
      try readRepeated(count)
    }
    rowsRead += Int64(count)
    if rowsRead == rowCount { try finish() }
  }

  /// After the last row nothing may be left.
  private func finish() throws {
    let hasMore =
      pendingStart < pendingRepetition.count || (page?.entriesLeft ?? 0) > 0
      || entriesRead < chunk.valueCount
    guard !hasMore else {
      throw DecodingFailure.malformed("the column chunk has more rows than its row group")
    }
    page = nil
    loader.release()
  }

  private func readFlat(_ count: Int) throws {
    var missing = count
    while missing > 0 {
      guard try loadPageIfNeeded(), let left = page?.entriesLeft else {
        throw DecodingFailure.malformed("the column chunk has fewer rows than its row group")
      }
      let entries = min(missing, left)
      let start = vector.entryCount
      if column.maximumDefinitionLevel > 0 {
        vector.definitionLevels.reserve(start + entries)
        unsafe try page?.definitionLevels.decode(
          entries, to: vector.definitionLevels.base + start)
        vector.definitionLevels.count = start + entries
      }
      page?.entriesLeft -= entries
      try appendValues(entries)
      missing -= entries
    }
  }

  private func readRepeated(_ count: Int) throws {
    var rowsStarted = 0
    while true {
      if pendingStart == pendingRepetition.count, try !fillPending() { break }
      var end = pendingStart
      var isFull = false
      while end < pendingRepetition.count {
        if pendingRepetition[end] == 0 {
          if rowsStarted == count {
            isFull = true
            break
          }
          rowsStarted += 1
        } else if rowsStarted == 0 {
          throw DecodingFailure.malformed("the column chunk begins in the middle of a row")
        }
        end += 1
      }
      try takePending(to: end)
      if isFull { break }
    }
    guard rowsStarted == count else {
      throw DecodingFailure.malformed("the column chunk has fewer rows than its row group")
    }
  }

  private func fillPending() throws -> Bool {
    guard try loadPageIfNeeded(), let left = page?.entriesLeft else { return false }
    let entries = min(left, ColumnChunkReader.pendingCount)
    pendingRepetition.reserve(entries)
    pendingDefinition.reserve(entries)
    unsafe try page?.repetitionLevels.decode(entries, to: pendingRepetition.base)
    unsafe try page?.definitionLevels.decode(entries, to: pendingDefinition.base)
    page?.entriesLeft -= entries
    pendingRepetition.count = entries
    pendingDefinition.count = entries
    pendingStart = 0
    return true
  }

  private func takePending(to end: Int) throws {
    let entries = end - pendingStart
    if entries == 0 { return }
    let total = vector.entryCount + entries
    guard total <= batchEntryLimit else {
      throw DecodingFailure.outOfRange(
        "the number of entries in some rows", value: Int64(total), limit: Int64(batchEntryLimit))
    }
    vector.repetitionLevels.reserve(total)
    vector.definitionLevels.reserve(total)
    unsafe (vector.repetitionLevels.base + vector.entryCount).update(
      from: pendingRepetition.base + pendingStart, count: entries)
    unsafe (vector.definitionLevels.base + vector.entryCount).update(
      from: pendingDefinition.base + pendingStart, count: entries)
    vector.repetitionLevels.count = total
    vector.definitionLevels.count = total
    pendingStart = end
    try appendValues(entries)
  }

  /// Loads the next page once the current one is used up; `false` at the end of the chunk.
  private func loadPageIfNeeded() throws -> Bool {
    while page.map({ $0.entriesLeft == 0 }) ?? true {
      if entriesRead >= chunk.valueCount { return false }
      page = nil
      guard let next = try loader.nextDataPage() else { return false }
      page = next
    }
    return true
  }

  // MARK: Values

  /// Decodes the values of the next entries, whose levels stand at the end of the vector already.
  private func appendValues(_ entries: Int) throws(DecodingFailure) {
    let start = vector.entryCount
    entriesRead += Int64(entries)
    vector.entryCount += entries
    let values = vector.countValues(from: start)
    guard let page else { return }
    switch page.values {
    case .direct(let decoder):
      vector.materialize(upTo: start)
      vector.values.reserve(start + entries, keeping: start)
      try decoder.decode(values, into: vector.values, at: start)
      unsafe vector.spreadValues(values, from: start)
    case .dictionary(var runs):
      let dictionary = loader.dictionary
      if values > 0, dictionary == nil {
        throw .malformed("a page has dictionary indices but its column chunk has no dictionary")
      }
      try vector.appendIndices(&runs, count: values, from: start, dictionary: dictionary)
      self.page?.values = .dictionary(runs)
    }
  }
}
