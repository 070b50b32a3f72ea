/// An element of a bucket's lifecycle rules as S3 writes them: a name with a text or with elements.
///
/// Rules are kept in this form so that what this tool does not understand survives a merge.
public struct RuleElement: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The text directly in it.
  public var text: String
  /// The elements directly in it, in order.
  public var children: [RuleElement]

  /// Makes an element from its parts.
  public init(_ name: String, text: String = "", children: [RuleElement] = []) {
    self.name = name
    self.text = text
    self.children = children
  }

  init(_ name: String, _ children: [RuleElement]) { self.init(name, children: children) }

  init(_ name: String, _ number: Int) { self.init(name, text: String(number)) }

  /// The first child of a name.
  subscript(name: String) -> RuleElement? { children.first { $0.name == name } }

  /// The text of the first child of a name.
  func text(_ name: String) -> String? { self[name]?.text }

  /// The number in the first child of a name.
  func number(_ name: String) -> Int? { self[name].flatMap { Int($0.text) } }

  /// The same with the children of every element in one order, which means nothing in rules.
  var ordered: RuleElement {
    let children = children.map(\.ordered)
      .sorted { Wording.precedes($0.lines.joined(), $1.lines.joined()) }
    return RuleElement(name, text: text, children: children)
  }

  /// The element as lines of XML, indented by two spaces a level.
  package var lines: [String] {
    if children.isEmpty {
      return text.isEmpty ? ["<\(name)/>"] : ["<\(name)>\(Self.escaped(text))</\(name)>"]
    }
    return ["<\(name)>"] + children.flatMap(\.lines).map { "  " + $0 } + ["</\(name)>"]
  }

  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { out, scalar in
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      default: out.unicodeScalars.append(scalar)
      }
    }
  }
}
