/// Turns JSON into columns, as Dremel shreds records: each value goes to its leaf column with the
/// levels that say where it belongs.
///
///     let shredder = JSONShredder(schema)
///     for line in lines { try shredder.append(line) }
///     try shredder.flush(into: rows)
///
/// Values have the forms in which ``JSONRowWriter`` writes them in plain style, and others that mean
/// the same without doubt: a decimal as a number, a whole number as a string, an instant with any
/// offset, a map as an object or as an array of pairs. A member that is missing is null; a list that
/// cannot be null is empty then. Anything else is an error that names the field: a value of another
/// type, a number out of range or that would lose digits, a null in a required field, a member that
/// the schema does not have, a member that occurs twice.
public final class JSONShredder {
  private let program: ShreddingProgram
  private let leaves: [ShreddedLeaf]
  /// The leaf columns' place in the schema.
  private let leafRange: Range<Int>
  /// Whether a row is the value of one field instead of an object with all.
  private let isSingleField: Bool
  private let ignoresUnknownMembers: Bool
  private var text = ByteBuffer(count: 0)
  /// The rows that have not been flushed.
  public private(set) var rowCount = 0

  /// A shredder of rows, each one an object.
  ///
  /// - Parameters:
  ///   - schema: the schema.
  ///   - ignoresUnknownMembers: whether members that the schema does not have are passed over.
  public init(_ schema: Schema, ignoresUnknownMembers: Bool = false) {
    program = ShreddingProgram(schema.fields)
    leaves = schema.leaves.map { ShreddedLeaf($0) }
    leafRange = 0..<schema.leaves.count
    isSingleField = false
    self.ignoresUnknownMembers = ignoresUnknownMembers
  }

  /// A shredder of the values of one top-level field.
  ///
  /// - Parameters:
  ///   - schema: the schema.
  ///   - field: the index of the field among those of the schema.
  ///   - ignoresUnknownMembers: whether members that the schema does not have are passed over.
  public init(_ schema: Schema, field: Int, ignoresUnknownMembers: Bool = false) {
    let field = schema.fields[field]
    program = ShreddingProgram([field])
    leaves = schema.leaves[field.leaves].map { ShreddedLeaf($0) }
    leafRange = field.leaves
    isSingleField = true
    self.ignoresUnknownMembers = ignoresUnknownMembers
  }

  /// About the bytes of the rows that have not been flushed.
  public var byteCount: Int { leaves.reduce(0) { $0 + $1.byteCount } }

  /// Appends a row.
  ///
  /// - Parameter json: the row as JSON text in UTF-8.
  /// - Throws: ``ParquetError`` with code `value`; the row is not there then.
  public func append(_ json: Span<UInt8>) throws(ParquetError) {
    text.resize(to: 0)
    text.append(json)
    for leaf in leaves { leaf.beginRow() }
    do throws(JSONFailure) {
      guard text.view.isUTF8 else { throw JSONFailure("it is not UTF-8", at: 0) }
      var scanner = JSONScanner(text.view)
      if isSingleField {
        try shred(program.roots[0], &scanner, repetition: 0, depth: 0)
      } else {
        try shredRow(&scanner)
      }
      try scanner.expectEnd()
    } catch {
      for leaf in leaves { leaf.dropRow() }
      throw ParquetError(
        .value, at: ParquetError.Place(column: error.path),
        "\(error.message) (byte \(grouped(error.offset)) of the JSON text)")
    }
    rowCount += 1
  }

  /// Appends a row without a value.
  ///
  /// - Throws: ``ParquetError`` with code `value` if it needs one.
  public func appendNull() throws(ParquetError) { try append([0x6e, 0x75, 0x6c, 0x6c].span) }

  /// Hands all rows over, and is empty then.
  ///
  /// - Throws: ``ParquetError`` with code `value` if the row group has another schema.
  public func flush(into rows: RowGroupBuilder) throws(ParquetError) {
    guard leafRange.upperBound <= rows.columns.count,
      zip(leaves, rows.columns[leafRange]).allSatisfy({ $0.column == $1.column })
    else {
      throw ParquetError(.value, "the row group was made for another schema than the JSON")
    }
    for (leaf, column) in zip(leaves, rows.columns[leafRange]) {
      leaf.flush(into: column, rowCount: rowCount)
    }
    rowCount = 0
  }

  // MARK: Shredding

  private func shredRow(_ scanner: inout JSONScanner) throws(JSONFailure) {
    let kind = try scanner.peek()
    guard kind == .object else {
      throw JSONFailure("a row should be an object but is \(kind.description)", at: scanner.offset)
    }
    try shredMembers(program.roots, &scanner, repetition: 0, depth: 0)
  }

  /// Takes the next value for a node, whose parent is there.
  private func shred(
    _ index: Int, _ scanner: inout JSONScanner, repetition: Int, depth: Int
  ) throws(JSONFailure) {
    let node = program.nodes[index]
    let kind = try scanner.peek()
    if kind == .null {
      let start = scanner.offset
      try scanner.takeNull()
      try shredNull(node, repetition, at: start)
      return
    }
    switch node.kind {
    case .leaf:
      let leaf = leaves[node.leaves.lowerBound]
      do throws(JSONFailure) {
        try leaf.take(kind, &scanner)
      } catch {
        throw error.named(node.path)
      }
      leaf.appendLevels(node.definitionLevel, repetition)
    case .structure:
      guard kind == .object else { throw mismatch(node, "an object", kind, scanner.offset) }
      try shredMembers(node.children, &scanner, repetition: repetition, depth: depth + 1)
    case .list:
      guard kind == .array else { throw mismatch(node, "an array", kind, scanner.offset) }
      try shredList(node, &scanner, repetition, depth: depth + 1)
    case .map:
      guard kind == .object || kind == .array else {
        throw mismatch(node, "an object or an array of pairs", kind, scanner.offset)
      }
      try shredMap(node, kind, &scanner, repetition, depth: depth + 1)
    }
  }

  /// A null, or a member that is missing.
  private func shredNull(
    _ node: ShreddingProgram.Node, _ repetition: Int, at offset: Int
  ) throws(JSONFailure) {
    // An empty list has the level of a list that is there.
    guard node.isOptional || node.kind == .list else {
      throw JSONFailure("a required field is null or missing", at: offset).named(node.path)
    }
    for leaf in node.leaves { leaves[leaf].appendLevels(node.parentLevel, repetition) }
  }

  private func shredMembers(
    _ children: [Int], _ scanner: inout JSONScanner, repetition: Int, depth: Int
  ) throws(JSONFailure) {
    guard depth <= Limits.jsonDepth else {
      throw JSONFailure("it is nested more than \(Limits.jsonDepth) deep", at: scanner.offset)
    }
    try scanner.expect("{")
    var seen = SeenMembers(count: children.count)
    var expected = 0
    if !scanner.take("}") {
      repeat {
        scanner.skipSpace()
        let start = scanner.offset
        let key = try scanner.takeString()
        let position = self.position(of: key, children, from: expected)
        guard let position else {
          guard ignoresUnknownMembers else {
            throw JSONFailure("there is no field \"\(key.string)\"", at: start)
          }
          try scanner.expect(":")
          _ = try scanner.takeValue(depth: depth)
          continue
        }
        guard seen.insert(position) else {
          throw JSONFailure("the member \"\(key.string)\" occurs twice", at: start)
        }
        try scanner.expect(":")
        try shred(children[position], &scanner, repetition: repetition, depth: depth)
        expected = position + 1
      } while try scanner.takeComma(orEnd: "}")
    }
    if seen.isComplete { return }
    for position in children.indices where !seen.contains(position) {
      try shredNull(program.nodes[children[position]], repetition, at: scanner.offset)
    }
  }

  /// The child with a name; members mostly come in the schema's order.
  private func position(of key: ByteView, _ children: [Int], from expected: Int) -> Int? {
    for position in expected..<children.count
    where program.nodes[children[position]].key.isEqual(key) {
      return position
    }
    return children.indices.prefix(expected).first {
      program.nodes[children[$0]].key.isEqual(key)
    }
  }

  private func shredList(
    _ node: ShreddingProgram.Node, _ scanner: inout JSONScanner, _ repetition: Int, depth: Int
  ) throws(JSONFailure) {
    guard depth <= Limits.jsonDepth else {
      throw JSONFailure("it is nested more than \(Limits.jsonDepth) deep", at: scanner.offset)
    }
    try scanner.expect("[")
    if scanner.take("]") { return appendEmpty(node, repetition) }
    var level = repetition
    repeat {
      try shred(node.children[0], &scanner, repetition: level, depth: depth)
      level = node.repetitionLevel
    } while try scanner.takeComma(orEnd: "]")
  }

  private func shredMap(
    _ node: ShreddingProgram.Node, _ kind: JSONScanner.Kind, _ scanner: inout JSONScanner,
    _ repetition: Int, depth: Int
  ) throws(JSONFailure) {
    guard depth <= Limits.jsonDepth else {
      throw JSONFailure("it is nested more than \(Limits.jsonDepth) deep", at: scanner.offset)
    }
    let isObject = kind == .object
    try scanner.expect(isObject ? "{" : "[")
    if scanner.take(isObject ? "}" : "]") { return appendEmpty(node, repetition) }
    var level = repetition
    repeat {
      if !isObject { try scanner.expect("[") }
      // The key of an object is a string, which all leaves but booleans and floats accept.
      try shred(node.children[0], &scanner, repetition: level, depth: depth)
      if node.children.count == 2 {
        guard scanner.take(isObject ? ":" : ",") else {
          throw JSONFailure(
            isObject ? "there should be \":\"" : "a pair should have a key and a value",
            at: scanner.offset
          ).named(node.path)
        }
        try shred(node.children[1], &scanner, repetition: level, depth: depth)
      } else if isObject || scanner.take(",") {
        if isObject { try scanner.expect(":") }
        guard try scanner.peek() == .null else {
          throw JSONFailure("the map has keys only, so values must be null", at: scanner.offset)
            .named(node.path)
        }
        try scanner.takeNull()
      }
      if !isObject { try scanner.expect("]") }
      level = node.repetitionLevel
    } while try scanner.takeComma(orEnd: isObject ? "}" : "]")
  }

  private func appendEmpty(_ node: ShreddingProgram.Node, _ repetition: Int) {
    for leaf in node.leaves { leaves[leaf].appendLevels(node.definitionLevel, repetition) }
  }

  private func mismatch(
    _ node: ShreddingProgram.Node, _ wanted: String, _ kind: JSONScanner.Kind, _ offset: Int
  ) -> JSONFailure {
    JSONFailure("the value should be \(wanted) but is \(kind.description)", at: offset)
      .named(node.path)
  }
}

/// Which members of an object have occurred; of up to 64 without memory of its own.
private struct SeenMembers {
  private var bits: UInt64 = 0
  private var others: Set<Int> = []
  private var left: Int

  init(count: Int) { left = count }

  var isComplete: Bool { left == 0 }

  func contains(_ position: Int) -> Bool {
    position < 64 ? bits >> UInt64(position) & 1 == 1 : others.contains(position)
  }

  /// Whether it is the first time.
  mutating func insert(_ position: Int) -> Bool {
    if contains(position) { return false }
    if position < 64 { bits |= 1 << UInt64(position) } else { others.insert(position) }
    left -= 1
    return true
  }
}

extension JSONFailure {
  /// With the path of the field, unless a deeper one is known.
  func named(_ path: String) -> JSONFailure {
    var named = self
    named.path = named.path ?? path
    return named
  }
}
