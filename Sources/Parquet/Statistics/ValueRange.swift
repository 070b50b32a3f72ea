/// The smallest and largest value of a column and its number of nulls, as they really are: what a
/// writer's statistics are held against.
///
/// Order is the column's own; NaN has no place in it, and −0 equals 0.
public struct ValueRange {
  let column: LeafColumn
  let order: ValueOrder?
  private(set) var numbers: ClosedRange<Int64>?
  private(set) var unsignedNumbers: ClosedRange<UInt64>?
  private(set) var floats: ClosedRange<Double>?
  private(set) var smallestBytes: ByteBuffer?
  private(set) var largestBytes: ByteBuffer?
  private(set) var nullCount: Int64 = 0
  /// Texts that are not UTF-8.
  public private(set) var brokenTextCount = 0

  /// The range of no values yet.
  public init(_ column: LeafColumn) {
    self.column = column
    order = ValueOrder(column)
  }

  /// Takes the values of a batch in.
  public mutating func add(_ vector: ColumnVector) {
    vector.materialize()
    let levels = vector.validLevels
    let values = vector.values.contents
    let entries = 0..<vector.entryCount
    for entry in entries where !levels.hasValue(entry) { nullCount += 1 }
    if column.valueKind == .text {
      for entry in entries where levels.hasValue(entry) && !values.view(entry).isUTF8 {
        brokenTextCount += 1
      }
    }
    switch order {
    case .signed(let bitWidth):
      extend(\.numbers, entries, levels) { values.signed($0, bitWidth: bitWidth) }
    case .unsigned(let bitWidth):
      extend(\.unsignedNumbers, entries, levels) { values.unsigned($0, bitWidth: bitWidth) }
    case .boolean:
      extend(\.numbers, entries, levels) { values.boolean($0) ? 1 : 0 }
    case .float:
      extend(\.floats, entries, levels) { Double(values.float($0)) }
    case .double:
      extend(\.floats, entries, levels) { values.double($0) }
    case .float16:
      extend(\.floats, entries, levels) { values.view($0).float16 }
    case .bytes:
      extendBytes(entries, levels, values) { $0.precedes($1) }
    case .signedBytes:
      extendBytes(entries, levels, values) { $0.precedesSigned($1) }
    case nil: break
    }
  }

  private mutating func extend<T: Comparable>(
    _ path: WritableKeyPath<ValueRange, ClosedRange<T>?>, _ entries: Range<Int>,
    _ levels: ValidLevels, _ value: (Int) -> T
  ) {
    var range = self[keyPath: path]
    for entry in entries where levels.hasValue(entry) {
      let value = value(entry)
      // NaN equals nothing, itself included.
      guard value == value else { continue }
      guard let known = range else {
        range = value...value
        continue
      }
      if value < known.lowerBound {
        range = value...known.upperBound
      } else if value > known.upperBound {
        range = known.lowerBound...value
      }
    }
    self[keyPath: path] = range
  }

  private mutating func extendBytes(
    _ entries: Range<Int>, _ levels: ValidLevels, _ values: Values,
    _ precedes: (ByteView, ByteView) -> Bool
  ) {
    var smallest = smallestBytes?.view
    var largest = largestBytes?.view
    var hasChanged = false
    for entry in entries where levels.hasValue(entry) {
      let value = values.view(entry)
      if smallest.map({ precedes(value, $0) }) ?? true {
        smallest = value
        hasChanged = true
      }
      if largest.map({ precedes($0, value) }) ?? true {
        largest = value
        hasChanged = true
      }
    }
    guard hasChanged, let smallest, let largest else { return }
    // The batch's memory is used again, so the two are copied.
    smallestBytes = ByteBuffer(copying: smallest)
    largestBytes = ByteBuffer(copying: largest)
  }
}
