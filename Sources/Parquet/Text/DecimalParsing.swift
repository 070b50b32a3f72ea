/// A decimal number of any length taken apart: sign, digits, and the power of ten they count.
struct DecimalDigits {
  private(set) var isNegative = false
  /// The digits, the most significant first and not 0; none for zero.
  private(set) var digits: [UInt8] = []
  /// The number is `digits` times ten to the power of this.
  private(set) var exponent = 0

  /// Takes `-? digits (. digits)? ([eE] [+-]? digits)?` apart; a `+` in front is accepted too.
  init?(_ text: ByteView) {
    var index = 0
    if text.count > 0, text[0] == 0x2d || text[0] == 0x2b {
      isNegative = text[0] == 0x2d
      index = 1
    }
    guard text.count - index <= Limits.decimalDigitCount + 16 else { return nil }
    var isFraction = false
    var hasDigits = false
    while index < text.count {
      let byte = text[index]
      if byte == 0x2e, !isFraction {
        isFraction = true
      } else if byte >= 0x30, byte <= 0x39 {
        hasDigits = true
        if byte != 0x30 || !digits.isEmpty { digits.append(byte - 0x30) }
        if isFraction { exponent -= 1 }
      } else {
        break
      }
      index += 1
    }
    guard hasDigits else { return nil }
    if index < text.count {
      guard text[index] | 0x20 == 0x65 else { return nil }
      var cursor = TextCursor(text.suffix(from: index + 1))
      let isSmall = cursor.take("-")
      if !isSmall { _ = cursor.take("+") }
      guard let number = cursor.number(upTo: 6), cursor.isAtEnd else { return nil }
      exponent += isSmall ? -Int(number.value) : Int(number.value)
    }
    if digits.isEmpty { exponent = 0 }
  }

  /// Changes the digits to those of the number times ten to some power; whether no digit but zeros
  /// is lost, and there are not too many.
  mutating func shift(by power: Int) -> Bool {
    if digits.isEmpty { return true }
    if power >= 0 {
      guard digits.count + power <= Limits.decimalDigitCount else { return false }
      digits.append(contentsOf: repeatElement(0, count: power))
      return true
    }
    guard digits.count >= -power, digits.suffix(-power).allSatisfy({ $0 == 0 }) else {
      return false
    }
    digits.removeLast(-power)
    return true
  }

  /// The digits as a number of 64 bits, with the sign.
  var int64: Int64? {
    guard let magnitude else { return nil }
    if isNegative { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
    return Int64(exactly: magnitude)
  }

  /// The digits as a number of 64 bits, if it is not negative.
  var uint64: UInt64? { isNegative && !digits.isEmpty ? nil : magnitude }

  private var magnitude: UInt64? {
    var value: UInt64 = 0
    for digit in digits {
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isBeyond) = product.addingReportingOverflow(UInt64(digit))
      if isTooLarge || isBeyond { return nil }
      value = sum
    }
    return value
  }

  /// The digits as a big-endian two's complement number, of as few bytes as it needs.
  var bigEndianBytes: [UInt8] {
    // The least significant limb first; nine digits at a time.
    var limbs: [UInt32] = []
    var index = 0
    while index < digits.count {
      let end = min(index + 9, digits.count)
      var carry: UInt64 = 0
      var factor: UInt64 = 1
      for digit in digits[index..<end] {
        carry = carry * 10 + UInt64(digit)
        factor *= 10
      }
      for limb in limbs.indices {
        let sum = UInt64(limbs[limb]) * factor + carry
        limbs[limb] = UInt32(truncatingIfNeeded: sum)
        carry = sum >> 32
      }
      if carry > 0 { limbs.append(UInt32(truncatingIfNeeded: carry)) }
      index = end
    }
    limbs.append(0)
    if isNegative {
      var carry = true
      for limb in limbs.indices {
        let (sum, overflow) = (~limbs[limb]).addingReportingOverflow(carry ? 1 : 0)
        limbs[limb] = sum
        carry = overflow
      }
    }
    let bytes = limbs.reversed().flatMap { limb in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: limb >> UInt32($0)) }
    }
    // Bytes that only repeat the sign are not needed.
    var first = 0
    while first < bytes.count - 1, bytes[first] == (bytes[first + 1] < 0x80 ? 0 : 0xff) {
      first += 1
    }
    return Array(bytes[first...])
  }
}
