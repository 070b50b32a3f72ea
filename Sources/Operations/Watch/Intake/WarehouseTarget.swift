import Dump
import ObjectStorage
import Warehouse

/// A warehouse: `receipt copy --run`, whose ledger in the warehouse says what is in it.
///
/// The ledger is a request or several away, so that it is not asked for each look: what the watch
/// has delivered last is remembered, and the copy itself asks the ledger before it begins.
struct WarehouseTarget: DumpTarget {
  let options: CopyOptions
  /// Makes the way to the warehouse; keys are read anew each time, since they are exchanged while
  /// the watch runs.
  let access: @Sendable () throws -> WarehouseAccess
  let description: String

  var keepsLedger: Bool { true }

  func held(_ loaded: IntakeRecord?) throws -> IntakeDecision.Target {
    IntakeDecision.Target(loaded)
  }

  func deliver(_ store: any ObjectStore) async throws -> Delivery {
    var options = options
    options.access = try access()
    let report = try await Copy(options: options).run(store)
    return Delivery(
      timestamp: report.timestamp, isNew: report.status == .copied,
      tables: report.tables.map {
        Delivery.Table(name: $0.name, rows: $0.rows, files: $0.files)
      }, bytes: report.bytes, seconds: report.seconds, findings: report.findings)
  }
}
