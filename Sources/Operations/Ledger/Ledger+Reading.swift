import Dump
import FoundationEssentials
import SQLiteTables

extension Ledger {
  /// All loads of a database, the first one first; none if it has no ledger.
  ///
  /// - Throws: ``OperationError`` if the ledger holds what this tool does not write.
  static func entries(in database: borrowing Database) throws -> [Entry] {
    let missing = try missingTables(in: database).map(\.name)
    if missing.contains(loads) { return [] }
    var entries: [Entry] = []
    // Without it the loads count still, so that the next one gets a number of its own.
    let tables = missing.contains(self.tables) ? [:] : try tablesByLoad(in: database)
    let statement = try database.prepare(
      """
      SELECT load_id, timestamp, location, publishing, conversion, row_count, byte_count,
        database_byte_count, tool_version, started_at, finished_at, seconds, receipt
      FROM main.\(loads) ORDER BY load_id
      """)
    while try statement.step() {
      let id = statement.int64(0)
      for (index, column) in [
        (0, "load_id"), (5, "row_count"), (6, "byte_count"), (7, "database_byte_count"),
      ] where !counts.contains(statement.int64(index)) {
        throw unreadable(loads, id, column, in: database)
      }
      guard let publishing = LoadRecord.Publishing(rawValue: statement.text(3) ?? "") else {
        throw unreadable(loads, id, "publishing", in: database)
      }
      entries.append(
        Entry(
          record: LoadRecord(
            id: id, timestamp: try timestamp(statement.text(1), id, "timestamp", in: database),
            location: statement.text(2) ?? "", publishing: publishing,
            conversion: statement.text(4) ?? "", rows: statement.int64(5),
            bytes: statement.int64(6), databaseBytes: statement.int64(7),
            toolVersion: statement.text(8) ?? "",
            startedAt: try timestamp(statement.text(9), id, "started_at", in: database),
            finishedAt: try timestamp(statement.text(10), id, "finished_at", in: database),
            seconds: statement.double(11), tables: tables[id] ?? []),
          receipt: statement.text(12) ?? ""))
    }
    return entries
  }

  /// Numbers that can be: sums of some thousands of them are numbers still.
  private static let counts: ClosedRange<Int64> = 0...(1 << 48)

  private static func tablesByLoad(
    in database: borrowing Database
  ) throws -> [Int64: [LoadRecord.Table]] {
    var tables: [Int64: [LoadRecord.Table]] = [:]
    // The columns of a table are nearly always those of the load before, and years of loads are many.
    var columnsByText: [String: [Column]] = [:]
    let statement = try database.prepare(
      """
      SELECT load_id, table_name, row_count, file_count, byte_count, columns
      FROM main.\(self.tables) ORDER BY load_id, rowid
      """)
    while try statement.step() {
      let id = statement.int64(0)
      for (index, column) in [(2, "row_count"), (3, "file_count"), (4, "byte_count")]
      where !counts.contains(statement.int64(index)) {
        throw unreadable(self.tables, id, column, in: database)
      }
      let text = statement.text(5) ?? ""
      guard
        let columns = columnsByText[text]
          ?? (try? JSONDecoder().decode([Column].self, from: Data(text.utf8)))
      else { throw unreadable(self.tables, id, "columns", in: database) }
      columnsByText[text] = columns
      tables[id, default: []].append(
        LoadRecord.Table(
          name: statement.text(1) ?? "", rows: statement.int64(2),
          files: Int(clamping: statement.int64(3)), bytes: statement.int64(4), columns: columns))
    }
    return tables
  }

  private static func timestamp(
    _ text: String?, _ id: Int64, _ column: String, in database: borrowing Database
  ) throws -> Timestamp {
    guard let text, let timestamp = try? Timestamp(parsing: text) else {
      throw unreadable(loads, id, column, in: database)
    }
    return timestamp
  }

  private static func unreadable(
    _ table: String, _ id: Int64, _ column: String, in database: borrowing Database
  ) -> OperationError {
    OperationError(
      .failed,
      "cannot read the ledger of \(database.path): column \(column) of load \(id) in \(table) "
        + "holds what this tool does not write",
      hint: "delete the row, or load into another file")
  }
}
