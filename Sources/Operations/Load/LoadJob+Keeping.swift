import Dump
import SQLiteTables

extension LoadJob {
  /// For how many earlier dumps tables stay.
  ///
  /// Who has kept some by hand must not lose them to a load that says nothing of it, such as a
  /// watch's. Changed rows alone leave nothing that could be kept.
  var keptDumpCount: Int {
    if let count = options.keptDumpCount { return count }
    return options.apply == .changes ? 0 : live?.keptDumpCount ?? 0
  }

  /// What the names of live tables get behind them when they are put aside.
  ///
  /// - Parameter names: the tables that give way.
  /// - Returns: nothing if no earlier dump is to be kept.
  func suffixes(_ names: [String]) -> [String: String] {
    guard keptDumpCount > 0 else { return [:] }
    var suffixes: [String: String] = [:]
    for name in names {
      guard let table = live?[name] else { continue }
      suffixes[table.record.name] = KeptTable.suffix(DumpLabel(table.load.timestamp))
    }
    return suffixes
  }

  /// The tables of earlier dumps that go: of each table that is loaded all but the newest that are
  /// kept, with the one that is put aside now; and one whose name that gets.
  ///
  /// Where the whole dump is loaded, that is of all tables, also of those that are gone for long.
  ///
  /// - Parameter names: the tables that give way.
  /// - Returns: none if nothing was ever kept; what there is goes when nothing is to be kept any more.
  func keptTooLong(_ names: [String]) -> [String] {
    guard let live else { return [] }
    let suffixes = suffixes(names)
    var gone: [String] = []
    let loaded = live.kept.filter { kept in
      options.tables == nil || inventories.contains { isSameName($0.name, kept.table) }
    }
    for (_, kept) in Dictionary(grouping: loaded, by: \.table) {
      let replaced = suffixes.first { isSameName($0.key, kept[0].table) }
      let others = kept.filter { $0.name != replaced.map { $0.key + $0.value } }
      gone += kept.filter { !others.contains($0) }.map(\.name)
      let room = max(0, keptDumpCount - (replaced == nil ? 0 : 1))
      gone += others.dropFirst(room).map(\.name)
    }
    return gone.sorted()
  }
}
