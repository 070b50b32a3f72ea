import CReceiptZlib

/// The content of a gzip file, a piece at a time; several members follow one another, as `cat` of
/// such files makes them.
///
/// Owns zlib's stream.
@safe
package final class GzipStream {
  private let stream: UnsafeMutablePointer<z_stream>
  /// Compressed bytes, of which `stream` names those that are left.
  private let input = ByteBuffer(count: 128 << 10)
  /// Whether the last member has ended, so that the file may.
  private var isBetweenMembers = true

  /// A stream at its beginning.
  ///
  /// - Throws: ``GzipFailure`` if there is no memory.
  package init() throws(GzipFailure) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 15 window bits, and 16 for a gzip header.
    let code = unsafe inflateInit2_(
      stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else {
      unsafe stream.deallocate()
      throw GzipFailure(message: "zlib error \(code)")
    }
  }

  deinit {
    unsafe _ = inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Fills memory with what comes next.
  ///
  /// - Parameters:
  ///   - room: the memory.
  ///   - read: gives compressed bytes: fills the memory from its front; returns how many, 0 at the end.
  /// - Returns: how many bytes there were; 0 at the end.
  /// - Throws: ``GzipFailure`` for bytes that are not gzip's or end too early, and what `read` throws.
  package func read(
    into room: inout MutableRawSpan, from read: (inout MutableRawSpan) throws -> Int
  ) throws -> Int {
    let count = room.byteCount
    while true {
      if unsafe stream.pointee.avail_in == 0, try refill(read) == 0 {
        guard isBetweenMembers else {
          throw GzipFailure(message: "the file ends inside of the compressed data")
        }
        return 0
      }
      let code = unsafe room.withUnsafeMutableBytes { bytes in
        unsafe stream.pointee.next_out = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(clamping: count)
        return unsafe inflate(stream, Z_NO_FLUSH)
      }
      let produced = unsafe Int(UInt32(clamping: count) - stream.pointee.avail_out)
      isBetweenMembers = code == Z_STREAM_END
      switch code {
      case Z_STREAM_END:
        guard unsafe inflateReset(stream) == Z_OK else {
          throw GzipFailure(message: "zlib gives up")
        }
      case Z_OK, Z_BUF_ERROR: break
      default:
        let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
        throw GzipFailure(message: "not gzip: \(reason ?? "zlib error \(code)")")
      }
      if produced > 0 { return produced }
    }
  }

  private func refill(_ read: (inout MutableRawSpan) throws -> Int) throws -> Int {
    var room = unsafe input.bytes.mutableBytes
    let count = try read(&room)
    unsafe stream.pointee.next_in = input.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.avail_in = UInt32(min(count, input.count))
    return count
  }
}

/// Why bytes are not those of a gzip file.
package struct GzipFailure: Error {
  /// The reason.
  package let message: String
}
