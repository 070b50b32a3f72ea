/// SQLite's variable-length integer: 1 to 9 bytes, big-endian, seven bits a byte.
///
/// The high bit of a byte says that more follow; the ninth byte gives all of its eight bits
/// (<https://www.sqlite.org/fileformat2.html#varint>). Signed numbers, rowids among them, are
/// stored by their two's complement bits, so a negative one takes nine bytes.
enum Varint {
  /// The longest encoding, in bytes.
  static let maxByteCount = 9

  static func byteCount(_ value: UInt64) -> Int {
    let bits = 64 &- (value | 1).leadingZeroBitCount
    // ceil(bits / 7) for 1…63 bits, and 10 for 64 bits, which the ninth byte's eighth bit saves.
    return min((bits &* 9 &+ 64) &>> 6, maxByteCount)
  }

  /// Stores `value` and returns the number of bytes it took, which is `byteCount(value)`.
  ///
  /// The caller has made sure of so many writable bytes at `target`.
  @unsafe
  static func store(_ value: UInt64, at target: UnsafeMutableRawPointer) -> Int {
    if value < 0x80 {
      unsafe target.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
      return 1
    }
    if value < 0x4000 {
      let bytes = UInt16(truncatingIfNeeded: (value &<< 1) & 0x7F00 | value & 0x7F | 0x8000)
      unsafe target.storeBytes(of: bytes.bigEndian, as: UInt16.self)
      return 2
    }
    return unsafe storeLong(value, at: target)
  }

  /// Three bytes and more, as large rowids have.
  private static func storeLong(_ value: UInt64, at target: UnsafeMutableRawPointer) -> Int {
    if value < 0x20_0000 {
      let head = UInt16(truncatingIfNeeded: (value &>> 6) & 0x7F00 | (value &>> 7) & 0x7F | 0x8080)
      unsafe target.storeBytes(of: head.bigEndian, as: UInt16.self)
      let last = UInt8(truncatingIfNeeded: value & 0x7F)
      unsafe target.storeBytes(of: last, toByteOffset: 2, as: UInt8.self)
      return 3
    }
    let count = byteCount(value)
    var rest = value
    var index = count &- 1
    if count == maxByteCount {
      unsafe target.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: 8, as: UInt8.self)
      rest &>>= 8
    } else {
      let last = UInt8(truncatingIfNeeded: rest & 0x7F)
      unsafe target.storeBytes(of: last, toByteOffset: index, as: UInt8.self)
      rest &>>= 7
    }
    while index > 0 {
      index &-= 1
      let byte = UInt8(truncatingIfNeeded: rest & 0x7F | 0x80)
      unsafe target.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
      rest &>>= 7
    }
    return count
  }
}

extension Varint {
  /// Stores `value` in an array, which has room for it.
  static func store(_ value: UInt64, in bytes: inout [UInt8], at offset: Int) {
    precondition(offset >= 0 && offset + byteCount(value) <= bytes.count)
    unsafe bytes.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      _ = unsafe store(value, at: base + offset)
    }
  }
}
