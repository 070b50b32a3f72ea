/// Serial types of the record format: what a value is and how many bytes its body has.
///
/// | serial type | value | body |
/// |---|---|---|
/// | 0 | NULL | 0 |
/// | 1, 2, 3, 4, 5, 6 | big-endian two's complement integer | 1, 2, 3, 4, 6, 8 |
/// | 7 | big-endian IEEE 754 double | 8 |
/// | 8, 9 | the integers 0 and 1 | 0 |
/// | 2n + 12, 2n + 13 | blob, text | n |
///
/// <https://www.sqlite.org/fileformat2.html#record_format>.
enum SerialType {
  static let null: UInt64 = 0
  static let real: UInt64 = 7

  /// The shortest serial type of an integer.
  static func ofInteger(_ value: Int64) -> UInt64 {
    // `~value` of a negative number has as many significant bits as its two's complement needs
    // besides the sign, so one leading-zero count gives the byte count for both signs.
    let magnitude = UInt64(bitPattern: value ^ (value &>> 63)) | 1
    let byteCount = UInt64(truncatingIfNeeded: (72 &- magnitude.leadingZeroBitCount) &>> 3)
    let type = (0x6_6554_3210 as UInt64) &>> (byteCount &* 4) & 15
    let bits = UInt64(bitPattern: value)
    return bits <= 1 ? 8 &+ bits : type
  }

  /// The serial type of a value in a REAL column.
  ///
  /// SQLite has no NaN: it becomes NULL. A whole number of up to 48 bits is stored as an integer,
  /// which SQLite does as well to save room, and turns it back when it reads a column declared
  /// REAL. Negative zero stays a double, because an integer would lose its sign.
  static func ofReal(_ value: Double) -> UInt64 {
    let shifted = value + integralShift
    guard shifted - integralShift == value, value >= -0x1p47, value < 0x1p47,
      value.bitPattern != negativeZero
    else { return value == value ? real : null }
    return ofInteger(integer(ofIntegral: value))
  }

  /// The integer that a double stands for; only for the values that `ofReal` calls integers.
  static func integer(ofIntegral value: Double) -> Int64 {
    let bits = Int64(bitPattern: (value + integralShift).bitPattern)
    return bits &- Int64(bitPattern: integralShift.bitPattern)
  }

  /// How many bytes the body of a number or NULL takes; for serial types 0 to 9.
  static func bodyByteCount(ofNumber type: UInt64) -> UInt64 {
    (0x00_8864_3210 as UInt64) &>> (type &* 4) & 15
  }

  /// 1.5 · 2^52: in a sum with it, the low bits of a double's mantissa are an integer.
  ///
  /// For |value| < 2^51 the sum rounds to the nearest whole number; if that is the value itself,
  /// the bit patterns differ by exactly that number.
  private static let integralShift: Double = 0x1.8p52
  private static let negativeZero: UInt64 = 1 << 63
}
