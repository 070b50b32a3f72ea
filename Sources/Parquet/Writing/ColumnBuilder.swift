/// Collects one leaf column of the row group that is being built.
///
/// Values come in batches of whole rows. A column that is not repeated has one entry a row: a value,
/// or a null. In a repeated one the levels say which entries make up a row:
///
///     // two rows of a list of integers: [1, 2] and null
///     try column.append([1, 2], definitionLevels: [3, 3, 0], repetitionLevels: [0, 1, 0])
///
/// Values stand side by side there, one for each entry that has one.
@safe
public final class ColumnBuilder {
  /// The column.
  public let column: LeafColumn
  /// The number of entries, nulls included.
  public private(set) var entryCount = 0
  /// The number of rows.
  public private(set) var rowCount = 0
  let settings: ColumnSettings
  /// One level for each entry; empty where the column's maximum is 0.
  var definitionLevels = Buffer<UInt16>()
  var repetitionLevels = Buffer<UInt16>()
  var values: ColumnValues
  /// Values that have been put side by side.
  let dense: ValueBuffer
  /// Byte arrays of a batch.
  var views = Buffer<ByteView>()
  private var denseIndices = Buffer<Int32>()
  private var map = DictionaryMap()

  init(_ settings: ColumnSettings) {
    self.settings = settings
    column = settings.column
    values = ColumnValues(settings)
    dense = ValueBuffer(layout: settings.column.valueLayout)
  }

  /// Empties the column for the next row group; its memory is kept.
  func removeAll() {
    entryCount = 0
    rowCount = 0
    definitionLevels.removeAll()
    repetitionLevels.removeAll()
    values.removeAll()
    map.begin(nil)
  }

  /// About the bytes in memory.
  var byteCount: Int {
    values.plain.count + values.dictionary.plain.count + 4 * values.indices.count
      + 2 * (definitionLevels.count + repetitionLevels.count)
  }

  /// The number of values, nulls excluded.
  var valueCount: Int { values.count }

  // MARK: A reader's vector

  /// Appends the rows of a batch that was read.
  ///
  /// Where the batch comes from a dictionary its values are looked up once each, not once a row.
  /// - Throws: ``ParquetError`` with code `value` if the vector's column is of another type.
  public func append(_ vector: ColumnVector) throws(ParquetError) {
    let other = vector.column
    guard other.physicalType == column.physicalType, other.typeLength == column.typeLength,
      other.maximumDefinitionLevel == column.maximumDefinitionLevel,
      other.maximumRepetitionLevel == column.maximumRepetitionLevel
    else {
      throw mismatch(
        "the values come from the \(other.physicalType) column \(other.dottedPath), which has "
          + "another type or other levels")
    }
    let entries = vector.entryCount
    unsafe appendLevels(
      vector.definitionLevels.base, vector.repetitionLevels.base, count: entries)
    if vector.dictionary != nil, values.usesDictionary {
      unsafe appendIndices(of: vector)
    } else {
      vector.materialize()
      unsafe appendSpread(vector.values, count: entries)
    }
  }

  @unsafe
  private func appendIndices(of vector: ColumnVector) {
    guard let dictionary = vector.dictionary else { return }
    if !map.belongs(to: dictionary) { map.begin(dictionary) }
    let entries = vector.entryCount
    var source = unsafe UnsafePointer(vector.indices.base)
    var count = entries
    if !hasValuesOnly(entries) {
      denseIndices.reserve(entries + 1)
      count = unsafe putSideBySide(source, denseIndices.base, entries)
      unsafe source = UnsafePointer(denseIndices.base)
    }
    var done = 0
    while done < count {
      unsafe done += values.append(indices: source + done, count: count - done, map: &map)
      if done == count { break }
      settle()
      if values.usesDictionary { continue }
      // The rest goes in as values.
      dense.reserve(count - done, keeping: 0)
      denseIndices.reserve(count)
      if unsafe source != UnsafePointer(denseIndices.base) {
        unsafe denseIndices.base.update(from: source, count: count)
      }
      denseIndices.count = count
      dictionary.gather(denseIndices, from: done, count: count - done, into: dense, at: 0)
      unsafe appendDense(dense, count: count - done)
      dense.releaseOwners(to: ColumnBuilder.noPool)
      break
    }
  }

  private static var noPool: BufferPool { BufferPool(limit: 0) }

  // MARK: Levels

  /// Appends the levels of whole rows, which have been checked.
  @unsafe
  func appendLevels(
    _ definition: UnsafePointer<UInt16>, _ repetition: UnsafePointer<UInt16>, count: Int
  ) {
    if column.maximumDefinitionLevel > 0 {
      unsafe definitionLevels.append(copying: definition, count: count)
    }
    if column.maximumRepetitionLevel > 0 {
      unsafe repetitionLevels.append(copying: repetition, count: count)
      var rows = 0
      for entry in 0..<count { unsafe rows += repetition[entry] == 0 ? 1 : 0 }
      rowCount += rows
    } else {
      rowCount += count
    }
    entryCount += count
  }

  /// Appends one level for each of some rows of a column that is not repeated.
  func appendLevels(repeating level: UInt16, count: Int) {
    if column.maximumDefinitionLevel > 0 { definitionLevels.append(repeating: level, count: count) }
    rowCount += count
    entryCount += count
  }

  // MARK: Values

  /// Appends the values of the last `count` entries, one for each entry that has one.
  @unsafe
  func appendSpread(_ source: ValueBuffer, count: Int) {
    if hasValuesOnly(count) {
      unsafe appendDense(source, count: count)
      return
    }
    dense.reserve(count + 1, keeping: 0)
    let valueCount =
      switch source.layout {
      case .bytes1: unsafe putSideBySide(source.pointer(UInt8.self), dense.pointer(), count)
      case .bytes4: unsafe putSideBySide(source.pointer(UInt32.self), dense.pointer(), count)
      case .bytes8: unsafe putSideBySide(source.pointer(UInt64.self), dense.pointer(), count)
      case .views: unsafe putSideBySide(source.pointer(ByteView.self), dense.pointer(), count)
      }
    unsafe appendDense(dense, count: valueCount)
  }

  /// Appends values that lie side by side.
  @unsafe
  func appendDense(_ source: ValueBuffer, count: Int) {
    switch source.layout {
    case .bytes1: unsafe append(numbers: source.pointer(UInt8.self), count: count)
    case .bytes4: unsafe append(numbers: source.pointer(UInt32.self), count: count)
    case .bytes8: unsafe append(numbers: source.pointer(UInt64.self), count: count)
    case .views: unsafe append(views: source.pointer(ByteView.self), count: count)
    }
  }

  /// Appends numbers of the column's width.
  @unsafe
  func append<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    numbers source: UnsafePointer<T>, count: Int
  ) {
    var done = 0
    while done < count {
      unsafe done += values.append(numbers: source + done, count: count - done)
      if done < count { settle() }
    }
  }

  /// Appends byte arrays, whose lengths have been checked.
  @unsafe
  func append(views source: UnsafePointer<ByteView>, count: Int) {
    var done = 0
    while done < count {
      unsafe done += values.append(views: source + done, count: count - done)
      if done < count { settle() }
    }
  }

  /// Whether all of the last entries have a value.
  private func hasValuesOnly(_ count: Int) -> Bool {
    if column.maximumDefinitionLevel == 0 { return true }
    let levels = unsafe definitionLevels.base + (definitionLevels.count - count)
    let maximum = UInt16(column.maximumDefinitionLevel)
    // Without a branch, so that the compiler compares many levels at a time.
    var difference: UInt16 = 0
    for entry in 0..<count { unsafe difference |= levels[entry] ^ maximum }
    return difference == 0
  }

  /// Copies those of `count` items to the target whose entry, among the last ones, has a value.
  @unsafe
  @inline(__always)
  private func putSideBySide<T>(
    _ source: UnsafePointer<T>, _ target: UnsafeMutablePointer<T>, _ count: Int
  ) -> Int {
    let levels = unsafe definitionLevels.base + (definitionLevels.count - count)
    let maximum = UInt16(column.maximumDefinitionLevel)
    var found = 0
    for entry in 0..<count {
      unsafe target[found] = source[entry]
      found += unsafe levels[entry] == maximum ? 1 : 0
    }
    return found
  }

  // MARK: Dictionary

  private func settle() { values.settle { startOfRow(holdingValue: $0) } }

  /// The number of values before the row that has the value with an index.
  private func startOfRow(holdingValue index: Int) -> Int {
    if column.maximumRepetitionLevel == 0 { return index }
    let maximum = UInt16(column.maximumDefinitionLevel)
    var start = 0
    var count = 0
    for entry in 0..<entryCount {
      if repetitionLevels[entry] == 0 { start = count }
      if definitionLevels[entry] == maximum {
        if count == index { return start }
        count += 1
      }
    }
    return start
  }

  func mismatch(_ message: String) -> ParquetError {
    ParquetError(.value, at: ParquetError.Place(column: column.dottedPath), message)
  }
}

extension ValueBuffer {
  fileprivate func pointer<T>() -> UnsafeMutablePointer<T> { unsafe pointer(T.self) }
}
