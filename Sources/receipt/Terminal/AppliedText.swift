import Operations

/// Says which rows of the tables a load has written, and why all where it might have been fewer.
enum AppliedText {
  /// A line for each table of which only some rows were written, and one for each reason to write all.
  ///
  /// `deals: 3 changed, 1 added, 0 removed, by deal_id` and `all rows of events, spend: it is small`;
  /// none where there was no choice.
  static func lines(_ report: LoadReport) -> [String] {
    var lines: [String] = []
    var replaced: [(reason: String, tables: [String])] = []
    for table in report.tables {
      guard let applied = table.applied else { continue }
      switch applied.mode {
      case .changes:
        let counts = [
          (applied.changed, "changed"), (applied.added, "added"), (applied.removed, "removed"),
        ].map { "\(Wording.grouped($0.0 ?? 0)) \($0.1)" }
        lines.append(
          "\(table.name): \(counts.joined(separator: ", ")), by "
            + (applied.key ?? []).joined(separator: ", "))
      case .replace:
        let reason = applied.reason ?? ""
        if let index = replaced.firstIndex(where: { $0.reason == reason }) {
          replaced[index].tables.append(table.name)
        } else {
          replaced.append((reason, [table.name]))
        }
      }
    }
    return lines
      + replaced.map { "all rows of \($0.tables.joined(separator: ", ")): \($0.reason)" }
  }
}
