/// The parts of a data page, from the checked memory of a ``ColumnBuilder``.
extension Buffer where Element == UInt8 {
  /// Appends the levels of some entries; nothing if all are 0.
  mutating func append(
    levels: borrowing Buffer<UInt16>, _ entries: Range<Int>, maximum: Int, isLengthPrefixed: Bool
  ) {
    if maximum == 0 { return }
    precondition(entries.lowerBound >= 0 && entries.upperBound <= levels.count)
    let source = unsafe UnsafePointer(levels.base) + entries.lowerBound
    if isLengthPrefixed {
      unsafe append(
        lengthPrefixedRuns: source, count: entries.count, width: bitWidth(of: maximum))
    } else {
      unsafe append(runs: source, count: entries.count, width: bitWidth(of: maximum))
    }
  }

  /// Appends dictionary indices.
  mutating func append(runs indices: borrowing Buffer<UInt32>, _ values: Range<Int>, width: Int) {
    precondition(values.lowerBound >= 0 && values.upperBound <= indices.count)
    unsafe append(
      runs: UnsafePointer(indices.base) + values.lowerBound, count: values.count, width: width)
  }

  /// Appends booleans, one byte each, as runs behind their length.
  mutating func append(booleanRuns values: ByteView) {
    unsafe append(
      lengthPrefixedRuns: values.base.assumingMemoryBound(to: UInt8.self), count: values.count,
      width: 1)
  }

  /// Appends booleans, one byte each, as bits.
  mutating func append(booleans values: ByteView) {
    unsafe append(
      packing: values.base.assumingMemoryBound(to: UInt8.self), width: 1, count: values.count)
  }

  /// Appends numbers, which begin at a multiple of their size, in DELTA_BINARY_PACKED.
  mutating func append<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    deltas values: ByteView, as type: T.Type
  ) where T.Magnitude: BitwiseCopyable {
    unsafe append(
      deltas: values.base.assumingMemoryBound(to: T.self),
      count: values.count / MemoryLayout<T>.size)
  }
}

extension Buffer where Element == UInt16 {
  /// How often each level occurs among those of some entries.
  func histogram(_ entries: Range<Int>, maximum: Int) -> [Int64] {
    precondition(entries.lowerBound >= 0 && entries.upperBound <= count)
    // Levels are at most `maximum`: readers and builders have checked them.
    return unsafe withUnsafeTemporaryAllocation(of: Int64.self, capacity: maximum + 1) { counts in
      unsafe counts.initialize(repeating: 0)
      for entry in entries { unsafe counts[Int(base[entry])] += 1 }
      return unsafe Array(counts)
    }
  }
}

extension ColumnValues {
  /// The bytes of some indexed values in the PLAIN encoding.
  func indexedByteCount(_ values: Range<Int>) -> Int {
    precondition(values.lowerBound >= 0 && values.upperBound <= indices.count)
    return unsafe dictionary.byteCount(of: indices.base + values.lowerBound, count: values.count)
  }

  /// The values of the dictionary that a page uses, each once, in the PLAIN encoding.
  ///
  /// - Parameters:
  ///   - values: the page's indexed values.
  ///   - page: a number that no page before it in the column has, above 0.
  ///   - marks: memory that pages of the column chunk share; empty before the first.
  ///   - target: what is filled.
  func collectDistinct(
    _ values: Range<Int>, page: UInt32, marks: inout Buffer<UInt32>, to target: inout Buffer<UInt8>
  ) {
    if marks.count != dictionary.count {
      marks.removeAll()
      marks.append(repeating: 0, count: dictionary.count)
    }
    target.removeAll()
    for value in values {
      let index = indices[value]
      if marks[Int(index)] == page { continue }
      marks[Int(index)] = page
      target.append(dictionary.value(at: Int(index)), shape)
    }
  }

  /// The number of NaNs among some indexed floating-point values.
  func nanCount(_ values: Range<Int>) -> Int {
    let isNaN = (0..<dictionary.count).map { index in
      let value = dictionary.value(at: index)
      return switch shape {
      case .word4: Float(bitPattern: value.load(UInt32.self, at: 0)).isNaN
      case .word8: Double(bitPattern: value.load(UInt64.self, at: 0)).isNaN
      case .boolean, .fixed, .variable: value.float16.isNaN
      }
    }
    return values.reduce(0) { $0 + (isNaN[Int(indices[$1])] ? 1 : 0) }
  }
}

extension ValueOrder {
  /// Whether the values may be NaN.
  var isFloat: Bool {
    switch self {
    case .float, .double, .float16: true
    case .signed, .unsigned, .boolean, .bytes, .signedBytes: false
    }
  }
}
