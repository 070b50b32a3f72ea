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
    /// Its indexes whose pages can be built.
    let indexes: [IndexDefinition]
  }

  let entries: [Ledger.Entry]
  let tables: [Table]
  /// All tables, indexes, views and triggers, the ledger's tables excepted.
  let objects: [SchemaObject]
  /// Tables with an index that allows values but once.
  private let uniqueTables: [String]
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
          generatedColumns: try database.generatedColumnNames(of: table.name),
          indexes: try database.plainIndexes(of: table.name)))
    }
    uniqueTables = try tables.map(\.record.name).filter { name in
      try database.hasUniqueIndex(on: name)
    }
    self.tables = tables.sorted { $0.record.name < $1.record.name }
  }

  /// The tables of earlier dumps that were kept, the newest first.
  var kept: [KeptTable] {
    objects.filter { $0.kind == .table }.compactMap { KeptTable(name: $0.name) }
      .filter { kept in
        entries.contains { entry in
          entry.record.tables.contains { isSameName($0.name, kept.table) }
        }
      }.sorted { ($1.label, $0.table) < ($0.label, $1.table) }
  }

  /// How many earlier dumps are kept of a table, those that came back since the last load included.
  var keptDumpCount: Int {
    let back = entries.reversed().prefix { $0.record.publishing == .rollback }
    let count = Dictionary(grouping: kept, by: \.table).values.map(\.count).max() ?? 0
    return count + Set(back.map(\.record.startedAt)).count
  }

  /// Whether a dump was loaded and its tables were taken back, and no other one was loaded since.
  ///
  /// Several rollbacks one after the other take back several dumps.
  func wasTakenBack(_ timestamp: Timestamp) -> Bool {
    guard let last = lastLoad, last.publishing == .rollback, timestamp > last.timestamp else {
      return false
    }
    return entries.contains { $0.record.timestamp == timestamp }
  }

  /// The live table of a name.
  subscript(name: String) -> Table? {
    tables.first { isSameName($0.record.name, name) }
  }

  /// Whether an index of a table allows values but once.
  func hasUniqueIndex(on table: String) -> Bool {
    uniqueTables.contains { isSameName($0, table) }
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
