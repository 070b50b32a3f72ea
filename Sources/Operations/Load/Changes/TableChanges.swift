import SQLiteTables

/// The rows of one table that a dump has changed, against the table that is live.
///
/// Rows of the dump are known by their numbers, from 1, and rows of the database by their rowids.
struct TableChanges: Sendable {
  /// The dump's rows that are written, ascending.
  let written: [Int64]
  /// For each of them the row that it takes the place of; `nil` for a row that is new.
  let replaced: [Int64?]
  /// The live rows that go.
  let removed: [Int64]
  /// Live rows that stay as they are.
  let sameCount: Int64

  var changedCount: Int64 { Int64(replaced.count { $0 != nil }) }
  var addedCount: Int64 { Int64(written.count) - changedCount }

  /// What was found out by comparing.
  init(_ found: consuming MarkDifference) {
    var rows: [(row: Int64, replaced: Int64?)] = found.added.map { ($0, nil) }
    rows += found.changed.map { ($0.new, $0.old) }
    rows.sort { $0.row < $1.row }
    written = rows.map(\.row)
    replaced = rows.map(\.replaced)
    removed = found.removed.sorted()
    sameCount = found.sameCount
  }

  /// The places in ``written`` of the rows of a row group.
  func places(in part: LoadPlan.Part) -> Range<Int> {
    let first = place(ofRowFrom: part.firstRowID)
    return first..<place(ofRowFrom: part.firstRowID + part.rowCount)
  }

  private func place(ofRowFrom row: Int64) -> Int {
    var low = 0
    var high = written.count
    while low < high {
      let middle = (low + high) / 2
      if written[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Some of the rows that are written, adjacent ones together.
  ///
  /// - Parameters:
  ///   - places: their places in ``written``.
  ///   - first: the number of the row that counts as 0.
  /// - Returns: the runs, ascending.
  func runs(_ places: Range<Int>, from first: Int64) -> [Range<Int64>] {
    var runs: [Range<Int64>] = []
    for row in written[places] {
      let row = row - first
      if let last = runs.last, last.upperBound == row {
        runs[runs.count - 1] = last.lowerBound..<(row + 1)
      } else {
        runs.append(row..<(row + 1))
      }
    }
    return runs
  }
}
