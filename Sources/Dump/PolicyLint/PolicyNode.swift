/// A value of a JSON text with where it stands, so that what is wrong with it can be shown.
struct PolicyNode: Sendable {
  enum Value: Sendable {
    case object([(name: String, node: PolicyNode)])
    case array([PolicyNode])
    case string(String)
    case other
  }

  let value: Value
  /// The byte at which it begins.
  let offset: Int

  /// Reads a JSON text.
  ///
  /// - Throws: What is wrong with it, and at which byte.
  init(parsing bytes: [UInt8]) throws(JSONScanner.Fault) {
    var scanner = JSONScanner(bytes)
    self = try PolicyNode(&scanner)
    try scanner.end()
  }

  private init(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) {
    let kind = try scanner.kind()
    offset = scanner.position
    switch kind {
    case .object:
      var members: [(String, PolicyNode)] = []
      try scanner.object { scanner, name, _ throws(JSONScanner.Fault) in
        members.append((name, try PolicyNode(&scanner)))
      }
      value = .object(members.map { (name: $0.0, node: $0.1) })
    case .array:
      var items: [PolicyNode] = []
      try scanner.array { scanner throws(JSONScanner.Fault) in
        items.append(try PolicyNode(&scanner))
      }
      value = .array(items)
    case .string: value = .string(try scanner.string())
    case .number, .boolean, .null:
      value = .other
      try scanner.skip()
    }
  }

  /// The members of an object.
  var members: [(name: String, node: PolicyNode)] {
    guard case .object(let members) = value else { return [] }
    return members
  }

  subscript(name: String) -> PolicyNode? { members.first { $0.name == name }?.node }

  var text: String? {
    guard case .string(let text) = value else { return nil }
    return text
  }

  /// The items of a list; one that stands alone is a list of one.
  var items: [PolicyNode] {
    guard case .array(let items) = value else { return [self] }
    return items
  }

  /// Every text below, and the node itself if it is one.
  var texts: [(text: String, node: PolicyNode)] {
    switch value {
    case .object(let members): members.flatMap(\.node.texts)
    case .array(let items): items.flatMap(\.texts)
    case .string(let text): [(text, self)]
    case .other: []
    }
  }
}

/// The bytes of a file whose comments are blanked, so that the rest can be looked at too.
struct CommentlessText {
  private(set) var bytes: [UInt8]
  /// Where comments began.
  private(set) var comments: [Int] = []

  init(_ text: [UInt8]) {
    bytes = text
    var index = 0
    var isInString = false
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      if isInString {
        if byte == UInt8(ascii: "\\") { index += 1 }
        isInString = byte != UInt8(ascii: "\"")
      } else if byte == UInt8(ascii: "\"") {
        isInString = true
      } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "/") {
        index = blank(from: index) { bytes, at in bytes[at] == UInt8(ascii: "\n") }
      } else if byte == UInt8(ascii: "#") {
        index = blank(from: index) { bytes, at in bytes[at] == UInt8(ascii: "\n") }
      } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
        let start = index
        index = blank(from: index) { bytes, at in
          at >= start + 4 && bytes[at - 2] == UInt8(ascii: "*")
            && bytes[at - 1] == UInt8(ascii: "/")
        }
        for at in start..<index where bytes[at] != UInt8(ascii: "\n") {
          bytes[at] = UInt8(ascii: " ")
        }
        continue
      }
      index += 1
    }
  }

  /// Finds the end of a comment, and blanks one that ends with its line.
  private mutating func blank(from start: Int, until isEnd: ([UInt8], Int) -> Bool) -> Int {
    comments.append(start)
    var end = start
    while end < bytes.count, !isEnd(bytes, end) { end += 1 }
    if bytes[start] == UInt8(ascii: "#") || bytes[start + 1] == UInt8(ascii: "/") {
      for at in start..<end { bytes[at] = UInt8(ascii: " ") }
    }
    return end
  }
}
