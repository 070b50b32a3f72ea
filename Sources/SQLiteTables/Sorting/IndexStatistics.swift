internal import Parquet

/// What ANALYZE finds out about an index: its rows, and how many of them are alike in the first
/// column, in the first two, and so on.
///
/// <https://www.sqlite.org/fileformat2.html#stat1tab>
package struct IndexStatistics: Sendable {
  package private(set) var rowCount: Int64 = 0
  /// For each number of columns how many different keys of them there are.
  private var distinctCounts: [Int64]
  private var last: [UInt8] = []

  init(columnCount: Int) { distinctCounts = Array(repeating: 0, count: columnCount) }

  /// Counts the next key.
  mutating func add(_ key: ByteView) {
    rowCount += 1
    var reader = KeyReader(key, columnCount: distinctCounts.count)
    var alike = 0
    if rowCount > 1 { alike = last.count(inCommonWith: key) }
    var isNew = rowCount == 1
    for column in distinctCounts.indices {
      _ = reader.next()
      // A key is told from the last one by the first byte that differs.
      if !isNew, alike < reader.byteCount { isNew = true }
      if isNew { distinctCounts[column] += 1 }
    }
    let end = reader.byteCount
    if isNew {
      last.replace(with: key.part(0, end))
    }
  }

  /// The text of `sqlite_stat1`; `nil` for an index without rows, which ANALYZE leaves out.
  package var text: String? {
    if rowCount == 0 { return nil }
    let counts = distinctCounts.map { (rowCount + $0 - 1) / $0 }
    return ([rowCount] + counts).map(String.init).joined(separator: " ")
  }
}
