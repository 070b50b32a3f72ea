import Dump
import SQLiteTables

/// A table of an earlier dump that stays in the database under another name: `events@2026-11-20T04:03`.
struct KeptTable: Sendable, Hashable {
  /// The name that it had.
  let table: String
  /// The dump that it is of.
  let label: DumpLabel

  /// What such a name has behind the table's own.
  static func suffix(_ label: DumpLabel) -> String { "@\(label)" }

  var name: String { table + KeptTable.suffix(label) }

  /// The table that a name stands for; `nil` for names of other kinds.
  init?(name: String) {
    guard let at = name.lastIndex(of: "@"), at > name.startIndex,
      let label = try? DumpLabel(parsing: String(name[name.index(after: at)...]))
    else { return nil }
    table = String(name[..<at])
    self.label = label
  }

  init(_ table: String, _ label: DumpLabel) {
    self.table = table
    self.label = label
  }
}
