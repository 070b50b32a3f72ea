package import Parquet

/// A table, and what becomes of its columns.
package struct TableReading: Sendable {
  package let table: ServerTable
  package let schema: Schema
  let columns: [ColumnReading]
  let infinity: CopyColumn.Infinity

  /// Plans how a table is read.
  ///
  /// - Parameters:
  ///   - table: the table.
  ///   - schema: one top-level field for each column, in their order.
  ///   - infinityIsNull: whether infinite dates and timestamps become nulls instead of errors.
  /// - Throws: `usage` for a column that does not become its field.
  package init(
    _ table: ServerTable, schema: Schema, infinityIsNull: Bool = false
  ) throws(PostgreSQLError) {
    self.table = table
    self.schema = schema
    infinity = infinityIsNull ? .null : .refused
    var columns: [ColumnReading] = []
    for (index, column) in table.columns.enumerated() {
      guard let reading = ColumnReading(column, schema, field: index) else {
        throw PostgreSQLError(
          .usage,
          "cannot export table \(table.name): column \(column.name) is \(column.type.name), which "
            + "does not become \(schema.fields[index].typeText) without loss",
          hint: "a schema can make any column a STRING")
      }
      columns.append(reading)
    }
    self.columns = columns
  }

  /// What the server is asked for.
  var statement: String {
    let list = columns.map(\.expression).joined(separator: ", ")
    return "COPY (SELECT \(list) FROM \(table.identifier)) TO STDOUT (FORMAT binary)"
  }
}

extension Field {
  /// The type, for errors.
  fileprivate var typeText: String {
    switch shape {
    case .leaf(let leaf): leaf.logicalType?.description ?? leaf.physicalType.description
    case .structure: "a struct"
    case .list: "a list"
    case .map: "a map"
    }
  }
}
