/// Writes rows of staged tables over those that are there, in the caller's transaction.
///
/// A row that takes the place of another one keeps its rowid, so that the page it is on is written
/// and no other. Triggers do not fire: those of the table are dropped and made again.
package struct RowChanges: Sendable {
  /// The staged tables of one table.
  package struct Table: Sendable {
    /// The table, and the staged one with the rows that are written.
    package let definition: TableDefinition
    /// For each row that takes the place of another one: the rowid of that, and the staged rowid.
    package let changed: TableDefinition
    /// The staged rowids of the rows that are new.
    package let added: TableDefinition
    /// The rowids of the rows that go.
    package let removed: TableDefinition
    /// How many of each there are.
    package let counts: (changed: Int64, added: Int64, removed: Int64)

    /// - Parameters:
    ///   - definition: the table.
    ///   - number: what tells its staged tables from those of others.
    ///   - counts: how many rows take the place of others, are new, and go.
    /// - Throws: `unsupported`.
    package init(
      _ definition: TableDefinition, number: Int,
      counts: (changed: Int64, added: Int64, removed: Int64)
    ) throws(SQLiteError) {
      self.definition = definition
      self.counts = counts
      changed = try TableDefinition(
        name: "receipt_changed_\(number)",
        columns: [.init("live", .integer), .init("staged", .integer)])
      added = try TableDefinition(
        name: "receipt_added_\(number)", columns: [.init("staged", .integer)])
      removed = try TableDefinition(
        name: "receipt_removed_\(number)", columns: [.init("live", .integer)])
    }

    /// The staged tables, the one with the rows first.
    package var stagedTables: [TableDefinition] { [definition, changed, added, removed] }

    /// Whether any row is written or goes.
    var changesAnything: Bool { counts.changed + counts.added + counts.removed > 0 }

    /// A name by which a rowid can be called; `nil` if columns have them all.
    var rowIDName: String? {
      ["rowid", "_rowid_", "oid"].first { name in
        !definition.columns.contains { isSameName($0.name, name) }
      }
    }
  }

  private let tables: [Table]
  /// Whether the planner is told what is in the tables now.
  private let analyzes: Bool

  package init(_ tables: [Table], analyzes: Bool = false) {
    self.tables = tables
    self.analyzes = analyzes
  }

  /// Does the work; the caller commits, or rolls back if this throws.
  ///
  /// - Parameters:
  ///   - database: a connection with a transaction begun and the staged database attached.
  ///   - staged: the schema name of the staged database.
  ///   - tableDone: called after each table.
  /// - Returns: the triggers that could not be made again.
  /// - Throws: `library`, `diskFull`, `interrupted`.
  package func run(
    in database: borrowing Database, from staged: String, tableDone: (Table) -> Void
  ) throws(SQLiteError) -> [Publication.Loss] {
    var losses: [Publication.Loss] = []
    let objects = try database.schemaObjects()
    for table in tables {
      let triggers = objects.filter {
        $0.kind == .trigger && $0.belongs(to: table.definition.name)
      }
      for trigger in triggers {
        try database.execute("DROP TRIGGER main.\(quotedIdentifier(trigger.name))")
      }
      try write(table, in: database, from: quotedIdentifier(staged))
      if analyzes, table.changesAnything {
        try Statistics.renew(table.definition.name, in: database)
      }
      for trigger in triggers {
        do throws(SQLiteError) {
          try database.execute(trigger.sql)
        } catch {
          guard let code = error.resultCode, SQLiteLibrary.isRefusal(code) else { throw error }
          losses.append(Publication.Loss(object: trigger, reason: error.reason))
        }
      }
      tableDone(table)
    }
    return losses
  }

  private func write(
    _ table: Table, in database: borrowing Database, from staged: String
  ) throws(SQLiteError) {
    guard let rowID = table.rowIDName else { return }
    let live = "main.\(quotedIdentifier(table.definition.name))"
    let rows = "\(staged).\(quotedIdentifier(table.definition.name))"
    let columns = table.definition.columns.map { quotedIdentifier($0.name) }
      .joined(separator: ", ")
    let staged = { (definition: TableDefinition) in "\(staged).\(definition.name)" }
    try run(
      """
      DELETE FROM \(live)
      WHERE \(rowID) IN (SELECT live FROM \(staged(table.removed)))
      """, changing: table.counts.removed, table, in: database)
    try run(
      """
      INSERT OR REPLACE INTO \(live) (\(rowID), \(columns))
      SELECT c.live, r.* FROM \(staged(table.changed)) AS c
      CROSS JOIN \(rows) AS r ON r.\(rowID) = c.staged
      """, changing: table.counts.changed, table, in: database)
    try run(
      """
      INSERT INTO \(live) (\(columns))
      SELECT r.* FROM \(staged(table.added)) AS a
      CROSS JOIN \(rows) AS r ON r.\(rowID) = a.staged
      """, changing: table.counts.added, table, in: database)
  }

  private func run(
    _ sql: String, changing count: Int64, _ table: Table, in database: borrowing Database
  ) throws(SQLiteError) {
    if count == 0 { return }
    try database.execute(sql)
    guard database.changeCount == Int(count) else {
      throw SQLiteError(
        .library,
        "cannot publish table \(quotedIdentifier(table.definition.name)) into \(database.path): "
          + "\(count) rows were to change but \(database.changeCount) did")
    }
  }
}
