@testable import SQLiteTables

/// Reads a table b-tree page by page, knowing nothing of how it was made.
///
/// Follows <https://www.sqlite.org/fileformat2.html> and throws for every departure from it.
struct TreeReader {
  struct Departure: Error {
    var message: String
  }

  let pages: [UInt32: [UInt8]]
  let pageSize: Int
  /// Every page of the tree, each once.
  private(set) var visited: Set<UInt32> = []
  /// Rowids and payloads in key order.
  private(set) var rows: [(rowID: Int64, payload: [UInt8])] = []
  /// Levels of the tree; a leaf alone is one.
  private(set) var depth = 0

  init(pages: [UInt32: [UInt8]], pageSize: Int, root: UInt32) throws {
    self.pages = pages
    self.pageSize = pageSize
    try read(root, depth: 1, after: nil, upTo: nil)
  }

  private mutating func read(
    _ number: UInt32, depth: Int, after: Int64?, upTo: Int64?
  ) throws {
    let page = try take(number)
    let count = big(page, 3, 2)
    switch page[0] {
    case 0x0D:
      if self.depth == 0 { self.depth = depth }
      try expect(self.depth == depth, "leaf \(number) is on another level than the others")
      try readLeaf(page, count, number, after: after, upTo: upTo)
    case 0x05:
      try expect(count > 0, "interior page \(number) has no cell")
      var lower = after
      for index in 0..<count {
        let cell = big(page, 12 + 2 * index, 2)
        let (key, _) = varint(page, cell + 4)
        try read(UInt32(big(page, cell, 4)), depth: depth + 1, after: lower, upTo: key)
        lower = key
      }
      try read(UInt32(big(page, 8, 4)), depth: depth + 1, after: lower, upTo: upTo)
    default:
      throw Departure(message: "page \(number) has the type \(page[0])")
    }
  }

  private mutating func readLeaf(
    _ page: [UInt8], _ count: Int, _ number: UInt32, after: Int64?, upTo: Int64?
  ) throws {
    try expect(count > 0, "leaf \(number) is empty")
    let stored = big(page, 5, 2)
    let start = stored == 0 ? 65536 : stored
    try expect(start >= 8 + 2 * count, "the cells of leaf \(number) overlap its pointers")
    try expect(
      page[(8 + 2 * count)..<start].allSatisfy { $0 == 0 }, "leaf \(number) has stale bytes")
    for index in 0..<count {
      var offset = big(page, 8 + 2 * index, 2)
      try expect(offset >= start, "a cell of leaf \(number) is outside of the cells' area")
      let (size, next) = varint(page, offset)
      let (rowID, body) = varint(page, next)
      let length = Int(size)
      let last = rows.last?.rowID ?? after
      try expect(last.map { rowID > $0 } ?? true, "rowid \(rowID) is out of order")
      try expect(upTo.map { rowID <= $0 } ?? true, "rowid \(rowID) is under the wrong key")
      let local = localByteCount(length)
      offset = body + local
      var payload = Array(page[body..<offset])
      if local < length {
        payload += try readChain(UInt32(big(page, offset, 4)), length - local)
      }
      rows.append((rowID, payload))
    }
  }

  private mutating func readChain(_ first: UInt32, _ count: Int) throws -> [UInt8] {
    var payload: [UInt8] = []
    var next = first
    while payload.count < count {
      let page = try take(next)
      let part = min(count - payload.count, pageSize - 4)
      payload += page[4..<(4 + part)]
      try expect(page[(4 + part)...].allSatisfy { $0 == 0 }, "page \(next) has stale bytes")
      next = UInt32(big(page, 0, 4))
    }
    try expect(next == 0, "an overflow chain goes on behind its payload")
    return payload
  }

  private mutating func take(_ number: UInt32) throws -> [UInt8] {
    guard let page = pages[number] else { throw Departure(message: "there is no page \(number)") }
    try expect(visited.insert(number).inserted, "page \(number) is used twice")
    return page
  }

  private func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    if !condition { throw Departure(message: message()) }
  }

  /// The words of the format: U usable size, P payload, X, M and K as defined there.
  private func localByteCount(_ p: Int) -> Int {
    let u = pageSize
    let x = u - 35
    if p <= x { return p }
    let m = ((u - 12) * 32 / 255) - 23
    let k = m + ((p - m) % (u - 4))
    return k <= x ? k : m
  }

  private func big(_ page: [UInt8], _ offset: Int, _ width: Int) -> Int {
    page[offset..<(offset + width)].reduce(0) { $0 << 8 | Int($1) }
  }

  private func varint(_ page: [UInt8], _ offset: Int) -> (Int64, Int) {
    var value: UInt64 = 0
    for index in 0..<8 {
      let byte = page[offset + index]
      value = value << 7 | UInt64(byte & 0x7F)
      if byte < 0x80 { return (Int64(bitPattern: value), offset + index + 1) }
    }
    return (Int64(bitPattern: value << 8 | UInt64(page[offset + 8])), offset + 9)
  }
}
