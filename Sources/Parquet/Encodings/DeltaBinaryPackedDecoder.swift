/// DELTA_BINARY_PACKED: integers as differences, in blocks of bit-packed miniblocks.
///
///     data   = varint(block size) varint(miniblocks a block) varint(value count)
///              zigzag(first value) block*
///     block  = zigzag(smallest delta) width{miniblocks a block} miniblock*
///     miniblock = the deltas less the smallest one, `width` bits each
///
/// The widths of miniblocks that the last block does not need may be anything, and their bodies are
/// absent. Sums wrap. Source:
/// <https://github.com/apache/parquet-format/blob/master/Encodings.md#DELTAENC>.
struct DeltaBinaryPackedDecoder {
  /// All values that the header announces.
  let valueCount: Int
  private var cursor: ByteCursor
  private let miniblockCount: Int
  private let miniblockValueCount: Int
  private var value: Int64
  private var isFirst = true
  private var remaining: Int
  private var smallestDelta: Int64 = 0
  private var widths = ByteView.empty
  private var miniblock = Int.max
  private var packed = ByteView.empty
  private var packedIndex = 0
  private var packedWidth = 0

  init(_ bytes: ByteView, at offset: Int = 0) throws(DecodingFailure) {
    cursor = ByteCursor(bytes, at: offset)
    let blockSize = try cursor.varint("the block size of DELTA_BINARY_PACKED")
    let miniblocks = try cursor.varint("the miniblock count of DELTA_BINARY_PACKED")
    let count = try cursor.varint("the value count of DELTA_BINARY_PACKED")
    value = try cursor.zigzag("the first value of DELTA_BINARY_PACKED")
    guard blockSize <= UInt64(Limits.deltaBlockValueCount) else {
      throw .outOfRange(
        "the block size of DELTA_BINARY_PACKED", value: Int64(clamping: blockSize),
        limit: Int64(Limits.deltaBlockValueCount))
    }
    guard count <= UInt64(Int32.max) else {
      throw .outOfRange(
        "the value count of DELTA_BINARY_PACKED", value: Int64(clamping: count),
        limit: Int64(Int32.max))
    }
    guard miniblocks > 0, miniblocks <= blockSize, blockSize % miniblocks == 0,
      (blockSize / miniblocks) % 8 == 0
    else {
      throw .malformed("the block size of DELTA_BINARY_PACKED does not divide into its miniblocks")
    }
    valueCount = Int(count)
    remaining = Int(count)
    miniblockCount = Int(miniblocks)
    miniblockValueCount = Int(blockSize / miniblocks)
  }

  /// Writes the next `count` values to `target`, truncated to its width.
  mutating func decode<T: FixedWidthInteger>(
    _ count: Int, to target: UnsafeMutablePointer<T>
  ) throws(DecodingFailure) {
    guard count <= remaining else {
      throw .malformed("DELTA_BINARY_PACKED data has fewer values than the page")
    }
    var done = 0
    if isFirst, count > 0 {
      unsafe target[0] = T(truncatingIfNeeded: value)
      isFirst = false
      remaining -= 1
      done = 1
    }
    while done < count {
      if packedIndex == miniblockValueCount || miniblock == .max { try startMiniblock() }
      let length = min(miniblockValueCount - packedIndex, count - done, 64)
      unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 64) { deltas in
        guard let base = deltas.baseAddress else { return }
        unsafe unpackBits(
          packed.base, from: packedIndex, width: packedWidth, count: length, to: base)
        for index in 0..<length {
          value &+= smallestDelta &+ (unsafe Int64(bitPattern: base[index]))
          unsafe target[done + index] = T(truncatingIfNeeded: value)
        }
      }
      packedIndex += length
      remaining -= length
      done += length
    }
  }

  /// Moves to the next miniblock that holds values, reading the next block's head where needed.
  private mutating func startMiniblock() throws(DecodingFailure) {
    if miniblock >= miniblockCount - 1 {
      smallestDelta = try cursor.zigzag("the smallest delta of a block")
      widths = try cursor.view(miniblockCount, "the bit widths of a block")
      miniblock = 0
    } else {
      miniblock += 1
    }
    packedWidth = Int(widths[miniblock])
    guard packedWidth <= 64 else {
      throw .outOfRange("the bit width of a miniblock", value: Int64(packedWidth), limit: 64)
    }
    // The last miniblock is padded to its full length, which some writers leave out.
    let needed = (min(miniblockValueCount, remaining) * packedWidth + 7) / 8
    let full = miniblockValueCount / 8 * packedWidth
    guard needed <= cursor.remaining else {
      throw .truncated("a miniblock", needed: needed, available: cursor.remaining)
    }
    packed = try cursor.view(min(full, cursor.remaining), "a miniblock")
    packedIndex = 0
  }

  /// The offset behind the last miniblock, found without decoding.
  func endOffset() throws(DecodingFailure) -> Int {
    var walker = self
    if walker.isFirst, walker.remaining > 0 { walker.remaining -= 1 }
    while walker.remaining > 0 {
      try walker.startMiniblock()
      walker.remaining -= min(walker.remaining, miniblockValueCount)
    }
    return walker.cursor.offset
  }
}

/// INT32 and INT64 values in DELTA_BINARY_PACKED.
final class DeltaBinaryPackedValueDecoder: ValueDecoder {
  private var deltas: DeltaBinaryPackedDecoder?

  init(_ bytes: ByteView) throws(DecodingFailure) {
    // A page without values may be empty altogether.
    deltas = bytes.count == 0 ? nil : try DeltaBinaryPackedDecoder(bytes)
  }

  func decode(_ count: Int, into values: ValueBuffer, at start: Int) throws(DecodingFailure) {
    if count == 0 { return }
    guard deltas != nil else {
      throw .truncated("DELTA_BINARY_PACKED data", needed: 1, available: 0)
    }
    if values.layout == .bytes4 {
      unsafe try deltas?.decode(count, to: values.pointer(Int32.self, from: start))
    } else {
      unsafe try deltas?.decode(count, to: values.pointer(Int64.self, from: start))
    }
  }
}
