/// BYTE_STREAM_SPLIT: the first bytes of all values, then all second bytes, and so on.
///
/// Source: <https://github.com/apache/parquet-format/blob/master/Encodings.md#byte-stream-split-byte_stream_split--9>.
final class ByteStreamSplitDecoder: ValueDecoder {
  private let bytes: ByteView
  private let width: Int
  private let valueCount: Int
  private var index = 0

  /// A decoder of a page's values.
  ///
  /// - Parameters:
  ///   - bytes: the streams, whose length follows from their number.
  ///   - width: the bytes of a value.
  ///   - valueCount: the values that are not null, for values of no bytes.
  /// - Throws: if the streams have no equal lengths.
  init(_ bytes: ByteView, width: Int, valueCount: Int) throws(DecodingFailure) {
    self.bytes = bytes
    self.width = width
    guard width > 0 || bytes.count == 0, width == 0 || bytes.count % width == 0 else {
      throw .malformed("the size of BYTE_STREAM_SPLIT data is no multiple of the value's width")
    }
    self.valueCount = width == 0 ? valueCount : bytes.count / width
  }

  func decode(_ count: Int, into values: ValueBuffer, at start: Int) throws(DecodingFailure) {
    guard count <= valueCount - index else {
      throw .truncated(
        "the BYTE_STREAM_SPLIT values", needed: count * width, available: bytes.count)
    }
    if values.layout == .views {
      let joined = ByteBuffer(count: count * width)
      guard let base = unsafe joined.bytes.baseAddress else { return }
      unsafe join(count, to: base)
      let target = unsafe values.pointer(ByteView.self, from: start)
      for index in 0..<count {
        unsafe target[index] = joined.view.slice(index * width, width)
      }
      values.retain(joined)
    } else {
      unsafe join(count, to: values.base + start * width)
    }
    index += count
  }

  /// Writes the next values byte by byte; `index + count` is at most `valueCount`, so every stream
  /// has the bytes.
  @unsafe
  private func join(_ count: Int, to target: UnsafeMutableRawPointer) {
    for stream in 0..<width {
      let source = unsafe bytes.base + stream * valueCount + index
      for value in 0..<count {
        unsafe target.storeBytes(
          of: source.load(fromByteOffset: value, as: UInt8.self),
          toByteOffset: value * width + stream, as: UInt8.self)
      }
    }
  }
}
