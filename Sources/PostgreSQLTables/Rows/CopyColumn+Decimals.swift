internal import Parquet

/// Decimals, in all the storage types that Parquet has for them.
extension CopyColumn {
  func appendDecimals(
    _ bytes: WireBytes, _ precision: Int, _ scale: Int, to column: ColumnBuilder
  ) throws(CopyFailure) {
    let isSmall = precision <= 18
    int64s.removeAll(keepingCapacity: true)
    self.bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    let length = column.column.typeLength
    for index in 0..<entries.valueCount {
      do throws(CopyFailure) {
        let number: Int128
        if isSmall {
          let (magnitude, isNegative) = try CopyNumeric.unscaled(
            bytes, entries.fields[index], precision: precision, scale: scale, powersOfTen: powers64)
          let small = Int64(truncatingIfNeeded: magnitude)
          int64s.append(isNegative ? -small : small)
          if length == 0 { continue }
          number = Int128(int64s[index])
        } else {
          let (magnitude, isNegative) = try CopyNumeric.unscaled(
            bytes, entries.fields[index], precision: precision, scale: scale, powersOfTen: powers128
          )
          let large = Int128(truncatingIfNeeded: magnitude)
          number = isNegative ? -large : large
        }
        appendBigEndian(number, length: length)
      } catch {
        throw error.at(row: index)
      }
    }
    switch column.column.physicalType {
    case .int64: try hand(int64s, to: column)
    case .int32:
      int32s.removeAll(keepingCapacity: true)
      for number in int64s { int32s.append(Int32(truncatingIfNeeded: number)) }
      try hand(int32s, to: column)
    default: try handBytes(to: column)
    }
  }

  /// Appends a number in two's complement, the highest byte first, with as many bytes as asked for.
  private func appendBigEndian(_ number: Int128, length: Int) {
    let low = UInt64(truncatingIfNeeded: number)
    let high = Int64(truncatingIfNeeded: number >> 64)
    for place in stride(from: length - 1, through: 0, by: -1) {
      let byte =
        place < 8
        ? UInt8(truncatingIfNeeded: low >> UInt64(8 * place))
        : UInt8(truncatingIfNeeded: high >> Int64(min(8 * (place - 8), 63)))
      bytes.append(byte)
    }
    ends.append(bytes.count)
  }
}
