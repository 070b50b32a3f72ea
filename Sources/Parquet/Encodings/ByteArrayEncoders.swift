/// Writes the encodings of byte arrays that keep lengths and bytes apart.
///
///     DELTA_LENGTH_BYTE_ARRAY = lengths as DELTA_BINARY_PACKED, then all bytes
///     DELTA_BYTE_ARRAY        = lengths of the prefixes shared with the value before, as
///                               DELTA_BINARY_PACKED, then the rest as DELTA_LENGTH_BYTE_ARRAY
///
/// Source: <https://github.com/apache/parquet-format/blob/master/Encodings.md#DELTALENGTHBYTEARRAY>.
struct ByteArrayEncoder: ~Copyable {
  private var prefixes = Buffer<Int32>()
  private var lengths = Buffer<Int32>()
  private var suffixes = Buffer<UInt8>()

  mutating func appendDeltaLengths(
    _ values: borrowing Buffer<ByteView>, to target: inout Buffer<UInt8>
  ) {
    lengths.removeAll()
    for index in 0..<values.count { lengths.append(Int32(truncatingIfNeeded: values[index].count)) }
    target.append(deltas: lengths)
    for index in 0..<values.count { target.append(values[index]) }
  }

  mutating func appendDeltas(
    _ values: borrowing Buffer<ByteView>, to target: inout Buffer<UInt8>
  ) {
    prefixes.removeAll()
    lengths.removeAll()
    suffixes.removeAll()
    var previous = ByteView.empty
    for index in 0..<values.count {
      let value = values[index]
      let shared = value.sharedPrefixCount(with: previous)
      prefixes.append(Int32(truncatingIfNeeded: shared))
      lengths.append(Int32(truncatingIfNeeded: value.count - shared))
      suffixes.append(value.suffix(from: shared))
      previous = value
    }
    target.append(deltas: prefixes)
    target.append(deltas: lengths)
    target.append(suffixes.view)
  }
}

extension ByteView {
  /// How many bytes two values have in common from their beginning.
  func sharedPrefixCount(with other: ByteView) -> Int {
    let limit = Swift.min(count, other.count)
    var index = 0
    while index + 8 <= limit {
      let difference = load(UInt64.self, at: index) ^ other.load(UInt64.self, at: index)
      if difference != 0 { return index + difference.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < limit, self[index] == other[index] { index += 1 }
    return index
  }
}
