/// Packs `count` numbers of `width` bits each, least significant bit first; the counterpart of
/// `unpackBits`.
///
/// Writes `(count * width + 7) / 8` bytes and may touch seven more. `width` is 0 to 64; numbers
/// must fit it.
@unsafe
@inline(__always)
func packBits<T: FixedWidthInteger & UnsignedInteger>(
  _ source: UnsafePointer<T>, width: Int, count: Int, to target: UnsafeMutableRawPointer
) {
  if width == 0 { return }
  if width == 1 {
    unsafe packSingleBits(source, count: count, to: target)
    return
  }
  var offset = 0
  var word: UInt64 = 0
  var used = 0
  for index in 0..<count {
    let value = unsafe UInt64(truncatingIfNeeded: source[index])
    word |= value &<< UInt64(used)
    used += width
    if used >= 64 {
      unsafe target.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
      offset += 8
      used -= 64
      // The bits that did not fit; a smart shift, since all of them may have.
      word = value >> UInt64(width - used)
    }
  }
  if used > 0 {
    unsafe target.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
  }
}

/// Packs numbers of one bit, eight to a byte.
@unsafe
@inline(__always)
private func packSingleBits<T: FixedWidthInteger & UnsignedInteger>(
  _ source: UnsafePointer<T>, count: Int, to target: UnsafeMutableRawPointer
) {
  var index = 0
  while index + 8 <= count {
    var byte: T = 0
    for bit in 0..<8 { unsafe byte |= source[index + bit] &<< T(truncatingIfNeeded: bit) }
    unsafe target.storeBytes(
      of: UInt8(truncatingIfNeeded: byte), toByteOffset: index >> 3, as: UInt8.self)
    index += 8
  }
  if index < count {
    var byte: T = 0
    for bit in 0..<count - index {
      unsafe byte |= source[index + bit] &<< T(truncatingIfNeeded: bit)
    }
    unsafe target.storeBytes(
      of: UInt8(truncatingIfNeeded: byte), toByteOffset: index >> 3, as: UInt8.self)
  }
}

extension Buffer where Element == UInt8 {
  /// Appends packed numbers; see `packBits`.
  @unsafe
  @inline(__always)
  mutating func append<T: FixedWidthInteger & UnsignedInteger>(
    packing source: UnsafePointer<T>, width: Int, count: Int
  ) {
    let byteCount = (count * width + 7) / 8
    reserve(self.count + byteCount + 8)
    unsafe packBits(
      source, width: width, count: count, to: UnsafeMutableRawPointer(base + self.count))
    self.count += byteCount
  }
}
