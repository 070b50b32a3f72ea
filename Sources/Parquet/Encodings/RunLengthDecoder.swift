/// The hybrid of runs and bit-packed groups: levels, dictionary indices and booleans.
///
///     data       = run*
///     run        = bit-packed | rle
///     bit-packed = varint(groups << 1 | 1) byte{groups * width}      eight numbers a group
///     rle        = varint(length << 1) number{(width + 7) / 8 bytes, little-endian}
///
/// Source: <https://github.com/apache/parquet-format/blob/master/Encodings.md#RLE>. Some writers
/// cut the padding of the last group off, so a bit-packed run holds as many numbers as its bytes
/// give.
struct RunLengthDecoder {
  private var cursor: ByteCursor
  private let width: Int
  private var repeatCount = 0
  private var repeatedNumber: UInt32 = 0
  private var packed = ByteView.empty
  private var packedIndex = 0
  private var packedCount = 0

  /// - Precondition: `width` is 0 to 32.
  init(_ bytes: ByteView, width: Int) {
    cursor = ByteCursor(bytes)
    self.width = width
  }

  /// The bytes of a page that begin with their length in four bytes, and the offset behind them.
  static func lengthPrefixed(
    _ bytes: ByteView, _ what: StaticString
  ) throws(DecodingFailure) -> (data: ByteView, end: Int) {
    var cursor = ByteCursor(bytes)
    let length = Int(try cursor.value(UInt32.self, what))
    let data = try cursor.view(length, what)
    return (data, cursor.offset)
  }

  /// Writes the next `count` numbers to `target`.
  mutating func decode<T: FixedWidthInteger>(
    _ count: Int, to target: UnsafeMutablePointer<T>
  ) throws(DecodingFailure) {
    var done = 0
    while done < count {
      if repeatCount > 0 {
        let length = min(repeatCount, count - done)
        unsafe (target + done).update(
          repeating: T(truncatingIfNeeded: repeatedNumber), count: length)
        repeatCount -= length
        done += length
      } else if packedIndex < packedCount {
        let length = min(packedCount - packedIndex, count - done)
        unsafe unpackBits(
          packed.base, from: packedIndex, width: width, count: length, to: target + done)
        packedIndex += length
        done += length
      } else {
        try startRun(missing: count - done)
      }
    }
  }

  /// Passes over the next `count` numbers.
  mutating func skip(_ count: Int) throws(DecodingFailure) {
    var done = 0
    while done < count {
      if repeatCount > 0 {
        let length = min(repeatCount, count - done)
        repeatCount -= length
        done += length
      } else if packedIndex < packedCount {
        let length = min(packedCount - packedIndex, count - done)
        packedIndex += length
        done += length
      } else {
        try startRun(missing: count - done)
      }
    }
  }

  /// Passes over the next `count` numbers, and counts how many of them are a certain one.
  mutating func skip(_ count: Int, counting number: UInt32) throws(DecodingFailure) -> Int {
    var done = 0
    var found = 0
    while done < count {
      if repeatCount > 0 {
        let length = min(repeatCount, count - done)
        if repeatedNumber == number { found += length }
        repeatCount -= length
        done += length
      } else if packedIndex < packedCount {
        let length = min(packedCount - packedIndex, count - done)
        found += unsafe countPacked(
          number, packed.base, from: packedIndex, width: width, count: length)
        packedIndex += length
        done += length
      } else {
        try startRun(missing: count - done)
      }
    }
    return found
  }

  private mutating func startRun(missing: Int) throws(DecodingFailure) {
    if width == 0, cursor.remaining == 0 {
      // Only zeros are possible; some writers then store nothing.
      repeatCount = missing
      repeatedNumber = 0
      return
    }
    guard cursor.remaining > 0 else {
      throw .malformed("the run-length encoded data ends before the page's last value")
    }
    let header = try cursor.varint("a run-length header")
    let length = header >> 1
    guard length <= UInt64(Int32.max) else {
      throw .outOfRange(
        "the length of a run", value: Int64(clamping: length), limit: Int64(Int32.max))
    }
    if header & 1 == 0 {
      var number: UInt32 = 0
      for byte in 0..<(width + 7) / 8 {
        number |= UInt32(try cursor.byte("the value of a run")) << UInt32(8 * byte)
      }
      repeatedNumber = number
      repeatCount = Int(length)
    } else {
      let byteCount = min(Int(length) * width, cursor.remaining)
      packed = try cursor.view(byteCount, "a bit-packed run")
      packedIndex = 0
      packedCount = width == 0 ? Int(length) * 8 : min(Int(length) * 8, byteCount * 8 / width)
    }
  }
}

/// Booleans in the run-length hybrid, behind a length of four bytes.
final class RunLengthBooleanDecoder: ValueDecoder {
  private var runs: RunLengthDecoder

  init(_ bytes: ByteView) throws(DecodingFailure) {
    // A page without values may be empty altogether.
    let data =
      bytes.count == 0
      ? bytes : try RunLengthDecoder.lengthPrefixed(bytes, "run-length encoded booleans").data
    runs = RunLengthDecoder(data, width: 1)
  }

  func decode(_ count: Int, into values: ValueBuffer, at start: Int) throws(DecodingFailure) {
    unsafe try runs.decode(count, to: values.pointer(UInt8.self, from: start))
  }
}
