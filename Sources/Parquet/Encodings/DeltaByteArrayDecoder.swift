/// DELTA_BYTE_ARRAY: for each value the length of the prefix that it shares with the value before
/// it, and the rest.
///
///     data = prefix lengths (DELTA_BINARY_PACKED) suffixes (DELTA_LENGTH_BYTE_ARRAY)
///
/// Source: <https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-strings-delta_byte_array--7>.
final class DeltaByteArrayDecoder: ValueDecoder {
  private var prefixLengths: DeltaBinaryPackedDecoder?
  private let suffixes: DeltaLengthByteArrayDecoder
  private let suffixValues = ValueBuffer(layout: .views)
  private let fixedLength: Int?
  private var batchPrefixes = Buffer<Int64>()
  /// The last value of the last batch.
  private var last = ByteView.empty
  private var lastOwner: ByteBuffer?

  init(_ bytes: ByteView, owner: ByteBuffer, fixedLength: Int?) throws(DecodingFailure) {
    self.fixedLength = fixedLength
    let prefixes = bytes.count == 0 ? nil : try DeltaBinaryPackedDecoder(bytes)
    prefixLengths = prefixes
    suffixes = try DeltaLengthByteArrayDecoder(
      bytes, owner: owner, at: try prefixes?.endOffset() ?? 0)
  }

  func decode(_ count: Int, into values: ValueBuffer, at start: Int) throws(DecodingFailure) {
    if count == 0 { return }
    guard prefixLengths != nil else {
      throw .truncated("the prefix lengths of DELTA_BYTE_ARRAY", needed: 1, available: 0)
    }
    batchPrefixes.removeAll()
    unsafe try batchPrefixes.append(count) { numbers throws(DecodingFailure) in
      unsafe try prefixLengths?.decode(count, to: numbers)
    }
    suffixValues.reserve(count, keeping: 0)
    try suffixes.decode(count, into: suffixValues, at: 0)
    let suffix = unsafe suffixValues.pointer(ByteView.self)

    var total = 0
    var previousLength = last.count
    for index in 0..<count {
      let prefix = batchPrefixes[index]
      guard prefix >= 0, prefix <= Int64(previousLength) else {
        throw .outOfRange(
          "the prefix length of a DELTA_BYTE_ARRAY value", value: prefix,
          limit: Int64(previousLength))
      }
      previousLength = Int(prefix) + (unsafe suffix[index].count)
      if let fixedLength, previousLength != fixedLength {
        throw .outOfRange(
          "the length of a fixed-length value", value: Int64(previousLength),
          limit: Int64(fixedLength))
      }
      total += previousLength
      guard total <= Limits.rebuiltByteCount else {
        throw .outOfRange(
          "the size of DELTA_BYTE_ARRAY values in one batch", value: Int64(total),
          limit: Int64(Limits.rebuiltByteCount))
      }
    }

    let rebuilt = ByteBuffer(count: total)
    let target = unsafe values.pointer(ByteView.self, from: start)
    guard var write = unsafe rebuilt.bytes.baseAddress else { return }
    for index in 0..<count {
      // prefix ≤ last.count and the sum of all lengths is `total`, both checked above.
      let prefix = Int(batchPrefixes[index])
      let rest = unsafe suffix[index]
      let begin = unsafe write
      unsafe write.copyMemory(from: last.base, byteCount: prefix)
      unsafe (write + prefix).copyMemory(from: rest.base, byteCount: rest.count)
      unsafe write += prefix + rest.count
      last = unsafe ByteView(base: UnsafeRawPointer(begin), count: prefix + rest.count)
      unsafe target[index] = last
    }
    lastOwner = rebuilt
    values.retain(rebuilt)
  }
}
