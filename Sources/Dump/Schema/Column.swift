/// One leaf column of a table, described without regard to how a file stores it.
///
/// A table's schema is the list of its leaf columns in the order of the file: the form in which two
/// schemas are easiest to compare.
public struct Column: Sendable, Hashable, Codable {
  /// The names that lead to the leaf, from the table down, such as `["session", "channel"]`.
  ///
  /// The names that a file's lists and maps need for themselves (`list`, `element`, `key_value`)
  /// are best left out, so that two writers' forms of the same list are the same column.
  public let path: [String]

  /// What the values are.
  public let type: ColumnType

  /// Whether the leaf or anything around it may be missing.
  public let isNullable: Bool

  /// How many lists or maps lie around the leaf; 0 for one value a row.
  public let listDepth: Int

  /// Makes a column from its parts.
  public init(path: [String], type: ColumnType, isNullable: Bool = true, listDepth: Int = 0) {
    self.path = path
    self.type = type
    self.isNullable = isNullable
    self.listDepth = listDepth
  }

  /// The path in one text: `session.channel`.
  ///
  /// A name that holds a dot, a space, a quote or nothing at all stands in double quotes, and
  /// quotes in it are doubled.
  public var name: String { path.map(Self.quotedIfNeeded).joined(separator: ".") }

  /// The type as people read it: `string`, `int64 not null`, `list<double>`.
  public var typeName: String {
    String(repeating: "list<", count: listDepth) + type.description
      + String(repeating: ">", count: listDepth) + (isNullable ? "" : " not null")
  }

  private static func quotedIfNeeded(_ name: String) -> String {
    let special: [Unicode.Scalar] = [".", "\"", " "]
    guard name.isEmpty || name.unicodeScalars.contains(where: { special.contains($0) }) else {
      return name
    }
    let doubled = name.unicodeScalars.reduce("") { $0 + ($1 == "\"" ? "\"\"" : String($1)) }
    return "\"\(doubled)\""
  }

  private enum CodingKeys: String, CodingKey {
    case path, type
    case isNullable = "nullable"
    case listDepth = "list_depth"
  }
}

extension Column: CustomStringConvertible {
  /// `session.channel string`, `dd_event_id string not null`, `signals.id list<string>`.
  public var description: String { "\(name) \(typeName)" }
}
