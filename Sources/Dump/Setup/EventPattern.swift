/// Which events a rule of EventBridge means.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>
package struct EventPattern: Sendable, Hashable {
  private let tree: JSONValue

  /// A pattern from its JSON; `nil` if it is none.
  package init?(parsing text: String) {
    guard let tree = JSONValue(parsing: Array(text.utf8)), case .object = tree else { return nil }
    self.tree = tree
  }

  /// Whether it means the event of an object that was written; `nil` where it has operators that are
  /// not known here.
  package func matches(bucket: String, key: String) -> Bool? {
    let event = JSONValue.object([
      "source": .string("aws.s3"), "detail-type": .string("Object Created"),
      "detail": .object([
        "bucket": .object(["name": .string(bucket)]), "object": .object(["key": .string(key)]),
      ]),
    ])
    return EventPattern.matches(tree, event)
  }

  /// All members of a pattern must match; of the items of a list one.
  private static func matches(_ pattern: JSONValue, _ value: JSONValue?) -> Bool? {
    switch pattern {
    case .object(let members):
      // What is not in the event made here, such as an account, may be in a real one.
      guard let value else { return nil }
      if members["$or"] != nil { return nil }
      return every(members.map { matches($0.value, value[$0.key]) })
    case .array(let items):
      guard let value else { return nil }
      let found = items.map { allows($0, value) }
      return found.contains(true) ? true : found.contains(nil) ? nil : false
    case .string, .number, .boolean, .null: return nil
    }
  }

  private static func allows(_ item: JSONValue, _ value: JSONValue) -> Bool? {
    guard case .object(let members) = item else { return item == value }
    guard members.count == 1, let (name, operand) = members.first else { return nil }
    switch (name, operand, value.text) {
    case ("prefix", .string(let text), let value): return value?.hasPrefix(text) ?? false
    case ("suffix", .string(let text), let value): return value?.hasSuffix(text) ?? false
    case ("wildcard", .string(let text), let value):
      return value.map { Wildcard.matches(text, $0) } ?? false
    case ("equals-ignore-case", .string(let text), let value):
      return value?.lowercased() == text.lowercased()
    default: return nil
    }
  }

  private static func every(_ found: [Bool?]) -> Bool? {
    found.contains(false) ? false : found.contains(nil) ? nil : true
  }
}
