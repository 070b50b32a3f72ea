// RFC 8259 §6 and §7:
//
//     number = [ "-" ] ( "0" / digit1-9 *DIGIT ) [ "." 1*DIGIT ]
//              [ ( "e" / "E" ) [ "+" / "-" ] 1*DIGIT ]
//     string = %x22 *( unescaped / "\" escape ) %x22
//     escape = %x22 / "\" / "/" / "b" / "f" / "n" / "r" / "t" / "u" 4HEXDIG

extension JSONScanner {
  /// Reads a number and gives its text, because a count must not go through a floating-point value.
  mutating func number() throws(Fault) -> String {
    try expect(.number)
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    if current == UInt8(ascii: "0") {
      position += 1
      if let byte = current, Self.isDigit(byte) {
        throw unexpected("a number without leading zero")
      }
    } else {
      try digits()
    }
    if current == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Reads a string and resolves its escapes.
  mutating func string(as wanted: String = "a string") throws(Fault) -> String {
    guard let first = current else { throw truncated(wanted) }
    guard first == UInt8(ascii: "\"") else { throw unexpected(wanted) }
    position += 1
    var text: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        try text.append(contentsOf: Array(String(escape()).utf8))
      case 0..<0x20:
        throw unexpected("a string without line breaks or other control characters")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw truncated("the closing quote of a string")
  }

  /// Reads an escape that starts here.
  private mutating func escape() throws(Fault) -> Unicode.Scalar {
    position += 1
    guard let byte = current else { throw truncated("an escape") }
    let simple: [UInt8: Unicode.Scalar] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
      UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n",
      UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    if let scalar = simple[byte] {
      position += 1
      return scalar
    }
    guard byte == UInt8(ascii: "u") else {
      throw unexpected("one of \"\\/bfnrtu after a backslash")
    }
    let start = position - 1
    let unit = try hexadecimal()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // A character above U+FFFF is two escapes: D800–DBFF, then DC00–DFFF.
    guard unit < 0xDC00, bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")])
    else { throw fault(.notJSON, at: start, "half of a surrogate pair stands alone") }
    position += 1
    let low = try hexadecimal()
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw fault(.notJSON, at: start, "half of a surrogate pair stands alone") }
    return scalar
  }

  /// Reads `uXXXX`; the `u` stands here.
  private mutating func hexadecimal() throws(Fault) -> UInt32 {
    position += 1
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current else { throw truncated("a hexadecimal digit") }
      guard byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw unexpected("a hexadecimal digit")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private mutating func digits() throws(Fault) {
    guard let first = current else { throw truncated("a digit") }
    guard Self.isDigit(first) else { throw unexpected("a digit") }
    while let byte = current, Self.isDigit(byte) { position += 1 }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
