/// Bytes as text: base64, hexadecimal, UUIDs.
extension Buffer where Element == UInt8 {
  /// Appends base64 in the standard alphabet, padded.
  package mutating func append(base64 bytes: ByteView) {
    reserve(count + (bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let left = bytes.count - index
      let group =
        UInt32(bytes[index]) << 16
        | (left > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
        | (left > 2 ? UInt32(bytes[index + 2]) : 0)
      append(base64Digit(group >> 18 & 63))
      append(base64Digit(group >> 12 & 63))
      append(left > 1 ? base64Digit(group >> 6 & 63) : 0x3d)
      append(left > 2 ? base64Digit(group & 63) : 0x3d)
      index += 3
    }
  }

  /// Appends sixteen bytes as `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
  package mutating func append(uuid bytes: ByteView) {
    for index in 0..<16 {
      if index == 4 || index == 6 || index == 8 || index == 10 { append(ascii: "-") }
      append(hexDigit(bytes[index] >> 4))
      append(hexDigit(bytes[index] & 15))
    }
  }
}

func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

private func base64Digit(_ value: UInt32) -> UInt8 {
  let value = UInt8(truncatingIfNeeded: value)
  return switch value {
  case 0..<26: 0x41 + value
  case 26..<52: 0x61 + value - 26
  case 52..<62: 0x30 + value - 52
  case 62: 0x2b
  default: 0x2f
  }
}
