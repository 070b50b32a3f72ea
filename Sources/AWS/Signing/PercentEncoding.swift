/// The percent-encoding of AWS's signatures: RFC 3986's unreserved characters stay, all other bytes
/// of the UTF-8 text become `%XX` in capitals.
package enum PercentEncoding {
  /// A path, with its slashes kept.
  package static func path(_ text: String) -> String { encode(text, keepsSlash: true) }

  /// A name or value of a query, or one segment of a path.
  package static func component(_ text: String) -> String { encode(text, keepsSlash: false) }

  /// The text that was encoded; a `+` stands for itself.
  ///
  /// - Returns: `nil` if a `%` is not followed by two digits or the bytes are not UTF-8.
  package static func decode(_ text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst(), let low = rest.popFirst(), let first = digit(high),
        let second = digit(low)
      else { return nil }
      bytes.append(first << 4 | second)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }

  private static func encode(_ text: String, keepsSlash: Bool) -> String {
    if text.utf8.allSatisfy({ isUnreserved($0) || keepsSlash && $0 == 0x2f }) { return text }
    var encoded: [UInt8] = []
    encoded.reserveCapacity(text.utf8.count * 2)
    for byte in text.utf8 {
      if isUnreserved(byte) || keepsSlash && byte == 0x2f {
        encoded.append(byte)
      } else {
        encoded += [UInt8(ascii: "%"), hex(byte >> 4), hex(byte & 15)]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  private static func hex(_ digit: UInt8) -> UInt8 { digit < 10 ? digit + 0x30 : digit + 0x37 }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: false
    }
  }
}
