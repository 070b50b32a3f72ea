import Dump
import ObjectStorage
import Parquet
import PostgreSQLTables

/// The tables of a PostgreSQL database, all of one moment.
struct PostgreSQLSource: ExportSource {
  let tables: [ExportTable]
  private let snapshot: ServerSnapshot
  private let readings: [String: TableReading]

  /// Begins to read.
  ///
  /// - Parameters:
  ///   - url: the database.
  ///   - options: the tables and schemas.
  ///   - schemas: the schemas that are given for tables, by name.
  /// - Throws: ``OperationError``, `PostgreSQLError`, `ParquetError`.
  init(_ url: String, _ options: ExportOptions, schemas: ExportSchemas) throws {
    var wanted = ServerSnapshot.Options()
    wanted.choice = TableChoice(names: options.tables, schemas: options.databaseSchemas)
    wanted.lockTimeout = options.busyTimeout
    wanted.isShared = options.threadCount > 1
    wanted.cancellation = {
      let scope = BlockingScope.current
      return { scope?.isCancelled ?? false }
    }
    let snapshot = try ServerSnapshot(PostgreSQLURL(url), wanted)
    self.snapshot = snapshot
    var readings: [String: TableReading] = [:]
    tables = try snapshot.tables.map { table in
      let fields = table.columns.map { $0.type.field($0.name, listStyle: options.listStyle) }
      let schema =
        try schemas[table.name]?.schema(for: fields, of: table.name) ?? Schema(fields: fields)
      readings[table.name] = try TableReading(
        table, schema: schema, infinityIsNull: options.infinityIsNull)
      // Files of equal sizes need the exact number, which takes a pass over the table.
      let isCounted = if case .count = options.fileRule { true } else { false }
      return ExportTable(
        name: table.name, schema: schema,
        rowCount: isCounted ? try snapshot.rowCount(of: table) : nil, isRandomAccess: false,
        estimatedRowCount: table.estimatedRowCount)
    }
    self.readings = readings
  }

  func rows(of table: ExportTable, _ range: Range<Int64>?) throws -> any ExportRows {
    guard let reading = readings[table.name] else {
      throw OperationError(.failed, "cannot export \(table.name): there is no such table")
    }
    return PostgreSQLRows(try snapshot.rows(reading))
  }
}

private final class PostgreSQLRows: ExportRows {
  private let rows: CopiedRows

  init(_ rows: CopiedRows) { self.rows = rows }

  func read(into rows: RowGroupBuilder, limit: Int) throws -> Int {
    try self.rows.read(into: rows, limit: limit)
  }
}
