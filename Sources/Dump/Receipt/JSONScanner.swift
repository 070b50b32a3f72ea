// JSON, RFC 8259, https://www.rfc-editor.org/rfc/rfc8259:
//
//     value  = false / null / true / object / array / number / string
//     object = "{" [ string ":" value *( "," string ":" value ) ] "}"
//
// Why not JSONDecoder: a fault's line and column, repeated names, and text without a tree (a field
// that is ignored costs no memory) are what a receipt needs, and it has none of them.

/// Walks over a JSON text from front to back, and reads what it is asked for.
struct JSONScanner {
  /// What a value is, told by its first byte.
  enum Kind: String {
    case object = "an object"
    case array = "an array"
    case string = "a string"
    case number = "a number"
    case boolean = "a boolean"
    case null = "null"
  }

  let bytes: [UInt8]
  var position = 0
  /// The names of the objects' fields that lead to the current value.
  private(set) var path: [String] = []
  private var depth = 0

  /// - Parameter bytes: UTF-8 that has been validated.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // §8.1: a parser may ignore a byte order mark. Some editors write one.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Skips spaces and says what value starts here.
  mutating func kind() throws(Fault) -> Kind {
    skipSpace()
    guard let byte = current else { throw truncated("a value") }
    switch byte {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    default: throw unexpected("a value")
    }
  }

  /// Demands a kind of value here.
  mutating func expect(_ wanted: Kind) throws(Fault) {
    let found = try kind()
    guard found == wanted else {
      throw fault(.wrongType, "\(wanted.rawValue) should stand here, not \(found.rawValue)")
    }
  }

  /// Reads an object: calls `member` at each value with its name and the name's offset.
  ///
  /// `member` must read or skip exactly that value.
  mutating func object(
    _ member: (inout JSONScanner, String, Int) throws(Fault) -> Void
  ) throws(Fault) {
    try expect(.object)
    try descend()
    try each(closing: "}") { scanner throws(Fault) in
      let offset = scanner.position
      let name = try scanner.string(as: "a name in double quotes")
      try scanner.punctuation(":")
      scanner.path.append(name)
      try member(&scanner, name, offset)
      scanner.path.removeLast()
    }
    depth -= 1
  }

  /// Reads an array: calls `item` at each value, which must read or skip exactly that value.
  mutating func array(
    _ item: (inout JSONScanner) throws(Fault) -> Void
  ) throws(Fault) {
    try expect(.array)
    try descend()
    try each(closing: "]", item)
    depth -= 1
  }

  /// Skips one value of any kind, checking its grammar.
  mutating func skip() throws(Fault) {
    switch try kind() {
    case .object: try object { scanner, _, _ throws(Fault) in try scanner.skip() }
    case .array: try array { scanner throws(Fault) in try scanner.skip() }
    case .string: _ = try string()
    case .number: _ = try number()
    case .boolean: try word(current == UInt8(ascii: "t") ? "true" : "false")
    case .null: try word("null")
    }
  }

  /// Demands that nothing but spaces follows.
  mutating func end() throws(Fault) {
    skipSpace()
    guard position == bytes.count else { throw unexpected("the end") }
  }

  mutating func skipSpace() {
    while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  /// The items between an opening bracket, which stands here, and its closing one.
  private mutating func each(
    closing: Unicode.Scalar, _ item: (inout JSONScanner) throws(Fault) -> Void
  ) throws(Fault) {
    position += 1
    skipSpace()
    if current == UInt8(ascii: closing) {
      position += 1
      return
    }
    while true {
      skipSpace()
      try item(&self)
      skipSpace()
      guard let byte = current else { throw truncated("\",\" or \"\(closing)\"") }
      guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: closing) else {
        throw unexpected("\",\" or \"\(closing)\"")
      }
      position += 1
      if byte == UInt8(ascii: closing) { return }
    }
  }

  private mutating func descend() throws(Fault) {
    depth += 1
    guard depth <= Limits.nestingDepth else {
      throw fault(.notJSON, "more than \(Limits.nestingDepth) arrays and objects in each other")
    }
  }

  private mutating func punctuation(_ scalar: Unicode.Scalar) throws(Fault) {
    skipSpace()
    guard let byte = current else { throw truncated("\"\(scalar)\"") }
    guard byte == UInt8(ascii: scalar) else { throw unexpected("\"\(scalar)\"") }
    position += 1
  }

  private mutating func word(_ word: String) throws(Fault) {
    for expected in word.utf8 {
      guard let byte = current else { throw truncated("\"\(word)\"") }
      guard byte == expected else { throw unexpected("\"\(word)\"") }
      position += 1
    }
  }
}

extension JSONScanner {
  /// A fault at a byte; the parser adds the file, the line and the column.
  struct Fault: Error {
    var code: DumpError.Code
    var offset: Int
    var path: [String]
    var why: String
    var hint: String?
  }

  func fault(
    _ code: DumpError.Code, at offset: Int? = nil, _ why: String, hint: String? = nil
  ) -> Fault {
    Fault(code: code, offset: offset ?? position, path: path, why: why, hint: hint)
  }

  /// The text ends where something should stand.
  func truncated(_ wanted: String) -> Fault {
    fault(
      .truncated, at: bytes.count,
      "it ends after \(Wording.count(bytes.count, "byte")), "
        + "where \(wanted) should follow")
  }

  /// Something else stands where something should.
  func unexpected(_ wanted: String) -> Fault {
    guard current != nil else { return truncated(wanted) }
    // `position` is on a character's first byte: outside strings only ASCII is stepped over, and
    // inside them a fault is only ever at an ASCII byte.
    var end = position + 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    let found = String(decoding: bytes[position..<end], as: UTF8.self)
    return fault(.notJSON, "\(wanted) should stand here, not \(Wording.quoted(found))")
  }
}
