import TestSupport
import Testing

@testable import SQLiteTables

/// Keys and checksums that are read from a table's pages.
@Suite struct KeyScanTests {
  /// The marks of a table's rows.
  private static func marks(_ path: String, _ scheme: MarkScheme, _ memory: KeyMemory) throws
    -> MarkSet
  {
    let snapshot = try DatabaseSnapshot(
      path: path, busyTimeout: .seconds(1), countsRows: false)
    let table = try #require(snapshot.tables.first)
    let set = MarkSet(scheme, memory: memory)
    let collector = set.collector(runByteCount: 0)
    for part in snapshot.keyParts(of: table) {
      // The key is the last column, and what tells whether a row has changed the second one.
      try snapshot.collectKeys(of: table, columns: [3, 1], part: part, into: collector) {}
    }
    try collector.finish()
    try snapshot.endReading()
    return set
  }

  /// Rows of one page and rows of many stand between each other; pages have few rows or hundreds.
  @Test(arguments: [512, 4_096, 65_536])
  func `are the same whatever the pages' size`(pageSize: Int) throws {
    var random = SeededGenerator()
    let folder = try TemporaryDirectory()
    let (one, other) = (folder.path("one.sqlite"), folder.path("other.sqlite"))
    let rowCount = 3_000
    var changed: Set<Int64> = []
    var rows: [(old: String, new: String)] = []
    for row in 1...rowCount {
      let length = [0, 7, 40, 400].randomElement(using: &random) ?? 0
      // Of one in a hundred the long value, before the key, is on many pages.
      let long = "CAST(zeroblob(\(row % 100 == 0 ? 70_000 : length)) AS TEXT)"
      let before = row % 3 == 0 ? "NULL" : "'\(String(repeating: "b", count: length % 90))'"
      let isChanged = Int.random(in: 0..<100, using: &random) == 0
      if isChanged { changed.insert(Int64(row)) }
      func values(_ checksum: String) -> String {
        "INSERT INTO t VALUES (\(before), '\(checksum)', \(long), 'key \(row)')"
      }
      rows.append((values("sum \(row)"), values(isChanged ? "other" : "sum \(row)")))
    }
    for (path, size, rows) in [(one, 1_024, rows.map(\.old)), (other, pageSize, rows.map(\.new))] {
      let database = try Database(path: path, mode: .create)
      try database.execute("PRAGMA page_size = \(size)")
      try database.execute("CREATE TABLE t (before TEXT, checksum TEXT, long TEXT, key TEXT)")
      try database.execute("BEGIN")
      for row in rows { try database.execute(row) }
      try database.execute("COMMIT")
    }

    let scheme = MarkScheme(keyColumnCount: 1, rowCount: Int64(rowCount))
    let memory = KeyMemory(byteLimit: 1 << 24, besides: one)
    let (old, new) = (
      try Self.marks(one, scheme, memory), try Self.marks(other, scheme, memory)
    )
    var found = MarkDifference()
    for part in 0..<old.partCount { found.add(try MarkDifference(from: old, to: new, part: part)) }
    #expect(old.side.rowCount == rowCount)
    #expect(new.side.rowCount == rowCount)
    #expect(found.added.isEmpty && found.removed.isEmpty, "seed \(random.seed)")
    #expect(Set(found.changed.map { $0.0 }) == changed, "seed \(random.seed)")
    #expect(Set(found.changed.map { $0.1 }) == changed, "seed \(random.seed)")
  }
}
