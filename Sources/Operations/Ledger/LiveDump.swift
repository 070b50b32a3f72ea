import Dump
import SQLiteTables

/// What is live in a database: the tables that loads have left in it, and what others have made.
struct LiveDump: Sendable {
  /// A table that a load has put there and that is there still.
  struct Table: Sendable {
    let record: LoadRecord.Table
    /// The load that it is of.
    let load: LoadRecord
    /// Its columns in the database.
    let columns: [TableDefinition.Column]
    /// Columns that somebody has added to be computed.
    let generatedColumns: [String]
  }

  let entries: [Ledger.Entry]
  let tables: [Table]
  /// All tables, indexes, views and triggers, the ledger's tables excepted.
  let objects: [SchemaObject]
  let isWAL: Bool
  /// `UTF-8`, `UTF-16le` or `UTF-16be`.
  let encoding: String
  let pageByteCount: Int
  /// What the file can take without growing, in bytes.
  let freeByteCount: Int64

  /// The newest load.
  var lastLoad: LoadRecord? { entries.last?.record }

  /// Reads a database that is there.
  ///
  /// - Throws: ``OperationError``, `SQLiteError`.
  init(path: String, busyTimeout: Duration) throws {
    let database = try Database(path: path, mode: .readWrite)
    try database.begin(.read, waiting: busyTimeout) { Task.isCancelled }
    try self.init(database)
  }

  /// Reads an open database.
  init(_ database: borrowing Database) throws {
    entries = try Ledger.entries(in: database)
    objects = try database.schemaObjects().filter { object in
      !Ledger.names.contains { object.kind == .table && object.isNamed($0) }
    }
    isWAL = try database.text("PRAGMA main.journal_mode") == "wal"
    encoding = try database.text("PRAGMA main.encoding") ?? ""
    let pageByteCount = try database.integer("PRAGMA main.page_size")
    self.pageByteCount = Int(pageByteCount)
    freeByteCount = try database.integer("PRAGMA main.freelist_count") * pageByteCount
    var latest: [(LoadRecord.Table, LoadRecord)] = []
    for entry in entries {
      for table in entry.record.tables {
        latest.removeAll { isSameName($0.0.name, table.name) }
        latest.append((table, entry.record))
      }
    }
    var tables: [Table] = []
    for (table, load) in latest
    where objects.contains(where: { $0.kind == .table && $0.isNamed(table.name) }) {
      tables.append(
        Table(
          record: table, load: load, columns: try database.columns(of: table.name),
          generatedColumns: try database.generatedColumnNames(of: table.name)))
    }
    self.tables = tables.sorted { $0.record.name < $1.record.name }
  }

  /// The live table of a name.
  subscript(name: String) -> Table? {
    tables.first { isSameName($0.record.name, name) }
  }

  /// The live tables that a dump has not.
  func tables(notIn receipt: Receipt) -> [Table] {
    tables.filter { table in
      !receipt.tables.contains { isSameName($0.name, table.record.name) }
    }
  }

  /// Whether all these tables are of one dump, converted in one way.
  func holds(_ names: [String], of timestamp: Timestamp, conversion: String) -> Bool {
    names.allSatisfy { name in
      self[name].map { $0.load.timestamp == timestamp && $0.load.conversion == conversion } ?? false
    }
  }
}
