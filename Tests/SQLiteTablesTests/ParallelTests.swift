import Foundation
import TestSupport
import Testing

@testable import SQLiteTables

/// Several threads, each with its own writer, filling the same tables at once.
@Suite struct `Workers on several threads` {
  @Test(arguments: [512, 16384])
  func `fill one table together`(pageSize: Int) throws {
    let shapes: [Block.Shape] = [.integers, .reals, .cells, .dictionary, .integers, .cells]
    var random = SeededGenerator(seed: UInt64(pageSize))
    let blocks = (0..<24).map { index in
      Block.random(
        rowCount: [0, 1, 30, 500, 900][index % 5], shapes: shapes, longest: 700, using: &random)
    }
    let built = try BuiltTable(shapes, pageSize: pageSize)
    let firstRowIDs = blocks.reduce(into: [Int64(1)]) {
      $0.append($0[$0.count - 1] + Int64($1.rowCount))
    }

    let reference = built.directory.path("inserted.db")
    let library = try Database(path: reference, mode: .create)
    try library.execute(TableDefinition.table("t", for: shapes).createStatement)
    for (block, firstRowID) in zip(blocks, firstRowIDs) {
      try insert(block, firstRowID: firstRowID, into: "t", of: library)
    }

    let table = built.table
    nonisolated(unsafe) let shared = blocks
    let failures = inParallel(4) { worker in
      // Every worker takes each fourth file, with a writer for each.
      for file in stride(from: worker, to: unsafe shared.count, by: 4) {
        let block = unsafe shared[file]
        var writer = LeafRunWriter(table, runByteCount: 6 * pageSize)
        let half = block.rowCount / 2
        try writer.append(columns: block.columns, rowCount: half, firstRowID: firstRowIDs[file])
        try writer.append(
          columns: block.columns(from: half), rowCount: block.rowCount - half,
          firstRowID: firstRowIDs[file] + Int64(half))
        try writer.finish()
      }
    }
    #expect(failures.isEmpty)
    #expect(try built.staged.finishAndPublish() == [Int(firstRowIDs[24] - 1)])
    #expect(try integrity(of: built.path) == ["ok"], "seed \(pageSize)")
    try expectSameRows("t", built.path, reference, "seed \(pageSize)")
  }

  @Test func `agree on the root page when each has one leaf or none`() throws {
    for workers in 1...5 {
      let built = try BuiltTable([.integers])
      let table = built.table
      let failures = inParallel(workers) { worker in
        let block = Block.integers([Int64(worker)])
        var writer = LeafRunWriter(table)
        if worker != 1 {
          try writer.append(columns: block.columns, rowCount: 1, firstRowID: Int64(worker))
        }
        try writer.finish()
      }
      #expect(failures.isEmpty)
      #expect(try built.staged.finishAndPublish() == [workers == 1 ? 1 : workers - 1])
      #expect(try integrity(of: built.path) == ["ok"])
    }
  }

  @Test func `claim every page number once`() throws {
    let allocator = PageAllocator(pageSize: try PageSize(4096), pageCount: 10)
    let collected = Collected()
    let failures = inParallel(4) { worker in
      for count in 1...100 {
        let claim = try allocator.claim(count)
        collected.append((0..<count).map { claim.pageNumber(at: $0) })
      }
    }
    #expect(failures.isEmpty)
    #expect(collected.sorted() == Array(11...(10 + 4 * 5050)))
    #expect(allocator.pageCount == 10 + 4 * 5050)
  }
}

private final class Collected: @unchecked Sendable {  // guarded by `lock`
  private let lock = NSLock()
  private var numbers: [UInt32] = []

  func append(_ more: [UInt32]) {
    lock.withLock { numbers += more }
  }

  func sorted() -> [UInt32] {
    lock.withLock { numbers.sorted() }
  }
}

/// Runs `body` on so many threads; returns what they threw.
private func inParallel(
  _ count: Int, _ body: @escaping @Sendable (Int) throws -> Void
) -> [String] {
  let group = DispatchGroup()
  let lock = NSLock()
  nonisolated(unsafe) var failures: [String] = []
  for index in 0..<count {
    group.enter()
    Thread.detachNewThread {
      do {
        try body(index)
      } catch {
        lock.withLock { unsafe failures.append("\(error)") }
      }
      group.leave()
    }
  }
  group.wait()
  return unsafe failures
}
