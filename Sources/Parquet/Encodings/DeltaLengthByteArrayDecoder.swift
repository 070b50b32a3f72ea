/// DELTA_LENGTH_BYTE_ARRAY: the lengths of all values in DELTA_BINARY_PACKED, then their bytes.
///
/// Source: <https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-length-byte-array-delta_length_byte_array--6>.
final class DeltaLengthByteArrayDecoder: ValueDecoder {
  private let bytes: ByteView
  private let owner: ByteBuffer
  private var lengths: DeltaBinaryPackedDecoder?
  private var offset = 0
  private var batchLengths = Buffer<Int64>()

  init(_ bytes: ByteView, owner: ByteBuffer, at start: Int = 0) throws(DecodingFailure) {
    self.bytes = bytes
    self.owner = owner
    // A page without values may be empty altogether.
    if bytes.count > start {
      let lengths = try DeltaBinaryPackedDecoder(bytes, at: start)
      self.lengths = lengths
      offset = try lengths.endOffset()
    }
  }

  func decode(_ count: Int, into values: ValueBuffer, at start: Int) throws(DecodingFailure) {
    if count == 0 { return }
    guard lengths != nil else {
      throw .truncated("the lengths of DELTA_LENGTH_BYTE_ARRAY", needed: 1, available: 0)
    }
    batchLengths.removeAll()
    unsafe try batchLengths.append(count) { numbers throws(DecodingFailure) in
      unsafe try lengths?.decode(count, to: numbers)
    }
    let target = unsafe values.pointer(ByteView.self, from: start)
    for index in 0..<count {
      let length = batchLengths[index]
      guard length >= 0, length <= Int64(bytes.count - offset) else {
        throw .truncated(
          "a DELTA_LENGTH_BYTE_ARRAY value", needed: Int(length), available: bytes.count - offset)
      }
      unsafe target[index] = bytes.slice(offset, Int(length))
      offset += Int(length)
    }
    values.retain(owner)
  }
}
