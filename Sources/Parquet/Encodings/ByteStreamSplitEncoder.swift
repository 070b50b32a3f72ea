/// Writes BYTE_STREAM_SPLIT: the first bytes of all values, then all second bytes, and so on.
///
/// Source: <https://github.com/apache/parquet-format/blob/master/Encodings.md#byte-stream-split-byte_stream_split--9>.
extension Buffer where Element == UInt8 {
  /// Appends the bytes of values of `width` bytes, which lie side by side.
  mutating func append(splitting values: ByteView, width: Int) {
    if width == 0 { return }
    let valueCount = values.count / width
    reserve(count + valueCount * width)
    let target = unsafe base + count
    for stream in 0..<width {
      let source = unsafe values.base + stream
      let row = unsafe target + stream * valueCount
      for index in 0..<valueCount {
        unsafe row[index] = source.load(fromByteOffset: index * width, as: UInt8.self)
      }
    }
    count += valueCount * width
  }
}
