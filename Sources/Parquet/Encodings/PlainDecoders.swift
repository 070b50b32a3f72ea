/// PLAIN: values one after the other.
///
/// - INT32, INT64, FLOAT, DOUBLE: little-endian.
/// - BOOLEAN: one bit each, least significant bit first.
/// - INT96, FIXED_LEN_BYTE_ARRAY: their bytes.
/// - BYTE_ARRAY: length in four bytes, then the bytes.
///
/// Source: <https://github.com/apache/parquet-format/blob/master/Encodings.md#PLAIN>.
final class PlainNumberDecoder: ValueDecoder {
  private var cursor: ByteCursor

  init(_ bytes: ByteView) { cursor = ByteCursor(bytes) }

  func decode(_ count: Int, into values: ValueBuffer, at start: Int) throws(DecodingFailure) {
    let width = values.layout.byteCount
    let source = try cursor.view(count * width, "the PLAIN values")
    unsafe (values.base + start * width).copyMemory(from: source.base, byteCount: source.count)
  }

  func skip(_ count: Int, using scratch: ValueBuffer) throws(DecodingFailure) {
    _ = try cursor.view(count * scratch.layout.byteCount, "the PLAIN values")
  }
}

final class PlainBooleanDecoder: ValueDecoder {
  private let bytes: ByteView
  private var index = 0

  init(_ bytes: ByteView) { self.bytes = bytes }

  func decode(_ count: Int, into values: ValueBuffer, at start: Int) throws(DecodingFailure) {
    guard index + count <= bytes.count * 8 else {
      throw .truncated(
        "the PLAIN booleans", needed: (index + count + 7) / 8, available: bytes.count)
    }
    unsafe unpackBits(
      bytes.base, from: index, width: 1, count: count,
      to: values.pointer(UInt8.self, from: start))
    index += count
  }
}

final class PlainFixedLengthDecoder: ValueDecoder {
  private var cursor: ByteCursor
  private let owner: ByteBuffer
  private let length: Int

  init(_ bytes: ByteView, owner: ByteBuffer, length: Int) {
    cursor = ByteCursor(bytes)
    self.owner = owner
    self.length = length
  }

  func decode(_ count: Int, into values: ValueBuffer, at start: Int) throws(DecodingFailure) {
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: length)
    guard !overflow, byteCount <= cursor.remaining else {
      throw .truncated(
        "the PLAIN fixed-length values", needed: overflow ? .max : byteCount,
        available: cursor.remaining)
    }
    let source = try cursor.view(byteCount, "the PLAIN fixed-length values")
    let target = unsafe values.pointer(ByteView.self, from: start)
    for index in 0..<count {
      unsafe target[index] = ByteView(base: source.base + index * length, count: length)
    }
    values.retain(owner)
  }
}

final class PlainByteArrayDecoder: ValueDecoder {
  private let bytes: ByteView
  private let owner: ByteBuffer
  private var offset = 0

  init(_ bytes: ByteView, owner: ByteBuffer) {
    self.bytes = bytes
    self.owner = owner
  }

  func decode(_ count: Int, into values: ValueBuffer, at start: Int) throws(DecodingFailure) {
    let base = unsafe bytes.base
    let end = bytes.count
    let target = unsafe values.pointer(ByteView.self, from: start)
    var offset = offset
    for index in 0..<count {
      // The four bytes are readable even at the end, where the padding follows; a length beyond
      // what is left is refused before it is used.
      let length = unsafe Int(base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      guard end - offset >= 4 + length else {
        throw .truncated(
          "a BYTE_ARRAY value with its length", needed: 4 + length, available: end - offset)
      }
      unsafe target[index] = ByteView(base: base + offset + 4, count: length)
      offset += 4 + length
    }
    self.offset = offset
    values.retain(owner)
  }

  func skip(_ count: Int, using scratch: ValueBuffer) throws(DecodingFailure) {
    let base = unsafe bytes.base
    let end = bytes.count
    var offset = offset
    for _ in 0..<count {
      // As above.
      let length = unsafe Int(base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      guard end - offset >= 4 + length else {
        throw .truncated(
          "a BYTE_ARRAY value with its length", needed: 4 + length, available: end - offset)
      }
      offset += 4 + length
    }
    self.offset = offset
  }
}
