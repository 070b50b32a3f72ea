/// Where the bytes of one Parquet file come from: a local file, an object in a bucket, memory.
///
/// The library does no input itself; it asks a source for the ranges it needs. A source is asked
/// from one thread at a time.
public protocol ByteRangeSource {
  /// The size of the whole file in bytes.
  var byteCount: Int64 { get }

  /// Fills `destination` with the file's bytes from `offset` on.
  ///
  /// - Parameters:
  ///   - offset: where the bytes begin; `offset + destination.byteCount` is at most ``byteCount``.
  ///   - destination: the memory to fill, completely.
  /// - Throws: whatever says best why the bytes cannot be had; readers pass it on unchanged.
  func read(at offset: Int64, into destination: inout MutableRawSpan) throws
}

/// A file that is in memory as a whole.
public struct MemorySource: ByteRangeSource {
  private let bytes: [UInt8]

  /// A source of the given bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The number of bytes.
  public var byteCount: Int64 { Int64(bytes.count) }

  /// Copies the bytes.
  public func read(at offset: Int64, into destination: inout MutableRawSpan) throws {
    let start = Int(offset)
    for index in 0..<destination.byteCount {
      destination.storeBytes(of: bytes[start + index], toByteOffset: index, as: UInt8.self)
    }
  }
}

extension ByteRangeSource {
  /// The bytes of a range in a buffer of the pool.
  func read(at offset: Int64, count: Int, from pool: BufferPool) throws -> ByteBuffer {
    let buffer = pool.take(count: count)
    if count > 0 {
      var destination = unsafe MutableRawSpan(_unsafeBytes: buffer.bytes)
      try read(at: offset, into: &destination)
    }
    return buffer
  }
}
