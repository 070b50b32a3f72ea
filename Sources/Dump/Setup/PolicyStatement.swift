/// A statement of a policy: who may do what with what, and under which condition.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>
package struct PolicyStatement: Sendable, Hashable {
  /// Whether it allows or denies.
  package enum Effect: String, Sendable, Hashable {
    case allow = "Allow"
    case deny = "Deny"
  }

  /// Its name, by which it is found again.
  package let id: String
  let effect: Effect
  /// Who, in a policy that stands at a resource.
  let principal: SettingsTree?
  /// What.
  package let actions: [String]
  /// With what; none in a trust policy.
  package let resources: [String]
  let condition: SettingsTree?

  init(
    _ id: String, effect: Effect = .allow, principal: SettingsTree? = nil, _ actions: [String],
    on resources: [String] = [], condition: SettingsTree? = nil
  ) {
    self.id = id
    self.effect = effect
    self.principal = principal
    self.actions = actions
    self.resources = resources
    self.condition = condition
  }

  var tree: SettingsTree {
    var members: [SettingsTree.Member] = [
      .init("Sid", .text(id)), .init("Effect", .text(effect.rawValue)),
    ]
    if let principal { members.append(.init("Principal", principal)) }
    members.append(.init("Action", .texts(actions)))
    if !resources.isEmpty { members.append(.init("Resource", .texts(resources))) }
    if let condition { members.append(.init("Condition", condition)) }
    return .object(members)
  }
}

/// A policy: its statements, in order.
package struct PolicyDocument: Sendable, Hashable {
  package let statements: [PolicyStatement]

  init(_ statements: [PolicyStatement]) { self.statements = statements }

  /// The document as AWS wants it.
  package var tree: SettingsTree {
    ["Version": "2012-10-17", "Statement": .list(statements.map(\.tree))]
  }

  /// Whether a document that is there says the same.
  ///
  /// - Parameter text: The document, in JSON.
  /// - Returns: Whether it does; the order of lists and members means nothing, and AWS may write a
  ///   list of one item as the item.
  package func isSame(as text: String) -> Bool {
    PolicyDocument.isSame(text, tree.compactJSON)
  }

  /// Whether two documents say the same.
  package static func isSame(_ one: String, _ other: String) -> Bool {
    guard let one = normalized(one) else { return false }
    return one == normalized(other)
  }

  /// Puts the statements into a policy that is there, in the place of those with their names.
  ///
  /// - Parameter text: The policy that is there, in JSON; `nil` for none.
  /// - Returns: The policy with them; `nil` if the one that is there is no policy.
  package func merged(into text: String?) -> SettingsTree? {
    guard let text else { return tree }
    guard let present = JSONValue(parsing: Array(text.utf8)), present["Statement"] != nil else {
      return nil
    }
    let ids = Set(statements.map(\.id))
    let others = (present["Statement"]?.items ?? present["Statement"].map { [$0] } ?? [])
      .filter { !ids.contains($0["Sid"]?.text ?? "") }
    return [
      "Version": "2012-10-17",
      "Statement": .list(others.map(SettingsTree.init) + statements.map(\.tree)),
    ]
  }

  /// A document in a form in which what means the same is equal.
  static func normalized(_ text: String) -> JSONValue? {
    JSONValue(parsing: Array(text.utf8)).map(normalized)
  }

  private static func normalized(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members): return .object(members.mapValues(normalized))
    case .array(let items):
      if items.count == 1 { return normalized(items[0]) }
      let keyed = items.map(normalized).map { (SettingsTree($0).compactJSON, $0) }
      return .array(keyed.sorted { $0.0 < $1.0 }.map(\.1))
    // A truth value in a condition is a text to AWS.
    case .boolean(let flag): return .string(String(flag))
    case .number(let text): return .string(text)
    case .string, .null: return value
    }
  }
}

extension SettingsTree {
  /// A document that was read, with members in the order of their names.
  init(_ value: JSONValue) {
    switch value {
    case .object(let members):
      self = .object(
        members.sorted { $0.key < $1.key }.map { Member($0.key, SettingsTree($0.value)) })
    case .array(let items): self = .list(items.map(SettingsTree.init))
    case .string(let text): self = .text(text)
    case .number(let text): self = .expression(text)
    case .boolean(let flag): self = .flag(flag)
    case .null: self = .expression("null")
    }
  }

  /// A document from its text; `nil` if it is no JSON.
  package init?(json text: String) {
    guard let value = JSONValue(parsing: Array(text.utf8)) else { return nil }
    self.init(value)
  }
}
