/// The bytes of one column chunk: fetched whole with its neighbours, or a window at a time.
final class ChunkBytes {
  /// What is fetched at once of a chunk that is read in windows.
  static let windowByteCount = 256 << 10

  /// The chunk's range in the file.
  let range: Range<Int64>
  private let source: any ByteRangeSource
  private let pool: BufferPool
  private var buffer: ByteBuffer?
  /// The file offset of the buffer's first byte.
  private var bufferOffset: Int64 = 0

  init(_ range: Range<Int64>, source: any ByteRangeSource, pool: BufferPool) {
    self.range = range
    self.source = source
    self.pool = pool
  }

  /// Uses bytes that have been fetched already and contain the whole chunk.
  func use(_ fetched: ByteBuffer, at offset: Int64) {
    buffer = fetched
    bufferOffset = offset
  }

  /// The buffer that the last view lies in.
  var owner: ByteBuffer? { buffer }

  /// The bytes from `offset` on: at least `count` of them, and more where they are at hand.
  ///
  /// - Precondition: `offset` to `offset + count` lies in ``range``.
  func view(at offset: Int64, atLeast count: Int) throws -> ByteView {
    precondition(range.contains(offset) && offset + Int64(count) <= range.upperBound)
    if let buffer, offset >= bufferOffset,
      offset + Int64(count) <= bufferOffset + Int64(buffer.count)
    {
      let start = Int(offset - bufferOffset)
      let end = Int(min(bufferOffset + Int64(buffer.count), range.upperBound) - bufferOffset)
      return buffer.view.slice(start, end - start)
    }
    pool.recycle(&buffer)
    let length = Int(min(range.upperBound - offset, Int64(max(count, ChunkBytes.windowByteCount))))
    let fetched = try source.read(at: offset, count: length, from: pool)
    buffer = fetched
    bufferOffset = offset
    return fetched.view
  }

  /// Gives the memory back once the chunk has been read.
  func release() { pool.recycle(&buffer) }
}
