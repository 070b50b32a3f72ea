/// The footer and the page index in Thrift; the structures are those of the format's definition.
extension RowGroupRecord {
  func write(to thrift: inout CompactProtocolWriter) {
    thrift.structures(1, chunks) { $0.write(to: &$1) }
    thrift.write(2, chunks.reduce(0) { $0 + Int64($1.uncompressedByteCount) })
    thrift.write(3, Int64(rowCount))
    thrift.write(5, offset)
    thrift.write(6, chunks.reduce(0) { $0 + Int64($1.compressedByteCount) })
  }
}

extension ChunkRecord {
  fileprivate func write(to thrift: inout CompactProtocolWriter) {
    thrift.write(2, 0 as Int64)
    thrift.structure(3) { writeMetadata(to: &$0) }
    if let offsetIndex {
      thrift.write(4, offsetIndex.offset)
      thrift.write(5, offsetIndex.byteCount)
    }
    if let columnIndex {
      thrift.write(6, columnIndex.offset)
      thrift.write(7, columnIndex.byteCount)
    }
  }

  private func writeMetadata(to thrift: inout CompactProtocolWriter) {
    thrift.write(1, column.physicalType.rawValue)
    thrift.list(2, encodings.map(\.rawValue))
    thrift.list(3, column.path)
    thrift.write(4, codec.rawValue)
    thrift.write(5, Int64(valueCount))
    thrift.write(6, Int64(uncompressedByteCount))
    thrift.write(7, Int64(compressedByteCount))
    thrift.write(9, dataPageOffset)
    if let dictionaryPageOffset { thrift.write(11, dictionaryPageOffset) }
    thrift.structure(12) { statistics.write(to: &$0) }
    thrift.structures(13, pageCounts) {
      $1.write(1, $0.type.rawValue)
      $1.write(2, $0.encoding.rawValue)
      $1.write(3, $0.count)
    }
    if let bloomFilter {
      thrift.write(14, bloomFilter.offset)
      thrift.write(15, bloomFilter.byteCount)
    }
    if statistics.hasSizes { thrift.structure(16) { statistics.writeSizes(to: &$0) } }
  }
}

extension ChunkStatistics {
  fileprivate func write(to thrift: inout CompactProtocolWriter) {
    thrift.write(3, Int64(nullCount))
    if let distinctCount { thrift.write(4, Int64(distinctCount)) }
    if let minimum, let maximum {
      thrift.write(5, maximum.bytes)
      thrift.write(6, minimum.bytes)
      thrift.write(7, maximum.isExact)
      thrift.write(8, minimum.isExact)
    }
    if let nanCount { thrift.write(9, Int64(nanCount)) }
  }

  fileprivate var hasSizes: Bool {
    unencodedByteCount != nil || !repetitionHistogram.isEmpty || !definitionHistogram.isEmpty
  }

  fileprivate func writeSizes(to thrift: inout CompactProtocolWriter) {
    if let unencodedByteCount { thrift.write(1, Int64(unencodedByteCount)) }
    if !repetitionHistogram.isEmpty { thrift.list(2, repetitionHistogram) }
    if !definitionHistogram.isEmpty { thrift.list(3, definitionHistogram) }
  }
}

// MARK: Page index

extension ChunkRecord {
  func writeOffsetIndex(to thrift: inout CompactProtocolWriter) {
    thrift.structures(1, pages) {
      $1.write(1, $0.offset)
      $1.write(2, $0.byteCount)
      $1.write(3, $0.firstRow)
    }
    let byteCounts = pages.compactMap(\.unencodedByteCount)
    if !byteCounts.isEmpty { thrift.list(2, byteCounts) }
  }

  /// Whether every page's bounds are known, which the format demands of a column index.
  var hasColumnIndex: Bool {
    !pages.isEmpty && pages.allSatisfy { $0.isNullPage || $0.minimum != nil }
  }

  func writeColumnIndex(to thrift: inout CompactProtocolWriter, _ order: ValueOrder) {
    thrift.list(1, pages.map(\.isNullPage))
    thrift.list(2, pages.map { $0.minimum?.bytes ?? [] })
    thrift.list(3, pages.map { $0.maximum?.bytes ?? [] })
    thrift.write(4, boundaryOrder(order).rawValue)
    thrift.list(5, pages.map(\.nullCount))
    let repetition = pages.flatMap(\.repetitionHistogram)
    if !repetition.isEmpty { thrift.list(6, repetition) }
    let definition = pages.flatMap(\.definitionHistogram)
    if !definition.isEmpty { thrift.list(7, definition) }
    if order.isFloat { thrift.list(8, pages.map(\.nanCount)) }
  }

  private enum BoundaryOrder: Int32 {
    case unordered = 0
    case ascending = 1
    case descending = 2
  }

  /// How the bounds of the pages follow each other; pages of nulls do not count.
  private func boundaryOrder(_ order: ValueOrder) -> BoundaryOrder {
    let bounds = pages.compactMap { page in
      page.minimum.flatMap { minimum in page.maximum.map { (minimum.bytes, $0.bytes) } }
    }
    let pairs = zip(bounds, bounds.dropFirst())
    if pairs.allSatisfy({ !order.precedes($1.0, $0.0) && !order.precedes($1.1, $0.1) }) {
      return .ascending
    }
    if pairs.allSatisfy({ !order.precedes($0.0, $1.0) && !order.precedes($0.1, $1.1) }) {
      return .descending
    }
    return .unordered
  }
}
