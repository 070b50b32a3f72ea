/// Bytes from text: base64, UUIDs.
extension Buffer where Element == UInt8 {
  /// Appends what a base64 text stands for: the standard alphabet, with or without padding.
  ///
  /// - Returns: whether it is one; else nothing is appended.
  mutating func append(decodingBase64 text: ByteView) -> Bool {
    let start = count
    var end = text.count
    while end > 0, text.count - end < 2, text[end - 1] == 0x3d { end -= 1 }
    guard end % 4 != 1, end == text.count || text.count % 4 == 0 else { return false }
    reserve(count + end * 3 / 4 + 3)
    var group: UInt32 = 0
    for index in 0..<end {
      guard let digit = base64Value(text[index]) else {
        count = start
        return false
      }
      group = group << 6 | UInt32(digit)
      if index % 4 == 3 {
        for shift in [16, 8, 0] as [UInt32] { append(UInt8(truncatingIfNeeded: group >> shift)) }
        group = 0
      }
    }
    switch end % 4 {
    case 2:
      append(UInt8(truncatingIfNeeded: group >> 4))
      if group & 0xf != 0 { count = start }
    case 3:
      append(UInt8(truncatingIfNeeded: group >> 10))
      append(UInt8(truncatingIfNeeded: group >> 2))
      if group & 0x3 != 0 { count = start }
    default: break
    }
    return count > start || end == 0
  }

  /// Appends the sixteen bytes of a UUID, with or without hyphens.
  ///
  /// - Returns: whether it is one; else nothing is appended.
  mutating func append(parsingUUID text: ByteView) -> Bool {
    let start = count
    let hasHyphens = text.count == 36
    guard hasHyphens || text.count == 32 else { return false }
    var index = 0
    for byte in 0..<16 {
      if hasHyphens, [4, 6, 8, 10].contains(byte) {
        guard text[index] == 0x2d else {
          count = start
          return false
        }
        index += 1
      }
      guard let high = hexValue(text[index]), let low = hexValue(text[index + 1]) else {
        count = start
        return false
      }
      append(high << 4 | low)
      index += 2
    }
    return true
  }
}

private func base64Value(_ digit: UInt8) -> UInt8? {
  switch digit {
  case 0x41...0x5a: digit - 0x41
  case 0x61...0x7a: digit - 0x61 + 26
  case 0x30...0x39: digit - 0x30 + 52
  case 0x2b: 62
  case 0x2f: 63
  default: nil
  }
}
