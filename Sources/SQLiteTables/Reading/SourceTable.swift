/// A table or view of a database that is read, with its columns as they are declared.
package struct SourceTable: Sendable {
  /// What SQLite prefers to store in a column, by the words of its declaration.
  ///
  /// <https://www.sqlite.org/datatype3.html#determination_of_column_affinity>
  package enum Affinity: Sendable, Hashable {
    case integer
    case text
    case blob
    case real
    case numeric

    init(declaredType: String) {
      let type = declaredType.uppercased()
      func has(_ words: String...) -> Bool { words.contains { type.contains($0) } }
      if has("INT") {
        self = .integer
      } else if has("CHAR", "CLOB", "TEXT") {
        self = .text
      } else if has("BLOB") || type.isEmpty {
        self = .blob
      } else if has("REAL", "FLOA", "DOUB") {
        self = .real
      } else {
        self = .numeric
      }
    }
  }

  /// A column.
  package struct Column: Sendable, Hashable {
    package let name: String
    package let declaredType: String
    package let affinity: Affinity
  }

  package let name: String
  package let columns: [Column]
  package let isView: Bool
  /// The rows.
  package let rowCount: Int64
  /// Its pages, if they can be read without the library.
  let leaves: LeafList?
  /// The column that stands for the rowid, in such a table.
  let rowIDColumn: Int?
}
