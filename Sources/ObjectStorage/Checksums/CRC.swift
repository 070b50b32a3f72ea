/// Cyclic redundancy checks, sixteen bytes at a time by tables.
///
/// All three are reflected, begin and end with all ones, and differ in the polynomial only. Parts
/// can be summed up apart and combined: the check of a whole follows from those of its halves.
package struct CRC: Sendable {
  /// CRC-64/NVME, which S3 keeps of every object.
  package static let crc64NVME = CRC(width: 64, polynomial: 0x9a6c_9329_ac4b_c9b5)
  /// CRC-32C, Castagnoli's.
  package static let crc32C = CRC(width: 32, polynomial: 0x82f6_3b78)
  /// CRC-32 as zlib and PNG have it.
  package static let crc32 = CRC(width: 32, polynomial: 0xedb8_8320)

  /// The bits of a check: 32 or 64.
  package let width: Int
  private let polynomial: UInt64
  private let mask: UInt64
  /// For each of sixteen positions the effect of a byte that so many bytes follow.
  private let tables: [UInt64]

  private init(width: Int, polynomial: UInt64) {
    self.width = width
    self.polynomial = polynomial
    mask = width == 64 ? .max : (1 << UInt64(width)) - 1
    var tables = [UInt64](repeating: 0, count: 16 * 256)
    for byte in 0..<256 {
      var value = UInt64(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ polynomial : value >> 1 }
      tables[byte] = value
    }
    for position in 1..<16 {
      for byte in 0..<256 {
        let before = tables[(position - 1) * 256 + byte]
        tables[position * 256 + byte] = (before >> 8) ^ tables[Int(before & 0xff)]
      }
    }
    self.tables = tables
  }

  /// The check of some bytes behind others.
  ///
  /// - Parameters:
  ///   - bytes: the bytes.
  ///   - check: the check of what comes before; 0 for nothing.
  /// - Returns: the check of both together.
  package func check(_ bytes: ArraySlice<UInt8>, after check: UInt64 = 0) -> UInt64 {
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe tables.withUnsafeBufferPointer { tables in
        unsafe CRC.update(check ^ mask, bytes, tables) ^ mask
      }
    }
  }

  /// The check of some bytes.
  package func check(_ bytes: [UInt8]) -> UInt64 { check(bytes[...]) }

  private static func update(
    _ state: UInt64, _ bytes: UnsafeRawBufferPointer, _ tables: UnsafeBufferPointer<UInt64>
  ) -> UInt64 {
    var state = state
    var offset = 0
    // Each step reads sixteen bytes that are there, and entries below 16 · 256.
    while offset + 16 <= bytes.count {
      let low =
        unsafe state
        ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      let high = unsafe UInt64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
      state = unsafe entries(low, 15, tables) ^ entries(high, 7, tables)
      offset += 16
    }
    while offset < bytes.count {
      state = unsafe (state >> 8) ^ tables[Int((state ^ UInt64(bytes[offset])) & 0xff)]
      offset += 1
    }
    return state
  }

  /// The effects of eight bytes, of which the first stands at a position of the tables.
  @inline(__always)  // The loop above is nothing but this.
  private static func entries(
    _ word: UInt64, _ first: Int, _ tables: UnsafeBufferPointer<UInt64>
  ) -> UInt64 {
    var sum: UInt64 = 0
    for index in 0..<8 {
      let byte = Int(truncatingIfNeeded: word &>> UInt64(index &* 8)) & 0xff
      sum ^= unsafe tables[(first &- index) &* 256 &+ byte]
    }
    return sum
  }

  // MARK: Combination

  /// The check of two pieces together.
  ///
  /// - Parameters:
  ///   - first: the check of the first piece.
  ///   - second: the check of the second.
  ///   - byteCount: the length of the second piece in bytes.
  /// - Returns: the check of the first piece with the second behind it.
  package func combine(_ first: UInt64, _ second: UInt64, byteCount: Int64) -> UInt64 {
    // Behind the first piece there are so many zero bits more: its check times x to that power.
    var power = one
    var base = one >> 1
    var bits = UInt64(byteCount) * 8
    while bits > 0 {
      if bits & 1 == 1 { power = multiply(power, base) }
      base = multiply(base, base)
      bits >>= 1
    }
    return multiply(power, first) ^ second
  }

  /// The polynomial 1: the highest coefficient is the lowest bit.
  private var one: UInt64 { 1 << UInt64(width - 1) }

  /// The product of two polynomials, modulo this check's.
  private func multiply(_ left: UInt64, _ right: UInt64) -> UInt64 {
    var product: UInt64 = 0
    var shifted = right
    var bit = one
    while bit > 0 {
      if left & bit != 0 { product ^= shifted }
      shifted = shifted & 1 == 1 ? (shifted >> 1) ^ polynomial : shifted >> 1
      bit >>= 1
    }
    return product
  }
}
