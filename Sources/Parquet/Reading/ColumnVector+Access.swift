/// Values one by one: `nil` for an entry that has none.
///
/// Which of these fits a column follows from its types; asking for another is a programming error
/// and traps. For whole batches ``withInt64Values(_:)`` and its like are faster.
extension ColumnVector {
  /// The definition level of an entry.
  public func definitionLevel(at entry: Int) -> Int {
    precondition(entry >= 0 && entry < entryCount)
    return column.maximumDefinitionLevel == 0 ? 0 : Int(definitionLevels[entry])
  }

  /// The repetition level of an entry: 0 where a row begins.
  public func repetitionLevel(at entry: Int) -> Int {
    precondition(entry >= 0 && entry < entryCount)
    return column.maximumRepetitionLevel == 0 ? 0 : Int(repetitionLevels[entry])
  }

  /// A BOOLEAN.
  public func boolean(at entry: Int) -> Bool? {
    precondition(column.physicalType == .boolean)
    return value(at: entry) { values, index in values.boolean(index) }
  }

  /// An INT32 or INT64 as it is stored: also dates, times, timestamps and the unscaled value of
  /// decimals.
  ///
  /// An unsigned 64-bit number beyond `Int64.max` is negative here; see ``text(at:)``.
  public func integer(at entry: Int) -> Int64? {
    precondition(column.physicalType == .int32 || column.physicalType == .int64)
    let kind = column.valueKind
    return value(at: entry) { values, index in
      switch kind {
      case .unsigned(let bitWidth):
        Int64(bitPattern: values.unsigned(index, bitWidth: bitWidth))
      case .signed(let bitWidth): values.signed(index, bitWidth: bitWidth)
      default: values.signed(index)
      }
    }
  }

  /// A FLOAT, DOUBLE or FLOAT16.
  public func double(at entry: Int) -> Double? {
    let kind = column.valueKind
    return value(at: entry) { values, index in
      switch kind {
      case .float: Double(values.float(index))
      case .double: values.double(index)
      case .float16: values.view(index).float16
      default: preconditionFailure("\(column.dottedPath) holds no floating-point numbers")
      }
    }
  }

  /// The bytes of a BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY or INT96.
  public func bytes(at entry: Int) -> [UInt8]? {
    precondition(column.valueLayout == .views)
    return value(at: entry) { values, index in values.view(index).array }
  }

  /// A BYTE_ARRAY as UTF-8; wrong bytes are replaced.
  public func string(at entry: Int) -> String? {
    precondition(column.valueLayout == .views)
    return value(at: entry) { values, index in values.view(index).string }
  }

  /// The text form of an integer, DECIMAL, DATE, TIME, TIMESTAMP, INT96, UUID or INTERVAL.
  ///
  /// - Throws: ``ParquetError`` for a DECIMAL of more than 1,024 bytes.
  public func text(at entry: Int) throws(ParquetError) -> String? {
    guard hasValue(at: entry) else { return nil }
    var text = TextBuffer()
    let (values, index) = place(of: entry)
    try ScalarText(column, assumesUTC: false)
      .appendValue(index, of: values, column: column, to: &text)
    return text.view.string
  }

  private func value<Value>(at entry: Int, _ read: (Values, Int) -> Value) -> Value? {
    guard hasValue(at: entry) else { return nil }
    let (values, index) = place(of: entry)
    return read(values, index)
  }

  /// Where the value of an entry stands: in the vector, or in the dictionary.
  private func place(of entry: Int) -> (Values, Int) {
    if let dictionary { return (dictionary.values.contents, Int(indices[entry])) }
    return (values.contents, entry)
  }
}

/// Values of a whole batch, without a call for each. At entries without a value the numbers are
/// undefined.
extension ColumnVector {
  /// Hands the INT32 values of a batch to a closure.
  public func withInt32Values<Result, Failure: Error>(
    _ body: (Span<Int32>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(column.physicalType == .int32)
    return try withSpan(body)
  }

  /// Hands the INT64 values of a batch to a closure.
  public func withInt64Values<Result, Failure: Error>(
    _ body: (Span<Int64>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(column.physicalType == .int64)
    return try withSpan(body)
  }

  /// Hands the FLOAT values of a batch to a closure.
  public func withFloatValues<Result, Failure: Error>(
    _ body: (Span<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(column.physicalType == .float)
    return try withSpan(body)
  }

  /// Hands the DOUBLE values of a batch to a closure.
  public func withDoubleValues<Result, Failure: Error>(
    _ body: (Span<Double>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(column.physicalType == .double)
    return try withSpan(body)
  }

  private func withSpan<Value: BitwiseCopyable, Result, Failure: Error>(
    _ body: (Span<Value>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    materialize()
    // Room for `entryCount` values was reserved when they were decoded.
    return try unsafe body(
      UnsafeBufferPointer(start: values.pointer(Value.self), count: entryCount).span)
  }
}
