/// A table's name and columns, and the `CREATE TABLE` statement that makes it.
package struct TableDefinition: Sendable, Hashable {
  /// What a column is declared as; SQLite prefers this type when it stores a value.
  package enum ColumnType: String, Sendable, Hashable, CaseIterable {
    case integer = "INTEGER"
    case real = "REAL"
    case text = "TEXT"
    case blob = "BLOB"
  }

  /// One column of a table.
  package struct Column: Sendable, Hashable {
    /// Kept exactly: any Unicode, quotes, line ends; it may be empty.
    package var name: String
    package var type: ColumnType

    package init(_ name: String, _ type: ColumnType) {
      self.name = name
      self.type = type
    }
  }

  package let name: String
  package let columns: [Column]

  /// `SQLITE_MAX_COLUMN`, as the library is built everywhere.
  package static let maxColumnCount = 2000

  /// Accepts what SQLite can create.
  ///
  /// - Throws: `unsupported`, with the column's name: without columns or with more than 2,000; for
  ///   names with a NUL; for two names that differ at most in the case of ASCII letters, which
  ///   SQLite takes for one; for table names that begin with `sqlite_`.
  package init(name: String, columns: [Column]) throws(SQLiteError) {
    let title = "cannot create table \(quotedIdentifier(name))"
    guard (1...TableDefinition.maxColumnCount).contains(columns.count) else {
      throw SQLiteError(
        .unsupported,
        "\(title) with \(columns.count) columns: SQLite allows 1 to "
          + "\(TableDefinition.maxColumnCount)",
        hint: "--nested json keeps every struct in one column")
    }
    guard !foldedName(name).starts(with: "sqlite_".utf8) else {
      throw SQLiteError(.unsupported, "\(title): SQLite keeps names with sqlite_ for itself")
    }
    guard !name.utf8.contains(0) else {
      throw SQLiteError(.unsupported, "\(title): SQL text cannot hold the NUL in its name")
    }
    var seen: [[UInt8]: String] = [:]
    for column in columns {
      let quoted = quotedIdentifier(column.name)
      guard !column.name.utf8.contains(0) else {
        throw SQLiteError(
          .unsupported, "\(title): SQL text cannot hold the NUL in the name of column \(quoted)")
      }
      if let other = seen.updateValue(column.name, forKey: foldedName(column.name)) {
        throw SQLiteError(
          .unsupported,
          "\(title): columns \(quotedIdentifier(other)) and \(quoted) are the same name to SQLite")
      }
    }
    self.name = name
    self.columns = columns
  }

  /// The statement that creates the table, with every name quoted.
  package var createStatement: String {
    let list = columns.map { "  \(quotedIdentifier($0.name)) \($0.type.rawValue)" }
    return "CREATE TABLE \(quotedIdentifier(name)) (\n\(list.joined(separator: ",\n"))\n)"
  }
}

/// A name as SQL text: in double quotes, with those inside it doubled.
///
/// The one place where names become SQL.
package func quotedIdentifier(_ name: String) -> String {
  var quoted = "\""
  for scalar in name.unicodeScalars {
    if scalar == "\"" { quoted += "\"" }
    quoted.unicodeScalars.append(scalar)
  }
  return quoted + "\""
}

/// A name as SQLite compares it: bytes, with A to Z as a to z.
func foldedName(_ name: String) -> [UInt8] {
  name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
}

/// Whether SQLite takes two names for one.
package func isSameName(_ name: String, _ other: String) -> Bool {
  foldedName(name) == foldedName(other)
}
