import Dump
import FoundationEssentials
import ObjectStorage

/// A command line that is run for each complete dump, with the dump in its environment.
///
/// It ends with 0 when it has done its work, with 31 or 75 to be run again later, and with anything
/// else if it could not do it. What it prints goes to standard error. Since only it knows what it has
/// done, it may be run twice for a dump if the machine stops between its end and the note of it.
struct CommandTarget: DumpTarget {
  let command: String
  let environment: [String: String]
  /// How much of the dump is checked before the command is run.
  let level: VerifyOptions.Level
  /// How long the command may go on after the watch was told to stop.
  let patience: Duration

  var description: String { "the command \(command)" }

  var keepsLedger: Bool { false }

  func held(_ loaded: IntakeRecord?) throws -> IntakeDecision.Target {
    IntakeDecision.Target(loaded)
  }

  func deliver(_ store: any ObjectStore) async throws -> Delivery {
    let clock = ContinuousClock()
    let start = clock.now
    var options = VerifyOptions()
    options.level = level
    let listing = try await DumpListing(store)
    let report = try await Verify(options: options).run(store)
    let outcome = Outcome(report.findings)
    guard outcome == .done, report.timestamp == listing.receipt.timestamp else {
      throw OperationError(
        outcome == .done ? .transient : outcome,
        "cannot run \(command) for \(store.description): "
          + (outcome == .done ? "the receipt has changed meanwhile" : "the dump is not sound"),
        findings: report.findings)
    }
    let child = ChildProcess(
      command: command, environment: variables(of: listing), patience: patience)
    try check(try await child.run())
    return Delivery(
      timestamp: listing.receipt.timestamp, isNew: true,
      tables: report.tables.map { Delivery.Table(name: $0.name, rows: $0.rows, files: $0.files) },
      bytes: report.tables.reduce(0) { $0 + $1.bytes }, seconds: (clock.now - start).inSeconds,
      findings: report.findings)
  }

  private func variables(of listing: DumpListing) -> [String: String] {
    let receipt = listing.receipt
    var variables = environment
    variables["RECEIPT_LOCATION"] = listing.store.description
    variables["RECEIPT_TIMESTAMP"] = receipt.timestamp.description
    variables["RECEIPT_LABEL"] = receipt.label.description
    variables["RECEIPT_TABLES"] = receipt.tables.map(\.name).joined(separator: ",")
    variables["RECEIPT_FILES"] = String(receipt.totalFileCount)
    // A variable may have no more than 128 KiB on Linux.
    if receipt.text.utf8.count < 100_000 { variables["RECEIPT_JSON"] = receipt.text }
    return variables
  }

  private func check(_ ending: ChildProcess.Ending) throws {
    switch ending {
    case .exit(0): return
    case .exit(31), .exit(75):
      throw OperationError(.transient, "the command \(command) asks to be run again later")
    case .exit(20): throw OperationError(.incomplete, "the command \(command) finds files missing")
    case .exit(let code):
      throw OperationError(
        .failed, "the command \(command) ended with status \(code)",
        hint: "it is run again some times; with 31 or 75 it would be until it succeeds")
    case .signal(let signal):
      try Task.checkCancellation()
      throw OperationError(.failed, "signal \(signal) ended the command \(command)")
    }
  }
}
