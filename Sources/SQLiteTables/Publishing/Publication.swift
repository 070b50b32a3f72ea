/// Puts the tables of a staged database into another one, all of them in the caller's transaction.
///
/// Readers of the database see the old tables until the transaction commits, and the new ones after
/// it. What others have made stays: their tables and views are not touched, and their indexes and
/// triggers on the replaced tables are made again, with the statistics of ANALYZE. Triggers do not
/// fire.
///
/// SQLite copies whole tables by the records' bytes (its "transfer optimization"), as long as the
/// new table has no index and no trigger; so these are made afterwards.
package struct Publication: Sendable {
  /// The order of the work, which decides what it costs.
  ///
  /// Measured with tables of 1.2 GB (README, "How fast"):
  ///
  /// - A rollback journal must keep the old content of every page that is written, except of pages
  ///   that are new or were free before the transaction. So the new tables are written beside the
  ///   old ones, which are dropped at the very end: their pages go to the free list unread, and
  ///   the next publication uses them. The file keeps room for two dumps. Dropping first would
  ///   journal every byte, at twice the time, and a crash would leave a journal of that size to
  ///   be played back by the next reader.
  /// - A write-ahead log holds every page that is written, old or new, and the checkpoint writes
  ///   them once more. There the old tables go first, so that the new ones use their pages and
  ///   the file does not grow.
  package enum Order: Sendable {
    case newTablesFirst
    case oldTablesFirst
  }

  /// Something of somebody else's that could not be kept as it was.
  package struct Loss: Sendable, Hashable {
    package let object: SchemaObject
    /// What SQLite said.
    package let reason: String
  }

  /// A table that is copied.
  package struct Table: Sendable {
    package let definition: TableDefinition
    package let rowCount: Int64

    package init(_ definition: TableDefinition, rowCount: Int64) {
      self.definition = definition
      self.rowCount = rowCount
    }
  }

  /// The tables that are copied; those of the same names give way.
  private let tables: [Table]
  /// Further tables that are dropped.
  private let dropped: [String]
  private let order: Order

  package init(tables: [Table], dropping dropped: [String] = [], order: Order) {
    self.tables = tables
    self.dropped = dropped
    self.order = order
  }

  /// Sets a connection up for it; to be called before the transaction begins.
  ///
  /// - Parameter database: the connection that will publish.
  /// - Throws: `library`.
  package static func prepare(_ database: borrowing Database) throws(SQLiteError) {
    try database.execute(
      """
      -- Pages in flight; more go to the file before the commit.
      PRAGMA cache_size = -65536;
      -- Freed pages are not overwritten with zeros, which Debian's build does by default: it would
      -- write every page of the old dump once more. The next publication overwrites them.
      PRAGMA secure_delete = OFF;
      -- A renamed table is what views and triggers have been calling by that name all along.
      PRAGMA legacy_alter_table = ON;
      -- References to a table that is replaced are nobody's violation meanwhile.
      PRAGMA foreign_keys = OFF;
      PRAGMA recursive_triggers = OFF;
      -- What is committed is on the disk, also in WAL mode.
      PRAGMA synchronous = FULL;
      -- The log is checkpointed once, after the commit.
      PRAGMA wal_autocheckpoint = 0;
      """)
  }

  /// Does the work; the caller commits, or rolls back if this throws.
  ///
  /// - Parameters:
  ///   - database: a connection with a transaction begun and the staged database attached.
  ///   - staged: the schema name of the staged database.
  ///   - tableDone: called after each table.
  /// - Returns: what of others could not be kept.
  /// - Throws: `library`, `diskFull`, `interrupted`.
  package func run(
    in database: borrowing Database, from staged: String, tableDone: (Table) -> Void
  ) throws(SQLiteError) -> [Loss] {
    let objects = try database.schemaObjects()
    let statistics = try Statistics(of: database, where: replaces)
    let views = objects.filter { $0.kind == .view && database.compiles($0) == nil }
    switch order {
    case .newTablesFirst:
      for (index, table) in tables.enumerated() {
        let name = temporaryName(index, besides: objects)
        try copy(table, as: name, in: database, from: staged)
        tableDone(table)
      }
      try dropOld(objects, in: database)
      for (index, table) in tables.enumerated() {
        try database.execute(
          "ALTER TABLE main.\(quotedIdentifier(temporaryName(index, besides: objects))) "
            + "RENAME TO \(quotedIdentifier(table.definition.name))")
      }
    case .oldTablesFirst:
      try dropOld(objects, in: database)
      for table in tables {
        try copy(table, as: table.definition.name, in: database, from: staged)
        tableDone(table)
      }
    }
    var losses: [Loss] = []
    for object in objects where replaces(object.table) && object.isMadeAgain {
      do throws(SQLiteError) {
        try database.execute(object.sql)
      } catch {
        guard let code = error.resultCode, SQLiteLibrary.isRefusal(code) else { throw error }
        losses.append(Loss(object: object, reason: error.reason))
      }
    }
    try statistics.write(to: database)
    for view in views {
      if let reason = database.compiles(view) { losses.append(Loss(object: view, reason: reason)) }
    }
    return losses
  }

  /// A name that nobody has taken.
  private func temporaryName(_ index: Int, besides objects: [SchemaObject]) -> String {
    var name = "receipt_staged_\(index + 1)"
    while objects.contains(where: { $0.isNamed(name) }) { name += "_" }
    return name
  }

  private func replaces(_ name: String) -> Bool {
    tables.contains { foldedName($0.definition.name) == foldedName(name) }
  }

  private func copy(
    _ table: Table, as name: String, in database: borrowing Database, from staged: String
  ) throws(SQLiteError) {
    let definition = try TableDefinition(name: name, columns: table.definition.columns)
    try database.execute(definition.createStatement)
    try database.execute(
      "INSERT INTO main.\(quotedIdentifier(name)) SELECT * FROM \(quotedIdentifier(staged))."
        + quotedIdentifier(table.definition.name))
    guard database.changeCount == Int(table.rowCount) else {
      throw SQLiteError(
        .library,
        "cannot publish table \(quotedIdentifier(table.definition.name)) into \(database.path): "
          + "\(table.rowCount) rows were staged but \(database.changeCount) were copied")
    }
  }

  private func dropOld(
    _ objects: [SchemaObject], in database: borrowing Database
  ) throws(SQLiteError) {
    for object in objects where object.kind == .table {
      guard replaces(object.name) || dropped.contains(where: object.isNamed) else { continue }
      try database.execute("DROP TABLE main.\(quotedIdentifier(object.name))")
    }
  }
}

extension SchemaObject {
  /// Whether it goes with its table and is made anew for the next.
  fileprivate var isMadeAgain: Bool {
    switch kind {
    case .index, .trigger: true
    case .table, .view: false
    }
  }
}

extension Database {
  /// Why a view cannot be read; `nil` if it can.
  fileprivate func compiles(_ view: SchemaObject) -> String? {
    do throws(SQLiteError) {
      _ = try prepare("SELECT * FROM main.\(quotedIdentifier(view.name))")
      return nil
    } catch {
      return error.reason
    }
  }
}
