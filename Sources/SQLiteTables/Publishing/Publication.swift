/// Puts the tables of a staged database into another one, all of them in the caller's transaction.
///
/// Readers of the database see the old tables until the transaction commits, and the new ones after
/// it. What others have made stays: their tables and views are not touched, and their indexes and
/// triggers on the replaced tables are made again, with the statistics of ANALYZE. Triggers do not
/// fire.
///
/// SQLite copies whole tables by the records' bytes (its "transfer optimization"), and their indexes
/// entry by entry, as long as the new table has the same indexes as the staged one and no trigger.
/// Other indexes and triggers are made afterwards.
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
    /// The indexes that come with it.
    package let indexes: [Index]

    package init(_ definition: TableDefinition, rowCount: Int64, indexes: [Index] = []) {
      self.definition = definition
      self.rowCount = rowCount
      self.indexes = indexes
    }
  }

  /// An index of the staged database.
  package struct Index: Sendable {
    package let definition: IndexDefinition
    /// What ANALYZE would find out; `nil` for nothing.
    package let statistics: String?

    package init(_ definition: IndexDefinition, statistics: String?) {
      self.definition = definition
      self.statistics = statistics
    }
  }

  /// The tables that are copied; those of the same names give way.
  private let tables: [Table]
  /// Further tables that are dropped.
  private let dropped: [String]
  /// Tables that are put aside instead, with what their names get behind them.
  private let kept: [String: String]
  /// Whether the planner is told what is in the new tables; otherwise what it knew stays.
  private let analyzes: Bool
  private let order: Order

  package init(
    tables: [Table], dropping dropped: [String] = [], keeping kept: [String: String] = [:],
    analyzes: Bool = false, order: Order
  ) {
    self.tables = tables
    self.dropped = dropped
    self.kept = kept
    self.analyzes = analyzes
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
    var losses = try lostIndexes(objects, in: database)
    let views = objects.filter { $0.kind == .view && database.compiles($0) == nil }
    switch order {
    case .newTablesFirst:
      for (index, table) in tables.enumerated() {
        let name = temporaryName(index, besides: objects)
        let indexes = table.indexes.indices.map { "\(name)_index_\($0 + 1)" }
        try copy(table, as: name, indexes, in: database, from: staged)
        tableDone(table)
      }
      try dropOld(objects, in: database)
      for (index, table) in tables.enumerated() {
        try database.execute(
          "ALTER TABLE main.\(quotedIdentifier(temporaryName(index, besides: objects))) "
            + "RENAME TO \(quotedIdentifier(table.definition.name))")
      }
      try nameIndexes(besides: objects, in: database)
    case .oldTablesFirst:
      try dropOld(objects, in: database)
      for table in tables {
        let indexes = table.indexes.map(\.definition.name)
        try copy(table, as: table.definition.name, indexes, in: database, from: staged)
        tableDone(table)
      }
    }
    let lost = losses.map(\.object)
    var remade: [SchemaObject] = []
    for object in objects
    where replaces(object.table) && object.isMadeAgain && !comesAlong(object)
      && !lost.contains(object)
    {
      do throws(SQLiteError) {
        try database.execute(object.sql)
        if object.kind == .index { remade.append(object) }
      } catch {
        guard let code = error.resultCode, SQLiteLibrary.isRefusal(code) else { throw error }
        losses.append(Loss(object: object, reason: error.reason))
      }
    }
    if analyzes {
      try statistics.renew(tables, remade: remade, in: database)
    } else {
      try statistics.write(to: database)
    }
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

  /// Indexes on columns that the new tables lack.
  ///
  /// SQLite would not complain of all of them: it takes a name in double quotes that is no column's
  /// for a text. <https://www.sqlite.org/quirks.html#dblquote>
  private func lostIndexes(
    _ objects: [SchemaObject], in database: borrowing Database
  ) throws(SQLiteError) -> [Loss] {
    var losses: [Loss] = []
    for table in tables {
      let definition = table.definition
      for index in try database.plainIndexes(of: definition.name) {
        guard
          let column = index.columns.first(where: { column in
            !definition.columns.contains { isSameName($0.name, column) }
          }), let object = objects.first(where: { $0.kind == .index && $0.isNamed(index.name) })
        else { continue }
        losses.append(Loss(object: object, reason: "no such column: \(column)"))
      }
    }
    return losses
  }

  /// Whether an index is one of those that were built with its table.
  private func comesAlong(_ object: SchemaObject) -> Bool {
    object.kind == .index
      && tables.contains { $0.indexes.contains { object.isNamed($0.definition.name) } }
  }

  /// Gives the indexes, which have had other names beside the old ones, their own.
  private func nameIndexes(
    besides objects: [SchemaObject], in database: borrowing Database
  ) throws(SQLiteError) {
    var names: [(from: String, to: String, sql: String?)] = []
    for (number, table) in tables.enumerated() {
      for (index, definition) in table.indexes.map(\.definition).enumerated() {
        let temporary = "\(temporaryName(number, besides: objects))_index_\(index + 1)"
        names.append((temporary, definition.name, definition.sql))
      }
    }
    try KeptTables.nameIndexes(names, in: database)
  }

  private func copy(
    _ table: Table, as name: String, _ indexes: [String], in database: borrowing Database,
    from staged: String
  ) throws(SQLiteError) {
    let definition = try TableDefinition(name: name, columns: table.definition.columns)
    try database.execute(definition.createStatement)
    for (index, indexName) in zip(table.indexes, indexes) {
      let definition = index.definition
      try database.execute(
        indexName == definition.name
          ? definition.sql : definition.statement(named: indexName, on: name))
    }
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

  /// Drops what gives way, or puts it aside.
  private func dropOld(
    _ objects: [SchemaObject], in database: borrowing Database
  ) throws(SQLiteError) {
    let old = objects.filter { object in
      object.kind == .table
        && (replaces(object.name) || dropped.contains(where: object.isNamed))
    }
    func suffix(_ object: SchemaObject) -> String? {
      kept.first { object.isNamed($0.key) }?.value
    }
    // Names are free before others take them.
    for object in old where suffix(object) == nil {
      try database.execute("DROP TABLE main.\(quotedIdentifier(object.name))")
    }
    for object in old {
      guard let suffix = suffix(object) else { continue }
      try KeptTables.setAside(object.name, suffix: suffix, in: database)
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
