import Testing

/// How a database keeps its changes apart from its readers.
enum JournalMode: String, CaseIterable, Sendable {
  case delete
  case wal
}

/// The timestamps of dumps that follow each other.
enum Moment {
  static let first = SampleDump.timestamp
  static let second = "2026-11-20T15:03:11.000001Z"
  static let third = "2026-11-21T04:03:08.500000Z"
}

extension Scratch {
  /// Loads a dump of fixtures, and makes what its users would have beside it.
  ///
  /// - Parameters:
  ///   - tables: for each table the names of its files in `Fixtures`.
  ///   - mode: the journal mode of `crm.sqlite`.
  ///   - sql: what its users have made.
  /// - Throws: what the file system or SQLite reports.
  convenience init(
    live tables: [String: [String]], mode: JournalMode = .delete, _ sql: String = ""
  ) throws {
    try self.init()
    try makeDump(tables)
    let result = try load()
    #expect(result.status == 0, "\(result.errors)")
    let database = try LoadedDatabase(self, "crm.sqlite")
    #expect(try database.value("PRAGMA journal_mode = \(mode.rawValue)") == mode.rawValue)
    try database.execute(sql)
  }

  /// Loads `dump` into `crm.sqlite`.
  func load(_ flags: String...) throws -> Command.Result {
    try Command.run(["load", "dump", "--into", "crm.sqlite"] + flags, in: self)
  }

  /// The answer of `crm.sqlite`.
  func value(_ sql: String) throws -> String? {
    try LoadedDatabase(self, "crm.sqlite").value(sql)
  }
}
