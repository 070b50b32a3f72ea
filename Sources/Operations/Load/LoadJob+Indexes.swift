import Dump
import SQLiteTables

extension LoadJob {
  /// The indexes whose pages are built with those of the tables: those that the tables have already,
  /// as far as it can be done, and those that are asked for.
  ///
  /// - Parameter definitions: the tables that are loaded.
  /// - Returns: the indexes, those that are there first.
  /// - Throws: ``OperationError`` for an index on what is not there.
  func indexes(on definitions: [TableDefinition]) throws -> [IndexDefinition] {
    var indexes: [IndexDefinition] = []
    for definition in definitions {
      for index in live?[definition.name]?.indexes ?? []
      where index.positions(in: definition) != nil {
        indexes.append(
          IndexDefinition(
            name: index.name, table: definition.name, columns: index.columns, sql: index.sql))
      }
    }
    for request in options.indexes {
      guard let index = try definition(of: request, on: definitions, besides: indexes) else {
        continue
      }
      if !indexes.contains(where: index.isLike) { indexes.append(index) }
    }
    return indexes
  }

  /// Makes sure that each key is one of a table that there is: a name that is mistyped does nothing.
  ///
  /// - Throws: ``OperationError``.
  func checkKeys() throws {
    for key in options.keys
    where live?[key.table] == nil
      && !listing.receipt.tables.contains(where: { isSameName($0.name, key.table) })
    {
      throw OperationError(
        .usage, "cannot use a key of table \(key.table): the receipt has no such table",
        hint: "it has " + listing.receipt.tables.map(\.name).joined(separator: ", "))
    }
  }

  private func definition(
    of request: IndexRequest, on definitions: [TableDefinition], besides others: [IndexDefinition]
  ) throws -> IndexDefinition? {
    guard let table = definitions.first(where: { isSameName($0.name, request.table) }) else {
      if request.isOptional || live?[request.table] != nil { return nil }
      if listing.receipt.tables.contains(where: { isSameName($0.name, request.table) }) {
        return nil
      }
      throw OperationError(
        .usage, "cannot index table \(request.table): the receipt has no such table",
        hint: "it has " + listing.receipt.tables.map(\.name).joined(separator: ", "))
    }
    var columns: [String] = []
    for name in request.columns {
      guard let column = table.columns.first(where: { isSameName($0.name, name) }) else {
        if request.isOptional { return nil }
        throw OperationError(
          .usage, "cannot index column \(name) of table \(table.name): it has no such column",
          hint: "it has " + table.columns.map(\.name).joined(separator: ", "))
      }
      columns.append(column.name)
    }
    let usual = ([table.name] + columns).joined(separator: "_")
    var name = usual
    var number = 2
    while isTaken(name, others) {
      name = "\(usual)_\(number)"
      number += 1
    }
    return IndexDefinition(name: name, table: table.name, columns: columns)
  }

  private func isTaken(_ name: String, _ others: [IndexDefinition]) -> Bool {
    others.contains { isSameName($0.name, name) }
      || live?.objects.contains { $0.isNamed(name) } == true
      || inventories.contains { isSameName($0.name, name) } || Ledger.isReserved(name)
  }
}
