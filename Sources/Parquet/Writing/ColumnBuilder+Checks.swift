/// What is held against the column before anything of a batch is appended.
extension ColumnBuilder {
  func check<Number: ColumnNumber>(_ type: Number.Type) throws(ParquetError) {
    guard column.physicalType == Number.physicalType else {
      throw mismatch(
        "\(Number.physicalType) values are given but the column holds \(column.physicalType) values"
      )
    }
  }

  func checkFlat(count: Int, _ isValid: Span<Bool>?) throws(ParquetError) {
    guard column.maximumRepetitionLevel == 0 else {
      throw mismatch("the column is repeated, so its rows need levels")
    }
    guard let isValid else { return }
    guard isValid.count == count else {
      throw mismatch(
        "the batch has \(count) rows but says of \(isValid.count) whether they are null")
    }
    if column.maximumDefinitionLevel == 0 {
      for index in 0..<count where !isValid[index] {
        throw mismatch("row \(index) of the batch is null but the column is required")
      }
    }
  }

  /// The number of entries, once the levels fit the column and the values.
  func checkLevels(
    _ definition: Span<UInt16>, _ repetition: Span<UInt16>, valueCount: Int
  ) throws(ParquetError) -> Int {
    let maximumDefinition = column.maximumDefinitionLevel
    let maximumRepetition = column.maximumRepetitionLevel
    let entries = maximumDefinition == 0 ? valueCount : definition.count
    guard definition.count == (maximumDefinition == 0 ? 0 : entries),
      repetition.count == (maximumRepetition == 0 ? 0 : entries)
    else {
      throw mismatch(
        "there are \(definition.count) definition and \(repetition.count) repetition levels for "
          + "\(valueCount) values; the column's maxima are \(maximumDefinition) and "
          + "\(maximumRepetition)")
    }
    var present = maximumDefinition == 0 ? valueCount : 0
    for index in 0..<definition.count {
      let level = Int(definition[index])
      guard level <= maximumDefinition else {
        throw mismatch("a definition level is \(level) but may be at most \(maximumDefinition)")
      }
      present += level == maximumDefinition ? 1 : 0
    }
    for index in 0..<repetition.count where Int(repetition[index]) > maximumRepetition {
      throw mismatch(
        "a repetition level is \(repetition[index]) but may be at most \(maximumRepetition)")
    }
    guard repetition.count == 0 || repetition[0] == 0 else {
      throw mismatch("the batch begins in the middle of a row")
    }
    guard present == valueCount else {
      throw mismatch("the levels tell of \(present) values but there are \(valueCount)")
    }
    return entries
  }

  /// Holds the gathered numbers against the range of the column's logical type.
  func checkRange(_ count: Int) throws(ParquetError) {
    guard let range = column.numberRange else { return }
    let values = dense.contents
    for index in 0..<count where !range.contains(values.signed(index)) {
      throw mismatch(
        "the number \(values.signed(index)) is outside of \(range.lowerBound) to "
          + "\(range.upperBound), the range of \(column.logicalType?.description ?? "its type")")
    }
  }
}

extension LeafColumn {
  /// The stored numbers that the logical type allows, where it is fewer than the storage type has.
  var numberRange: ClosedRange<Int64>? {
    guard physicalType == .int32 || physicalType == .int64 else { return nil }
    switch logicalType {
    case .integer(let bitWidth, let isSigned) where bitWidth < 32:
      let limit: Int64 = 1 << Int64(bitWidth)
      return isSigned ? -limit / 2...limit / 2 - 1 : 0...limit - 1
    case .decimal(let precision, _):
      if precision > 18 { return nil }
      let limit = (0..<precision).reduce(1 as Int64) { power, _ in power * 10 } - 1
      return -limit...limit
    default: return nil
    }
  }
}
