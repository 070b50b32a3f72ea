@testable import SQLiteTables

/// Rows as columns of values, and the same as `CellColumn`s in memory of its own.
///
/// Every array is allocated at its exact size, so that an address sanitizer sees reads beyond it.
@safe
final class Block {
  enum Shape: CaseIterable {
    case null
    case integers
    case reals
    case cells
    case dictionary
  }

  let rowCount: Int
  /// By column, then row.
  let values: [[Value]]
  let shapes: [Shape]
  private(set) var columns: [CellColumn] = []
  private var allocations: [UnsafeMutableRawPointer] = unsafe []

  init(rowCount: Int, shapes: [Shape], values: [[Value]]) {
    self.rowCount = rowCount
    self.values = values
    self.shapes = shapes
    for (shape, column) in zip(shapes, values) {
      precondition(column.count == rowCount)
      columns.append(makeColumn(shape, column))
    }
  }

  deinit {
    for index in unsafe allocations.indices {
      unsafe allocations[index].deallocate()
    }
  }

  /// The columns from a row on, as a reader hands over a part of its batch.
  func columns(from row: Int) -> [CellColumn] {
    columns.map { column in
      switch column {
      case .null: .null
      case .integers(let values, let valid):
        unsafe .integers(values + row, valid: valid.map { unsafe $0 + row })
      case .reals(let values, let valid):
        unsafe .reals(values + row, valid: valid.map { unsafe $0 + row })
      case .cells(let values): unsafe .cells(values + row)
      case .dictionary(let indices, let entries):
        unsafe .dictionary(indices: indices + row, entries: entries)
      }
    }
  }

  private func makeColumn(_ shape: Shape, _ column: [Value]) -> CellColumn {
    let valid: [UInt8] = column.map { $0 == .null ? 0 : 1 }
    let hasNull = valid.contains(0)
    switch shape {
    case .null:
      return .null
    case .integers:
      // What stands under a NULL is anything.
      let numbers = column.map { value -> Int64 in
        if case .integer(let number) = value { number } else { 0x1234_5678_9ABC }
      }
      return unsafe .integers(store(numbers), valid: hasNull ? store(valid) : nil)
    case .reals:
      let numbers = column.map { value -> Double in
        if case .real(let number) = value { number } else { 0.1 }
      }
      return unsafe .reals(store(numbers), valid: hasNull ? store(valid) : nil)
    case .cells:
      return unsafe .cells(store(column.map(makeCell)))
    case .dictionary:
      var entries: [Value] = []
      var index: [Value: Int32] = [:]
      let indices = column.map { value in
        if let known = index[value] { return known }
        let new = Int32(entries.count)
        entries.append(value)
        index[value] = new
        return new
      }
      return unsafe .dictionary(indices: store(indices), entries: store(entries.map(makeCell)))
    }
  }

  private func makeCell(_ value: Value) -> Cell {
    switch value {
    case .text(let bytes):
      unsafe Cell(base: store(bytes), count: UInt32(bytes.count), kind: Cell.textKind)
    case .blob(let bytes):
      unsafe Cell(base: store(bytes), count: UInt32(bytes.count), kind: Cell.blobKind)
    case .null, .integer, .real:
      .null
    }
  }

  private func store<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
    unsafe elements.withUnsafeBufferPointer { elements in
      guard let base = elements.baseAddress else { return }
      unsafe memory.initialize(from: base, count: elements.count)
    }
    unsafe allocations.append(UnsafeMutableRawPointer(memory))
    return unsafe UnsafePointer(memory)
  }
}

extension TableDefinition {
  /// A table with the columns that a block's shapes need.
  static func table(_ name: String, for shapes: [Block.Shape]) throws -> TableDefinition {
    try TableDefinition(
      name: name,
      columns: shapes.enumerated().map { index, shape in
        let type: ColumnType =
          switch shape {
          case .integers: .integer
          case .reals: .real
          case .null, .cells, .dictionary: .blob
          }
        return Column("c\(index)", type)
      })
  }
}
