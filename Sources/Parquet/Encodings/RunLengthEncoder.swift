/// Writes the hybrid of runs and bit-packed groups; the grammar stands at ``RunLengthDecoder``.
///
/// Equal numbers become a run where that is shorter than packing them; the others are packed in
/// groups of eight, the last one filled with zeros.
extension Buffer where Element == UInt8 {
  /// Appends `count` numbers of `width` bits.
  @unsafe
  mutating func append<T: FixedWidthInteger & UnsignedInteger>(
    runs source: UnsafePointer<T>, count: Int, width: Int
  ) {
    // A run takes a header and a number, and the groups behind it need a header of their own.
    let shortest = width == 1 ? 32 : width == 2 ? 16 : 8
    var index = 0
    var packedFrom = 0
    while index < count {
      let length = unsafe runLength(source + index, limit: count - index)
      // Groups that wait can only be cut after a whole one, which `index` always is.
      if length >= shortest || (packedFrom == index && length == count - index) {
        unsafe append(groups: source + packedFrom, count: index - packedFrom, width: width)
        unsafe append(run: source[index], count: length, width: width)
        index += length
        packedFrom = index
      } else {
        // Passes over whole groups of what is too short for a run.
        index += Swift.max(8, length & ~7)
      }
    }
    unsafe append(groups: source + packedFrom, count: count - packedFrom, width: width)
  }

  /// Appends the same behind the number of bytes it takes, in four bytes.
  @unsafe
  mutating func append<T: FixedWidthInteger & UnsignedInteger>(
    lengthPrefixedRuns source: UnsafePointer<T>, count: Int, width: Int
  ) {
    let start = self.count
    append(littleEndian: 0 as UInt32)
    unsafe append(runs: source, count: count, width: width)
    set(littleEndian: UInt32(self.count - start - 4), at: start)
  }

  private mutating func append<T: FixedWidthInteger>(run value: T, count: Int, width: Int) {
    append(varint: UInt64(count) << 1)
    for byte in 0..<(width + 7) / 8 {
      append(UInt8(truncatingIfNeeded: value >> T(truncatingIfNeeded: 8 * byte)))
    }
  }

  @unsafe
  private mutating func append<T: FixedWidthInteger & UnsignedInteger>(
    groups source: UnsafePointer<T>, count: Int, width: Int
  ) {
    if count <= 0 { return }
    let groupCount = (count + 7) / 8
    append(varint: UInt64(groupCount) << 1 | 1)
    let end = self.count + groupCount * width
    unsafe append(packing: source, width: width, count: count)
    while self.count < end { append(0) }
  }
}

/// How many numbers at the beginning are equal.
@unsafe
@inline(__always)
private func runLength<T: FixedWidthInteger>(_ source: UnsafePointer<T>, limit: Int) -> Int {
  let first = unsafe source[0]
  var length = 1
  // Eight at a time, so that the compiler compares them at once.
  while length + 8 <= limit {
    var difference: T = 0
    for offset in 0..<8 { unsafe difference |= source[length + offset] ^ first }
    if difference != 0 { break }
    length += 8
  }
  while length < limit, unsafe source[length] == first { length += 1 }
  return length
}
