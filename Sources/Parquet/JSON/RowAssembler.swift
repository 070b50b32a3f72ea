/// Puts leaf columns together again to values, following the levels as Dremel's record assembly
/// does: a group looks at the levels of its leaves to know whether it is null, empty or goes on.
///
/// Columns of one group that contradict each other are an error. A null that is written several
/// times is not: see ``skipRepeatedNulls(_:)``.
@safe
struct RowAssembler: ~Copyable {
  private let program: JSONProgram
  private var nodes = Buffer<JSONProgram.Node>()
  private var keys = Buffer<ByteView>()
  private var scalars = Buffer<JSONScalar>()
  private var cursors = Buffer<LeafCursor>()

  init(_ program: JSONProgram) {
    self.program = program
    for node in program.nodes { nodes.append(node) }
    for key in program.keys { keys.append(key) }
    for scalar in program.scalars { scalars.append(scalar) }
  }

  /// Begins with a new batch.
  mutating func begin(_ vectors: [ColumnVector]) {
    precondition(vectors.count == scalars.count)
    cursors.removeAll()
    for vector in vectors { cursors.append(LeafCursor(vector)) }
  }

  // The program's indices are its own: nodes name nodes and vectors that exist.

  /// The cursor of a vector.
  private func cursor(_ leaf: Int32) -> UnsafeMutablePointer<LeafCursor> {
    unsafe cursors.base + Int(leaf)
  }

  private func node(_ index: Int32) -> JSONProgram.Node { unsafe nodes.base[Int(index)] }

  /// Appends the value of a top-level field in the next row.
  ///
  /// - Returns: whether it is not null.
  mutating func append(
    root: Int, to text: inout TextBuffer
  ) throws(DecodingFailure) -> Bool {
    precondition(cursors.count == scalars.count)
    let node = nodes[root]
    let isPresent = unsafe cursor(node.firstLeaf).pointee.level >= node.definitionLevel
    try append(Int32(root), &text)
    for leaf in node.firstLeaf..<node.endLeaf where unsafe !cursor(leaf).pointee.isAtRowEnd {
      throw .malformed("a column has more entries in a row than its neighbours")
    }
    return isPresent
  }

  /// Appends the values of a top-level field in the next rows; a null adds nothing.
  ///
  /// - Parameters:
  ///   - root: the field's node.
  ///   - rowCount: the rows.
  ///   - text: where the values are appended.
  ///   - ends: gets the size of the text behind each value.
  /// - Throws: if the columns contradict each other.
  mutating func append(
    root: Int, _ rowCount: Int, to text: inout TextBuffer, ends: inout Buffer<Int>
  ) throws(DecodingFailure) {
    for _ in 0..<rowCount {
      let start = text.count
      if try !append(root: root, to: &text) { text.count = start }
      ends.append(text.count)
    }
  }

  private mutating func append(
    _ index: Int32, _ text: inout TextBuffer
  ) throws(DecodingFailure) {
    let node = node(index)
    let first = unsafe cursor(node.firstLeaf)
    let level = unsafe first.pointee.level
    if level < node.definitionLevel {
      guard level >= node.parentLevel else { throw .disagreement }
      try skip(node, below: Int(node.definitionLevel))
      skipRepeatedNulls(node)
      text.append("null")
      return
    }
    switch node.kind {
    case .leaf:
      try unsafe scalars.base[Int(node.firstLeaf)].append(
        first.pointee.entry, of: first.pointee.values, to: &text)
      unsafe first.pointee.advance()
    case .structure:
      text.append(ascii: "{")
      var child = node.firstChild
      while child != node.endChild {
        if child != node.firstChild { text.append(ascii: ",") }
        text.append(padded: keys[Int(child)])
        try append(child, &text)
        child = self.node(child).next
      }
      text.append(ascii: "}")
    case .list, .object, .pairs:
      text.append(ascii: node.kind == .object ? "{" : "[")
      try appendEntries(of: node, &text)
      text.append(ascii: node.kind == .object ? "}" : "]")
    }
  }

  private mutating func appendEntries(
    of node: JSONProgram.Node, _ text: inout TextBuffer
  ) throws(DecodingFailure) {
    if unsafe cursor(node.firstLeaf).pointee.level < node.entriesLevel {
      try skip(node, below: Int(node.entriesLevel))
      return
    }
    while true {
      switch node.kind {
      case .object: try appendMember(of: node, &text)
      case .pairs: try appendPair(of: node, &text)
      default: try append(node.firstChild, &text)
      }
      let level = Int(node.repetitionLevel)
      let goesOn = unsafe cursor(node.firstLeaf).pointee.continues(level)
      for leaf in node.firstLeaf..<node.endLeaf
      where unsafe cursor(leaf).pointee.continues(level) != goesOn {
        throw .malformed("columns of one list disagree on its length")
      }
      if !goesOn { return }
      text.append(ascii: ",")
    }
  }

  /// Appends `"key":value`.
  private mutating func appendMember(
    of node: JSONProgram.Node, _ text: inout TextBuffer
  ) throws(DecodingFailure) {
    let start = text.count
    try append(node.firstChild, &text)
    // A JSON object's keys are strings, so a null key becomes one.
    if text[start] == UInt8(ascii: "n") {
      text.count = start
      text.append("\"null\"")
    }
    text.append(ascii: ":")
    try appendMapValue(of: node, &text)
  }

  /// Appends `[key,value]`.
  private mutating func appendPair(
    of node: JSONProgram.Node, _ text: inout TextBuffer
  ) throws(DecodingFailure) {
    text.append(ascii: "[")
    try append(node.firstChild, &text)
    text.append(ascii: ",")
    try appendMapValue(of: node, &text)
    text.append(ascii: "]")
  }

  private mutating func appendMapValue(
    of node: JSONProgram.Node, _ text: inout TextBuffer
  ) throws(DecodingFailure) {
    let value = self.node(node.firstChild).next
    if value == node.endChild { text.append("null") } else { try append(value, &text) }
  }

  /// Passes over one entry of each leaf, all of which must lie below a level.
  private mutating func skip(
    _ node: JSONProgram.Node, below limit: Int
  ) throws(DecodingFailure) {
    for leaf in node.firstLeaf..<node.endLeaf {
      let cursor = unsafe cursor(leaf)
      let level = unsafe cursor.pointee.level
      guard level >= 0, level < limit else { throw .disagreement }
      unsafe cursor.pointee.advance()
    }
  }

  /// Passes over further entries of a null.
  ///
  /// DuckDB writes a null of its fixed-size ARRAY type as one null for each element, and so does
  /// for a null struct with such a field.
  private mutating func skipRepeatedNulls(_ node: JSONProgram.Node) {
    for leaf in node.firstLeaf..<node.endLeaf {
      let cursor = unsafe cursor(leaf)
      while unsafe cursor.pointee.repetitionLevel > node.parentRepetition,
        unsafe cursor.pointee.level < node.definitionLevel
      {
        unsafe cursor.pointee.advance()
      }
    }
  }
}

extension DecodingFailure {
  fileprivate static var disagreement: DecodingFailure {
    .malformed("columns of one group disagree on whether it is null or empty")
  }
}
