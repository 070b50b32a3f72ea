import Testing

@testable import SQLiteTables

@Suite struct `A table definition` {
  static let oddNames = [
    "", " ", "plain", "with space", "with\"quote", "'single'", "[bracket]", "`tick`", "line\nend",
    "tab\there", "select", "rowid", "ünïcödé", "🧾", "e\u{301}", "é", "a.b", "a;b --", "1", "%s",
  ]

  @Test(arguments: oddNames)
  func `keeps a name exactly as it is`(name: String) throws {
    let directory = try TemporaryDirectory()
    let definition = try TableDefinition(
      name: name, columns: [.init(name, .text), .init(name + "2", .integer)])
    let staged = try StagedDatabase(for: directory.path("built.db"), tables: [definition])
    _ = try staged.finishAndPublish()
    let database = try Database(path: staged.target, mode: .readOnly)
    let tables = try database.prepare("SELECT name FROM sqlite_schema")
    #expect(try tables.step())
    #expect(tables.bytes(0) == Array(name.utf8))
    let rows = try database.prepare("SELECT * FROM \(quotedIdentifier(name))")
    #expect(Array(rows.columnName(0).utf8) == Array(name.utf8))
    #expect(Array(rows.columnName(1).utf8) == Array((name + "2").utf8))
  }

  @Test func `declares the type of every column`() throws {
    let definition = try TableDefinition(
      name: "t",
      columns: TableDefinition.ColumnType.allCases.map { .init($0.rawValue.lowercased(), $0) })
    #expect(
      definition.createStatement
        == """
        CREATE TABLE "t" (
          "integer" INTEGER,
          "real" REAL,
          "text" TEXT,
          "blob" BLOB
        )
        """)
  }

  @Test(arguments: [
    (
      ["Id", "iD"],
      #"cannot create table "t": columns "Id" and "iD" are the same name to SQLite"#
    ),
    (
      ["a\0b"],
      "cannot create table \"t\": SQL text cannot hold the NUL in the name of column \"a\0b\""
    ),
    ([], #"cannot create table "t" with 0 columns: SQLite allows 1 to 2000"#),
    (
      (0...2000).map { "c\($0)" },
      #"cannot create table "t" with 2001 columns: SQLite allows 1 to 2000"#
    ),
  ])
  func `that SQLite has no table for is refused`(columns: [String], message: String) {
    let error = #expect(throws: SQLiteError.self) {
      try TableDefinition(name: "t", columns: columns.map { .init($0, .text) })
    }
    #expect(error?.code == .unsupported)
    #expect(error?.message == message)
  }

  @Test func `takes other letters than ASCII as they are`() throws {
    let definition = try TableDefinition(
      name: "t", columns: [.init("É", .text), .init("é", .text), .init("e\u{301}", .text)])
    let database = try Database(path: ":memory:", mode: .create)
    try database.execute(definition.createStatement)
  }

  @Test func `may not take a name that SQLite keeps for itself`() {
    let error = #expect(throws: SQLiteError.self) {
      try TableDefinition(name: "SQLite_stat1", columns: [.init("a", .text)])
    }
    #expect(
      error?.message
        == #"cannot create table "SQLite_stat1": SQLite keeps names with sqlite_ for itself"#)
  }
}
