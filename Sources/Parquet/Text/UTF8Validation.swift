extension ByteView {
  /// Whether all bytes are ASCII.
  package var isASCII: Bool {
    var index = 0
    var bits: UInt64 = 0
    while index + 8 <= count {
      // In bounds: eight bytes from `index` end at or before `count`.
      unsafe bits |= base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      index += 8
    }
    while index < count {
      bits |= UInt64(self[index])
      index += 1
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
