/// Numbers from their JSON form, `-? digits (. digits)? ([eE] [+-]? digits)?`.
extension ByteView {
  /// A whole number, also one such as `12.0` or `1e3`, if 64 bits hold it.
  var wholeNumber: Int64? {
    if let number = shortWholeNumber { return number }
    var decimal = DecimalDigits(self)
    guard let exponent = decimal?.exponent, decimal?.shift(by: exponent) == true else { return nil }
    return decimal?.int64
  }

  /// A number of up to 18 digits and nothing else but a sign.
  private var shortWholeNumber: Int64? {
    let isNegative = count > 0 && self[0] == 0x2d
    let start = isNegative ? 1 : 0
    guard count > start, count - start <= 18 else { return nil }
    var number: Int64 = 0
    for index in start..<count {
      let digit = self[index] &- 0x30
      if digit > 9 { return nil }
      number = number &* 10 &+ Int64(digit)
    }
    return isNegative ? -number : number
  }

  /// The same up to 2^64 − 1, but not negative.
  var unsignedWholeNumber: UInt64? {
    var decimal = DecimalDigits(self)
    guard let exponent = decimal?.exponent, decimal?.shift(by: exponent) == true else { return nil }
    return decimal?.uint64
  }

  /// The nearest double; `nil` if there is none that is finite.
  var double: Double? {
    if let (mantissa, exponent) = smallDecimal, mantissa.magnitude <= 1 << 53,
      abs(exponent) <= 22
    {
      // Both are exact, so the one operation rounds once.
      let power = powersOfTen[abs(exponent)]
      let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
      return mantissa == 0 && self[0] == 0x2d ? -0.0 : value
    }
    guard let value = Double(string), value.isFinite else { return nil }
    return value
  }

  /// The nearest float; `nil` if there is none that is finite.
  var float: Float? {
    guard let value = Float(string), value.isFinite else { return nil }
    return value
  }

  /// The number as an integer times a power of ten, if it is short.
  private var smallDecimal: (mantissa: Int64, exponent: Int)? {
    if count > 20 { return nil }
    var mantissa: Int64 = 0
    var digitCount = 0
    var exponent = 0
    var isFraction = false
    let isNegative = count > 0 && self[0] == 0x2d
    for index in (isNegative ? 1 : 0)..<count {
      let byte = self[index]
      if byte == 0x2e {
        isFraction = true
        continue
      }
      guard byte >= 0x30, byte <= 0x39, digitCount < 18 else { return nil }
      mantissa = mantissa * 10 + Int64(byte - 0x30)
      digitCount += 1
      if isFraction { exponent -= 1 }
    }
    return digitCount == 0 ? nil : (isNegative ? -mantissa : mantissa, exponent)
  }
}

private let powersOfTen: [Double] = (0...22).map { exponent in
  (0..<exponent).reduce(1) { power, _ in power * 10 }
}

extension Double {
  /// The bits of the nearest half-precision number, ties to even; `nil` if that is not finite but the
  /// number is.
  var roundedFloat16Bits: UInt16? {
    if !isFinite { return float16Bits }
    // A unit in the last place of the result: 2^(exponent − 10), and 2^−24 for subnormal numbers.
    let exponent = self == 0 ? -14 : Swift.max(Int(exponent), -14)
    let lastPlace = Double(sign: .plus, exponent: exponent - 10, significand: 1)
    let rounded = (self / lastPlace).rounded(.toNearestOrEven) * lastPlace
    guard rounded.magnitude <= 65_504 else { return nil }
    return rounded == 0 ? (sign == .minus ? 0x8000 : 0) : rounded.float16Bits
  }
}
