/// Puts the columns of a batch together again to rows, as JSON.
///
/// Follows the levels as Dremel's record assembly does: each leaf column has a cursor among its
/// entries, a group looks at the levels of its leaves to know whether it is null, empty or goes on.
/// Columns of one group that contradict each other are an error.
public final class JSONRowWriter {
  private let program: JSONProgram
  private let style: JSONStyle
  private let vectors: [ColumnVector]
  private var cursors: [Int]
  /// The text so far.
  package var text = TextBuffer(capacity: 4_096)

  /// A writer for some fields.
  ///
  /// - Parameters:
  ///   - fields: the top-level fields to write. Leaves below them that have no vector are left out.
  ///   - vectors: the columns of the reader, in schema order.
  ///   - style: how values without a form in JSON are written.
  public init(fields: [Field], vectors: [ColumnVector], style: JSONStyle) {
    program = JSONProgram(
      fields: fields, leaves: vectors.map(\.column), style: style)
    self.vectors = vectors
    self.style = style
    cursors = Array(repeating: 0, count: vectors.count)
  }

  /// Begins with a new batch of the reader.
  public func beginBatch() {
    for index in vectors.indices where program.usedLeaves.contains(index) {
      vectors[index].materialize()
      cursors[index] = 0
    }
  }

  /// The size of the text so far, in bytes.
  public var byteCount: Int { text.count }

  /// The text so far, which is emptied.
  public func takeText() -> [UInt8] {
    defer { text.removeAll() }
    return text.view.array
  }

  /// Appends the next row, and a line feed: an array of the top-level values in canonical style,
  /// an object by their names in plain style.
  ///
  /// - Throws: ``ParquetError`` if the columns contradict each other.
  public func appendRow() throws(ParquetError) {
    let isObject = style.form == .plain
    text.append(ascii: isObject ? "{" : "[")
    for (index, root) in program.roots.enumerated() {
      if index > 0 { text.append(ascii: ",") }
      if isObject { text.append(program.nodes[root].key) }
      try appendField(root)
    }
    text.append(ascii: isObject ? "}" : "]")
    text.append(ascii: "\n")
  }

  /// Appends the value of the first field in the next row to a text; nothing if it is null.
  package func appendValue(to other: inout TextBuffer) throws(ParquetError) {
    guard let root = program.roots.first else { return }
    swap(&text, &other)
    defer { swap(&text, &other) }
    let start = text.count
    let node = program.nodes[root]
    let isNull = level(node.leaves.lowerBound) < node.definitionLevel
    try appendField(root)
    if isNull { text.count = start }
  }

  private func appendField(_ root: Int) throws(ParquetError) {
    do throws(DecodingFailure) {
      try append(root)
      for leaf in program.nodes[root].leaves where !isAtRowEnd(leaf) {
        throw .malformed("a column has more entries in a row than its neighbours")
      }
    } catch {
      let leaf = vectors[program.nodes[root].leaves.lowerBound].column
      throw error.widened(at: ParquetError.Place(column: leaf.path.first))
    }
  }

  // MARK: Levels

  private func isAtRowEnd(_ leaf: Int) -> Bool {
    let vector = vectors[leaf]
    return cursors[leaf] == vector.entryCount || vector.column.maximumRepetitionLevel == 0
      || vector.repetitionLevels[cursors[leaf]] == 0
  }

  /// The definition level of a leaf's next entry; −1 where it has none left.
  private func level(_ leaf: Int) -> Int {
    let vector = vectors[leaf]
    guard cursors[leaf] < vector.entryCount else { return -1 }
    return vector.column.maximumDefinitionLevel == 0
      ? 0 : Int(vector.definitionLevels[cursors[leaf]])
  }

  /// Whether a leaf's next entry is another one of the list with the given repetition level.
  private func continues(_ leaf: Int, _ repetitionLevel: Int) -> Bool {
    let vector = vectors[leaf]
    return cursors[leaf] < vector.entryCount
      && Int(vector.repetitionLevels[cursors[leaf]]) == repetitionLevel
  }

  /// Passes over one entry of each leaf, all of which must lie below a level.
  private func skip(_ leaves: Range<Int>, below limit: Int) throws(DecodingFailure) {
    for leaf in leaves {
      let level = level(leaf)
      guard level >= 0, level < limit else {
        throw .malformed("columns of one group disagree on whether it is null or empty")
      }
      cursors[leaf] += 1
    }
  }

  // MARK: Values

  private func append(_ index: Int) throws(DecodingFailure) {
    let node = program.nodes[index]
    let level = level(node.leaves.lowerBound)
    if level < node.definitionLevel {
      guard level >= node.parentLevel else {
        throw .malformed("columns of one group disagree on whether it is null or empty")
      }
      try skip(node.leaves, below: node.definitionLevel)
      text.append("null")
      return
    }
    switch node.kind {
    case .leaf:
      let leaf = node.leaves.lowerBound
      try program.scalars[leaf].append(cursors[leaf], of: vectors[leaf].values, to: &text)
      cursors[leaf] += 1
    case .structure:
      text.append(ascii: "{")
      for (position, child) in program.children[node.children].enumerated() {
        if position > 0 { text.append(ascii: ",") }
        text.append(program.nodes[child].key)
        try append(child)
      }
      text.append(ascii: "}")
    case .list:
      text.append(ascii: "[")
      try appendEntries(node) { () throws(DecodingFailure) in
        try append(program.children[node.children.lowerBound])
      }
      text.append(ascii: "]")
    case .object:
      text.append(ascii: "{")
      try appendEntries(node) { () throws(DecodingFailure) in
        let key = text.count
        try append(program.children[node.children.lowerBound])
        // A null key has no quotes yet.
        if text[key] == 0x6e { text.insertNullKey() }
        text.append(ascii: ":")
        try appendMapValue(node)
      }
      text.append(ascii: "}")
    case .pairs:
      text.append(ascii: "[")
      try appendEntries(node) { () throws(DecodingFailure) in
        text.append(ascii: "[")
        try append(program.children[node.children.lowerBound])
        text.append(ascii: ",")
        try appendMapValue(node)
        text.append(ascii: "]")
      }
      text.append(ascii: "]")
    }
  }

  private func appendMapValue(_ node: JSONProgram.Node) throws(DecodingFailure) {
    if node.children.count > 1 {
      try append(program.children[node.children.lowerBound + 1])
    } else {
      text.append("null")
    }
  }

  private func appendEntries(
    _ node: JSONProgram.Node, _ entry: () throws(DecodingFailure) -> Void
  ) throws(DecodingFailure) {
    let first = node.leaves.lowerBound
    if level(first) < node.entriesLevel {
      try skip(node.leaves, below: node.entriesLevel)
      return
    }
    var isFirst = true
    while true {
      if !isFirst { text.append(ascii: ",") }
      isFirst = false
      try entry()
      let goesOn = continues(first, node.repetitionLevel)
      for leaf in node.leaves where continues(leaf, node.repetitionLevel) != goesOn {
        throw .malformed("columns of one list disagree on its length")
      }
      if !goesOn { return }
    }
  }
}

extension Buffer where Element == UInt8 {
  /// Turns the `null` at the end into a string, since a JSON object's keys are strings.
  fileprivate mutating func insertNullKey() {
    count -= 4
    append("\"null\"")
  }
}
