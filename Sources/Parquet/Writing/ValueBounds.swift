/// The smallest and largest of some values in their column's order, in the PLAIN encoding without
/// lengths.
///
/// For floating-point numbers NaN counts apart, the smallest zero is −0 and the largest +0, as the
/// format's page on column orders demands.
struct ValueBounds: Sendable, Hashable {
  var minimum: [UInt8]?
  var maximum: [UInt8]?
  /// The number of NaNs; only those of values given one by one, not those of a dictionary.
  var nanCount = 0
}

extension ValueOrder {
  /// The bounds of values in the PLAIN encoding.
  ///
  /// - Parameters:
  ///   - values: the values side by side; booleans have one byte each.
  ///   - shape: how they are laid out.
  /// - Returns: the bounds; none of no values, or of NaNs only.
  func bounds(of values: ByteView, _ shape: ValueShape) -> ValueBounds {
    switch self {
    case .boolean: numberBounds(UInt8.self, values)
    case .signed:
      shape == .word4 ? numberBounds(Int32.self, values) : numberBounds(Int64.self, values)
    case .unsigned:
      shape == .word4 ? numberBounds(UInt32.self, values) : numberBounds(UInt64.self, values)
    case .float:
      floatBounds(values, width: 4) { Float(bitPattern: values.load(UInt32.self, at: $0)) }
    case .double:
      floatBounds(values, width: 8) { Double(bitPattern: values.load(UInt64.self, at: $0)) }
    case .float16: floatBounds(values, width: 2) { values.slice($0, 2).float16 }
    case .bytes: byteBounds(values, shape)
    case .signedBytes: signedByteBounds(values, shape)
    }
  }

  private func numberBounds<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ values: ByteView
  ) -> ValueBounds {
    let width = MemoryLayout<T>.size
    guard values.count >= width else { return ValueBounds() }
    var smallest = T.max
    var largest = T.min
    var offset = 0
    while offset <= values.count - width {
      let value = values.load(T.self, at: offset)
      smallest = min(smallest, value)
      largest = max(largest, value)
      offset += width
    }
    return ValueBounds(minimum: smallest.littleEndianBytes, maximum: largest.littleEndianBytes)
  }

  @inline(__always)
  private func floatBounds<T: BinaryFloatingPoint>(
    _ values: ByteView, width: Int, _ value: (Int) -> T
  ) -> ValueBounds {
    var result = ValueBounds()
    var smallest = T.infinity
    var largest = -T.infinity
    var offset = 0
    var valueCount = 0
    while offset <= values.count - width {
      let value = value(offset)
      // Nothing compares with NaN.
      smallest = value < smallest ? value : smallest
      largest = value > largest ? value : largest
      result.nanCount += value == value ? 0 : 1
      valueCount += 1
      offset += width
    }
    if valueCount == result.nanCount { return result }
    if smallest == 0 { smallest = -0.0 }
    if largest == 0 { largest = 0.0 }
    result.minimum = plain(smallest)
    result.maximum = plain(largest)
    return result
  }

  private func plain<T: BinaryFloatingPoint>(_ value: T) -> [UInt8] {
    switch self {
    case .float: Float(value).bitPattern.littleEndianBytes
    case .float16: Double(value).float16Bits.littleEndianBytes
    default: Double(value).bitPattern.littleEndianBytes
    }
  }

  private func byteBounds(_ values: ByteView, _ shape: ValueShape) -> ValueBounds {
    var walk = PlainWalk(values, shape)
    guard let first = walk.next() else { return ValueBounds() }
    var smallest = first
    var largest = first
    var smallestPrefix = first.orderedPrefix
    var largestPrefix = smallestPrefix
    while let value = walk.next() {
      let prefix = value.orderedPrefix
      // Most values lie between the two, by their first bytes already.
      if prefix > smallestPrefix, prefix < largestPrefix { continue }
      if prefix <= smallestPrefix, value.precedes(smallest) {
        smallest = value
        smallestPrefix = prefix
      } else if prefix >= largestPrefix, largest.precedes(value) {
        largest = value
        largestPrefix = prefix
      }
    }
    return ValueBounds(minimum: smallest.array, maximum: largest.array)
  }

  private func signedByteBounds(_ values: ByteView, _ shape: ValueShape) -> ValueBounds {
    var walk = PlainWalk(values, shape)
    guard let first = walk.next() else { return ValueBounds() }
    var smallest = first
    var largest = first
    while let value = walk.next() {
      if value.precedesSigned(smallest) { smallest = value }
      if largest.precedesSigned(value) { largest = value }
    }
    return ValueBounds(minimum: smallest.array, maximum: largest.array)
  }

  /// Whether one bound lies before another.
  func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    let bytes = ByteBuffer(count: 0)
    bytes.append(left)
    bytes.append(right)
    let left = bytes.view.slice(0, left.count)
    let right = bytes.view.suffix(from: left.count)
    switch self {
    case .boolean: return left[0] < right[0]
    case .signed:
      return left.count == 4
        ? left.load(Int32.self, at: 0) < right.load(Int32.self, at: 0)
        : left.load(Int64.self, at: 0) < right.load(Int64.self, at: 0)
    case .unsigned:
      return left.count == 4
        ? left.load(UInt32.self, at: 0) < right.load(UInt32.self, at: 0)
        : left.load(UInt64.self, at: 0) < right.load(UInt64.self, at: 0)
    case .float:
      return Float(bitPattern: left.load(UInt32.self, at: 0))
        < Float(bitPattern: right.load(UInt32.self, at: 0))
    case .double:
      return Double(bitPattern: left.load(UInt64.self, at: 0))
        < Double(bitPattern: right.load(UInt64.self, at: 0))
    case .float16: return left.float16 < right.float16
    case .bytes: return left.precedes(right)
    case .signedBytes: return left.precedesSigned(right)
    }
  }

  /// Widens bounds by others.
  func extend(_ bounds: inout ValueBounds, by other: ValueBounds) {
    bounds.nanCount += other.nanCount
    if let minimum = other.minimum, bounds.minimum.map({ precedes(minimum, $0) }) ?? true {
      bounds.minimum = minimum
    }
    if let maximum = other.maximum, bounds.maximum.map({ precedes($0, maximum) }) ?? true {
      bounds.maximum = maximum
    }
  }
}

/// Goes through byte arrays in the PLAIN encoding one after the other.
struct PlainWalk {
  private let bytes: ByteView
  private let shape: ValueShape
  private(set) var offset = 0

  init(_ bytes: ByteView, _ shape: ValueShape) {
    self.bytes = bytes
    self.shape = shape
  }

  /// The next value, without its length; `nil` behind the last one.
  ///
  /// Values of no bytes at all are none.
  @inline(__always)
  mutating func next() -> ByteView? {
    if offset >= bytes.count { return nil }
    var length = shape.width ?? 0
    if shape == .variable {
      length = Int(bytes.load(UInt32.self, at: offset))
      offset += 4
    }
    offset += length
    return bytes.slice(offset - length, length)
  }
}

extension ByteView {
  /// The first eight bytes as a number that orders as the bytes do; zeros behind the end.
  @inline(__always)
  fileprivate var orderedPrefix: UInt64 {
    if count >= 8 { return load(UInt64.self, at: 0).byteSwapped }
    var prefix: UInt64 = 0
    for index in 0..<count { prefix |= UInt64(self[index]) << UInt64(56 - 8 * index) }
    return prefix
  }
}

extension FixedWidthInteger {
  /// The bytes, the least significant first.
  var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> Self($0 * 8)) }
  }
}

extension Double {
  /// The bits of the half-precision number of the same value, which must exist.
  var float16Bits: UInt16 {
    let bits = Float(self).bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
    let exponent = Int(bits >> 23 & 0xff) - 127
    let fraction = bits & 0x7f_ffff
    if exponent == 128 { return sign | 0x7c00 | (fraction == 0 ? 0 : 0x200) }
    if exponent >= -14 {
      return sign | UInt16(exponent + 15) << 10 | UInt16(truncatingIfNeeded: fraction >> 13)
    }
    if self == 0 { return sign }
    // Subnormal: a multiple of 2 to the power of −24.
    return sign | UInt16((self.magnitude * 0x1p24).rounded())
  }
}
