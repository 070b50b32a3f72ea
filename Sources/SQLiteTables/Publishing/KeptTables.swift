/// Puts tables aside under other names, with their indexes, and brings them back; in the caller's
/// transaction.
///
/// Nothing of a table's rows is read or written: names are all that changes. Triggers do not go
/// along; they belong to the name.
package enum KeptTables {
  /// Puts a table aside.
  ///
  /// - Parameters:
  ///   - name: the table.
  ///   - suffix: what its name and those of its indexes get behind them.
  ///   - database: a connection with a transaction begun.
  /// - Throws: `library`.
  package static func setAside(
    _ name: String, suffix: String, in database: borrowing Database
  ) throws(SQLiteError) {
    let objects = try database.schemaObjects().filter { $0.belongs(to: name) }
    for trigger in objects where trigger.kind == .trigger {
      try database.execute("DROP TRIGGER main.\(quotedIdentifier(trigger.name))")
    }
    try rename(name, to: name + suffix, in: database)
    try nameIndexes(
      objects.filter { $0.kind == .index }.map { ($0.name, $0.name + suffix, nil) }, in: database)
    if try database.columnNames(of: "sqlite_stat1").isEmpty { return }
    let forget = try database.prepare(
      "DELETE FROM main.sqlite_stat1 WHERE tbl = ?1 COLLATE NOCASE")
    try forget.bind(name, at: 1)
    try forget.run()
  }

  /// Brings a table back in the place of the one that has its name.
  ///
  /// - Parameters:
  ///   - name: the table's own name.
  ///   - suffix: what it was put aside with.
  ///   - database: a connection with a transaction begun.
  /// - Returns: triggers of the other one that could not be made for this one.
  /// - Throws: `library`.
  package static func bringBack(
    _ name: String, suffix: String, in database: borrowing Database
  ) throws(SQLiteError) -> [Publication.Loss] {
    let objects = try database.schemaObjects()
    let triggers = objects.filter { $0.kind == .trigger && $0.belongs(to: name) }
    if objects.contains(where: { $0.kind == .table && $0.isNamed(name) }) {
      try database.execute("DROP TABLE main.\(quotedIdentifier(name))")
    }
    try rename(name + suffix, to: name, in: database)
    let indexes = objects.filter { $0.kind == .index && $0.belongs(to: name + suffix) }
    try nameIndexes(
      indexes.filter { $0.name.hasSuffix(suffix) }
        .map { ($0.name, String($0.name.dropLast(suffix.count)), nil) }, in: database)
    if try !database.columnNames(of: "sqlite_stat1").isEmpty {
      try database.execute(
        "PRAGMA analysis_limit = 2000; ANALYZE main.\(quotedIdentifier(name))")
    }
    var losses: [Publication.Loss] = []
    for trigger in triggers {
      do throws(SQLiteError) {
        try database.execute(trigger.sql)
      } catch {
        guard let code = error.resultCode, SQLiteLibrary.isRefusal(code) else { throw error }
        losses.append(Publication.Loss(object: trigger, reason: error.reason))
      }
    }
    return losses
  }

  private static func rename(
    _ name: String, to other: String, in database: borrowing Database
  ) throws(SQLiteError) {
    try database.execute(
      "ALTER TABLE main.\(quotedIdentifier(name)) RENAME TO \(quotedIdentifier(other))")
  }

  /// Gives indexes other names, which no statement of SQL does; the schema's table is written instead,
  /// and read anew.
  ///
  /// <https://www.sqlite.org/pragma.html#pragma_writable_schema>
  ///
  /// - Parameters:
  ///   - names: for each index the name that it has, the one that it gets, and the statement that
  ///     stands for it then; `nil` for the one that stands there, with the new name.
  ///   - database: a connection with a transaction begun.
  /// - Throws: `library`.
  static func nameIndexes(
    _ names: [(from: String, to: String, sql: String?)], in database: borrowing Database
  ) throws(SQLiteError) {
    if names.isEmpty { return }
    try database.execute("PRAGMA writable_schema = ON")
    let find = try database.prepare(
      "SELECT sql FROM main.sqlite_schema WHERE type = 'index' AND name = ?1")
    let update = try database.prepare(
      "UPDATE main.sqlite_schema SET name = ?1, sql = ?2 WHERE type = 'index' AND name = ?3")
    for (from, to, given) in names {
      try find.bind(from, at: 1)
      guard try find.step(), let sql = find.text(0) else { continue }
      find.reset()
      try update.bind(to, at: 1)
      try update.bind(given ?? renamed(sql, to), at: 2)
      try update.bind(from, at: 3)
      try update.run()
    }
    try database.execute("PRAGMA writable_schema = RESET")
    try database.execute("PRAGMA writable_schema = OFF")
  }

  /// The statement of an index with another name in it.
  ///
  /// SQLite stores `CREATE INDEX` or `CREATE UNIQUE INDEX`, the name as it was written, and ` ON`
  /// with the rest.
  static func renamed(_ sql: String, _ name: String) -> String {
    var rest = Substring(sql)
    var head = ""
    for _ in 0..<3 {
      let word = rest.prefix { !$0.isWhitespace }
      let isIndex = word.uppercased() == "INDEX"
      head += word
      rest = rest.dropFirst(word.count)
      let space = rest.prefix(while: \.isWhitespace)
      head += space
      rest = rest.dropFirst(space.count)
      if isIndex { break }
    }
    let quotes: [Character: Character] = ["\"": "\"", "'": "'", "`": "`", "[": "]"]
    if let first = rest.first, let close = quotes[first] {
      rest.removeFirst()
      while let character = rest.popFirst() {
        if character != close { continue }
        if close != "]", rest.first == close { rest.removeFirst() } else { break }
      }
    } else {
      rest = rest.drop { !$0.isWhitespace }
    }
    return head + quotedIdentifier(name) + rest
  }
}
