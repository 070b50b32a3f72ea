/// Numbers in memory, and memory for libraries that write into it.
extension Buffer where Element == UInt8 {
  /// Makes room and lets a library write there.
  ///
  /// - Parameters:
  ///   - capacity: the room.
  ///   - write: is given the memory; returns the bytes written.
  /// - Throws: what `write` throws; nothing is appended then.
  @unsafe
  mutating func append<Failure: Error>(
    upTo capacity: Int,
    _ write: (UnsafeMutableRawPointer) throws(Failure) -> Int
  ) throws(Failure) {
    reserve(count + capacity)
    let written = unsafe try write(UnsafeMutableRawPointer(base + count))
    precondition(written >= 0 && written <= capacity)
    count += written
  }

  /// Appends the bytes of a number, the least significant first.
  mutating func append<T: FixedWidthInteger & BitwiseCopyable>(littleEndian value: T) {
    reserve(count + MemoryLayout<T>.size)
    unsafe UnsafeMutableRawPointer(base + count)
      .storeBytes(of: value.littleEndian, as: T.self)
    count += MemoryLayout<T>.size
  }

  /// Replaces the bytes at an offset by those of a number.
  mutating func set<T: FixedWidthInteger & BitwiseCopyable>(littleEndian value: T, at offset: Int) {
    precondition(offset >= 0 && offset <= count - MemoryLayout<T>.size)
    unsafe UnsafeMutableRawPointer(base + offset)
      .storeBytes(of: value.littleEndian, as: T.self)
  }
}
