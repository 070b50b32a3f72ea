/// Reads one column chunk, some rows at a time, into a ``ColumnVector``.
final class ColumnChunkReader {
  let column: LeafColumn
  let vector: ColumnVector
  private let chunk: ColumnChunk
  private let rowCount: Int64
  let loader: PageLoader
  private let context: ReadContext
  private let batchEntryLimit: Int
  /// The page that the next rows are in.
  ///
  /// While rows are read it is a variable of the function that reads: each access to what an object
  /// holds is checked at run time, which costs as much as decoding a short run of rows.
  private var currentPage: Page?
  private(set) var rowsRead: Int64 = 0
  var entriesRead: Int64 = 0
  /// Where values go that nobody has asked for, of encodings that cannot be passed over.
  var passedOver: ValueBuffer?

  /// Levels that have been decoded but belong to rows that nobody has asked for yet.
  ///
  /// Only for repeated columns, where the end of a row shows in the next row's first entry.
  private(set) var pendingRepetition = Buffer<UInt16>()
  private(set) var pendingDefinition = Buffer<UInt16>()
  var pendingStart = 0
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
    try withPage { page throws in try append(count, in: &page) }
  }

  /// Replaces the vector's contents by rows of some ranges, which are ascending and not behind it.
  ///
  /// - Throws: `DecodingFailure`, which the caller widens; what the source throws.
  func read(_ ranges: [Range<Int64>]) throws {
    vector.removeAll(recyclingTo: context.pool)
    try withPage { page throws in
      for range in ranges {
        let between = Int(range.lowerBound - rowsRead)
        if between > 0 {
          try column.maximumRepetitionLevel == 0
            ? skipFlat(between, in: &page) : skipRepeated(between, in: &page)
          rowsRead = range.lowerBound
        }
        try append(range.count, in: &page)
      }
      // Of a large dictionary few values are wanted.
      if let dictionary = vector.dictionary, dictionary.count > vector.entryCount {
        vector.materialize()
      }
    }
  }

  private func withPage(_ body: (inout Page?) throws -> Void) throws {
    var page = currentPage.take()
    try body(&page)
    if rowsRead == rowCount {
      try finish(page)
    } else {
      currentPage = page
    }
  }

  private func append(_ count: Int, in page: inout Page?) throws {
    if column.maximumRepetitionLevel == 0 {
      try readFlat(count, in: &page)
    } else {
      try eachPending(of: count, in: &page, takePending)
    }
    rowsRead += Int64(count)
  }

  /// Gives back what is held for rows that nobody will ask for.
  func release() {
    currentPage = nil
    loader.release()
  }

  /// After the last row nothing may be left.
  private func finish(_ page: Page?) throws {
    let hasMore =
      pendingStart < pendingRepetition.count || (page?.entriesLeft ?? 0) > 0
      || entriesRead < chunk.valueCount
    guard !hasMore else {
      throw DecodingFailure.malformed("the column chunk has more rows than its row group")
    }
    release()
  }

  private func readFlat(_ count: Int, in page: inout Page?) throws {
    var missing = count
    while missing > 0 {
      guard try loadIfNeeded(&page), let left = page?.entriesLeft else {
        throw DecodingFailure.malformed("the column chunk has fewer rows than its row group")
      }
      let entries = min(missing, left)
      if column.maximumDefinitionLevel > 0 {
        unsafe try vector.definitionLevels.append(entries) { levels throws(DecodingFailure) in
          unsafe try page?.definitionLevels.decode(entries, to: levels)
        }
      }
      page?.entriesLeft -= entries
      try appendValues(entries, in: &page)
      missing -= entries
    }
  }

  /// Hands the entries of the next rows on, as many at a time as are at hand.
  func eachPending(
    of count: Int, in page: inout Page?, _ take: (_ end: Int, _ page: inout Page?) throws -> Void
  ) throws {
    var rowsStarted = 0
    while true {
      if pendingStart == pendingRepetition.count, try !fillPending(from: &page) { break }
      if rowsStarted == 0, pendingRepetition[pendingStart] != 0 {
        throw DecodingFailure.malformed("the column chunk begins in the middle of a row")
      }
      let end = endOfRows(count, started: &rowsStarted)
      let isFull = end < pendingRepetition.count
      try take(end, &page)
      if isFull { break }
    }
    guard rowsStarted == count else {
      throw DecodingFailure.malformed("the column chunk has fewer rows than its row group")
    }
  }

  /// Where the row after the next `count` begins among the pending entries; their end if it does not.
  private func endOfRows(_ count: Int, started rowsStarted: inout Int) -> Int {
    let levels = unsafe pendingRepetition.base
    var end = pendingStart
    while end < pendingRepetition.count {
      let block = end..<min(end + 64, pendingRepetition.count)
      let starts = unsafe countLevels(0, in: levels, block)
      if rowsStarted + starts > count { break }
      rowsStarted += starts
      end = block.upperBound
    }
    while end < pendingRepetition.count {
      if pendingRepetition[end] == 0 {
        if rowsStarted == count { break }
        rowsStarted += 1
      }
      end += 1
    }
    return end
  }

  func fillPending(from page: inout Page?) throws -> Bool {
    guard try loadIfNeeded(&page), let left = page?.entriesLeft else { return false }
    let entries = min(left, ColumnChunkReader.pendingCount)
    // Both or none: after an error they must be as long as each other.
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

  private func takePending(to end: Int, in page: inout Page?) throws {
    let entries = end - pendingStart
    if entries == 0 { return }
    let total = vector.entryCount + entries
    guard total <= batchEntryLimit else {
      throw DecodingFailure.outOfRange(
        "the number of entries in some rows", value: Int64(total), limit: Int64(batchEntryLimit))
    }
    unsafe vector.repetitionLevels.append(
      copying: pendingRepetition.base + pendingStart, count: entries)
    unsafe vector.definitionLevels.append(
      copying: pendingDefinition.base + pendingStart, count: entries)
    pendingStart = end
    try appendValues(entries, in: &page)
  }

  /// Loads the next page once the current one is used up; `false` at the end of the chunk.
  func loadIfNeeded(_ page: inout Page?) throws -> Bool {
    while page?.entriesLeft ?? 0 == 0 {
      if entriesRead >= chunk.valueCount { return false }
      page = nil
      guard let next = try loader.nextDataPage() else { return false }
      page = next
    }
    return true
  }

  // MARK: Values

  /// Decodes the values of the next entries, whose levels stand at the end of the vector already.
  private func appendValues(
    _ entries: Int, in page: inout Page?
  ) throws(DecodingFailure) {
    let start = vector.entryCount
    entriesRead += Int64(entries)
    vector.entryCount += entries
    let values = vector.countValues(from: start)
    switch page?.values {
    case nil: return
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
      page?.values = .dictionary(runs)
    }
  }
}
