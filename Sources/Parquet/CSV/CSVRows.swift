/// Rows of a CSV text, some at a time ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)).
///
///     file    = [BOM] row *(line-break row) [line-break]
///     row     = field *(delimiter field)
///     field   = quoted / plain
///     quoted  = DQUOTE *(any byte but DQUOTE / DQUOTE DQUOTE) DQUOTE
///     plain   = *(any byte but DQUOTE, delimiter, CR and LF)
///     line-break = LF / CRLF
///
/// A plain field without a byte is null; a quoted one is an empty text.
///
/// A value and no class: each field would be a checked access to one.
package struct CSVRows: ~Copyable {
  private let delimiter: UInt8
  /// The fields of a row; `nil` until the first row has said it.
  private(set) var columnCount: Int?
  private(set) var rowCount = 0
  /// All fields, row by row; what a null has is empty.
  private var fields = Buffer<ByteView>()
  private var isNull = Buffer<Bool>()
  /// Fields with doubled quotes, and what they are without.
  private var escaped = Buffer<Int>()
  private var decoded = Buffer<UInt8>()
  /// Where each row begins in the text.
  private var starts = Buffer<Int>()
  private var text = ByteView.empty
  private var firstLine = 1
  private var hasQuotes = false

  /// Rows of fields.
  ///
  /// - Parameters:
  ///   - delimiter: what stands between them.
  ///   - columnCount: how many a row has; `nil` for as many as the first one.
  package init(delimiter: UInt8, columnCount: Int? = nil) {
    self.delimiter = delimiter
    self.columnCount = columnCount
  }

  /// A field of a row, and `nil` for a null.
  subscript(row: Int, column: Int) -> ByteView? {
    @inline(__always) get {
      let index = row * (columnCount ?? 0) + column
      return isNull[index] ? nil : fields[index]
    }
  }

  /// Takes the rows that stand at the front of a block; they are valid until bytes come in.
  ///
  /// - Parameters:
  ///   - block: the block.
  ///   - limit: how many rows at the most.
  /// - Returns: how many there were; 0 if the block has no whole row.
  /// - Throws: ``RowFailure``.
  package mutating func read(from block: TextBlock, limit: Int) throws(RowFailure) -> Int {
    fields.removeAll()
    isNull.removeAll()
    escaped.removeAll()
    starts.removeAll()
    rowCount = 0
    hasQuotes = false
    text = block.unread
    firstLine = block.line
    var end = 0
    while rowCount < limit, end < text.count {
      starts.append(end)
      guard let next = try takeRow(at: end, isLast: block.isComplete) else { break }
      end = next
      rowCount += 1
    }
    guard text.slice(0, end).isUTF8 else { throw notUTF8() }
    decodeEscaped()
    block.take(end, lines: hasQuotes ? text.lineFeedCount(to: end) : rowCount)
    return rowCount
  }

  /// The error for something in a row.
  func failure(_ message: String, row: Int, column: String? = nil) -> RowFailure {
    RowFailure(message, line: firstLine + text.lineFeedCount(to: starts[row]), column: column)
  }

  // MARK: Rows

  /// Takes a row.
  ///
  /// - Returns: where the next one begins; `nil` if the row does not end in the text.
  private mutating func takeRow(at start: Int, isLast: Bool) throws(RowFailure) -> Int? {
    let firstField = fields.count
    var offset = start
    while true {
      if offset < text.count, text[offset] == 0x22 {
        guard let end = try takeQuoted(at: offset, isLast: isLast) else {
          return dropFields(to: firstField)
        }
        offset = end
      } else {
        let end = text.firstSpecial(from: offset, delimiter)
        fields.append(text.slice(offset, end - offset))
        isNull.append(end == offset)
        offset = end
      }
      if offset < text.count, text[offset] == delimiter {
        offset += 1
        continue
      }
      guard let end = try takeLineBreak(at: offset, isLast: isLast) else {
        return dropFields(to: firstField)
      }
      let count = fields.count - firstField
      guard count == columnCount ?? count else {
        throw failure(
          "the row has \(grouped(count)) \(count == 1 ? "field" : "fields") but the header has "
            + grouped(columnCount ?? 0), row: rowCount)
      }
      columnCount = count
      return end
    }
  }

  /// Takes a field in quotes.
  ///
  /// - Returns: where it ends; `nil` if that is not in the text.
  private mutating func takeQuoted(at start: Int, isLast: Bool) throws(RowFailure) -> Int? {
    hasQuotes = true
    var offset = start + 1
    var isEscaped = false
    while true {
      offset = text.firstQuote(from: offset)
      if offset == text.count {
        guard isLast else { return nil }
        throw failure("a field begins with a quote but does not end with one", row: rowCount)
      }
      // Another quote may follow.
      if offset + 1 == text.count, !isLast { return nil }
      guard offset + 1 < text.count, text[offset + 1] == 0x22 else { break }
      isEscaped = true
      offset += 2
    }
    if isEscaped { escaped.append(fields.count) }
    fields.append(text.slice(start + 1, offset - start - 1))
    isNull.append(false)
    return offset + 1
  }

  /// Takes the end of a row.
  ///
  /// - Returns: where the next one begins; `nil` if the text does not say.
  private func takeLineBreak(at offset: Int, isLast: Bool) throws(RowFailure) -> Int? {
    guard offset < text.count else { return isLast ? offset : nil }
    switch text[offset] {
    case 0x0a: return offset + 1
    case 0x0d:
      if offset + 1 == text.count, !isLast { return nil }
      guard offset + 1 < text.count, text[offset + 1] == 0x0a else {
        throw failure(
          "a carriage return stands without a line feed, and in no quotes", row: rowCount)
      }
      return offset + 2
    case 0x22:
      throw failure(
        "a quote stands in a field that does not begin with one (field "
          + "\(grouped(fields.count - rowCount * (columnCount ?? 0))))", row: rowCount)
    default:
      throw failure(
        "something follows behind the closing quote (field "
          + "\(grouped(fields.count - rowCount * (columnCount ?? 0))))", row: rowCount)
    }
  }

  private mutating func dropFields(to count: Int) -> Int? {
    fields.count = count
    isNull.count = count
    while escaped.count > 0, escaped[escaped.count - 1] >= count { escaped.count -= 1 }
    return nil
  }

  /// Turns doubled quotes into single ones.
  private mutating func decodeEscaped() {
    decoded.removeAll()
    var byteCount = 0
    for index in 0..<escaped.count { byteCount += fields[escaped[index]].count }
    // Views of what is decoded stay valid, since the memory does not grow any more.
    decoded.reserve(byteCount)
    for index in 0..<escaped.count {
      let field = fields[escaped[index]]
      let start = decoded.count
      var offset = 0
      while offset < field.count {
        let quote = field.firstQuote(from: offset)
        // With the first of both quotes.
        let end = min(quote + 1, field.count)
        decoded.append(field.slice(offset, end - offset))
        offset = quote + 2
      }
      fields[escaped[index]] = decoded.view.slice(start, decoded.count - start)
    }
  }

  private func notUTF8() -> RowFailure {
    for row in 0..<rowCount {
      let end = row + 1 < rowCount ? starts[row + 1] : text.count
      if !text.slice(starts[row], end - starts[row]).isUTF8 {
        return failure("it is not UTF-8", row: row)
      }
    }
    return failure("it is not UTF-8", row: 0)
  }
}

extension ByteView {
  /// The offset of the next delimiter, quote or part of a line break, or the end.
  @inline(__always)
  fileprivate func firstSpecial(from start: Int, _ delimiter: UInt8) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let delimiters = ones &* UInt64(delimiter)
    var offset = start
    while offset + 8 <= count {
      let word = load(UInt64.self, at: offset)
      // The high bit of a byte is set where it is one of these; carries can only flag a byte behind a
      // flagged one.
      let first = word ^ delimiters
      let quote = word ^ (ones &* 0x22)
      let lineFeed = word ^ (ones &* 0x0a)
      let carriageReturn = word ^ (ones &* 0x0d)
      let flagged =
        ((first &- ones) & ~first | (quote &- ones) & ~quote | (lineFeed &- ones) & ~lineFeed
          | (carriageReturn &- ones) & ~carriageReturn) & (ones &* 0x80)
      if flagged != 0 { return offset + flagged.trailingZeroBitCount / 8 }
      offset += 8
    }
    while offset < count {
      let byte = self[offset]
      if byte == delimiter || byte == 0x22 || byte == 0x0a || byte == 0x0d { return offset }
      offset += 1
    }
    return offset
  }

  /// The offset of the next quote, or the end.
  fileprivate func firstQuote(from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var offset = min(start, count)
    while offset + 8 <= count {
      let word = load(UInt64.self, at: offset) ^ (ones &* 0x22)
      let flagged = (word &- ones) & ~word & (ones &* 0x80)
      if flagged != 0 { return offset + flagged.trailingZeroBitCount / 8 }
      offset += 8
    }
    while offset < count, self[offset] != 0x22 { offset += 1 }
    return offset
  }

  /// The number of line feeds up to an offset.
  fileprivate func lineFeedCount(to end: Int) -> Int {
    let text = slice(0, end)
    var count = 0
    var offset = text.firstLineFeed(from: 0)
    while offset < end {
      count += 1
      offset = text.firstLineFeed(from: offset + 1)
    }
    return count
  }
}
