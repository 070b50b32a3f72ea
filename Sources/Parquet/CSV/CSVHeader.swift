/// The first row of a CSV text: the names of its columns, and what stands between fields.
package struct CSVHeader: Sendable, Hashable {
  /// The names, none of them empty and none twice.
  package let names: [String]
  /// What stands between fields.
  package let delimiter: UInt8

  /// Takes the header from the front of a block.
  ///
  /// - Parameters:
  ///   - block: the block.
  ///   - isTabbed: whether fields are separated by tabs; else the header says it: a comma, or where it
  ///     has none a semicolon, or where it has none of both a tab.
  /// - Returns: the header; `nil` if the block does not have all of it.
  /// - Throws: ``RowFailure``, also for a text without any row.
  package static func take(
    from block: TextBlock, isTabbed: Bool
  ) throws(RowFailure) -> CSVHeader? {
    if block.isAtEnd {
      throw RowFailure("it is empty, but should begin with a line of column names", line: 1)
    }
    let delimiter = isTabbed ? 0x09 : delimiter(of: block.unread)
    var rows = CSVRows(delimiter: delimiter)
    guard try rows.read(from: block, limit: 1) == 1, let count = rows.columnCount else {
      return nil
    }
    var names: [String] = []
    var known = Set<String>()
    for column in 0..<count {
      guard let name = rows[0, column], name.count > 0 else {
        throw rows.failure("column \(grouped(column + 1)) of the header has no name", row: 0)
      }
      guard known.insert(name.string).inserted else {
        throw rows.failure("the header has the column \"\(name.string)\" twice", row: 0)
      }
      names.append(name.string)
    }
    return CSVHeader(names: names, delimiter: delimiter)
  }

  /// What stands outside of quotes in the first line.
  private static func delimiter(of text: ByteView) -> UInt8 {
    var found: UInt8 = 0
    var isQuoted = false
    for index in 0..<text.count {
      let byte = text[index]
      if byte == 0x22 { isQuoted.toggle() }
      if isQuoted { continue }
      switch byte {
      case 0x2c: return byte
      case 0x0a: return found == 0 ? 0x2c : found
      case 0x3b: found = byte
      case 0x09 where found == 0: found = byte
      default: continue
      }
    }
    return found == 0 ? 0x2c : found
  }
}
