/// What rows of a table come from.
protocol RowProducer: AnyObject {
  /// Fills a batch that is empty; leaves it so at the end.
  ///
  /// - Throws: what reading throws.
  func read(into batch: inout RowBatch, limit: Int) throws(SQLiteError)
}

/// Rows from the pages of the file.
final class PageProducer: RowProducer {
  private var scan: PageScan
  /// Holds the memory that the values lie in.
  private let file: MappedFile

  init(_ scan: consuming PageScan, file: MappedFile) {
    self.scan = scan
    self.file = file
  }

  func read(into batch: inout RowBatch, limit: Int) throws(SQLiteError) {
    try scan.read(into: &batch, limit: limit)
    file.look(at: scan.takeLeafCount())
  }
}

/// Rows from a SELECT.
final class StatementProducer: RowProducer {
  private let statement: Statement
  private var isAtEnd = false

  init(_ statement: consuming Statement) { self.statement = statement }

  func read(into batch: inout RowBatch, limit: Int) throws(SQLiteError) {
    let limit = min(limit, RowBatch.capacity)
    while batch.rowCount < limit, !isAtEnd {
      guard try statement.step() else {
        isAtEnd = true
        return
      }
      statement.copyRow(into: &batch)
    }
  }
}
