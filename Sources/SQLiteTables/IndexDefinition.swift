/// An index on columns of a table, in their order and compared by bytes: the kind whose pages can be
/// built without the library.
package struct IndexDefinition: Sendable, Hashable {
  package let name: String
  package let table: String
  package let columns: [String]
  /// The statement that makes it, as it stands in the database.
  package let sql: String

  /// An index whose statement is made here.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - table: the table that it is on.
  ///   - columns: the names of the table's columns.
  package init(name: String, table: String, columns: [String]) {
    self.init(
      name: name, table: table, columns: columns,
      sql: IndexDefinition.statement(name, table, columns))
  }

  /// An index that is there already.
  package init(name: String, table: String, columns: [String], sql: String) {
    self.name = name
    self.table = table
    self.columns = columns
    self.sql = sql
  }

  /// The statement for a table and an index of other names.
  func statement(named name: String, on table: String) -> String {
    IndexDefinition.statement(name, table, columns)
  }

  /// Whether it is on the same columns in the same order.
  package func isLike(_ other: IndexDefinition) -> Bool {
    isSameName(table, other.table) && columns.count == other.columns.count
      && zip(columns, other.columns).allSatisfy { isSameName($0, $1) }
  }

  /// The positions of its columns in a table.
  ///
  /// - Returns: `nil` if the table lacks one.
  package func positions(in definition: TableDefinition) -> [Int]? {
    var positions: [Int] = []
    for column in columns {
      guard let position = definition.columns.firstIndex(where: { isSameName($0.name, column) })
      else { return nil }
      positions.append(position)
    }
    return positions
  }

  private static func statement(_ name: String, _ table: String, _ columns: [String]) -> String {
    "CREATE INDEX \(quotedIdentifier(name)) ON \(quotedIdentifier(table)) ("
      + columns.map(quotedIdentifier).joined(separator: ", ") + ")"
  }
}

extension Database {
  /// Whether an index or a constraint of a table allows values but once.
  package func hasUniqueIndex(on table: String) throws(SQLiteError) -> Bool {
    let count = try prepare(
      "SELECT count(*) FROM pragma_index_list(?1, 'main') WHERE \"unique\"")
    try count.bind(table, at: 1)
    return try count.step() && count.int64(0) > 0
  }

  /// The indexes of a table whose pages can be built without the library: not unique, not partial, on
  /// columns alone, ascending, compared by bytes.
  package func plainIndexes(of table: String) throws(SQLiteError) -> [IndexDefinition] {
    let list = try prepare(
      """
      SELECT l.name, s.sql FROM pragma_index_list(?1, 'main') AS l
      JOIN main.sqlite_schema AS s ON s.type = 'index' AND s.name = l.name
      WHERE l.origin = 'c' AND NOT l."unique" AND NOT l.partial ORDER BY s.rowid
      """)
    try list.bind(table, at: 1)
    var indexes: [IndexDefinition] = []
    while try list.step() {
      let name = list.text(0) ?? ""
      let columns = try prepare(
        """
        SELECT name, cid >= 0 AND NOT "desc" AND coll = 'BINARY' COLLATE NOCASE
        FROM pragma_index_xinfo(?1, 'main') WHERE key ORDER BY seqno
        """)
      try columns.bind(name, at: 1)
      var names: [String] = []
      var isPlain = true
      while try columns.step() {
        names.append(columns.text(0) ?? "")
        if columns.int64(1) != 1 { isPlain = false }
      }
      guard isPlain, !names.isEmpty else { continue }
      indexes.append(
        IndexDefinition(name: name, table: table, columns: names, sql: list.text(1) ?? ""))
    }
    return indexes
  }
}
