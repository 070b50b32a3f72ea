/// Rows whose levels and values have been made for the column, so that nothing needs to be checked.
extension ColumnBuilder {
  /// Appends rows of numbers, which are PLAIN bytes.
  func append(
    plain bytes: ByteView, definitionLevels: borrowing Buffer<UInt16>,
    repetitionLevels: borrowing Buffer<UInt16>, entryCount: Int
  ) {
    unsafe appendLevels(definitionLevels.base, repetitionLevels.base, count: entryCount)
    let count = bytes.count / column.valueLayout.byteCount
    switch column.valueLayout {
    case .bytes1:
      unsafe append(numbers: bytes.base.assumingMemoryBound(to: UInt8.self), count: count)
    case .bytes4:
      unsafe append(numbers: bytes.base.assumingMemoryBound(to: UInt32.self), count: count)
    case .bytes8:
      unsafe append(numbers: bytes.base.assumingMemoryBound(to: UInt64.self), count: count)
    case .views: preconditionFailure("byte arrays have no width")
    }
  }

  /// Appends rows of byte arrays, which stand one after the other.
  func append(
    bytes: ByteView, ends: borrowing Buffer<Int>, definitionLevels: borrowing Buffer<UInt16>,
    repetitionLevels: borrowing Buffer<UInt16>, entryCount: Int
  ) {
    unsafe appendLevels(definitionLevels.base, repetitionLevels.base, count: entryCount)
    views.removeAll()
    var start = 0
    for index in 0..<ends.count {
      views.append(bytes.slice(start, ends[index] - start))
      start = ends[index]
    }
    unsafe append(views: views.base, count: views.count)
    views.removeAll()
  }
}
