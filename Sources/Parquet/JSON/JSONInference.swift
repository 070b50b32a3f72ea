/// Finds out which fields rows of JSON have, and of which types.
///
/// | values | field |
/// |---|---|
/// | `true`, `false` | BOOLEAN |
/// | integers that 64 bits hold | INT64 |
/// | numbers | DOUBLE |
/// | strings that are all instants, with `Z` or an offset | TIMESTAMP of microseconds, adjusted to UTC |
/// | strings that are all `YYYY-MM-DD` | DATE |
/// | other strings, or nothing but nulls | STRING |
/// | objects | group |
/// | arrays | list |
/// | scalars of several kinds, or integers that 64 bits do not hold | STRING, as they are written |
/// | objects or arrays beside others | JSON, as they are written |
package final class JSONInference {
  /// What the rows have shown.
  package struct Result: Sendable {
    /// The fields.
    package let fields: [FieldDefinition]
    /// Of each leaf column what it takes.
    let textRules: [JSONTextRule]
  }

  private let root = JSONShape()

  package init() {}

  /// Looks at the rows that stand at the front of a block and takes them away.
  ///
  /// - Parameters:
  ///   - block: the block.
  ///   - limit: how many rows at the most.
  /// - Returns: how many there were; 0 if the block has no whole line.
  /// - Throws: ``RowFailure`` for a line that is no row.
  package func add(linesOf block: TextBlock, limit: Int) throws(RowFailure) -> Int {
    try block.forEachLine(limit: limit) { line, number throws(RowFailure) in
      do throws(JSONFailure) {
        guard line.isUTF8 else { throw JSONFailure("it is not UTF-8", at: 0) }
        var scanner = JSONScanner(line)
        let kind = try scanner.peek()
        guard kind == .object else {
          throw JSONFailure(
            "a row should be an object but is \(kind.description)", at: scanner.offset)
        }
        try root.add(&scanner, depth: 0)
        try scanner.expectEnd()
      } catch {
        throw RowFailure(
          "\(error.message) (byte \(grouped(error.offset)) of the JSON text)", line: number)
      }
    }
  }

  /// What the rows have shown.
  ///
  /// - Parameter listStyle: how lists are spelled.
  /// - Returns: the fields in the order in which they came, and what their columns take.
  package func result(listStyle: FieldDefinition.ListStyle) -> Result {
    var rules: [JSONTextRule] = []
    let fields = root.members.map { $0.shape.field($0.name, listStyle, &rules) }
    return Result(fields: fields, textRules: rules)
  }
}

/// What the values in one place have shown.
private final class JSONShape {
  struct Member {
    let name: String
    let key: ByteBuffer
    let shape: JSONShape
  }

  private var scalars: TextForms = []
  private var hasNulls = false
  private var hasObjects = false
  private var hasArrays = false
  private var element: JSONShape?
  private(set) var members: [Member] = []
  private var positions: [String: Int] = [:]

  /// Looks at the next value.
  func add(_ scanner: inout JSONScanner, depth: Int) throws(JSONFailure) {
    guard depth <= Limits.jsonDepth else {
      throw JSONFailure("it is nested more than \(Limits.jsonDepth) deep", at: scanner.offset)
    }
    switch try scanner.peek() {
    case .null:
      try scanner.takeNull()
      hasNulls = true
    case .boolean:
      _ = try scanner.takeBoolean()
      scalars.insert(.boolean)
    case .number: scalars.insert(TextForms(ofNumber: try scanner.takeNumber()))
    case .string:
      let form = TextForms(ofString: try scanner.takeString())
      scalars.insert(form == .localTime ? .other : form)
    case .array:
      hasArrays = true
      let element = element ?? JSONShape()
      self.element = element
      try scanner.expect("[")
      if scanner.take("]") { return }
      repeat { try element.add(&scanner, depth: depth + 1) } while try scanner.takeComma(orEnd: "]")
    case .object:
      hasObjects = true
      try scanner.expect("{")
      if scanner.take("}") { return }
      var position = 0
      repeat {
        scanner.skipSpace()
        let member = member(try scanner.takeString(), &position)
        try scanner.expect(":")
        try member.add(&scanner, depth: depth + 1)
      } while try scanner.takeComma(orEnd: "}")
    }
  }

  /// The member with a name, which mostly is the one at a position.
  private func member(_ name: ByteView, _ position: inout Int) -> JSONShape {
    if position < members.count, members[position].key.view.isEqual(name) {
      position += 1
      return members[position - 1].shape
    }
    let text = name.string
    if let known = positions[text] {
      position = known + 1
      return members[known].shape
    }
    positions[text] = members.count
    members.append(Member(name: text, key: ByteBuffer(copying: name), shape: JSONShape()))
    position = members.count
    return members[position - 1].shape
  }

  /// The field that holds everything that was seen.
  func field(
    _ name: String, _ listStyle: FieldDefinition.ListStyle, _ rules: inout [JSONTextRule]
  ) -> FieldDefinition {
    if hasObjects, !hasArrays, scalars.isEmpty, !members.isEmpty {
      return .structure(name, members.map { $0.shape.field($0.name, listStyle, &rules) })
    }
    if hasArrays, !hasObjects, scalars.isEmpty, let element, element.canStand(in: listStyle) {
      let field = element.field(listStyle == .bare ? name : "element", listStyle, &rules)
      return listStyle == .bare ? .repeated(field) : .list(name, of: field)
    }
    if hasObjects || hasArrays {
      rules.append(.anything)
      return .json(name)
    }
    let field = scalars.field(name)
    // Texts alone, or nothing: anything else that comes later is a mistake.
    let isTexts = scalars.subtracting([.other, .date, .instant, .localTime]).isEmpty
    let isText = field == .string(name)
    rules.append(isText && !isTexts ? .scalars : .strings)
    return field
  }

  /// Whether a list in a style can hold such values: a repeated field holds no nulls and no lists.
  private func canStand(in style: FieldDefinition.ListStyle) -> Bool {
    switch style {
    case .standard: true
    case .bare: !hasNulls && !(hasArrays && !hasObjects && scalars.isEmpty)
    }
  }
}

extension TextForms {
  /// The field that holds values of these forms.
  func field(_ name: String) -> FieldDefinition {
    if self == .boolean { return .boolean(name) }
    if self == .integer { return .int64(name) }
    if self == .date { return .date(name) }
    if self == .instant { return .timestamp(name, .microseconds, isAdjustedToUTC: true) }
    if self == .localTime { return .timestamp(name, .microseconds, isAdjustedToUTC: false) }
    if subtracting(.numbers).isEmpty, !isDisjoint(with: [.integer, .real]) { return .double(name) }
    return .string(name)
  }
}
