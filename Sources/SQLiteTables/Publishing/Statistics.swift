/// What ANALYZE has found out about tables that are replaced.
///
/// Dropping a table drops it, and the planner of every reader falls back to guesses until somebody
/// runs ANALYZE again. What was true of the old dump is a better guess for the new one.
struct Statistics {
  private struct Row {
    let table: String
    let index: String?
    let text: String?
  }

  private let rows: [Row]

  /// Reads what is known of some tables; nothing if nobody has analyzed the database.
  init(
    of database: borrowing Database, where isReplaced: (String) -> Bool
  ) throws(SQLiteError) {
    var rows: [Row] = []
    if try Statistics.areKept(in: database) {
      let statement = try database.prepare("SELECT tbl, idx, stat FROM main.sqlite_stat1")
      while try statement.step() {
        let table = statement.text(0) ?? ""
        guard isReplaced(table) else { continue }
        rows.append(Row(table: table, index: statement.text(1), text: statement.text(2)))
      }
    }
    self.rows = rows
  }

  /// Writes it again, for the indexes that are there again.
  func write(to database: borrowing Database) throws(SQLiteError) {
    if rows.isEmpty { return }
    let insert = try database.prepare(
      """
      INSERT INTO main.sqlite_stat1 (tbl, idx, stat) SELECT ?1, ?2, ?3
      WHERE ?2 IS NULL OR EXISTS (
        SELECT 1 FROM main.sqlite_schema
        WHERE type = 'index' AND name = ?2 COLLATE NOCASE AND tbl_name = ?1 COLLATE NOCASE)
      """)
    for row in rows {
      try insert.bind(row.table, at: 1)
      if let index = row.index {
        try insert.bind(index, at: 2)
      } else {
        try insert.bindNull(at: 2)
      }
      if let text = row.text { try insert.bind(text, at: 3) } else { try insert.bindNull(at: 3) }
      try insert.run()
    }
  }

  private static func areKept(in database: borrowing Database) throws(SQLiteError) -> Bool {
    try database.integer(
      "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = 'sqlite_stat1'") > 0
  }
}
