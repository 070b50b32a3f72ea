import SQLiteTables

/// Made-up rows of an events table: 4 integers, 3 reals, 3 texts, 2 timestamps, some NULL.
@safe
final class SampleRows: @unchecked Sendable {  // immutable once made
  static let columns: [TableDefinition.Column] = [
    .init("id", .integer), .init("account", .integer), .init("count", .integer),
    .init("rank", .integer), .init("value", .real), .init("share", .real), .init("score", .real),
    .init("name", .text), .init("kind", .text), .init("url", .text), .init("created", .integer),
    .init("closed", .integer),
  ]

  let count: Int
  let cells: [CellColumn]

  init(seed: UInt64, count: Int) {
    self.count = count
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    func integers(_ nullPercent: UInt64, _ make: () -> Int64) -> CellColumn {
      let values = UnsafeMutablePointer<Int64>.allocate(capacity: count)
      let valid = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
      for row in 0..<count {
        unsafe values[row] = make()
        unsafe valid[row] = next() % 100 < nullPercent ? 0 : 1
      }
      return unsafe .integers(values, valid: nullPercent == 0 ? nil : UnsafePointer(valid))
    }
    func reals(_ nullPercent: UInt64) -> CellColumn {
      let values = UnsafeMutablePointer<Double>.allocate(capacity: count)
      let valid = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
      for row in 0..<count {
        unsafe values[row] = Double(next() % 1_000_000_007) / 1009
        unsafe valid[row] = next() % 100 < nullPercent ? 0 : 1
      }
      return unsafe .reals(values, valid: nullPercent == 0 ? nil : UnsafePointer(valid))
    }
    func texts(_ lengths: ClosedRange<UInt64>, _ nullPercent: UInt64) -> CellColumn {
      let cells = UnsafeMutablePointer<Cell>.allocate(capacity: count)
      let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: count * Int(lengths.upperBound))
      var used = 0
      for row in 0..<count {
        guard next() % 100 >= nullPercent else {
          unsafe (cells + row).initialize(to: .null)
          continue
        }
        let length = Int(lengths.lowerBound + next() % UInt64(lengths.count))
        for index in 0..<length { unsafe bytes[used + index] = UInt8(97 + next() % 26) }
        unsafe (cells + row).initialize(
          to: Cell(base: bytes + used, count: UInt32(length), kind: Cell.textKind))
        used += length
      }
      return unsafe .cells(cells)
    }
    cells = [
      integers(0) { Int64(next() % 2_000_000) }, integers(0) { Int64(next() >> 1) },
      integers(0) { Int64(next() % 100) }, integers(5) { Int64(next() % 100_000) },
      reals(0), reals(0), reals(10), texts(8...14, 0), texts(3...12, 0), texts(12...40, 10),
      integers(20) { 1_700_000_000_000_000 + Int64(next() % 1_000_000_000_000) },
      integers(50) { 1_700_000_000_000_000 + Int64(next() % 1_000_000_000_000) },
    ]
  }

  func insert(with statement: borrowing Statement) throws {
    for row in 0..<count {
      for (index, column) in cells.enumerated() {
        switch column {
        case .integers(let values, let valid):
          if let valid = unsafe valid, unsafe valid[row] == 0 {
            try statement.bindNull(at: index + 1)
          } else {
            try unsafe statement.bind(values[row], at: index + 1)
          }
        case .reals(let values, let valid):
          if let valid = unsafe valid, unsafe valid[row] == 0 {
            try statement.bindNull(at: index + 1)
          } else {
            try unsafe statement.bind(values[row], at: index + 1)
          }
        case .cells(let cells):
          let cell = unsafe cells[row]
          if let base = unsafe cell.base {
            let bytes = unsafe UnsafeBufferPointer(
              start: base.assumingMemoryBound(to: UInt8.self), count: Int(cell.count))
            try unsafe statement.bind(text: bytes.span, at: index + 1)
          } else {
            try statement.bindNull(at: index + 1)
          }
        case .null, .dictionary:
          break
        }
      }
      try statement.run()
    }
  }
}
