/// Where keys of rows go, from any number of threads.
package protocol RowKeySink: Sendable {
  associatedtype Collector: RowKeyCollector

  /// What a thread hands its rows to.
  ///
  /// - Parameter runByteCount: how many bytes of keys are held before they are handed on.
  /// - Returns: a collector for one thread, of the columns that it is given.
  func collector(runByteCount: Int) -> Collector
}

/// Takes keys of rows for one thread.
package protocol RowKeyCollector: AnyObject {
  /// Takes the keys of a block of rows.
  ///
  /// - Parameters:
  ///   - columns: the columns of the rows.
  ///   - rowCount: how many rows.
  ///   - firstRow: the number of the first; each other one has the next.
  /// - Throws: `disk-full`, `file`.
  func append(_ columns: [CellColumn], rowCount: Int, firstRow: Int64) throws(SQLiteError)

  /// Takes the keys of the rows of a leaf of a database.
  ///
  /// - Throws: `library` for a page that is not as it should be; `disk-full`, `file`.
  func read(leaf: UInt32, with scan: inout KeyScan) throws(SQLiteError)

  /// Takes the keys of rows that the library has read.
  ///
  /// - Parameters:
  ///   - batch: the rows: the number of each, and the columns of its key.
  ///   - isReal: which columns of the key are declared REAL; SQLite stores whole numbers in them as
  ///     integers.
  /// - Throws: `disk-full`, `file`.
  func append(_ batch: borrowing RowBatch, isReal: [Bool]) throws(SQLiteError)

  /// Hands on what is left.
  func finish() throws(SQLiteError)
}
