/// A place in a run of bytes from which values are read one after the other, each checked.
struct ByteCursor {
  let bytes: ByteView
  private(set) var offset: Int

  init(_ bytes: ByteView, at offset: Int = 0) {
    precondition(offset >= 0 && offset <= bytes.count)
    self.bytes = bytes
    self.offset = offset
  }

  var remaining: Int { bytes.count - offset }

  mutating func byte(_ what: StaticString) throws(DecodingFailure) -> UInt8 {
    guard offset < bytes.count else {
      throw .truncated(what, needed: 1, available: 0)
    }
    offset += 1
    return bytes[offset - 1]
  }

  mutating func value<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ what: StaticString
  ) throws(DecodingFailure) -> T {
    let size = MemoryLayout<T>.size
    guard remaining >= size else {
      throw .truncated(what, needed: size, available: remaining)
    }
    offset += size
    return bytes.load(T.self, at: offset - size)
  }

  mutating func view(_ count: Int, _ what: StaticString) throws(DecodingFailure) -> ByteView {
    guard count >= 0, count <= remaining else {
      throw .truncated(what, needed: count, available: remaining)
    }
    offset += count
    return bytes.slice(offset - count, count)
  }

  mutating func skip(_ count: Int, _ what: StaticString) throws(DecodingFailure) {
    _ = try view(count, what)
  }

  /// An unsigned LEB128 number of at most 64 bits.
  mutating func varint(_ what: StaticString) throws(DecodingFailure) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard offset < bytes.count else { throw .truncated(what, needed: 1, available: 0) }
      let byte = UInt64(bytes[offset])
      offset += 1
      if shift == 63, byte > 1 { throw .malformed("a variable-length integer exceeds 64 bits") }
      result |= (byte & 0x7f) << shift
      if byte < 0x80 { return result }
      shift += 7
      if shift > 63 { throw .malformed("a variable-length integer exceeds 64 bits") }
    }
  }

  /// A zigzag-encoded LEB128 number.
  mutating func zigzag(_ what: StaticString) throws(DecodingFailure) -> Int64 {
    let raw = try varint(what)
    return Int64(bitPattern: (raw >> 1) ^ (0 &- (raw & 1)))
  }
}
