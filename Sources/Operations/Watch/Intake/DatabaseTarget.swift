import Dump
import ObjectStorage
import SQLiteTables

/// A SQLite file: `receipt load`, whose ledger says what is in it.
struct DatabaseTarget: DumpTarget {
  let path: String
  let options: LoadOptions

  var description: String { path }

  var keepsLedger: Bool { true }

  func held(_ loaded: IntakeRecord?) throws -> IntakeDecision.Target {
    guard try TargetFile.exists(path, to: "read") else { return IntakeDecision.Target() }
    let live = try LiveDump(
      path: TargetFile.resolved(path), busyTimeout: min(options.busyTimeout, .seconds(5)))
    let timestamps = live.tables.map(\.load.timestamp)
    let load = live.entries.last { $0.record.publishing != .rollback }
    return IntakeDecision.Target(
      oldest: timestamps.min(), newest: timestamps.max(), deliveredAt: load?.record.finishedAt)
  }

  func deliver(_ store: any ObjectStore) async throws -> Delivery {
    let report = try await Load(options: options).run(store, into: path)
    return Delivery(
      timestamp: report.timestamp, isNew: report.status == .loaded,
      tables: report.tables.map {
        Delivery.Table(name: $0.name, rows: $0.rows, files: $0.files)
      }, bytes: report.bytes, seconds: report.seconds, findings: report.findings)
  }
}
