/// Rows from JSON lines: one object a line, as NDJSON has them.
extension JSONShredder {
  /// Appends the rows that stand at the front of a block and takes them away; blank lines are passed
  /// over.
  ///
  /// - Parameters:
  ///   - block: the block.
  ///   - limit: how many rows at the most.
  /// - Returns: how many there were; 0 if the block has no whole line.
  /// - Throws: ``RowFailure`` for a line that is no row.
  package func append(linesOf block: TextBlock, limit: Int) throws(RowFailure) -> Int {
    try block.forEachLine(limit: limit) { line, number throws(RowFailure) in
      do throws(ParquetError) {
        try append(row: line)
      } catch {
        throw RowFailure(error.message, line: number, column: error.place.column)
      }
    }
  }

  /// Takes values of some leaf columns as they are written.
  func setTextRules(_ rules: [JSONTextRule]) {
    precondition(rules.count == leaves.count)
    for (leaf, rule) in zip(leaves, rules) { leaf.entries.textRule = rule }
  }

  /// A shredder of rows that a schema was inferred from.
  package convenience init(_ schema: Schema, inferredBy inference: JSONInference.Result) {
    self.init(schema)
    setTextRules(inference.textRules)
  }
}

extension TextBlock {
  /// Takes whole lines from the front, and hands on those that are not blank.
  ///
  /// - Returns: how many were handed on, at most `limit`.
  func forEachLine(
    limit: Int, _ body: (ByteView, Int) throws(RowFailure) -> Void
  ) throws(RowFailure) -> Int {
    let text = unread
    let firstLine = line
    var offset = 0
    var lineCount = 0
    var rowCount = 0
    defer { take(offset, lines: lineCount) }
    while rowCount < limit, offset < text.count {
      let end = text.firstLineFeed(from: offset)
      if end == text.count, !isComplete { break }
      let row = text.slice(offset, end - offset)
      offset = min(end + 1, text.count)
      lineCount += 1
      if row.isBlank { continue }
      try body(row, firstLine + lineCount - 1)
      rowCount += 1
    }
    return rowCount
  }
}

extension ByteView {
  /// The offset of the next line feed, or the end.
  func firstLineFeed(from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var offset = start
    while offset + 8 <= count {
      let word = load(UInt64.self, at: offset) ^ (ones &* 0x0a)
      let flagged = (word &- ones) & ~word & (ones &* 0x80)
      if flagged != 0 { return offset + flagged.trailingZeroBitCount / 8 }
      offset += 8
    }
    while offset < count, self[offset] != 0x0a { offset += 1 }
    return offset
  }

  /// Whether there is nothing but the space that JSON allows between values.
  fileprivate var isBlank: Bool {
    for index in 0..<count {
      switch self[index] {
      case 0x20, 0x09, 0x0d: continue
      default: return false
      }
    }
    return true
  }
}
