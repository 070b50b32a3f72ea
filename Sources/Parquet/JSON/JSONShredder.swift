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
  let program: ShreddingProgram
  let leaves: [ShreddedLeaf]
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
  public var byteCount: Int { leaves.reduce(0) { $0 + $1.entries.byteCount } }

  /// Appends a row.
  ///
  /// - Parameter json: the row as JSON text in UTF-8.
  /// - Throws: ``ParquetError`` with code `value`; the row is not there then.
  public func append(_ json: Span<UInt8>) throws(ParquetError) {
    text.resize(to: 0)
    text.append(json)
    try append(row: text.view)
  }

  /// Appends a row that is in memory of ours.
  func append(row text: ByteView) throws(ParquetError) {
    for leaf in leaves { leaf.entries.beginRow() }
    do throws(JSONFailure) {
      guard text.isUTF8 else { throw JSONFailure("it is not UTF-8", at: 0) }
      var scanner = JSONScanner(text)
      if isSingleField {
        try shred(0, &scanner, repetition: 0, depth: 0)
      } else {
        try shredRow(&scanner)
      }
      try scanner.expectEnd()
    } catch {
      for leaf in leaves { leaf.entries.dropRow() }
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
      zip(leaves, rows.columns[leafRange]).allSatisfy({ $0.entries.column == $1.column })
    else {
      throw ParquetError(.value, "the row group was made for another schema than the JSON")
    }
    for (leaf, column) in zip(leaves, rows.columns[leafRange]) {
      leaf.entries.flush(into: column, rowCount: rowCount)
    }
    rowCount = 0
  }

  // MARK: Shredding

  private func shredRow(_ scanner: inout JSONScanner) throws(JSONFailure) {
    let kind = try scanner.peek()
    guard kind == .object else {
      throw JSONFailure("a row should be an object but is \(kind.description)", at: scanner.offset)
    }
    try shredMembers(0, program.rootCount, &scanner, repetition: 0, depth: 0)
  }

  /// Takes the next value for a node, whose parent is there.
  func shred(
    _ index: Int, _ scanner: inout JSONScanner, repetition: Int, depth: Int
  ) throws(JSONFailure) {
    let node = program.nodes[index]
    let kind = try scanner.peek()
    if kind == .null {
      let start = scanner.offset
      try scanner.takeNull()
      try shredNull(index, repetition, at: start)
      return
    }
    switch node.kind {
    case .leaf:
      do throws(JSONFailure) {
        try leaves[node.firstLeaf].entries.take(
          kind, &scanner, definition: node.definitionLevel, repetition: repetition)
      } catch {
        throw error.named(program.paths[index])
      }
    case .structure:
      guard kind == .object else { throw mismatch(index, "an object", kind, scanner.offset) }
      try shredMembers(
        node.firstChild, node.childCount, &scanner, repetition: repetition, depth: depth + 1)
    case .list:
      guard kind == .array else { throw mismatch(index, "an array", kind, scanner.offset) }
      try shredList(node, &scanner, repetition, depth: depth + 1)
    case .map:
      guard kind == .object || kind == .array else {
        throw mismatch(index, "an object or an array of pairs", kind, scanner.offset)
      }
      try shredMap(index, kind, &scanner, repetition, depth: depth + 1)
    }
  }

  /// A null, or a member that is missing.
  private func shredNull(
    _ index: Int, _ repetition: Int, at offset: Int
  ) throws(JSONFailure) {
    let node = program.nodes[index]
    // An empty list has the level of a list that is there.
    guard node.isOptional || node.kind == .list else {
      throw JSONFailure("a required field is null or missing", at: offset)
        .named(program.paths[index])
    }
    appendLevels(node, node.parentLevel, repetition)
  }

  /// Takes an object whose members are nodes that follow each other by `next`.
  private func shredMembers(
    _ first: Int, _ count: Int, _ scanner: inout JSONScanner, repetition: Int, depth: Int
  ) throws(JSONFailure) {
    guard depth <= Limits.jsonDepth else {
      throw JSONFailure("it is nested more than \(Limits.jsonDepth) deep", at: scanner.offset)
    }
    try scanner.expect("{")
    var seen = SeenMembers(count: count)
    // Members mostly come in the schema's order: where the last one stood.
    var position = 0
    var node = first
    if !scanner.take("}") {
      repeat {
        scanner.skipSpace()
        let start = scanner.offset
        let key = try scanner.takeString()
        guard find(key, &position, &node, first, count) else {
          guard ignoresUnknownMembers else {
            throw JSONFailure("there is no field \"\(key.string)\"", at: start)
              .named(program.path(of: key, beside: count == 0 ? nil : first))
          }
          try scanner.expect(":")
          _ = try scanner.takeValue(depth: depth)
          continue
        }
        guard seen.insert(position) else {
          throw JSONFailure("the member \"\(key.string)\" occurs twice", at: start)
        }
        try scanner.expect(":")
        try shred(node, &scanner, repetition: repetition, depth: depth)
      } while try scanner.takeComma(orEnd: "}")
    }
    if seen.isComplete { return }
    node = first
    for position in 0..<count {
      if !seen.contains(position) { try shredNull(node, repetition, at: scanner.offset) }
      node = program.nodes[node].next
    }
  }

  /// Moves to the member with a name, around from where the last one stood; whether there is one.
  private func find(
    _ key: ByteView, _ position: inout Int, _ node: inout Int, _ first: Int, _ count: Int
  ) -> Bool {
    for _ in 0..<count {
      if program.nodes[node].key.isEqual(key) { return true }
      position += 1
      node = program.nodes[node].next
      if position == count {
        position = 0
        node = first
      }
    }
    return false
  }

  /// Appends one entry without a value to each leaf of a node.
  func appendLevels(
    _ node: ShreddingProgram.Node, _ definition: Int, _ repetition: Int
  ) {
    for leaf in node.firstLeaf..<node.endLeaf {
      leaves[leaf].entries.appendLevels(definition, repetition)
    }
  }

  func mismatch(
    _ index: Int, _ wanted: String, _ kind: JSONScanner.Kind, _ offset: Int
  ) -> JSONFailure {
    JSONFailure("the value should be \(wanted) but is \(kind.description)", at: offset)
      .named(program.paths[index])
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
