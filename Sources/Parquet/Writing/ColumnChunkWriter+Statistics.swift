/// What is counted and compared while the pages are written.
extension ColumnChunkWriter {
  /// Adds what the page index says of a page.
  mutating func addRecord(of slice: PageSlice, at pageOffset: Int64) {
    let column = builder.column
    let nullCount = slice.entries.count - slice.values.count
    var page = PageRecord(
      offset: pageOffset, byteCount: Int32(offset - pageOffset),
      firstRow: Int64(slice.rows.lowerBound), nullCount: Int64(nullCount), nanCount: 0,
      isNullPage: slice.values.isEmpty)
    if column.physicalType == .byteArray {
      let plainByteCount =
        slice.isIndexed ? builder.values.indexedByteCount(slice.values) : slice.bytes.count
      page.unencodedByteCount = Int64(plainByteCount - 4 * slice.values.count)
    }
    if column.maximumRepetitionLevel > 0 {
      page.repetitionHistogram = builder.repetitionLevels.histogram(
        slice.entries, maximum: column.maximumRepetitionLevel)
    }
    if column.maximumDefinitionLevel > 1 {
      page.definitionHistogram = builder.definitionLevels.histogram(
        slice.entries, maximum: column.maximumDefinitionLevel)
    }
    if let order, !slice.values.isEmpty {
      let found = pageBounds(slice, order)
      page.nanCount = Int64(found.nanCount)
      page.minimum = found.minimum.map {
        TruncatedBound.lower($0, limit: options.boundByteLimit, column)
      }
      page.maximum = found.maximum.map {
        TruncatedBound.upper($0, limit: options.boundByteLimit, column)
      }
      order.extend(&bounds, by: found)
    }
    record.pages.append(page)
    record.valueCount += slice.entries.count
    record.statistics.nullCount += nullCount
  }

  private func pageBounds(_ slice: PageSlice, _ order: ValueOrder) -> ValueBounds {
    let values = builder.values.shape
    guard slice.isIndexed else {
      return order.bounds(
        of: builder.values.plain.view.slice(slice.bytes.lowerBound, slice.bytes.count), values)
    }
    var found: ValueBounds
    if slice.values.count == builder.values.indices.count {
      // All values of the dictionary occur.
      found = order.bounds(of: builder.values.dictionary.plain.view, values)
    } else {
      builder.values.collectDistinct(
        slice.values, page: UInt32(pageIndex) + 1, marks: &context.marks, to: &context.distinct)
      found = order.bounds(of: context.distinct.view, values)
    }
    if found.nanCount > 0 { found.nanCount = builder.values.nanCount(slice.values) }
    return found
  }

  /// Sums the pages up for the footer.
  mutating func finishStatistics() {
    let column = builder.column
    record.statistics.minimum = bounds.minimum.map {
      TruncatedBound.lower($0, limit: options.boundByteLimit, column)
    }
    record.statistics.maximum = bounds.maximum.map {
      TruncatedBound.upper($0, limit: options.boundByteLimit, column)
    }
    let isFloat = order?.isFloat ?? false
    if isFloat { record.statistics.nanCount = bounds.nanCount }
    if builder.values.indices.count == builder.valueCount, builder.valueCount > 0, !isFloat {
      record.statistics.distinctCount = builder.values.dictionary.count
    }
    if column.physicalType == .byteArray {
      record.statistics.unencodedByteCount = record.pages.reduce(0) {
        $0 + Int($1.unencodedByteCount ?? 0)
      }
    }
    record.statistics.repetitionHistogram = sum(record.pages.map(\.repetitionHistogram))
    record.statistics.definitionHistogram = sum(record.pages.map(\.definitionHistogram))
  }

  private func sum(_ histograms: [[Int64]]) -> [Int64] {
    guard var total = histograms.first else { return [] }
    for histogram in histograms.dropFirst() {
      for index in total.indices { total[index] += histogram[index] }
    }
    return total
  }
}
