import Foundation
import Testing

@testable import SQLiteTables

@Suite struct `A database connection` {
  @Test func `binds and reads every type`() throws {
    let database = try Database(path: ":memory:", mode: .create)
    let statement = try database.prepare("SELECT ?, ?, ?, ?, ?, ?, ?")
    let values: [Value] = [
      .integer(.min), .real(0.1), .text("ünï"), .text(""), .blob([0, 1]), .blob([]), .null,
    ]
    for (index, value) in values.enumerated() { try value.bind(to: statement, at: index + 1) }
    #expect(try statement.step())
    #expect(values.indices.map { Value(statement, $0) } == values)
    #expect(statement.text(2) == "ünï")
    #expect(statement.text(6) == nil)
    #expect(try !statement.step())
  }

  @Test func `explains SQL that is wrong, with the text`() throws {
    let database = try Database(path: ":memory:", mode: .create)
    let error = #expect(throws: SQLiteError.self) { try database.execute("SELEKT 1") }
    #expect(error?.code == .library)
    #expect(
      error?.description
        == "cannot run SQL in :memory:: near \"SELEKT\": syntax error (SQLite code 1)\nsql: SELEKT 1"
    )
  }

  @Test func `says which file it cannot open`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("missing/file.db")
    let error = #expect(throws: SQLiteError.self) {
      _ = try Database(path: path, mode: .readOnly)
    }
    #expect(error?.message.hasPrefix("cannot open database \(path): unable to open") == true)
    #expect(error?.hint != nil)
  }

  @Test func `takes a path for a path, whatever it begins with`() {
    // As a URI it would be a database in memory.
    #expect(throws: SQLiteError.self) {
      _ = try Database(path: "file:missing/a.db?mode=memory", mode: .create)
    }
  }

  @Test func `rolls a transaction back when its body throws`() throws {
    let database = try Database(path: ":memory:", mode: .create)
    try database.execute("CREATE TABLE t (a)")
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try database.transaction { database in
        try database.execute("INSERT INTO t VALUES (1)")
        throw Stop()
      }
    }
    try database.transaction { try $0.execute("INSERT INTO t VALUES (2)") }
    let statement = try database.prepare("SELECT a FROM t")
    #expect(try statement.step())
    #expect(statement.int64(0) == 2)
    #expect(try !statement.step())
  }

  @Test func `says who holds the lock`() throws {
    let directory = try TemporaryDirectory()
    let first = try Database(path: directory.path("a.db"), mode: .create)
    let second = try Database(path: directory.path("a.db"), mode: .create)
    try first.execute("CREATE TABLE t (a); BEGIN IMMEDIATE")
    let error = #expect(throws: SQLiteError.self) { try second.execute("BEGIN IMMEDIATE") }
    #expect(error?.hint?.hasPrefix("Another program is using the database.") == true)
  }
}

@Suite struct `A staged database` {
  @Test func `is an ordinary database once it is finished`() throws {
    let built = try BuiltTable([.integers], pageSize: 1024)
    try built.append(.integers(1...5000))
    _ = try built.staged.finish()
    let database = try Database(path: built.path, mode: .readWrite)
    try database.transaction { database in
      try database.execute("CREATE TABLE receipt_loads (at TEXT)")
      try database.execute("INSERT INTO receipt_loads VALUES ('2023-03-14')")
    }
    try database.execute("INSERT INTO t SELECT c0 FROM t; DELETE FROM t WHERE rowid % 3 = 0")
    try database.execute("CREATE INDEX i ON t (c0); PRAGMA journal_mode = WAL; VACUUM")
    #expect(try integrity(of: built.path) == ["ok"])
    #expect(try built.value("SELECT count(*) FROM t") == "6667")
  }

  @Test func `knows how large its file is`() throws {
    let built = try BuiltTable([.integers], pageSize: 1024)
    try built.append(.integers(1...5000))
    _ = try built.staged.finish()
    let attributes = try FileManager.default.attributesOfItem(atPath: built.path)
    #expect(attributes[.size] as? Int == built.staged.byteCount)
  }

  @Test func `is never built over a file with tables in it`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("a.db")
    let database = try Database(path: path, mode: .create)
    try database.execute("CREATE TABLE mine (a)")
    let error = #expect(throws: SQLiteError.self) {
      _ = try StagedDatabase(creating: path, tables: [.table("t", for: [.integers])])
    }
    #expect(error?.message == "cannot build a database at \(path): there is one already")
  }

  @Test func `takes its final name in one step`() throws {
    let built = try BuiltTable([.integers])
    try built.append(.integers(1...10))
    _ = try built.staged.finish()
    let target = built.directory.path("final.db")
    try Data("older".utf8).write(to: URL(filePath: target))
    try publishFile(at: built.path, as: target)
    #expect(try integrity(of: target) == ["ok"])
    #expect(!FileManager.default.fileExists(atPath: built.path))

    let missing = built.directory.path("missing/final.db")
    let error = #expect(throws: SQLiteError.self) { try publishFile(at: target, as: missing) }
    #expect(
      error?.message == "cannot rename \(target) to \(missing): No such file or directory")
  }
}
