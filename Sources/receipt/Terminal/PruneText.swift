import Dump
import Operations

/// A plan of a prune, and what became of it, as people read them.
enum PruneText {
  /// Prints the plan, and what was done of it if anything was.
  static func print(_ plan: PrunePlan, _ report: PruneReport?) throws {
    if !plan.decisions.isEmpty {
      try StandardOutput.write(Array(table(plan).utf8))
      try StandardOutput.print("")
    }
    for warning in plan.warnings { try StandardOutput.print("warning: \(warning)") }
    try StandardOutput.print(totals(plan))
    if let report {
      try print(report)
    } else if plan.refusals.isEmpty, !(plan.removals.isEmpty && plan.uploads.isEmpty) {
      try StandardOutput.print("nothing was deleted; --apply does it")
    }
  }

  private static func table(_ plan: PrunePlan) -> String {
    let hasVersions = plan.decisions.contains { $0.oldVersions + $0.deleteMarkers > 0 }
    var text = TextTable(
      [
        ("", .left), ("dump", .left), ("older by", .right), ("state", .left), ("files", .right),
        ("bytes", .right),
      ] + (hasVersions ? [("old versions", .right), ("markers", .right)] : []) + [("why", .left)])
    for decision in plan.decisions.reversed() {
      let versions =
        hasVersions
        ? [
          decision.oldVersions == 0
            ? "0"
            : "\(Wording.grouped(decision.oldVersions)), \(Wording.bytes(decision.oldVersionBytes))",
          Wording.grouped(decision.deleteMarkers),
        ] : []
      text.add(
        [
          decision.action.rawValue, decision.label.description, age(decision),
          decision.state.rawValue, Wording.grouped(decision.files), Wording.bytes(decision.bytes),
        ] + versions + [decision.reasons.map(\.text).joined(separator: "; ")])
    }
    return text.text
  }

  private static func age(_ decision: PrunePlan.Decision) -> String {
    decision.ageSeconds <= 0 ? "-" : Wording.duration(Double(decision.ageSeconds))
  }

  private static func totals(_ plan: PrunePlan) -> String {
    let removals = plan.removals
    let files = removals.reduce(0) { $0 + $1.objectCount }
    let bytes = removals.reduce(0) { $0 + $1.bytes }
    let versions = removals.reduce(0) { $0 + $1.oldVersions + $1.deleteMarkers }
    var text =
      "\(Wording.count(plan.decisions.count - removals.count, "dump")) stay, "
      + "\(Wording.grouped(removals.count)) go"
    if !removals.isEmpty {
      text += ": \(Wording.count(files, "object")), \(Wording.bytes(bytes))"
      if plan.removesVersions {
        text +=
          ", with \(Wording.count(versions, "old version")) and markers; "
          + "\(Wording.bytes(plan.freedByteCount)) will be free"
      } else if plan.keepsVersions {
        text += ", which the bucket keeps as old versions: nothing is freed without --all-versions"
      }
    }
    if !plan.uploads.isEmpty {
      text += "; \(Wording.count(plan.uploads.count, "unfinished upload")) to abort"
    }
    return text
  }

  private static func print(_ report: PruneReport) throws {
    for dump in report.dumps where dump.ending != .deleted {
      try StandardOutput.print(
        "\(dump.ending.rawValue) \(dump.label): \(dump.reason ?? "no reason is known")")
    }
    for failure in report.failures.prefix(shownFailureCount) {
      try StandardOutput.print("  \(TextTable.printable(failure.key)): \(failure.message)")
    }
    if report.failures.count > shownFailureCount {
      let rest = report.failures.count - shownFailureCount
      try StandardOutput.print("  and \(Wording.grouped(rest)) more; --json says all")
    }
    if let problem = report.problem { try StandardOutput.print("ended early: \(problem)") }
    let deleted = report.dumps.count { $0.ending == .deleted }
    var text =
      "deleted \(Wording.grouped(deleted)) of \(Wording.count(report.plannedDumps, "dump")): "
      + "\(Wording.count(report.objects, "object")), \(Wording.bytes(report.freedBytes)) freed"
    if report.abortedUploads > 0 {
      text += ", \(Wording.count(report.abortedUploads, "upload")) aborted"
    }
    try StandardOutput.print(text + " in \(Wording.duration(report.seconds))")
    try TrafficText.print(report.traffic)
  }

  private static let shownFailureCount = 10
}
