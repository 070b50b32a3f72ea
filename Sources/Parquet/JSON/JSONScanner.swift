/// Takes JSON text apart, one token after the other (RFC 8259).
///
/// The text must be UTF-8, which the caller has checked. Strings without escapes are views of the
/// text; others are decoded into a buffer that the next string uses again.
struct JSONScanner: ~Copyable {
  private let text: ByteView
  private(set) var offset = 0
  private var decoded = Buffer<UInt8>()

  init(_ text: ByteView) { self.text = text }

  /// What a value begins with.
  enum Kind {
    case object
    case array
    case string
    case number
    case boolean
    case null

    var description: StaticString {
      switch self {
      case .object: "an object"
      case .array: "an array"
      case .string: "a string"
      case .number: "a number"
      case .boolean: "a boolean"
      case .null: "null"
      }
    }
  }

  // MARK: Between values

  mutating func skipSpace() {
    while offset < text.count {
      switch text[offset] {
      case 0x20, 0x09, 0x0a, 0x0d: offset += 1
      default: return
      }
    }
  }

  /// What comes next, without taking it.
  mutating func peek() throws(JSONFailure) -> Kind {
    skipSpace()
    guard offset < text.count else { throw JSONFailure("the JSON text ends too early", at: offset) }
    switch text[offset] {
    case 0x7b: return .object
    case 0x5b: return .array
    case 0x22: return .string
    case 0x2d, 0x30...0x39: return .number
    case 0x74, 0x66: return .boolean
    case 0x6e: return .null
    default: throw JSONFailure("there is no JSON value", at: offset)
    }
  }

  /// Takes a character if it comes next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard offset < text.count, text[offset] == UInt8(truncatingIfNeeded: character.value) else {
      return false
    }
    offset += 1
    return true
  }

  /// Takes a character that must come next.
  mutating func expect(_ character: Unicode.Scalar) throws(JSONFailure) {
    guard take(character) else {
      throw JSONFailure("there should be \"\(character)\"", at: offset)
    }
  }

  /// Takes the comma before the next item of an object or array, or its end.
  ///
  /// - Returns: whether there is another item.
  mutating func takeComma(orEnd end: Unicode.Scalar) throws(JSONFailure) -> Bool {
    if take(",") { return true }
    guard take(end) else {
      throw JSONFailure("there should be \",\" or \"\(end)\"", at: offset)
    }
    return false
  }

  /// Nothing may follow.
  mutating func expectEnd() throws(JSONFailure) {
    skipSpace()
    guard offset == text.count else {
      throw JSONFailure("something follows behind the JSON value", at: offset)
    }
  }

  // MARK: Scalars

  mutating func takeNull() throws(JSONFailure) { try take(literal: "null") }

  mutating func takeBoolean() throws(JSONFailure) -> Bool {
    if text[offset] == 0x74 {
      try take(literal: "true")
      return true
    }
    try take(literal: "false")
    return false
  }

  private mutating func take(literal: StaticString) throws(JSONFailure) {
    let literal = literal.view
    guard offset + literal.count <= text.count,
      text.slice(offset, literal.count).isEqual(literal)
    else { throw JSONFailure("there is no JSON value", at: offset) }
    offset += literal.count
  }

  /// A number, as it is written: `-? digits (. digits)? ([eE] [+-]? digits)?`.
  mutating func takeNumber() throws(JSONFailure) -> ByteView {
    let start = offset
    if offset < text.count, text[offset] == 0x2d { offset += 1 }
    let isZero = offset < text.count && text[offset] == 0x30
    let digits = try takeDigits()
    if isZero, digits > 1 { throw JSONFailure("a number begins with 0", at: start) }
    if offset < text.count, text[offset] == 0x2e {
      offset += 1
      _ = try takeDigits()
    }
    if offset < text.count, text[offset] | 0x20 == 0x65 {
      offset += 1
      if offset < text.count, text[offset] == 0x2b || text[offset] == 0x2d { offset += 1 }
      _ = try takeDigits()
    }
    return text.slice(start, offset - start)
  }

  private mutating func takeDigits() throws(JSONFailure) -> Int {
    let start = offset
    while offset < text.count, text[offset] >= 0x30, text[offset] <= 0x39 { offset += 1 }
    guard offset > start else { throw JSONFailure("a number lacks digits", at: offset) }
    return offset - start
  }

  /// The contents of a string; valid until the next one is taken.
  mutating func takeString() throws(JSONFailure) -> ByteView {
    try expect("\"")
    let start = offset
    skipPlainCharacters()
    while offset < text.count {
      let byte = text[offset]
      if byte == 0x22 {
        offset += 1
        return text.slice(start, offset - 1 - start)
      }
      if byte == 0x5c { return try takeEscapedString(from: start) }
      if byte < 0x20 { throw JSONFailure("a string has a control character", at: offset) }
      offset += 1
    }
    throw JSONFailure("a string does not end", at: start)
  }

  /// Passes over characters that stand for themselves, eight bytes at a time.
  private mutating func skipPlainCharacters() {
    let ones: UInt64 = 0x0101_0101_0101_0101
    while offset + 8 <= text.count {
      let word = text.load(UInt64.self, at: offset)
      // The high bit of a byte is set if it is below 0x20, a quote or a backslash; carries can only
      // flag a byte behind a flagged one.
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5c)
      let flagged =
        ((word &- ones &* 0x20) & ~word | (quote &- ones) & ~quote | (backslash &- ones)
          & ~backslash)
        & (ones &* 0x80)
      if flagged != 0 {
        offset += flagged.trailingZeroBitCount / 8
        return
      }
      offset += 8
    }
  }

  private mutating func takeEscapedString(from start: Int) throws(JSONFailure) -> ByteView {
    decoded.removeAll()
    decoded.append(text.slice(start, offset - start))
    while offset < text.count {
      let byte = text[offset]
      offset += 1
      if byte == 0x22 { return decoded.view }
      if byte < 0x20 { throw JSONFailure("a string has a control character", at: offset - 1) }
      if byte == 0x5c { try takeEscape() } else { decoded.append(byte) }
    }
    throw JSONFailure("a string does not end", at: start)
  }

  private mutating func takeEscape() throws(JSONFailure) {
    guard offset < text.count else { throw JSONFailure("a string does not end", at: offset) }
    let byte = text[offset]
    offset += 1
    switch byte {
    case 0x22, 0x5c, 0x2f: decoded.append(byte)
    case 0x62: decoded.append(0x08)
    case 0x66: decoded.append(0x0c)
    case 0x6e: decoded.append(0x0a)
    case 0x72: decoded.append(0x0d)
    case 0x74: decoded.append(0x09)
    case 0x75: try takeUnicodeEscape()
    default: throw JSONFailure("a string has an unknown escape", at: offset - 1)
    }
  }

  private mutating func takeUnicodeEscape() throws(JSONFailure) {
    let start = offset - 2
    var code = UInt32(try takeHexDigits())
    if code & 0xfc00 == 0xd800, offset + 6 <= text.count, text[offset] == 0x5c,
      text[offset + 1] == 0x75
    {
      offset += 2
      let low = UInt32(try takeHexDigits())
      guard low & 0xfc00 == 0xdc00 else {
        throw JSONFailure("an escaped surrogate stands alone", at: start)
      }
      code = 0x1_0000 + (code & 0x3ff) << 10 + low & 0x3ff
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw JSONFailure("an escaped surrogate stands alone", at: start)
    }
    for byte in UTF8.encode(scalar).map(Array.init) ?? [] { decoded.append(byte) }
  }

  private mutating func takeHexDigits() throws(JSONFailure) -> UInt16 {
    var code: UInt16 = 0
    for _ in 0..<4 {
      guard offset < text.count, let digit = hexValue(text[offset]) else {
        throw JSONFailure("an escape lacks its four hexadecimal digits", at: offset)
      }
      code = code << 4 | UInt16(digit)
      offset += 1
    }
    return code
  }

  // MARK: Whole values

  /// Passes over a value of any kind; returns it as it is written.
  mutating func takeValue(depth: Int = 0) throws(JSONFailure) -> ByteView {
    guard depth <= Limits.jsonDepth else {
      throw JSONFailure("the JSON text is nested more than \(Limits.jsonDepth) deep", at: offset)
    }
    let kind = try peek()
    let start = offset
    switch kind {
    case .null: try takeNull()
    case .boolean: _ = try takeBoolean()
    case .number: _ = try takeNumber()
    case .string: _ = try takeString()
    case .array:
      try expect("[")
      if !take("]") {
        repeat { _ = try takeValue(depth: depth + 1) } while try takeComma(orEnd: "]")
      }
    case .object:
      try expect("{")
      if !take("}") {
        repeat {
          skipSpace()
          _ = try takeString()
          try expect(":")
          _ = try takeValue(depth: depth + 1)
        } while try takeComma(orEnd: "}")
      }
    }
    return text.slice(start, offset - start)
  }
}

/// What is wrong with a JSON text, and at which of its bytes.
struct JSONFailure: Error {
  var message: String
  var offset: Int
  /// The path of the field that a value is for.
  var path: String?

  @inline(never)
  init(_ message: String, at offset: Int) {
    self.message = message
    self.offset = offset
  }
}

/// The value of a hexadecimal digit.
func hexValue(_ digit: UInt8) -> UInt8? {
  switch digit {
  case 0x30...0x39: digit - 0x30
  case 0x41...0x46: digit - 0x37
  case 0x61...0x66: digit - 0x57
  default: nil
  }
}
