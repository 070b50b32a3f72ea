package import Parquet

/// Which columns a SQLite table has for a Parquet schema, and where each comes from.
package struct TableMapping: Sendable {
  /// Where a column's values come from.
  package enum Origin: Sendable, Hashable {
    /// One leaf column, one value a row.
    case leaf(LeafColumn)
    /// A field that becomes JSON text.
    case json(Field)
  }

  /// A column of the table.
  package struct Column: Sendable, Hashable {
    package var name: String
    package var type: TableDefinition.ColumnType
    package var origin: Origin
  }

  package let columns: [Column]
  package let options: ConversionOptions

  /// Lays out the columns.
  ///
  /// Names are the Parquet names; those of a struct's fields are joined by `_`. Where two columns
  /// would have one name, the first keeps it and the others are numbered `_2`, `_3` and so on.
  /// SQLite takes names that differ in the case of ASCII letters for one.
  package init(_ schema: Schema, options: ConversionOptions) {
    self.options = options
    var columns: [Column] = []
    for field in schema.fields {
      TableMapping.add(field, name: field.name, options, &columns)
    }
    self.columns = TableMapping.numbered(columns)
  }

  /// The table of this mapping under a name.
  package func definition(named name: String) throws(SQLiteError) -> TableDefinition {
    try TableDefinition(
      name: name, columns: columns.map { TableDefinition.Column($0.name, $0.type) })
  }

  private static func add(
    _ field: Field, name: String, _ options: ConversionOptions, _ columns: inout [Column]
  ) {
    switch field.shape {
    case .leaf(let leaf):
      columns.append(
        Column(name: name, type: leaf.sqliteType(options), origin: .leaf(leaf)))
    case .structure(let fields) where options.nesting == .columns:
      for child in fields { add(child, name: name + "_" + child.name, options, &columns) }
    case .structure, .list, .map:
      columns.append(Column(name: name, type: .text, origin: .json(field)))
    }
  }

  private static func numbered(_ columns: [Column]) -> [Column] {
    var taken = Set(columns.map { foldedName($0.name) })
    var seen = Set<[UInt8]>()
    return columns.map { column in
      guard !seen.insert(foldedName(column.name)).inserted else { return column }
      var number = 2
      while !taken.insert(foldedName("\(column.name)_\(number)")).inserted { number += 1 }
      var column = column
      column.name += "_\(number)"
      return column
    }
  }
}

extension LeafColumn {
  /// What a column with these values is declared as.
  fileprivate func sqliteType(_ options: ConversionOptions) -> TableDefinition.ColumnType {
    switch valueKind {
    case .boolean, .signed: .integer
    case .unsigned(let bitWidth): bitWidth == 64 && options.uint64 == .text ? .text : .integer
    case .float, .double, .float16: .real
    case .decimal: options.decimals == .real ? .real : .text
    case .text, .date, .time, .timestamp, .int96, .uuid, .interval, .null: .text
    case .binary: .blob
    }
  }
}
