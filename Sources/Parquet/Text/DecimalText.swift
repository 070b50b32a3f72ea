/// DECIMAL values as exact text: all digits, with `scale` of them behind the point.
extension Buffer where Element == UInt8 {
  /// Appends a decimal whose unscaled value fits 64 bits.
  package mutating func append(unscaled value: Int64, scale: Int) {
    if value < 0 { append(ascii: "-") }
    let start = count
    append(decimal: value.magnitude, minimumDigitCount: scale + 1)
    insertPoint(scale: scale, digitsFrom: start)
  }

  /// Appends a decimal stored as a big-endian two's complement number of any length; no bytes
  /// are 0.
  ///
  /// - Throws: if the number is longer than ``Limits/decimalByteCount``.
  mutating func append(
    bigEndian bytes: ByteView, scale: Int
  ) throws(DecodingFailure) {
    if bytes.count <= 8 {
      var value: Int64 = 0
      if bytes.count > 0 {
        value = Int64(Int8(bitPattern: bytes[0]))
        for index in 1..<max(bytes.count, 1) { value = value << 8 | Int64(bytes[index]) }
      }
      append(unscaled: value, scale: scale)
      return
    }
    guard bytes.count <= Limits.decimalByteCount else {
      throw .outOfRange(
        "the length of a DECIMAL value", value: Int64(bytes.count),
        limit: Int64(Limits.decimalByteCount))
    }
    var (limbs, isNegative) = magnitude(of: bytes)
    // Digits come in groups of nine, the last group first.
    var groups: [UInt64] = []
    while limbs.contains(where: { $0 != 0 }) {
      var remainder: UInt64 = 0
      for index in limbs.indices {
        let part = remainder << 32 | UInt64(limbs[index])
        limbs[index] = UInt32(truncatingIfNeeded: part / 1_000_000_000)
        remainder = part % 1_000_000_000
      }
      groups.append(remainder)
      if let first = limbs.firstIndex(where: { $0 != 0 }) { limbs.removeFirst(first) }
    }
    if isNegative { append(ascii: "-") }
    let start = count
    var digits = Buffer<UInt8>(capacity: groups.count * 9 + 1)
    for (index, group) in groups.reversed().enumerated() {
      digits.append(decimal: group, minimumDigitCount: index == 0 ? 1 : 9)
    }
    for _ in 0..<max(0, scale + 1 - digits.count) { append(ascii: "0") }
    append(digits.view)
    insertPoint(scale: scale, digitsFrom: start)
  }

  private mutating func insertPoint(scale: Int, digitsFrom start: Int) {
    if scale == 0 { return }
    append(ascii: ".")
    let point = count - 1 - scale
    precondition(point > start)
    for index in stride(from: count - 1, to: point, by: -1) { self[index] = self[index - 1] }
    self[point] = 0x2e
  }
}

/// The absolute value of a two's complement number, most significant limb first.
private func magnitude(of bytes: ByteView) -> (limbs: [UInt32], isNegative: Bool) {
  let isNegative = bytes[0] >= 0x80
  let limbCount = (bytes.count + 3) / 4
  var limbs = [UInt32](repeating: isNegative ? .max : 0, count: limbCount)
  for index in 0..<bytes.count {
    let position = bytes.count - 1 - index
    let shift = UInt32(position % 4) * 8
    let limb = limbCount - 1 - position / 4
    limbs[limb] = limbs[limb] & ~(0xff << shift) | UInt32(bytes[index]) << shift
  }
  if isNegative {
    var carry = true
    for limb in limbs.indices.reversed() {
      let (sum, overflow) = (~limbs[limb]).addingReportingOverflow(carry ? 1 : 0)
      limbs[limb] = sum
      carry = overflow
    }
  }
  return (limbs, isNegative)
}
