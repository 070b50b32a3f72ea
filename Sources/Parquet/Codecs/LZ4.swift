import CReceiptLZ4

/// LZ4_RAW: one LZ4 block a page.
func decompressLZ4Raw(_ input: ByteView, into output: ByteBuffer) throws(DecodingFailure) {
  let written = unsafe decompressBlock(input, output.bytes[...])
  guard written >= 0 else { throw .codec(.lz4Raw, "its data is broken") }
  guard written == output.count else {
    throw .size(.lz4Raw, announced: output.count, got: written)
  }
}

/// The deprecated LZ4 codec, in the three framings seen in the wild.
///
/// Hadoop (and so parquet-mr) writes
///
///     page  = frame*
///     frame = uncompressed size (4 bytes, big-endian) block*
///     block = compressed size (4 bytes, big-endian) LZ4 block
///
/// with several blocks in a frame for what exceeds its buffer; early parquet-rs wrote LZ4's own
/// frame format, and early parquet-cpp one bare block. Hadoop's frames are tried first: their sizes
/// must fit exactly, which the others cannot do by chance.
func decompressLZ4(_ input: ByteView, into output: ByteBuffer) throws(DecodingFailure) {
  if decompressHadoopFrames(input, into: output) { return }
  if input.count >= 4, input.load(UInt32.self, at: 0) == lz4FrameMagic {
    return try decompressLZ4Frame(input, into: output)
  }
  let written = unsafe decompressBlock(input, output.bytes[...])
  guard written == output.count else {
    throw written < 0
      ? .codec(.lz4, "it is neither in Hadoop's framing nor a bare block")
      : .size(.lz4, announced: output.count, got: written)
  }
}

private func decompressHadoopFrames(_ input: ByteView, into output: ByteBuffer) -> Bool {
  var read = 0
  var written = 0
  while read < input.count {
    guard input.count - read >= 4 else { return false }
    let uncompressed = Int(input.load(UInt32.self, at: read).byteSwapped)
    read += 4
    guard uncompressed <= output.count - written else { return false }
    let frameEnd = written + uncompressed
    // The stream ends a page that it has cut into blocks with an empty frame.
    if uncompressed == 0, read == input.count { break }
    repeat {
      guard input.count - read >= 4 else { return false }
      let compressed = Int(input.load(UInt32.self, at: read).byteSwapped)
      read += 4
      guard compressed <= input.count - read else { return false }
      let block = input.slice(read, compressed)
      let length = unsafe decompressBlock(block, output.bytes[written..<frameEnd])
      guard length >= 0, length > 0 || written == frameEnd else { return false }
      read += compressed
      written += length
    } while written < frameEnd
  }
  return written == output.count
}

private let lz4FrameMagic: UInt32 = 0x184d_2204

private func decompressLZ4Frame(
  _ input: ByteView, into output: ByteBuffer
) throws(DecodingFailure) {
  var context: OpaquePointer?
  defer { unsafe _ = LZ4F_freeDecompressionContext(context) }
  guard unsafe LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0
  else { throw .codec(.lz4, "liblz4 gives no context") }
  var read = 0
  var written = 0
  while read < input.count {
    var consumed = input.count - read
    var produced = output.count - written
    let hint = unsafe LZ4F_decompress(
      context, output.bytes.baseAddress.map { unsafe $0 + written }, &produced,
      input.base + read, &consumed, nil)
    guard LZ4F_isError(hint) == 0 else { throw .codec(.lz4, "its frame is broken") }
    read += consumed
    written += produced
    if hint == 0 || (consumed == 0 && produced == 0) { break }
  }
  guard written == output.count else { throw .size(.lz4, announced: output.count, got: written) }
}

/// The number of bytes written, or a negative number.
@unsafe
private func decompressBlock(_ input: ByteView, _ output: Slice<UnsafeMutableRawBufferPointer>)
  -> Int
{
  let target = unsafe UnsafeMutableRawBufferPointer(rebasing: output)
  return unsafe Int(
    LZ4_decompress_safe(
      input.base.assumingMemoryBound(to: CChar.self),
      target.baseAddress?.assumingMemoryBound(to: CChar.self),
      Int32(input.count), Int32(target.count)))
}

/// Compresses to one LZ4 block; owns the library's working memory.
@safe
final class LZ4Compressor {
  private let state: UnsafeMutableRawPointer

  init() { unsafe state = .allocate(byteCount: Int(LZ4_sizeofState()), alignment: 16) }

  deinit { unsafe state.deallocate() }

  func compress(_ input: ByteView, into output: inout Buffer<UInt8>) throws(EncodingFailure) {
    let limit = Int(LZ4_compressBound(Int32(input.count)))
    unsafe try output.append(upTo: limit) { target throws(EncodingFailure) in
      let length = unsafe LZ4_compress_fast_extState(
        state, input.base.assumingMemoryBound(to: CChar.self),
        target.assumingMemoryBound(to: CChar.self), Int32(input.count), Int32(limit), 1)
      guard length > 0 else { throw .codec(.lz4Raw, "liblz4 gives up") }
      return Int(length)
    }
  }
}
