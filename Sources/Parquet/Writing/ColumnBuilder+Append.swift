/// Numbers that columns store as they are in memory.
public protocol ColumnNumber: BitwiseCopyable {
  /// The storage type of columns that hold such numbers.
  static var physicalType: PhysicalType { get }
}

extension Bool: ColumnNumber {
  /// BOOLEAN.
  public static var physicalType: PhysicalType { .boolean }
}
extension Int32: ColumnNumber {
  /// INT32.
  public static var physicalType: PhysicalType { .int32 }
}
extension Int64: ColumnNumber {
  /// INT64.
  public static var physicalType: PhysicalType { .int64 }
}
extension Float: ColumnNumber {
  /// FLOAT.
  public static var physicalType: PhysicalType { .float }
}
extension Double: ColumnNumber {
  /// DOUBLE.
  public static var physicalType: PhysicalType { .double }
}

/// Batches from memory. Nothing is appended where an error is thrown.
extension ColumnBuilder {
  // MARK: One value a row

  /// Appends a row for each number, to a column that is not repeated.
  ///
  /// - Throws: ``ParquetError`` with code `value` if the column holds other values, or a number is out
  ///   of the range of its logical type.
  public func append<Number: ColumnNumber>(_ numbers: Span<Number>) throws(ParquetError) {
    try append(numbers, mask: nil)
  }

  /// Appends a row for each number or null, to a column that is not repeated.
  ///
  /// - Parameters:
  ///   - numbers: one for each row, also where the row has none.
  ///   - isValid: for each row whether it has a value. A null inside of structs is one of the innermost
  ///     field, the structs being there.
  /// - Throws: ``ParquetError`` with code `value` if the column holds other values, a number is out
  ///   of the range of its logical type, or a null stands in a required column.
  public func append<Number: ColumnNumber>(
    _ numbers: Span<Number>, isValid: Span<Bool>
  ) throws(ParquetError) {
    try append(numbers, mask: isValid)
  }

  private func append<Number: ColumnNumber>(
    _ numbers: Span<Number>, mask: Span<Bool>?
  ) throws(ParquetError) {
    try check(Number.self)
    try checkFlat(count: numbers.count, mask)
    let valueCount = unsafe numbers.withUnsafeBytes { bytes in
      unsafe gatherNumbers(bytes, count: numbers.count, mask)
    }
    try checkRange(valueCount)
    appendLevels(mask, count: numbers.count)
    unsafe appendDense(dense, count: valueCount)
  }

  /// Appends a row for each byte array, to a column that is not repeated.
  ///
  /// Texts must be UTF-8; that is not checked.
  /// - Parameters:
  ///   - bytes: all of them one after the other.
  ///   - ends: for each row where its bytes end; they begin where those of the row before end.
  /// - Throws: ``ParquetError`` with code `value` if the column holds other values, a length is not
  ///   the type's, or the ends are not in order.
  public func append(bytes: Span<UInt8>, ends: Span<Int>) throws(ParquetError) {
    try append(bytes, ends, mask: nil)
  }

  /// Appends a row for each byte array or null, to a column that is not repeated.
  ///
  /// - Parameters:
  ///   - bytes: all of them one after the other.
  ///   - ends: for each row where its bytes end, also where the row has none.
  ///   - isValid: for each row whether it has a value.
  /// - Throws: ``ParquetError`` with code `value` if the column holds other values, a length is not
  ///   the type's, the ends are not in order, or a null stands in a required column.
  public func append(
    bytes: Span<UInt8>, ends: Span<Int>, isValid: Span<Bool>
  ) throws(ParquetError) {
    try append(bytes, ends, mask: isValid)
  }

  private func append(
    _ bytes: Span<UInt8>, _ ends: Span<Int>, mask: Span<Bool>?
  ) throws(ParquetError) {
    try checkFlat(count: ends.count, mask)
    try withViews(bytes, ends, mask) { views in
      appendLevels(mask, count: ends.count)
      unsafe append(views: views.base, count: views.count)
    }
  }

  /// Appends a row for each byte array of a column that is not repeated, wherever they lie.
  ///
  /// - Parameters:
  ///   - views: the byte arrays of the rows that have one.
  ///   - isValid: for each row whether it has one.
  /// - Throws: ``ParquetError`` with code `value` if the column holds other values, a text is not
  ///   UTF-8, or a null stands in a required column.
  package func append(
    views: borrowing Buffer<ByteView>, isValid: Span<Bool>
  ) throws(ParquetError) {
    guard column.valueLayout == .views, values.shape.width == nil else {
      throw mismatch("byte arrays are given but the column holds \(column.physicalType) values")
    }
    try checkFlat(count: isValid.count, isValid)
    let isText = column.valueKind == .text
    for index in 0..<views.count {
      let view = unsafe views.base[index]
      guard view.count <= Limits.pageByteCount else {
        throw mismatch(
          "a byte array has \(grouped(view.count)) bytes but may have "
            + grouped(Limits.pageByteCount))
      }
      if isText, !view.isUTF8 { throw mismatch("a text is not UTF-8") }
    }
    appendLevels(isValid, count: isValid.count)
    unsafe append(views: views.base, count: views.count)
  }

  /// Appends rows without a value to a column that is not repeated.
  ///
  /// - Throws: ``ParquetError`` with code `value` if the column is required.
  public func appendNulls(_ count: Int) throws(ParquetError) {
    precondition(count >= 0)
    guard column.maximumRepetitionLevel == 0 else {
      throw mismatch("the column is repeated, so its rows need levels")
    }
    guard column.maximumDefinitionLevel > 0 || count == 0 else {
      throw mismatch("a null is given but the column is required")
    }
    appendLevels(repeating: UInt16(column.maximumDefinitionLevel) - 1, count: count)
  }

  // MARK: With levels

  /// Appends rows of any column.
  ///
  /// - Parameters:
  ///   - numbers: the values side by side, one for each entry that has one.
  ///   - definitionLevels: one for each entry; empty where the column's maximum is 0.
  ///   - repetitionLevels: one for each entry, 0 where a row begins; empty where the column's maximum
  ///     is 0.
  /// - Throws: ``ParquetError`` with code `value` if the column holds other values, or the levels do
  ///   not fit the column, the values or each other.
  public func append<Number: ColumnNumber>(
    _ numbers: Span<Number>, definitionLevels: Span<UInt16>, repetitionLevels: Span<UInt16>
  ) throws(ParquetError) {
    try check(Number.self)
    let entries = try checkLevels(definitionLevels, repetitionLevels, valueCount: numbers.count)
    let valueCount = unsafe numbers.withUnsafeBytes { bytes in
      unsafe gatherNumbers(bytes, count: numbers.count, nil)
    }
    try checkRange(valueCount)
    appendLevels(definitionLevels, repetitionLevels, count: entries)
    unsafe appendDense(dense, count: valueCount)
  }

  /// Appends rows of any column of byte arrays; see the other methods for the parameters.
  ///
  /// - Throws: ``ParquetError`` with code `value` if the column holds other values, or the levels do
  ///   not fit the column, the values or each other.
  public func append(
    bytes: Span<UInt8>, ends: Span<Int>, definitionLevels: Span<UInt16>,
    repetitionLevels: Span<UInt16>
  ) throws(ParquetError) {
    let entries = try checkLevels(definitionLevels, repetitionLevels, valueCount: ends.count)
    try withViews(bytes, ends, nil) { views in
      appendLevels(definitionLevels, repetitionLevels, count: entries)
      unsafe append(views: views.base, count: views.count)
    }
  }

  // MARK: Gathering

  /// Copies the numbers of valid rows side by side; returns how many there are.
  @unsafe
  private func gatherNumbers(
    _ bytes: UnsafeRawBufferPointer, count: Int, _ isValid: Span<Bool>?
  ) -> Int {
    dense.reserve(count + 1, keeping: 0)
    guard let source = bytes.baseAddress else { return 0 }
    switch dense.layout {
    case .bytes1:
      return unsafe compact(source.assumingMemoryBound(to: UInt8.self), count, isValid)
    case .bytes4:
      return unsafe compact(source.assumingMemoryBound(to: UInt32.self), count, isValid)
    case .bytes8:
      return unsafe compact(source.assumingMemoryBound(to: UInt64.self), count, isValid)
    case .views: preconditionFailure("numbers are not kept as views")
    }
  }

  @unsafe
  private func compact<T>(_ source: UnsafePointer<T>, _ count: Int, _ isValid: Span<Bool>?) -> Int {
    let target = unsafe dense.pointer(T.self)
    guard let isValid else {
      unsafe target.update(from: source, count: count)
      return count
    }
    var found = 0
    for index in 0..<count {
      unsafe target[found] = source[index]
      found += isValid[index] ? 1 : 0
    }
    return found
  }

  /// Hands on views of the byte arrays of valid rows.
  private func withViews(
    _ bytes: Span<UInt8>, _ ends: Span<Int>, _ isValid: Span<Bool>?,
    _ body: (borrowing Buffer<ByteView>) -> Void
  ) throws(ParquetError) {
    guard column.valueLayout == .views else {
      throw mismatch("byte arrays are given but the column holds \(column.physicalType) values")
    }
    let fixedLength = values.shape.width
    var start = 0
    for index in 0..<ends.count {
      let end = ends[index]
      guard end >= start, end <= bytes.count else {
        throw mismatch(
          "the end of byte array \(index) is \(end) but must be \(start) to \(bytes.count)")
      }
      if let fixedLength, isValid?[index] ?? true, end - start != fixedLength {
        throw mismatch(
          "byte array \(index) has \(end - start) bytes but the column's have \(fixedLength)")
      }
      guard end - start <= Limits.pageByteCount else {
        throw mismatch(
          "byte array \(index) has \(grouped(end - start)) bytes but may have "
            + grouped(Limits.pageByteCount))
      }
      start = end
    }
    unsafe bytes.withUnsafeBytes { bytes in
      let whole =
        unsafe bytes.baseAddress.map { unsafe ByteView(base: $0, count: bytes.count) } ?? .empty
      views.removeAll()
      var start = 0
      for index in 0..<ends.count {
        let end = ends[index]
        if isValid?[index] ?? true { views.append(whole.slice(start, end - start)) }
        start = end
      }
      body(views)
    }
    views.removeAll()
  }

  // MARK: Levels

  private func appendLevels(_ isValid: Span<Bool>?, count: Int) {
    let maximum = UInt16(column.maximumDefinitionLevel)
    guard let isValid, maximum > 0 else {
      appendLevels(repeating: maximum, count: count)
      return
    }
    appendLevels(repeating: maximum, count: count)
    let first = definitionLevels.count - count
    let target = unsafe definitionLevels.base + first
    for index in 0..<count { unsafe target[index] = isValid[index] ? maximum : maximum - 1 }
  }

  private func appendLevels(
    _ definition: Span<UInt16>, _ repetition: Span<UInt16>, count: Int
  ) {
    unsafe definition.withUnsafeBufferPointer { definition in
      unsafe repetition.withUnsafeBufferPointer { repetition in
        // Levels that the column does not have are not looked at.
        let none = unsafe UnsafePointer(definitionLevels.base)
        unsafe appendLevels(
          definition.baseAddress ?? none, repetition.baseAddress ?? none, count: count)
      }
    }
  }
}
