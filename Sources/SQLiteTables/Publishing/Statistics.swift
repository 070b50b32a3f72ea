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

  /// Writes what is true of the new tables: what was found out while their indexes were built, what
  /// ANALYZE finds out now about the other ones, and the row counts of tables without an index that
  /// somebody has had analyzed.
  ///
  /// - Parameters:
  ///   - tables: the new tables.
  ///   - remade: their indexes that were made again.
  ///   - database: where they are.
  /// - Throws: `library`.
  func renew(
    _ tables: [Publication.Table], remade: [SchemaObject], in database: borrowing Database
  ) throws(SQLiteError) {
    let analyzed = Set(rows.map { foldedName($0.table) })
    if remade.isEmpty, analyzed.isEmpty, tables.allSatisfy(\.indexes.isEmpty) { return }
    // Of SQLite's own tables nothing is found out, but the table for it is made.
    try database.execute("ANALYZE main.sqlite_schema")
    let insert = try database.prepare("INSERT INTO main.sqlite_stat1 VALUES (?, ?, ?)")
    for table in tables {
      let name = table.definition.name
      for index in table.indexes {
        guard let text = index.statistics else { continue }
        try insert.bind(name, at: 1)
        try insert.bind(index.definition.name, at: 2)
        try insert.bind(text, at: 3)
        try insert.run()
      }
      let hasIndex = !table.indexes.isEmpty || remade.contains { $0.belongs(to: name) }
      guard !hasIndex, table.rowCount > 0, analyzed.contains(foldedName(name)) else { continue }
      try insert.bind(name, at: 1)
      try insert.bindNull(at: 2)
      try insert.bind(String(table.rowCount), at: 3)
      try insert.run()
    }
    try database.execute(Statistics.limit)
    for object in remade { try database.execute("ANALYZE main.\(quotedIdentifier(object.name))") }
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

  /// Some thousand entries of an index tell as much as all of them.
  private static let limit = "PRAGMA analysis_limit = 2000"

  /// Has ANALYZE find out what is in a table of which some rows have changed, in the caller's
  /// transaction; a table that has neither an index nor was ever analyzed is passed over.
  ///
  /// It reads some thousand entries of each index, however large that is: little beside what the
  /// changes have cost.
  ///
  /// - Throws: `library`, `interrupted`.
  static func renew(_ table: String, in database: borrowing Database) throws(SQLiteError) {
    var isWanted = try database.schemaObjects().contains {
      $0.kind == .index && $0.belongs(to: table)
    }
    if !isWanted, try areKept(in: database) {
      let known = try database.prepare(
        "SELECT 1 FROM main.sqlite_stat1 WHERE tbl = ? COLLATE NOCASE")
      try known.bind(table, at: 1)
      isWanted = try known.step()
    }
    guard isWanted else { return }
    try database.execute(limit)
    try database.execute("ANALYZE main.\(quotedIdentifier(table))")
  }

  private static func areKept(in database: borrowing Database) throws(SQLiteError) -> Bool {
    try database.integer(
      "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = 'sqlite_stat1'") > 0
  }
}
