package import Parquet

/// Rows of a table, read in batches into row groups.
package final class CopiedRows {
  private let reading: TableReading
  private let connection: Connection
  private let stream: CopyStream
  private let give: (Connection) -> Void
  private let columns: [CopyColumn]
  private var batch: CopyRows
  private var nextRow: Int64 = 0

  /// Rows of a connection on which the COPY has begun.
  ///
  /// - Parameters:
  ///   - reading: the table.
  ///   - connection: the connection.
  ///   - give: takes the connection when it can be used again.
  /// - Throws: `unavailable`.
  init(
    _ reading: TableReading, _ connection: Connection, give: @escaping (Connection) -> Void
  ) throws(PostgreSQLError) {
    self.reading = reading
    self.connection = connection
    self.give = give
    columns = reading.columns.enumerated().map { index, column in
      CopyColumn(column, reading.schema, index: index, infinity: reading.infinity)
    }
    batch = CopyRows(columnCount: reading.columns.count)
    stream = try CopyStream(connection, table: reading.table.qualifiedName)
  }

  deinit {
    let isComplete = stream.stop()
    // Work that was cancelled has no use for the connection, and no time.
    if !isComplete, connection.isCancelled() { return connection.cancel() }
    do throws(PostgreSQLError) {
      if !isComplete { try connection.abandonCopy() }
      try connection.run("ROLLBACK TO SAVEPOINT receipt; RELEASE SAVEPOINT receipt")
      give(connection)
    } catch {
      // It is closed, and the next reader gets another one.
    }
  }

  /// Reads the next rows.
  ///
  /// - Parameters:
  ///   - rows: where they go.
  ///   - limit: how many at the most.
  /// - Returns: how many there were; 0 at the end.
  /// - Throws: `value` for a value that its column cannot hold, with its row; `unavailable` if the
  ///   server has gone; `malformed`; `interrupted`.
  package func read(into rows: RowGroupBuilder, limit: Int) throws(PostgreSQLError) -> Int {
    guard let count = try takeBatch(limit) else { return 0 }
    for column in columns {
      do throws(CopyFailure) {
        try column.append(batch, to: rows)
      } catch {
        throw failure(error, column: column.name)
      }
    }
    if columns.isEmpty { rows.appendBareRows(count) }
    nextRow += Int64(count)
    return count
  }

  /// Takes whole rows from what has come, and waits for some; `nil` at the end.
  private func takeBatch(_ limit: Int) throws(PostgreSQLError) -> Int? {
    while true {
      do throws(CopyFailure) {
        let count = try batch.take(limit: limit)
        if count > 0 { return count }
      } catch {
        throw failure(error, column: nil)
      }
      if try stream.take(into: &batch) { continue }
      do throws(CopyFailure) {
        try batch.checkEnd()
        return nil
      } catch {
        throw failure(error, column: nil)
      }
    }
  }

  private func failure(_ failure: CopyFailure, column: String?) -> PostgreSQLError {
    let row = failure.row.map { "row \(nextRow + Int64($0) + 1), " } ?? ""
    let place = row + (column.map { "column \($0): " } ?? "")
    return PostgreSQLError(
      failure.kind == .malformed ? .malformed : .value,
      "cannot export table \(reading.table.name): \(place)\(failure.reason)",
      hint: CopiedRows.hint(failure.kind))
  }

  private static func hint(_ kind: CopyFailure.Kind) -> String? {
    let schema = "with a --schema that makes the column a STRING it is written as PostgreSQL does"
    switch kind {
    case .malformed: return nil
    case .value: return schema
    case .infinity: return schema + ", and with --infinity null as a null"
    }
  }
}
