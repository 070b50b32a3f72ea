/// The values of one column in a batch, side by side, and the levels that say where they belong.
struct CopyEntries {
  /// What the levels of a column say.
  struct Levels: Sendable, Hashable {
    /// The level of a value that is there.
    let maximum: UInt16
    /// Whether a value may be null: one level less.
    let isOptional: Bool
    /// The level of a list that is null: that of an empty one where no list may be null.
    var nullList: UInt16 = 0
    /// The level of a list without elements; `nil` where values are not in lists.
    var emptyList: UInt16?
  }

  let levels: Levels
  /// The values, without nulls.
  private(set) var valueCount = 0
  /// The entries, nulls and empty lists among them.
  private(set) var entryCount = 0
  private(set) var fields = [CopyField](
    repeating: CopyField(offset: 0, byteCount: 0), count: CopyRows.capacity)
  /// For each entry; has none where the maximum is 0.
  private(set) var definitionLevels = [UInt16](repeating: 0, count: CopyRows.capacity)
  /// For each entry; has none where values are not in lists.
  private(set) var repetitionLevels: [UInt16] = []

  init(_ levels: Levels) { self.levels = levels }

  // MARK: One value a row

  /// Takes the fields of a column.
  ///
  /// - Throws: ``CopyFailure`` for a null where none may be.
  mutating func take(_ column: Int, of rows: borrowing CopyRows) throws(CopyFailure) {
    let count = rows.rowCount
    let first = column * CopyRows.capacity
    let maximum = self.levels.maximum
    let source = rows.fields.span
    // Taken out for the loop, since two parts of a value cannot be written to at once.
    var values = fields
    var levels = definitionLevels
    (fields, definitionLevels) = ([], [])
    defer { (fields, definitionLevels) = (values, levels) }
    var target = values.mutableSpan
    var definition = levels.mutableSpan
    var found = 0
    for row in 0..<count {
      let field = source[first + row]
      target[found] = field
      // Without a branch: nulls come as they like.
      let isValue: UInt16 = field.isNull ? 0 : 1
      definition[row] = maximum &- (1 &- isValue)
      found += Int(isValue)
    }
    entryCount = count
    valueCount = found
    if found < count, !self.levels.isOptional {
      let row = (0..<count).first { source[first + $0].isNull }
      throw CopyFailure("it is null, but the column is required", row: row)
    }
  }

  // MARK: Lists

  /// Takes the elements of the arrays in a column.
  ///
  ///     array     = dimensions:Int32 hasNulls:Int32 elementType:Int32 *dimension *element
  ///     dimension = count:Int32 lowerBound:Int32
  ///     element   = length:Int32 bytes        a null has the length -1 and no bytes
  ///
  /// Source: `array_send` in <https://github.com/postgres/postgres> `src/backend/utils/adt/arrayfuncs.c`.
  ///
  /// - Throws: ``CopyFailure`` for an array that is no list, or not whole, and for nulls where none
  ///   may be.
  mutating func takeArrays(_ column: Int, of rows: borrowing CopyRows) throws(CopyFailure) {
    fields.removeAll(keepingCapacity: true)
    definitionLevels.removeAll(keepingCapacity: true)
    repetitionLevels.removeAll(keepingCapacity: true)
    let bytes = rows.bytes
    for row in 0..<rows.rowCount {
      do throws(CopyFailure) {
        try takeArray(rows.fields[column * CopyRows.capacity + row], bytes)
      } catch {
        throw error.at(row: row)
      }
    }
    valueCount = fields.count
    entryCount = definitionLevels.count
  }

  private mutating func takeArray(
    _ field: CopyField, _ bytes: WireBytes
  ) throws(CopyFailure) {
    if field.isNull {
      append(level: levels.nullList, repetition: 0)
      return
    }
    var offset = Int(field.offset)
    let end = offset + Int(field.byteCount)
    guard end - offset >= 12 else { throw CopyEntries.brokenArray }
    let dimensionCount = bytes.load(Int32.self, at: offset)
    offset += 12
    if dimensionCount == 0, offset == end {
      append(level: levels.emptyList ?? 0, repetition: 0)
      return
    }
    guard dimensionCount > 0, end - offset >= 8 else { throw CopyEntries.brokenArray }
    guard dimensionCount == 1 else {
      throw CopyFailure("an array of \(dimensionCount) dimensions is no list", .value)
    }
    let count = Int(bytes.load(Int32.self, at: offset))
    let lowerBound = bytes.load(Int32.self, at: offset + 4)
    offset += 8
    guard lowerBound == 1 else {
      throw CopyFailure("an array that begins at \(lowerBound) is no list", .value)
    }
    guard count > 0, count <= (end - offset) / 4 else { throw CopyEntries.brokenArray }
    for index in 0..<count {
      guard end - offset >= 4 else { throw CopyEntries.brokenArray }
      let length = bytes.load(Int32.self, at: offset)
      offset += 4
      if length == -1 {
        guard levels.isOptional else {
          throw CopyFailure(
            "an element is null, which no element of a repeated field can be", .value)
        }
        append(level: levels.maximum - 1, repetition: index == 0 ? 0 : 1)
        continue
      }
      guard length >= 0, Int(length) <= end - offset else { throw CopyEntries.brokenArray }
      append(level: levels.maximum, repetition: index == 0 ? 0 : 1)
      fields.append(CopyField(offset: Int32(truncatingIfNeeded: offset), byteCount: length))
      offset += Int(length)
    }
    guard offset == end else { throw CopyEntries.brokenArray }
  }

  private mutating func append(level: UInt16, repetition: UInt16) {
    definitionLevels.append(level)
    repetitionLevels.append(repetition)
  }

  private static var brokenArray: CopyFailure {
    CopyFailure("an array is not as its length says")
  }

  // MARK: Nulls and places

  /// Makes nulls of the values that a closure names by their fields.
  ///
  /// - Throws: ``CopyFailure`` where none may be.
  mutating func dropValues(where isDropped: (CopyField) -> Bool) throws(CopyFailure) {
    var found = 0
    var value = 0
    for entry in 0..<entryCount where definitionLevels[entry] == levels.maximum {
      let field = fields[value]
      value += 1
      if isDropped(field) {
        guard levels.isOptional else {
          throw CopyFailure("it would be null, but may not be", row: row(ofValue: value - 1))
        }
        definitionLevels[entry] -= 1
      } else {
        fields[found] = field
        found += 1
      }
    }
    valueCount = found
  }

  /// The row in the batch that has a value.
  func row(ofValue index: Int) -> Int {
    var row = -1
    var value = 0
    for entry in 0..<entryCount {
      if levels.emptyList == nil || repetitionLevels[entry] == 0 { row += 1 }
      if definitionLevels[entry] == levels.maximum {
        if value == index { return row }
        value += 1
      }
    }
    return max(row, 0)
  }
}
