extension ByteView {
  /// Whether all bytes are ASCII.
  package var isASCII: Bool {
    // In bounds: each load begins at 0 or later and ends at `count` or before; the last ones may
    // overlap.
    var bits: UInt64 = 0
    if count >= 8 {
      var index = 0
      while index < count - 8 {
        unsafe bits |= base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        index += 8
      }
      unsafe bits |= base.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    } else if count >= 4 {
      let halves =
        unsafe base.loadUnaligned(as: UInt32.self)
        | base.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
      bits = UInt64(halves)
    } else {
      for index in 0..<count { bits |= UInt64(self[index]) }
    }
    return bits & 0x8080_8080_8080_8080 == 0
  }

  /// Whether the bytes are well-formed UTF-8.
  package var isUTF8: Bool {
    if isASCII { return true }
    let bytes = unsafe UnsafeBufferPointer(
      start: base.assumingMemoryBound(to: UInt8.self), count: count)
    return (unsafe try? UTF8Span(validating: bytes.span)) != nil
  }
}
