/// Puts leaf columns together again to values, following the levels as Dremel's record assembly
/// does: a group looks at the levels of its leaves to know whether it is null, empty or goes on.
///
/// Columns of one group that contradict each other are an error. A null that is written several
/// times is not: see ``skipRepeatedNulls(_:)``.
struct RowAssembler: ~Copyable {
  private let program: JSONProgram
  private let nodes: Buffer<JSONProgram.Node>
  private var cursors = Buffer<LeafCursor>()

  init(_ program: JSONProgram) {
    self.program = program
    var nodes = Buffer<JSONProgram.Node>(capacity: program.nodes.count)
    for node in program.nodes { nodes.append(node) }
    self.nodes = nodes
  }

  /// Begins with a new batch.
  mutating func begin(_ vectors: [ColumnVector]) {
    cursors.removeAll()
    for vector in vectors { cursors.append(LeafCursor(vector)) }
  }

  /// Appends the value of a top-level field in the next row.
  ///
  /// - Returns: whether it is not null.
  mutating func append(
    root: Int, to text: inout TextBuffer
  ) throws(DecodingFailure) -> Bool {
    let node = nodes[root]
    let isPresent = cursors[node.firstLeaf].level >= node.definitionLevel
    try append(root, &text)
    for leaf in node.firstLeaf..<node.endLeaf where !cursors[leaf].isAtRowEnd {
      throw .malformed("a column has more entries in a row than its neighbours")
    }
    return isPresent
  }

  private mutating func append(
    _ index: Int, _ text: inout TextBuffer
  ) throws(DecodingFailure) {
    let node = nodes[index]
    let level = cursors[node.firstLeaf].level
    if level < node.definitionLevel {
      guard level >= node.parentLevel else { throw .disagreement }
      try skip(node, below: node.definitionLevel)
      skipRepeatedNulls(node)
      text.append("null")
      return
    }
    switch node.kind {
    case .leaf:
      let cursor = cursors[node.firstLeaf]
      try program.scalars[node.firstLeaf].append(cursor.entry, of: cursor.values, to: &text)
      cursors[node.firstLeaf].advance()
    case .structure:
      text.append(ascii: "{")
      var child = node.firstChild
      while child != node.endChild {
        if child != node.firstChild { text.append(ascii: ",") }
        text.append(padded: nodes[child].key)
        try append(child, &text)
        child = nodes[child].next
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
    if cursors[node.firstLeaf].level < node.entriesLevel {
      try skip(node, below: node.entriesLevel)
      return
    }
    while true {
      switch node.kind {
      case .object: try appendMember(of: node, &text)
      case .pairs: try appendPair(of: node, &text)
      default: try append(node.firstChild, &text)
      }
      let goesOn = cursors[node.firstLeaf].continues(node.repetitionLevel)
      for leaf in node.firstLeaf..<node.endLeaf
      where cursors[leaf].continues(node.repetitionLevel) != goesOn {
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
    let value = nodes[node.firstChild].next
    if value == node.endChild { text.append("null") } else { try append(value, &text) }
  }

  /// Passes over one entry of each leaf, all of which must lie below a level.
  private mutating func skip(
    _ node: JSONProgram.Node, below limit: Int
  ) throws(DecodingFailure) {
    for leaf in node.firstLeaf..<node.endLeaf {
      let level = cursors[leaf].level
      guard level >= 0, level < limit else { throw .disagreement }
      cursors[leaf].advance()
    }
  }

  /// Passes over further entries of a null.
  ///
  /// DuckDB writes a null of its fixed-size ARRAY type as one null for each element, and so does
  /// for a null struct with such a field.
  private mutating func skipRepeatedNulls(_ node: JSONProgram.Node) {
    for leaf in node.firstLeaf..<node.endLeaf {
      while cursors[leaf].repetitionLevel > node.parentRepetition,
        cursors[leaf].level < node.definitionLevel
      {
        cursors[leaf].advance()
      }
    }
  }
}

extension DecodingFailure {
  fileprivate static var disagreement: DecodingFailure {
    .malformed("columns of one group disagree on whether it is null or empty")
  }
}
