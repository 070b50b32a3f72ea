import Dump
import Parquet
import SQLiteTables

/// The tables of a SQLite database, all of one moment.
struct SQLiteSource: ExportSource {
  let tables: [ExportTable]
  private let snapshot: DatabaseSnapshot
  private let sources: [String: SourceTable]

  /// Begins to read.
  ///
  /// - Parameters:
  ///   - path: the database file.
  ///   - names: the tables or views wanted; `nil` for all tables but those of the ledger.
  ///   - schemas: the schemas that are given for tables, by name.
  ///   - busyTimeout: how long to wait for writers.
  /// - Throws: ``OperationError``, `SQLiteError`.
  init(
    path: String, tables names: [String]?, schemas: ExportSchemas, busyTimeout: Duration
  ) throws {
    guard try TargetFile.exists(path) else {
      throw OperationError(.failed, "cannot export \(path): there is no such file")
    }
    snapshot = try DatabaseSnapshot(
      path: TargetFile.resolved(path), busyTimeout: busyTimeout)
    let found = try SQLiteSource.chosen(names, of: snapshot, path)
    sources = Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0) })
    tables = try found.map { [snapshot] table in
      ExportTable(
        name: table.name, schema: try SQLiteSource.schema(of: table, schemas, in: snapshot),
        rowCount: table.rowCount, isRandomAccess: snapshot.readsPages(of: table))
    }
  }

  func rows(of table: ExportTable, _ range: Range<Int64>?) throws -> any ExportRows {
    guard let source = sources[table.name] else {
      throw OperationError(.failed, "cannot export \(table.name): there is no such table")
    }
    return SQLiteRows(try snapshot.rows(of: source, schema: table.schema, range))
  }

  private static func chosen(
    _ names: [String]?, of snapshot: DatabaseSnapshot, _ path: String
  ) throws -> [SourceTable] {
    guard let names else {
      return snapshot.tables.filter {
        !$0.isView && !Ledger.names.contains($0.name) && KeptTable(name: $0.name) == nil
      }
    }
    return try names.map { name in
      guard let table = snapshot.tables.first(where: { isSameName($0.name, name) }) else {
        throw OperationError(
          .usage, "cannot export \(path): it has no table \(name)",
          hint: "it has " + snapshot.tables.map(\.name).joined(separator: ", "))
      }
      return table
    }
  }

  /// The schema of a table: the one that is given, or what the columns' declarations say.
  private static func schema(
    of table: SourceTable, _ schemas: ExportSchemas, in snapshot: DatabaseSnapshot
  ) throws -> Schema {
    // Declared numeric, or not at all: what is stored says what to do.
    let unclear = table.columns.filter { $0.affinity == .numeric || $0.affinity == .blob }
      .map(\.name)
    let contents = Dictionary(
      zip(unclear, try snapshot.contents(of: table, columns: unclear)),
      uniquingKeysWith: { first, _ in first })
    let fields = table.columns.map { column -> FieldDefinition in
      switch column.affinity {
      case .integer: return .int64(column.name)
      case .real: return .double(column.name)
      case .text: return .string(column.name)
      case .blob, .numeric:
        return contents[column.name]?.field(column.name, declaredAs: column.declaredType)
          ?? .string(column.name)
      }
    }
    return try schemas[table.name]?.schema(for: fields, of: table.name) ?? Schema(fields: fields)
  }
}

extension ColumnContents {
  /// A field that holds everything there is; texts beside numbers cannot be told apart later, and are
  /// an error when they come.
  fileprivate func field(_ name: String, declaredAs type: String) -> FieldDefinition {
    if hasBlobs { return .binary(name) }
    if hasTexts { return .string(name) }
    if hasReals { return .double(name) }
    if isTruthValues, type.uppercased().contains("BOOL") { return .boolean(name) }
    if hasIntegers { return .int64(name) }
    return type.isEmpty || type.uppercased().contains("BLOB") ? .binary(name) : .string(name)
  }
}

private final class SQLiteRows: ExportRows {
  private let rows: TableRows

  init(_ rows: TableRows) { self.rows = rows }

  func read(into rows: RowGroupBuilder, limit: Int) throws -> Int {
    try self.rows.read(into: rows, limit: limit)
  }
}
