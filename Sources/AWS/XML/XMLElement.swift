/// An element of an XML document with what is in it: the answers of S3 and STS are small trees.
///
/// Names are without their namespace's prefix; attributes, comments and the like are left out.
package struct XMLElement: Sendable, Hashable {
  /// The name.
  package var name: String
  /// The text directly in it.
  package var text: String
  /// The elements directly in it, in order.
  package var children: [XMLElement]

  /// An element from its parts.
  package init(_ name: String, text: String = "", children: [XMLElement] = []) {
    self.name = name
    self.text = text
    self.children = children
  }

  /// The first child of a name.
  package subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

  /// All children of a name.
  package func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

  /// The text of the first child of a name.
  package func text(_ name: String) -> String? { self[name]?.text }

  /// A text as the content of an element.
  package static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\u{0}"..<" ": escaped += "&#x\(String(scalar.value, radix: 16));"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

/// Why bytes are no XML that is wanted here.
package struct XMLError: Error, Sendable, Hashable {
  /// What is wrong, with its line.
  package let reason: String
}
