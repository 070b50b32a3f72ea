/// Writes DELTA_BINARY_PACKED; the grammar stands at ``DeltaBinaryPackedDecoder``.
///
/// Blocks of 128 values in four miniblocks, as other writers have them. INT32 values are differences
/// in 32 bits, so that no miniblock is wider than the type.
extension Buffer where Element == UInt8 {
  /// Appends 32-bit numbers, such as lengths.
  mutating func append(deltas numbers: borrowing Buffer<Int32>) {
    unsafe append(deltas: numbers.base, count: numbers.count)
  }

  /// Appends `count` values, which may be none.
  @unsafe
  mutating func append<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    deltas source: UnsafePointer<T>, count: Int
  ) where T.Magnitude: BitwiseCopyable {
    let blockSize = 128
    let miniblockSize = 32
    append(varint: UInt64(blockSize))
    append(varint: UInt64(blockSize / miniblockSize))
    append(varint: UInt64(count))
    unsafe append(zigzag: count > 0 ? Int64(source[0]) : 0)
    unsafe withUnsafeTemporaryAllocation(of: T.Magnitude.self, capacity: blockSize) { deltas in
      guard let deltas = deltas.baseAddress else { return }
      var index = 1
      while index < count {
        let length = Swift.min(blockSize, count - index)
        var smallest = T.max
        for offset in 0..<length {
          let delta = unsafe source[index + offset] &- source[index + offset - 1]
          unsafe deltas[offset] = T.Magnitude(truncatingIfNeeded: delta)
          smallest = Swift.min(smallest, delta)
        }
        append(zigzag: Int64(smallest))
        let base = T.Magnitude(truncatingIfNeeded: smallest)
        let widths = self.count
        append(littleEndian: 0 as UInt32)
        for miniblock in 0..<blockSize / miniblockSize {
          let first = miniblock * miniblockSize
          if first >= length { break }
          let end = Swift.min(first + miniblockSize, length)
          var bits: T.Magnitude = 0
          for offset in first..<end {
            unsafe deltas[offset] &-= base
            unsafe bits |= deltas[offset]
          }
          // The last miniblock is filled up.
          for offset in end..<first + miniblockSize { unsafe deltas[offset] = 0 }
          let width = T.bitWidth - bits.leadingZeroBitCount
          self[widths + miniblock] = UInt8(truncatingIfNeeded: width)
          unsafe append(packing: deltas + first, width: width, count: miniblockSize)
        }
        index += length
      }
    }
  }
}
