internal import Parquet

/// Takes one column of a batch to its leaf columns.
final class CopyColumn {
  /// What is done with dates and timestamps that are infinite, for which Parquet has no value.
  package enum Infinity: Sendable, Hashable {
    case refused
    case null
  }

  let reading: ColumnReading
  /// The column's place in the rows.
  let index: Int
  private let infinity: Infinity
  var entries: CopyEntries
  let shredder: JSONShredder?
  var booleans: [Bool] = []
  var int32s: [Int32] = []
  var int64s: [Int64] = []
  var floats: [Float] = []
  var doubles: [Double] = []
  var views = Buffer<ByteView>(capacity: CopyRows.capacity)
  var isValid = [Bool](repeating: false, count: CopyRows.capacity)
  /// Values that are not as they come, and where each ends.
  var bytes: [UInt8] = []
  var ends: [Int] = []
  let powers64: [UInt64]
  let powers128: [UInt128]

  init(_ reading: ColumnReading, _ schema: Schema, index: Int, infinity: Infinity) {
    self.reading = reading
    self.index = index
    self.infinity = infinity
    switch reading.target {
    case .leaf(_, let levels):
      entries = CopyEntries(levels)
      shredder = nil
    case .json(let field, _):
      entries = CopyEntries(CopyEntries.Levels(maximum: 1, isOptional: true))
      shredder = JSONShredder(schema, field: field)
    }
    guard case .numeric(let precision, _) = reading.value else {
      (powers64, powers128) = ([], [])
      return
    }
    powers64 = precision <= 18 ? CopyNumeric.powersOfTen(upTo: precision) : []
    powers128 = precision <= 18 ? [] : CopyNumeric.powersOfTen(upTo: precision)
  }

  /// The column's name.
  var name: String { reading.name }

  /// Hands the values of a batch on.
  ///
  /// - Parameters:
  ///   - batch: the rows.
  ///   - rows: where they go.
  /// - Throws: ``CopyFailure`` for what is no value of the type, or none that the leaf column can
  ///   hold.
  func append(_ batch: borrowing CopyRows, to rows: RowGroupBuilder) throws(CopyFailure) {
    guard case .leaf(let leaf, let levels) = reading.target else {
      try entries.take(index, of: batch)
      return try shred(batch, into: rows)
    }
    if levels.emptyList == nil {
      try entries.take(index, of: batch)
    } else {
      try entries.takeArrays(index, of: batch)
    }
    let column = rows.columns[leaf.index]
    do throws(CopyFailure) {
      try append(batch, to: column)
    } catch {
      // What converts values says which value it was.
      throw error.at(row: error.row.map { entries.row(ofValue: $0) })
    }
  }

  private func append(
    _ batch: borrowing CopyRows, to column: ColumnBuilder
  ) throws(CopyFailure) {
    let bytes = batch.bytes
    switch reading.value {
    case .boolean:
      try convert(bytes, into: &booleans, false) { (value: UInt8) in value != 0 }
      try hand(booleans, to: column)
    case .int16:
      try convert(bytes, into: &int32s, 0) { (value: Int16) in Int32(value) }
      try hand(int32s, to: column)
    case .int32:
      try convert(bytes, into: &int32s, 0) { (value: Int32) in value }
      try hand(int32s, to: column)
    case .int64:
      try convert(bytes, into: &int64s, 0) { (value: Int64) in value }
      try hand(int64s, to: column)
    case .float:
      try convert(bytes, into: &floats, 0) { (value: UInt32) in Float(bitPattern: value) }
      try hand(floats, to: column)
    case .double:
      try convert(bytes, into: &doubles, 0) { (value: UInt64) in Double(bitPattern: value) }
      try hand(doubles, to: column)
    case .date:
      try dropInfinite(Int32.self, bytes)
      try convert(bytes, into: &int32s, 0) { (value: Int32) throws(CopyFailure) in
        try WireTime.days(value)
      }
      try hand(int32s, to: column)
    case .timestamp:
      try dropInfinite(Int64.self, bytes)
      try convert(bytes, into: &int64s, 0) { (value: Int64) throws(CopyFailure) in
        try WireTime.microseconds(value)
      }
      try hand(int64s, to: column)
    case .time:
      try convert(bytes, into: &int64s, 0) { (value: Int64) throws(CopyFailure) in
        try WireTime.timeOfDay(value)
      }
      try hand(int64s, to: column)
    case .numeric(let precision, let scale):
      try appendDecimals(bytes, precision, scale, to: column)
    case .uuid:
      try checkLengths(16)
      try appendCopies(bytes, skipping: 0, to: column)
    case .bytes: try appendBytes(bytes, skipping: 0, to: column)
    case .jsonb:
      try checkVersions(bytes)
      try appendBytes(bytes, skipping: 1, to: column)
    }
  }

  // MARK: Numbers

  /// Converts the values.
  ///
  /// - Throws: ``CopyFailure`` with the value's index as its row.
  @inline(__always)
  private func convert<Wire: FixedWidthInteger & BitwiseCopyable, Number>(
    _ bytes: WireBytes, into numbers: inout [Number], _ filler: Number,
    _ body: (Wire) throws(CopyFailure) -> Number
  ) throws(CopyFailure) {
    let count = entries.valueCount
    if numbers.count < count {
      numbers.append(contentsOf: repeatElement(filler, count: count - numbers.count))
    }
    let values = entries.fields
    let fields = values.span
    var target = numbers.mutableSpan
    for index in 0..<count {
      let field = fields[index]
      guard Int(field.byteCount) == MemoryLayout<Wire>.size else {
        throw wrongLength(index, wanted: MemoryLayout<Wire>.size)
      }
      do throws(CopyFailure) {
        target[index] = try body(bytes.load(Wire.self, at: Int(field.offset)))
      } catch {
        throw error.at(row: index)
      }
    }
  }

  func hand<Number: ColumnNumber>(
    _ numbers: [Number], to column: ColumnBuilder
  ) throws(CopyFailure) {
    let (definitionCount, repetitionCount) = levelCounts
    let (definition, repetition) = (entries.definitionLevels, entries.repetitionLevels)
    do throws(ParquetError) {
      try column.append(
        numbers.span.extracting(..<entries.valueCount),
        definitionLevels: definition.span.extracting(..<definitionCount),
        repetitionLevels: repetition.span.extracting(..<repetitionCount))
    } catch {
      throw CopyFailure(error.message)
    }
  }

  var levelCounts: (definition: Int, repetition: Int) {
    (
      entries.levels.maximum == 0 ? 0 : entries.entryCount,
      entries.levels.emptyList == nil ? 0 : entries.entryCount
    )
  }

  /// Makes nulls of infinite dates and timestamps, if that is wanted.
  private func dropInfinite<Wire: FixedWidthInteger & BitwiseCopyable>(
    _ type: Wire.Type, _ bytes: WireBytes
  ) throws(CopyFailure) {
    guard infinity == .null else { return }
    try entries.dropValues { field in
      guard Int(field.byteCount) == MemoryLayout<Wire>.size else { return false }
      let value = bytes.load(Wire.self, at: Int(field.offset))
      return value == .max || value == .min
    }
  }

  func wrongLength(_ index: Int, wanted: Int) -> CopyFailure {
    CopyFailure(
      "a value has \(entries.fields[index].byteCount) bytes but its type has \(wanted)", row: index)
  }
}
