/// JSON strings and numbers.
extension Buffer where Element == UInt8 {
  /// Appends a JSON string of UTF-8 bytes, quotes included; nothing if they are not UTF-8.
  ///
  /// Escaped are `"`, `\`, and characters below U+0020: those with a letter by it, others as
  /// `\u00xx`. Everything else stands as itself.
  ///
  /// - Parameter bytes: a view in a ``ByteBuffer``, which may be read for eight bytes behind its
  ///   end.
  /// - Returns: whether the bytes are UTF-8.
  package mutating func append(jsonString bytes: ByteView) -> Bool {
    let start = count
    reserve(count + bytes.count + 16)
    append(ascii: "\"")
    var isASCII = true
    var done = 0
    while true {
      done += appendPlainPrefix(bytes.suffix(from: done), &isASCII)
      if done == bytes.count { break }
      append(escape: bytes[done])
      done += 1
      reserve(count + bytes.count - done + 16)
    }
    append(ascii: "\"")
    if !isASCII, !bytes.isUTF8 {
      count = start
      return false
    }
    return true
  }

  /// Appends the bytes up to the first that needs an escape, eight at a time.
  ///
  /// Room for all bytes and eight more has been reserved, and eight bytes behind the view may be
  /// read; what is copied too much is not counted.
  private mutating func appendPlainPrefix(_ bytes: ByteView, _ isASCII: inout Bool) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let target = unsafe UnsafeMutableRawPointer(base + count)
    var bits: UInt64 = 0
    var index = 0
    while index < bytes.count {
      var word = unsafe bytes.base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      unsafe target.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
      let left = bytes.count - index
      // Bytes behind the end count as blanks.
      if left < 8 {
        word |= (ones &* 0x20) << UInt64(8 * left)
        word &= ~(highs << UInt64(8 * left))
      }
      // The high bit of a byte of `flagged` is set if that byte is below 0x20, a quote or a
      // backslash. Carries can only flag a byte behind a flagged one.
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5c)
      let control = (word &- ones &* 0x20) & ~word
      let flagged =
        (control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)) & highs
      bits |= word
      if flagged != 0 {
        index += flagged.trailingZeroBitCount / 8
        break
      }
      index += 8
    }
    if bits & highs != 0 { isASCII = false }
    let length = Swift.min(index, bytes.count)
    count += length
    return length
  }

  private mutating func append(escape byte: UInt8) {
    append(ascii: "\\")
    switch byte {
    case 0x08: append(ascii: "b")
    case 0x09: append(ascii: "t")
    case 0x0a: append(ascii: "n")
    case 0x0c: append(ascii: "f")
    case 0x0d: append(ascii: "r")
    case 0x22, 0x5c: append(byte)
    default:
      append("u00")
      append(hexDigit(byte >> 4))
      append(hexDigit(byte & 15))
    }
  }

  /// Appends the shortest decimal that reads back as the same number, always with `.` or an
  /// exponent; what JSON has no number for is a string.
  package mutating func append(json value: Double) {
    if value.isFinite { append(value.description) } else { append(special: value) }
  }

  /// The same, shortest for a 32-bit float.
  package mutating func append(json value: Float) {
    if value.isFinite { append(value.description) } else { append(special: Double(value)) }
  }

  private mutating func append(special value: Double) {
    append(value.isNaN ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\"")
  }
}
