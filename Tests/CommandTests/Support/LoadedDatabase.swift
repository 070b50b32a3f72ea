import SQLiteTables

/// A database that a load has made, as its users have it open.
struct LoadedDatabase: ~Copyable {
  private let database: Database

  init(_ scratch: Scratch, _ name: String) throws {
    let opened = try Database(path: scratch.path(name), mode: .create)
    try opened.setBusyTimeout(milliseconds: 30_000)
    database = opened
  }

  /// Runs statements.
  func execute(_ sql: String) throws { try database.execute(sql) }

  /// The first column of the first row, as text.
  func value(_ sql: String) throws -> String? { try values(sql).first ?? nil }

  /// The first column of all rows, as text.
  func values(_ sql: String) throws -> [String?] {
    let statement = try database.prepare(sql)
    var values: [String?] = []
    while try statement.step() { values.append(statement.text(0)) }
    return values
  }
}
