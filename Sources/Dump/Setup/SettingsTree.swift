/// A document of settings whose members keep their order, so that people read it as it was meant:
/// policies, templates, the attributes of a queue.
package indirect enum SettingsTree: Sendable, Hashable {
  /// Named members, in order.
  case object([Member])
  /// Items.
  case list([SettingsTree])
  /// A text.
  case text(String)
  /// A whole number.
  case number(Int)
  /// A truth value.
  case flag(Bool)
  /// What stands in a template as it is: a reference to another resource of it.
  case expression(String)

  /// A member of an object.
  package struct Member: Sendable, Hashable {
    package let name: String
    package let value: SettingsTree

    package init(_ name: String, _ value: SettingsTree) {
      self.name = name
      self.value = value
    }
  }

  /// A list of texts.
  package static func texts(_ texts: [String]) -> SettingsTree { .list(texts.map { .text($0) }) }
}

extension SettingsTree: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral {
  package init(dictionaryLiteral elements: (String, SettingsTree)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }

  package init(stringLiteral value: String) { self = .text(value) }
}

// MARK: Texts

extension SettingsTree {
  /// As JSON, indented by two spaces a level.
  package var json: String { json(indent: "") }

  /// As JSON on one line, which is how attributes carry documents.
  package var compactJSON: String {
    switch self {
    case .object(let members):
      "{"
        + members.map { "\(Wording.json($0.name)):\($0.value.compactJSON)" }
        .joined(separator: ",") + "}"
    case .list(let items): "[" + items.map(\.compactJSON).joined(separator: ",") + "]"
    default: scalar
    }
  }

  private var scalar: String {
    switch self {
    case .text(let text): Wording.json(text)
    case .number(let number): String(number)
    case .flag(let flag): String(flag)
    case .expression(let text): text
    case .object, .list: ""
    }
  }

  private func json(indent: String) -> String {
    let inner = indent + "  "
    switch self {
    case .object(let members) where members.isEmpty: return "{}"
    case .list(let items) where items.isEmpty: return "[]"
    case .object(let members):
      let lines = members.map {
        "\(inner)\(Wording.json($0.name)): \($0.value.json(indent: inner))"
      }
      return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
    case .list(let items):
      let lines = items.map { inner + $0.json(indent: inner) }
      return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
    default: return scalar
    }
  }

  /// As lines of YAML; texts are in double quotes, as JSON has them.
  package var yaml: [String] {
    switch self {
    case .object(let members):
      if members.isEmpty { return ["{}"] }
      return members.flatMap { member -> [String] in
        let key = member.name.contains(":") ? Wording.json(member.name) : member.name
        let lines = member.value.yaml
        return member.value.isNested
          ? ["\(key):"] + lines.map { "  " + $0 } : ["\(key): \(lines[0])"]
      }
    case .list(let items):
      if items.isEmpty { return ["[]"] }
      return items.flatMap { item -> [String] in
        let lines = item.yaml
        return ["- \(lines[0])"] + lines.dropFirst().map { "  " + $0 }
      }
    default: return [scalar]
    }
  }

  private var isNested: Bool {
    switch self {
    case .object(let members): !members.isEmpty
    case .list(let items): !items.isEmpty
    default: false
    }
  }

  /// As an expression of HCL; `${` and `%{` would begin a template there.
  package func hcl(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map { member in
        let isName = member.name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil
        let key = isName ? member.name : Wording.json(member.name)
        return "\(inner)\(key) = \(member.value.hcl(indent: inner))"
      }
      return "{\n\(lines.joined(separator: "\n"))\n\(indent)}"
    case .list(let items):
      if items.isEmpty { return "[]" }
      let lines = items.map { inner + $0.hcl(indent: inner) + "," }
      return "[\n\(lines.joined(separator: "\n"))\n\(indent)]"
    case .text:
      return scalar.replacing("${", with: "$${").replacing("%{", with: "%%{")
    default: return scalar
    }
  }
}
