/// A JSON text as a tree, for messages whose shape is not known beforehand.
///
/// Numbers stay texts. Of a name that comes twice the first value counts.
package enum JSONValue: Sendable, Hashable {
  case object([String: JSONValue])
  case array([JSONValue])
  case string(String)
  case number(String)
  case boolean(Bool)
  case null

  /// Reads a JSON text.
  ///
  /// - Returns: `nil` if it is none, is not UTF-8 or has more bytes than ``Limits`` allows.
  package init?(parsing bytes: [UInt8]) {
    guard bytes.count <= Limits.messageByteCount,
      (try? UTF8Span(validating: bytes.span)) != nil
    else { return nil }
    var scanner = JSONScanner(bytes)
    guard let value = try? JSONValue(&scanner), (try? scanner.end()) != nil else { return nil }
    self = value
  }

  private init(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) {
    switch try scanner.kind() {
    case .object:
      var members: [String: JSONValue] = [:]
      try scanner.object { scanner, name, _ throws(JSONScanner.Fault) in
        let value = try JSONValue(&scanner)
        if members[name] == nil { members[name] = value }
      }
      self = .object(members)
    case .array:
      var items: [JSONValue] = []
      try scanner.array { scanner throws(JSONScanner.Fault) in
        items.append(try JSONValue(&scanner))
      }
      self = .array(items)
    case .string: self = .string(try scanner.string())
    case .number: self = .number(try scanner.number())
    case .boolean:
      let isTrue = scanner.current == UInt8(ascii: "t")
      try scanner.skip()
      self = .boolean(isTrue)
    case .null:
      try scanner.skip()
      self = .null
    }
  }

  /// The member of an object; `nil` for what is no object and for what it has not.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[name]
  }

  /// The text of a string.
  package var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The items of an array.
  package var items: [JSONValue]? {
    guard case .array(let items) = self else { return nil }
    return items
  }
}
