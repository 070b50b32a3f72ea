/// A NUMERIC as the server sends it.
///
///     numeric = count:Int16 weight:Int16 sign:UInt16 scale:UInt16 count*digit:Int16
///
/// The digits are those of base 10,000, the highest first, and `weight` is the power of the first
/// one. Source: `numeric_send` in <https://github.com/postgres/postgres>
/// `src/backend/utils/adt/numeric.c`.
enum CopyNumeric {
  /// Digits of a decimal that has 128 bits for certain.
  static let maximumPrecision = 38

  /// The number times ten to the power of a scale.
  ///
  /// - Parameters:
  ///   - bytes: the batch.
  ///   - field: where the number lies.
  ///   - precision: digits that it may have.
  ///   - scale: those of them behind the point.
  ///   - powersOfTen: those that the integer type holds, up to the precision's.
  /// - Returns: the digits, and whether the number is below zero.
  /// - Throws: ``CopyFailure`` for NaN and the infinities, for a number with more digits before or
  ///   behind the point, and for what is no number.
  @inline(__always)
  static func unscaled<Magnitude: FixedWidthInteger & UnsignedInteger>(
    _ bytes: WireBytes, _ field: CopyField, precision: Int, scale: Int, powersOfTen: [Magnitude]
  ) throws(CopyFailure) -> (magnitude: Magnitude, isNegative: Bool) {
    let offset = Int(field.offset)
    guard field.byteCount >= 8 else { throw broken }
    let count = Int(bytes.load(UInt16.self, at: offset))
    let weight = Int(bytes.load(Int16.self, at: offset + 2))
    let sign = bytes.load(UInt16.self, at: offset + 4)
    guard Int(field.byteCount) == 8 + 2 * count else { throw broken }
    guard sign == 0x0000 || sign == 0x4000 else { throw noDecimal(sign) }
    var magnitude: Magnitude = 0
    // The power of ten that one of the next digit's ones counts, once the number is scaled.
    var power = 4 * weight + scale
    for index in 0..<count {
      var digit = UInt32(bytes.load(UInt16.self, at: offset + 8 + 2 * index))
      guard digit < 10_000 else { throw broken }
      var factor: UInt32 = 10_000
      if power < 0 {
        // The digit's own decimals that stand behind the last one there is room for.
        let cut: UInt32 =
          switch power {
          case -1: 10
          case -2: 100
          case -3: 1_000
          default: 10_000
          }
        guard digit.isMultiple(of: cut) else { throw outOfRange(precision, scale) }
        digit /= cut
        factor /= cut
      }
      let (product, isTooLarge) = magnitude.multipliedReportingOverflow(by: Magnitude(factor))
      let (sum, isBeyond) = product.addingReportingOverflow(Magnitude(digit))
      guard !isTooLarge, !isBeyond else { throw outOfRange(precision, scale) }
      magnitude = sum
      power -= 4
    }
    // Zeros at the end are not sent.
    let zeros = power + 4
    if zeros > 0, magnitude != 0 {
      guard zeros < powersOfTen.count else { throw outOfRange(precision, scale) }
      let (product, isTooLarge) = magnitude.multipliedReportingOverflow(by: powersOfTen[zeros])
      guard !isTooLarge else { throw outOfRange(precision, scale) }
      magnitude = product
    }
    guard magnitude < powersOfTen[precision] else { throw outOfRange(precision, scale) }
    return (magnitude, sign == 0x4000)
  }

  /// The powers of ten from 0 up to a precision, which the type must hold.
  static func powersOfTen<Magnitude: FixedWidthInteger>(upTo precision: Int) -> [Magnitude] {
    var powers: [Magnitude] = [1]
    for _ in 0..<precision { powers.append((powers.last ?? 1) * 10) }
    return powers
  }

  private static func noDecimal(_ sign: UInt16) -> CopyFailure {
    switch sign {
    case 0xc000: CopyFailure("NaN is no DECIMAL", .value)
    case 0xd000: CopyFailure("Infinity is no DECIMAL", .value)
    case 0xf000: CopyFailure("-Infinity is no DECIMAL", .value)
    default: broken
    }
  }

  private static var broken: CopyFailure { CopyFailure("a number is not as its length says") }

  private static func outOfRange(_ precision: Int, _ scale: Int) -> CopyFailure {
    CopyFailure("a number does not fit DECIMAL(\(precision), \(scale))", .value)
  }
}
