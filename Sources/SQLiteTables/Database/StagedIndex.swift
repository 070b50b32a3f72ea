/// An index of a staged database: takes keys from any number of threads, and becomes pages once they
/// all have come.
package final class StagedIndex: Sendable {
  package let definition: IndexDefinition
  /// The position of its table among the staged ones.
  package let table: Int
  /// The positions of its columns in the table.
  package let columns: [Int]
  private let runs: KeyRuns
  private let rootPage: UInt32
  private let file: PageFile

  init(
    _ definition: IndexDefinition, table: Int, columns: [Int], rootPage: UInt32, file: PageFile,
    memory: KeyMemory
  ) {
    self.definition = definition
    self.table = table
    self.columns = columns
    self.rootPage = rootPage
    self.file = file
    runs = KeyRuns(columnCount: columns.count, memory: memory)
  }

  /// What a thread hands its rows to.
  ///
  /// - Parameter runByteCount: how many bytes of keys are sorted at once.
  /// - Returns: a collector for one thread.
  package func collector(runByteCount: Int) -> KeyCollector {
    KeyCollector(runs, columns: columns, runByteCount: runByteCount)
  }

  /// Writes the index's pages.
  ///
  /// Call it once, after every collector has finished.
  ///
  /// - Parameter checkCancelled: throws when the work is to end early; asked now and then.
  /// - Returns: what ANALYZE would find out.
  /// - Throws: `disk-full`, `file`, what `checkCancelled` throws.
  package func build(checkCancelled: () throws -> Void) throws -> IndexStatistics {
    var merge = try runs.merged()
    var pages = IndexPages(columnCount: columns.count, rootPage: rootPage, file: file)
    var statistics = IndexStatistics(columnCount: columns.count)
    while let key = try merge.next() {
      try pages.append(key)
      statistics.add(key)
      if statistics.rowCount % 65_536 == 0 { try checkCancelled() }
    }
    try pages.finish()
    return statistics
  }
}
