import Dump
import FoundationEssentials
import Operations

/// What becomes of lifecycle rules, and what they do, as people read them.
enum LifecycleText {
  /// The file that keeps the old rules, in the current directory.
  static func undoName(
    _ bucket: String, _ what: String = "lifecycle", _ end: String = ".xml"
  ) -> String {
    let time = Date.now.formatted(
      Date.ISO8601FormatStyle().year().month().day().time(includingFractionalSeconds: false)
        .dateSeparator(.omitted).timeSeparator(.omitted))
    return "receipt-\(what)-\(bucket)-\(time)Z\(end)"
  }

  static func print(_ report: LifecycleReport) throws {
    for line in report.merge.difference { try StandardOutput.print(line) }
    for warning in report.warnings { try StandardOutput.print("warning: \(warning)") }
    if !report.merge.changes {
      try StandardOutput.print("the rules of \(report.location) are as they should be")
    } else if let undoFile = report.undoFile, report.isApplied {
      try StandardOutput.print("written and read back; the old rules are in \(undoFile)")
    } else {
      try StandardOutput.print("nothing was written; --apply does it")
    }
  }

  static func print(_ report: LifecycleSimulationReport) throws {
    var text = TextTable([
      ("", .left), ("state", .left), ("first goes", .left), ("last goes", .left), ("stay", .right),
      ("by rule", .left), ("", .left),
    ])
    for dump in report.simulation.dumps.reversed() {
      let notes = [dump.isCurrent ? "current" : nil, dump.isPinned ? "pinned" : nil]
      text.add(
        [dump.label.description, dump.state.rawValue] + cells(dump.expiry, report.at)
          + [notes.compactMap { $0 }.joined(separator: ", ")])
    }
    if let receipt = report.simulation.receipt {
      text.add([DumpKeys.receipt, ""] + cells(receipt, report.at) + [""])
    }
    try StandardOutput.write(Array(text.text.utf8))
    try StandardOutput.print("")
    for warning in report.simulation.warnings { try StandardOutput.print("warning: \(warning)") }
    for note in report.notes { try StandardOutput.print("note: \(note)") }
    if report.keepsVersions {
      try StandardOutput.print("note: the bucket keeps what goes as old versions until they expire")
    }
    let rules = report.rules.map { "\"\($0)\"" }.joined(separator: ", ")
    try StandardOutput.print(
      report.rules.isEmpty ? "no rule is in force" : "by \(rules), if nothing more is written")
  }

  private static func cells(_ expiry: LifecycleSimulation.Expiry, _ now: Timestamp) -> [String] {
    func day(_ date: Timestamp?) -> String {
      guard let date else { return "never" }
      return date <= now ? "due" : String(date.description.prefix(10))
    }
    let rules = expiry.rules.joined(separator: ", ") + (expiry.isUncertain ? " (by tags)" : "")
    return [
      day(expiry.first), expiry.first == nil ? "" : day(expiry.last),
      Wording.grouped(expiry.staying), rules,
    ]
  }
}
