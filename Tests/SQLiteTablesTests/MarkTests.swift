import TestSupport
import Testing

@testable import SQLiteTables

/// Rows of two sides, told apart by hashes.
@Suite struct MarkTests {
  private struct Row: Hashable {
    var key: Int64?
    var content: Double
  }

  /// The marks of rows, collected by two threads' worth of collectors; rows are numbered from 0.
  private static func marks(
    _ rows: [Row], _ scheme: MarkScheme, _ memory: KeyMemory, hasContent: Bool = true
  ) throws -> MarkSet {
    let set = MarkSet(scheme, memory: memory)
    let collectors = [set.collector(runByteCount: 0), set.collector(runByteCount: 0)]
    for (index, row) in rows.enumerated() {
      var key = row.key ?? 0
      var valid: UInt8 = row.key == nil ? 0 : 1
      var content = row.content
      try unsafe withUnsafePointer(to: &key) { key in
        try unsafe withUnsafePointer(to: &valid) { valid in
          try unsafe withUnsafePointer(to: &content) { content in
            let columns: [CellColumn] = [
              unsafe .integers(key, valid: valid), unsafe .reals(content, valid: nil),
            ]
            try collectors[index % 2].append(
              hasContent ? columns : [columns[0]], rowCount: 1, firstRow: Int64(index))
          }
        }
      }
    }
    for collector in collectors { try collector.finish() }
    return set
  }

  private static func difference(_ old: MarkSet, _ new: MarkSet) throws -> MarkDifference {
    var found = MarkDifference()
    for part in 0..<old.partCount { found.add(try MarkDifference(from: old, to: new, part: part)) }
    return found
  }

  @Test(arguments: [0, 1 << 20])
  func `what differs is found, in memory and in a file`(byteLimit: Int) throws {
    let folder = try TemporaryDirectory()
    var random = SeededGenerator()
    let count = 40_000
    let old = (0..<count).map { Row(key: Int64($0), content: Double($0)) }.shuffled(using: &random)
    let new = old.compactMap { row -> Row? in
      switch Int.random(in: 0..<50, using: &random) {
      case 0: nil
      case 1: Row(key: row.key, content: row.content + 0.5)
      case 2: Row(key: (row.key ?? 0) + 1_000_000, content: row.content)
      default: row
      }
    }.shuffled(using: &random)
    let memory = KeyMemory(byteLimit: byteLimit, besides: folder.path("database"))
    let scheme = MarkScheme(keyColumnCount: 1, rowCount: Int64(count))
    #expect(scheme.partCount > 1)
    let found = try Self.difference(
      Self.marks(old, scheme, memory), Self.marks(new, scheme, memory))
    let before = Dictionary(uniqueKeysWithValues: old.map { ($0.key, $0.content) })
    let after = Dictionary(uniqueKeysWithValues: new.map { ($0.key, $0.content) })
    #expect(
      Set(found.added) == Set(new.indices.filter { before[new[$0].key] == nil }.map(Int64.init)),
      "seed \(random.seed)")
    #expect(
      Set(found.removed) == Set(old.indices.filter { after[old[$0].key] == nil }.map(Int64.init)),
      "seed \(random.seed)")
    for (one, other) in found.changed {
      #expect(old[Int(one)].key == new[Int(other)].key)
      #expect(old[Int(one)].content != new[Int(other)].content)
    }
    let changed = new.filter { row in before[row.key].map { $0 != row.content } ?? false }
    #expect(found.changed.count == changed.count, "seed \(random.seed)")
    #expect(Int(found.sameCount) + found.differenceCount - found.removed.count == new.count)
    #expect(found.oldRepeatedKeyCount == 0)
    #expect(found.newRepeatedKeyCount == 0)
  }

  @Test func `repeated keys and NULLs are counted`() throws {
    let folder = try TemporaryDirectory()
    let memory = KeyMemory(byteLimit: 1 << 20, besides: folder.path("database"))
    let scheme = MarkScheme(keyColumnCount: 1, rowCount: 5)
    let old = try Self.marks(
      [1, 1, 2, nil, 1].map { Row(key: $0, content: 0) }, scheme, memory)
    let new = try Self.marks([3, 3, nil, nil].map { Row(key: $0, content: 0) }, scheme, memory)
    let found = try Self.difference(old, new)
    #expect(found.oldRepeatedKeyCount == 2)
    #expect(found.newRepeatedKeyCount == 2)
    #expect(old.side == MarkSet.Side(rowCount: 5, nullKeyCount: 1))
    #expect(new.side == MarkSet.Side(rowCount: 4, nullKeyCount: 2))
  }

  @Test func `rows without a key are as often there as before, or more, or fewer`() throws {
    let folder = try TemporaryDirectory()
    let memory = KeyMemory(byteLimit: 0, besides: folder.path("database"))
    var random = SeededGenerator()
    let scheme = MarkScheme(keyColumnCount: 1, rowCount: 20_000)
    func rows() -> [Row] {
      (0..<20_000).map { _ in Row(key: Int64.random(in: 0..<4_000, using: &random), content: 0) }
    }
    let (old, new) = (rows(), rows())
    let found = try Self.difference(
      Self.marks(old, scheme, memory, hasContent: false),
      Self.marks(new, scheme, memory, hasContent: false))
    #expect(found.changed.isEmpty)
    var counts: [Int64?: Int] = [:]
    for row in old { counts[row.key, default: 0] += 1 }
    for row in found.removed { counts[old[Int(row)].key, default: 0] -= 1 }
    for row in found.added { counts[new[Int(row)].key, default: 0] += 1 }
    for row in new { counts[row.key, default: 0] -= 1 }
    #expect(counts.values.allSatisfy { $0 == 0 }, "seed \(random.seed)")
    #expect(Set(found.removed).count == found.removed.count)
  }
}
