/// The entries, values and rows of one data page.
struct PageSlice {
  var entries: Range<Int>
  var rows: Range<Int>
  /// The values among all of the column.
  var values: Range<Int>
  /// Whether the values are indices into the dictionary.
  var isIndexed: Bool
  /// Where the values stand in the column's PLAIN bytes, if they are not indexed.
  var bytes: Range<Int>
}

/// Cuts a column into pages of whole rows, by bytes and rows, and where it leaves its dictionary.
struct PageCutter: ~Copyable {
  private let byteLimit: Int
  private let rowLimit: Int
  private var entry = 0
  private var row = 0
  private var value = 0
  private var byte = 0

  init(_ options: WriterOptions) {
    byteLimit = options.pageByteLimit
    rowLimit = options.pageRowLimit
  }

  /// The next page; `nil` behind the last row.
  mutating func next(_ builder: ColumnBuilder) -> PageSlice? {
    if entry == builder.entryCount { return nil }
    return whole(builder) ?? cutWithoutNulls(builder) ?? cut(builder)
  }

  /// The whole column as one page, if it fits.
  private mutating func whole(_ builder: ColumnBuilder) -> PageSlice? {
    let indexed = builder.values.indices.count
    let isIndexed = indexed > 0
    guard entry == 0, builder.rowCount <= rowLimit,
      !isIndexed || indexed == builder.valueCount
    else { return nil }
    let byteCount =
      isIndexed
      ? indexed * builder.indexWidth / 8 : builder.values.plain.count
    guard byteCount + builder.levelBitCount * builder.entryCount / 8 <= byteLimit else {
      return nil
    }
    entry = builder.entryCount
    return PageSlice(
      entries: 0..<builder.entryCount, rows: 0..<builder.rowCount, values: 0..<builder.valueCount,
      isIndexed: isIndexed, bytes: 0..<builder.values.plain.count)
  }

  /// A page of a column that is not repeated and has no nulls, whose rows need not be looked at.
  private mutating func cutWithoutNulls(_ builder: ColumnBuilder) -> PageSlice? {
    guard builder.column.maximumRepetitionLevel == 0, builder.valueCount == builder.entryCount
    else { return nil }
    let start = byte
    let indexed = builder.values.indices.count
    let isIndexed = entry < indexed
    let limit = min(rowLimit, (isIndexed ? indexed : builder.entryCount) - entry)
    let levelWidth = builder.levelBitCount
    var rows = 0
    if isIndexed {
      rows = byteLimit * 8 / (builder.indexWidth + levelWidth)
    } else if let width = builder.values.shape.width {
      rows = byteLimit * 8 / max(1, width * 8 + levelWidth)
    } else {
      let plain = builder.values.plain.view
      var end = start
      while rows < limit {
        let next = end + 4 + Int(plain.load(UInt32.self, at: end))
        if rows > 0, (next - start) * 8 + (rows + 1) * levelWidth > byteLimit * 8 { break }
        end = next
        rows += 1
      }
      byte = end
    }
    rows = max(1, min(rows, limit))
    if !isIndexed, let width = builder.values.shape.width { byte += rows * width }
    let first = entry
    entry += rows
    row = entry
    value = entry
    return PageSlice(
      entries: first..<entry, rows: first..<entry, values: first..<entry, isIndexed: isIndexed,
      bytes: start..<byte)
  }

  private mutating func cut(_ builder: ColumnBuilder) -> PageSlice {
    let start = (entry: entry, row: row, value: value, byte: byte)
    let indexed = builder.values.indices.count
    let isIndexed = value < indexed
    let maximum = UInt16(builder.column.maximumDefinitionLevel)
    let isRepeated = builder.column.maximumRepetitionLevel > 0
    let width = builder.values.shape.width
    let plain = builder.values.plain.view
    let indexWidth = builder.indexWidth
    let levelWidth = builder.levelBitCount
    let bitLimit = byteLimit * 8
    var bits = 0
    while entry < builder.entryCount, row - start.row < rowLimit {
      // One row.
      var end = entry
      var values = 0
      var byteCount = 0
      repeat {
        if maximum == 0 || builder.definitionLevels[end] == maximum {
          if !isIndexed {
            byteCount += width ?? (4 + Int(plain.load(UInt32.self, at: byte + byteCount)))
          }
          values += 1
        }
        end += 1
      } while isRepeated && end < builder.entryCount && builder.repetitionLevels[end] != 0
      if isIndexed, value + values > indexed { break }
      let rowBits =
        (end - entry) * levelWidth + (isIndexed ? values * indexWidth : byteCount * 8)
      if row > start.row, bits + rowBits > bitLimit { break }
      bits += rowBits
      entry = end
      value += values
      byte += byteCount
      row += 1
    }
    return PageSlice(
      entries: start.entry..<entry, rows: start.row..<row, values: start.value..<value,
      isIndexed: isIndexed, bytes: start.byte..<byte)
  }
}

extension ColumnBuilder {
  /// The bits of an index into the dictionary.
  ///
  /// One bit at least: older readers refuse none.
  var indexWidth: Int { max(1, bitWidth(of: values.dictionary.count - 1)) }

  /// The bits of an entry's levels.
  fileprivate var levelBitCount: Int {
    bitWidth(of: column.maximumDefinitionLevel) + bitWidth(of: column.maximumRepetitionLevel)
  }
}
