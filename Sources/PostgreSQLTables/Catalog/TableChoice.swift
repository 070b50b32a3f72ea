/// Which tables of a server are read.
package struct TableChoice: Sendable, Hashable {
  /// The tables by their names, with or without a schema; `nil` for all.
  package var names: [String]?
  /// The schemas; `nil` for those of the search path.
  package var schemas: [String]?

  package init(names: [String]? = nil, schemas: [String]? = nil) {
    self.names = names
    self.schemas = schemas
  }

  /// Chooses tables by what the catalog says.
  ///
  /// Parts of partitioned tables and what belongs to extensions are chosen by name only, and so are
  /// tables that the user may not read, to be told so.
  ///
  /// - Parameters:
  ///   - entries: the catalog's.
  ///   - place: the server, for errors.
  /// - Returns: the tables in the order of their names.
  /// - Throws: `usage` for a name or schema that is not there, and for a name that is there twice;
  ///   `access-denied`.
  func tables(
    of entries: [Catalog.Entry], _ place: String
  ) throws(PostgreSQLError) -> [ServerTable] {
    let inSchemas = entries.filter { entry in
      schemas?.contains(entry.table.schema) ?? entry.isInPath
    }
    for schema in schemas ?? [] where !entries.contains(where: { $0.table.schema == schema }) {
      throw PostgreSQLError(
        .usage, "cannot read \(place): it has no schema \(schema) with tables in it",
        hint: TableChoice.list(Set(entries.map(\.table.schema)).sorted()))
    }
    var chosen: [ServerTable] = []
    if let names {
      for name in names { chosen.append(try table(name, entries, inSchemas, place)) }
    } else {
      // A foreign table's rows are of no snapshot.
      chosen = inSchemas.filter { $0.isReadable && !$0.isPart && $0.table.kind != .foreignTable }
        .map(\.table)
    }
    chosen.sort { ($0.name, $0.schema) < ($1.name, $1.schema) }
    for (first, second) in zip(chosen, chosen.dropFirst()) where first.name == second.name {
      throw PostgreSQLError(
        .usage,
        "cannot read \(place): \(first.qualifiedName) and \(second.qualifiedName) would both be "
          + "table \(first.name)",
        hint: first == second
          ? "name it once" : "choose one of them with --tables, or its schema with --pg-schema")
    }
    if chosen.isEmpty, let entry = inSchemas.first(where: { !$0.isReadable }) {
      throw TableChoice.denied(entry.table, place)
    }
    return chosen
  }

  /// The tables that a name means: with a schema any, without one those of the schemas.
  private func table(
    _ name: String, _ entries: [Catalog.Entry], _ inSchemas: [Catalog.Entry], _ place: String
  ) throws(PostgreSQLError) -> ServerTable {
    let found = inSchemas.filter { $0.table.name == name }
    let entry = found.first ?? entries.first { $0.table.qualifiedName == name }
    guard let entry else {
      throw PostgreSQLError(
        .usage, "cannot read \(place): it has no table \(name)",
        hint: TableChoice.list(inSchemas.filter { $0.isReadable }.map(\.table.name)))
    }
    if found.count > 1 {
      throw PostgreSQLError(
        .usage,
        "cannot read \(place): \(name) is "
          + found.map(\.table.qualifiedName).joined(separator: " and "),
        hint: "write the schema before the name")
    }
    guard entry.isReadable else { throw TableChoice.denied(entry.table, place) }
    return entry.table
  }

  private static func denied(_ table: ServerTable, _ place: String) -> PostgreSQLError {
    PostgreSQLError(
      .accessDenied,
      "cannot read table \(table.qualifiedName) of \(place): permission denied for the user",
      hint: "GRANT SELECT ON \(table.identifier), and USAGE ON SCHEMA "
        + "\(quotedIdentifier(table.schema)), to the user")
  }

  private static func list(_ names: [String]) -> String {
    if names.isEmpty { return "it has none" }
    let more = names.count > 20 ? " and \(names.count - 20) more" : ""
    return "it has \(names.prefix(20).joined(separator: ", "))\(more)"
  }
}
