import CReceiptZlib

/// Gzip: one or several members a page, as parquet-mr's Hadoop codec may write them.
///
/// Owns zlib's stream.
@safe
final class ZlibDecompressor {
  private let stream: UnsafeMutablePointer<z_stream>
  private var isOpen = false

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
  }

  deinit {
    if isOpen { unsafe _ = inflateEnd(stream) }
    unsafe stream.deallocate()
  }

  func decompress(_ input: ByteView, into output: ByteBuffer) throws(DecodingFailure) {
    try open()
    unsafe stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.base.assumingMemoryBound(to: UInt8.self))
    unsafe stream.pointee.avail_in = UInt32(input.count)
    unsafe stream.pointee.next_out = output.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.avail_out = UInt32(output.count)
    while true {
      let code = unsafe inflate(stream, Z_NO_FLUSH)
      let rest = unsafe (input: stream.pointee.avail_in, output: stream.pointee.avail_out)
      switch code {
      case Z_STREAM_END:
        if rest.output == 0 || rest.input == 0 {
          guard rest.output == 0 else {
            throw .size(.gzip, announced: output.count, got: output.count - Int(rest.output))
          }
          return
        }
        // Another member follows.
        guard unsafe inflateReset(stream) == Z_OK else { throw .codec(.gzip, "zlib gives up") }
      case Z_OK where rest.output > 0 && rest.input > 0:
        continue
      case Z_OK, Z_BUF_ERROR:
        throw rest.output == 0
          ? .codec(.gzip, "the data gives more than the \(grouped(output.count)) bytes announced")
          : .codec(.gzip, "the data ends too early")
      default:
        let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
        throw .codec(.gzip, reason ?? "zlib error \(code)")
      }
    }
  }

  private func open() throws(DecodingFailure) {
    if isOpen {
      guard unsafe inflateReset(stream) == Z_OK else { throw .codec(.gzip, "zlib gives up") }
      return
    }
    // 15 window bits, and 32 to accept a gzip as well as a zlib header.
    let code = unsafe inflateInit2_(
      stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw .codec(.gzip, "zlib error \(code)") }
    isOpen = true
  }
}

/// Compresses to one gzip member a page, without a time in its header; owns zlib's stream.
@safe
final class ZlibCompressor {
  private let stream: UnsafeMutablePointer<z_stream>
  /// The level that the stream was opened with.
  private var openLevel: Int?

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
  }

  deinit {
    if openLevel != nil { unsafe _ = deflateEnd(stream) }
    unsafe stream.deallocate()
  }

  func compress(
    _ input: ByteView, into output: inout Buffer<UInt8>, level: Int
  ) throws(EncodingFailure) {
    try open(level)
    let limit = unsafe Int(deflateBound(stream, UInt(input.count)))
    unsafe try output.append(upTo: limit) { target throws(EncodingFailure) in
      unsafe stream.pointee.next_in = UnsafeMutablePointer(
        mutating: input.base.assumingMemoryBound(to: UInt8.self))
      unsafe stream.pointee.avail_in = UInt32(input.count)
      unsafe stream.pointee.next_out = target.assumingMemoryBound(to: UInt8.self)
      unsafe stream.pointee.avail_out = UInt32(limit)
      let code = unsafe deflate(stream, Z_FINISH)
      guard code == Z_STREAM_END else { throw .codec(.gzip, "zlib error \(code)") }
      return unsafe limit - Int(stream.pointee.avail_out)
    }
  }

  private func open(_ level: Int) throws(EncodingFailure) {
    if openLevel == level {
      guard unsafe deflateReset(stream) == Z_OK else { throw .codec(.gzip, "zlib gives up") }
      return
    }
    if openLevel != nil { unsafe _ = deflateEnd(stream) }
    openLevel = nil
    // 15 window bits, and 16 for a gzip header.
    let code = unsafe deflateInit2_(
      stream, Int32(level), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw .codec(.gzip, "zlib error \(code)") }
    openLevel = level
  }
}

/// The checksum of pages: CRC-32 with gzip's polynomial.
///
/// - Parameters:
///   - bytes: the bytes.
///   - start: the checksum of what stands before them.
/// - Returns: the checksum of both.
func crc32(of bytes: ByteView, continuing start: UInt32 = 0) -> UInt32 {
  unsafe UInt32(
    truncatingIfNeeded: crc32_z(
      UInt(start), bytes.base.assumingMemoryBound(to: UInt8.self), bytes.count))
}
