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
    _ = try built.staged.finishAndPublish()
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
    _ = try built.staged.finishAndPublish()
    let attributes = try FileManager.default.attributesOfItem(atPath: built.path)
    #expect(attributes[.size] as? Int == built.staged.byteCount)
  }

  @Test func `has no name until it is complete`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("a.db")
    let staged = try StagedDatabase(for: path, tables: [.table("t", for: [.integers])])
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path("")) == [])
    _ = try staged.finish()
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path("")) == [])
    try staged.publish(replacing: false)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path("")) == ["a.db"])
  }

  @Test func `does not take a name that another file has`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("a.db")
    let staged = try StagedDatabase(for: path, tables: [.table("t", for: [.integers])])
    _ = try staged.finish()
    try Data("mine".utf8).write(to: URL(filePath: path))
    let error = #expect(throws: SQLiteError.self) { try staged.publish(replacing: false) }
    #expect(error?.message == "cannot write \(path): File exists")
    #expect(try Data(contentsOf: URL(filePath: path)) == Data("mine".utf8))
  }

  @Test func `replaces another file in one step and keeps its permissions`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("a.db")
    try Data("older".utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    let staged = try StagedDatabase(for: path, tables: [.table("t", for: [.integers])])
    _ = try staged.finish()
    try staged.publish(replacing: true)
    #expect(try integrity(of: path) == ["ok"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path("")) == ["a.db"])
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func `cannot be made in a directory that is not there`() throws {
    let directory = try TemporaryDirectory()
    let missing = directory.path("missing/final.db")
    let error = #expect(throws: SQLiteError.self) {
      _ = try StagedDatabase(for: missing, tables: [.table("t", for: [.integers])])
    }
    #expect(
      error?.message == "cannot make a file beside \(missing): No such file or directory")
  }
}
