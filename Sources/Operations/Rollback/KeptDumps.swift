public import Dump
import SQLiteTables

/// The dumps that a database keeps beside the live one: `receipt rollback --list`.
public struct KeptDumps: Sendable, Codable {
  /// One of them.
  public struct Dump: Sendable, Codable, Hashable {
    /// What stands behind the names of its tables.
    public var label: DumpLabel
    /// The dump's id.
    public var timestamp: Timestamp
    /// The tables that were kept, by the names that they had.
    public var tables: [String]
    /// Rows of these tables when they were loaded.
    public var rows: Int64
  }

  /// The database file.
  public var target: String
  /// The dump of the last load; `nil` if there was none.
  public var timestamp: Timestamp?
  /// The dumps that were kept, the newest first.
  public var dumps: [Dump]
}

extension LiveDump {
  /// A table of an earlier dump that was kept, as it was loaded.
  struct Kept: Sendable {
    /// What it is called now.
    let name: String
    let label: DumpLabel
    let record: LoadRecord.Table
    /// The load that it is of.
    let entry: Ledger.Entry
  }

  /// The tables that were kept and that the ledger knows, the newest first.
  var keptTables: [Kept] {
    kept.compactMap { kept in
      for entry in entries.reversed() where DumpLabel(entry.record.timestamp) == kept.label {
        guard let record = entry.record.tables.first(where: { isSameName($0.name, kept.table) })
        else { continue }
        return Kept(name: kept.name, label: kept.label, record: record, entry: entry)
      }
      return nil
    }
  }

  /// The dumps that they are of, the newest first.
  var keptDumps: [KeptDumps.Dump] {
    Dictionary(grouping: keptTables, by: \.label).values.map { tables in
      KeptDumps.Dump(
        label: tables[0].label, timestamp: tables[0].entry.record.timestamp,
        tables: tables.map(\.record.name).sorted(),
        rows: tables.reduce(0) { $0 + $1.record.rows })
    }.sorted { $0.label > $1.label }
  }

  /// The tables that the last load has put aside: for each that it has replaced or dropped the newest
  /// of those that are kept.
  var putAside: [Kept] {
    let last = lastLoad?.tables.map(\.name) ?? []
    var tables: [Kept] = []
    for kept in keptTables {
      let name = kept.record.name
      let isOfLast = last.contains { isSameName($0, name) } || self[name] == nil
      if isOfLast, !tables.contains(where: { isSameName($0.record.name, name) }) {
        tables.append(kept)
      }
    }
    return tables.sorted { $0.record.name < $1.record.name }
  }
}
