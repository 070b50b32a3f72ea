import Dump
import SQLiteTables
import Warehouse

/// What the ledger of a database says for those who delete dumps.
struct LedgerReading {
  /// What was loaded into it.
  let consumer: DumpConsumer
  /// The receipts of those loads, which prove dumps complete.
  let receipts: [Receipt]

  /// Reads the ledger of a database.
  ///
  /// - Throws: ``OperationError`` if there is no such database, or it is no target of loads: a wrong
  ///   name must not pass for a consumer that needs nothing.
  init(_ path: String, busyTimeout: Duration) throws {
    guard try TargetFile.exists(path, to: "read") else {
      throw OperationError(
        .failed, "cannot read \(path): there is no such file",
        hint: "--loaded-by names a database that `receipt load` has made")
    }
    let database = try Database(path: TargetFile.resolved(path), mode: .readWrite)
    try database.begin(.read, waiting: busyTimeout)
    let entries = try Ledger.entries(in: database)
    guard !entries.isEmpty else {
      throw OperationError(
        .failed, "cannot use \(path): nothing was loaded into it yet",
        hint: "load a dump, or leave --loaded-by away")
    }
    consumer = DumpConsumer(name: path, loads: entries.map(\.record.timestamp))
    receipts = entries.compactMap { try? Receipt(parsing: Array($0.receipt.utf8)) }
  }

  /// Reads the ledger of a warehouse, which keeps no receipts.
  ///
  /// - Throws: ``OperationError`` if it cannot be asked, or nothing was copied into it.
  init(_ warehouse: WarehouseConsumer, timeout: Duration) async throws {
    let options = warehouse.options
    let ledger = try await CopyLedger(
      try warehouse.access.connection(timeout: timeout), options)
    guard !ledger.timestamps.isEmpty else {
      throw OperationError(
        .failed, "cannot use \(options.target.title): nothing was copied into it yet",
        hint: "copy a dump, name its schema with --schema or --ledger-schema, or leave "
          + "--loaded-by away")
    }
    consumer = DumpConsumer(name: options.target.title, loads: ledger.timestamps)
    receipts = []
  }
}
