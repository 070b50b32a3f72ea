/// JSON strings and numbers.
extension Buffer where Element == UInt8 {
  /// Appends a JSON string of UTF-8 bytes, quotes included.
  ///
  /// Escaped are `"`, `\`, and characters below U+0020: those with a letter by it, others as
  /// `\u00xx`. Everything else stands as itself.
  package mutating func append(jsonString bytes: ByteView) {
    append(ascii: "\"")
    append(jsonCharacters: bytes)
    append(ascii: "\"")
  }

  /// Appends the inside of a JSON string.
  package mutating func append(jsonCharacters bytes: ByteView) {
    reserve(count + bytes.count + 16)
    var done = 0
    while done < bytes.count {
      let plain = bytes.plainPrefixLength(from: done)
      append(bytes.slice(done, plain))
      done += plain
      if done == bytes.count { return }
      append(escape: bytes[done])
      done += 1
    }
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

extension ByteView {
  /// The number of bytes from `start` on that need no escape in a JSON string.
  fileprivate func plainPrefixLength(from start: Int) -> Int {
    var index = start
    // Eight at a time: the high bit of a byte of `flagged` is set if that byte is below 0x20, a
    // quote or a backslash. Carries can only flag a byte behind a flagged one.
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    while index + 8 <= count {
      let word = unsafe base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5c)
      let control = (word &- ones &* 0x20) & ~word
      let flagged =
        (control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)) & highs
      if flagged != 0 { return index + flagged.trailingZeroBitCount / 8 - start }
      index += 8
    }
    while index < count {
      let byte = self[index]
      if byte < 0x20 || byte == 0x22 || byte == 0x5c { break }
      index += 1
    }
    return index - start
  }
}
