/// A table, index, view or trigger of a database, as `sqlite_schema` has it.
package struct SchemaObject: Sendable, Hashable {
  /// What it is.
  package enum Kind: String, Sendable, Hashable {
    case table
    case index
    case view
    case trigger
  }

  package let kind: Kind
  package let name: String
  /// The table or view that it belongs to; of a table or view its own name.
  package let table: String
  /// The statement that makes it.
  package let sql: String

  /// Whether it belongs to a table; SQLite does not tell A to Z from a to z.
  package func belongs(to table: String) -> Bool {
    foldedName(self.table) == foldedName(table)
  }

  /// Whether it has a name.
  package func isNamed(_ name: String) -> Bool { foldedName(self.name) == foldedName(name) }
}

extension Database {
  /// Everything that somebody has created in the database; what SQLite makes for itself is not
  /// listed.
  package func schemaObjects() throws(SQLiteError) -> [SchemaObject] {
    let statement = try prepare(
      """
      SELECT type, name, tbl_name, sql FROM main.sqlite_schema
      WHERE sql IS NOT NULL AND lower(substr(name, 1, 7)) <> 'sqlite_' ORDER BY rowid
      """)
    var objects: [SchemaObject] = []
    while try statement.step() {
      guard let type = statement.text(0), let kind = SchemaObject.Kind(rawValue: type) else {
        continue
      }
      objects.append(
        SchemaObject(
          kind: kind, name: statement.text(1) ?? "", table: statement.text(2) ?? "",
          sql: statement.text(3) ?? ""))
    }
    return objects
  }

  /// The names of a table's or view's columns; none if there is no such thing.
  package func columnNames(of table: String) throws(SQLiteError) -> [String] {
    try columns(of: table).map(\.name)
  }

  /// The names of a table's generated columns, which are computed and not stored with a row.
  package func generatedColumnNames(of table: String) throws(SQLiteError) -> [String] {
    let statement = try prepare(
      "SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden IN (2, 3) ORDER BY cid")
    try statement.bind(table, at: 1)
    var names: [String] = []
    while try statement.step() { names.append(statement.text(0) ?? "") }
    return names
  }

  /// The columns of a table or view, generated ones excepted; none if there is no such thing.
  ///
  /// A type that this module does not write counts as text.
  package func columns(of table: String) throws(SQLiteError) -> [TableDefinition.Column] {
    let statement = try prepare("SELECT name, type FROM pragma_table_info(?, 'main') ORDER BY cid")
    try statement.bind(table, at: 1)
    var columns: [TableDefinition.Column] = []
    while try statement.step() {
      let type = TableDefinition.ColumnType(rawValue: statement.text(1) ?? "")
      columns.append(TableDefinition.Column(statement.text(0) ?? "", type ?? .text))
    }
    return columns
  }
}
