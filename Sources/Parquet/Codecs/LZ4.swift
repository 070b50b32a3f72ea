import CReceiptLZ4

/// LZ4_RAW: one LZ4 block a page.
func decompressLZ4Raw(_ input: ByteView, into output: ByteBuffer) throws(DecodingFailure) {
  let written = unsafe decompressBlock(input, output.bytes[...])
  guard written >= 0 else { throw .codec(.lz4Raw, "its data is broken") }
  guard written == output.count else {
    throw .size(.lz4Raw, announced: output.count, got: written)
  }
}

/// The deprecated LZ4 codec, in the two framings seen in the wild.
///
/// Hadoop (and so parquet-mr) writes frames of
///
///     uncompressed size  4 bytes, big-endian
///     compressed size    4 bytes, big-endian
///     block              of the compressed size
///
/// and early parquet-cpp wrote one bare block. The frames are tried first: their sizes must fit
/// exactly, which a bare block cannot do by chance.
func decompressLZ4(_ input: ByteView, into output: ByteBuffer) throws(DecodingFailure) {
  if decompressHadoopFrames(input, into: output) { return }
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
    guard input.count - read >= 8 else { return false }
    let uncompressed = Int(input.load(UInt32.self, at: read).byteSwapped)
    let compressed = Int(input.load(UInt32.self, at: read + 4).byteSwapped)
    read += 8
    guard compressed <= input.count - read, uncompressed <= output.count - written else {
      return false
    }
    let block = input.slice(read, compressed)
    guard unsafe decompressBlock(block, output.bytes[written..<written + uncompressed]) == uncompressed
    else { return false }
    read += compressed
    written += uncompressed
  }
  return written == output.count
}

/// The number of bytes written, or a negative number.
@unsafe
private func decompressBlock(_ input: ByteView, _ output: Slice<UnsafeMutableRawBufferPointer>) -> Int
{
  let target = unsafe UnsafeMutableRawBufferPointer(rebasing: output)
  return unsafe Int(
    LZ4_decompress_safe(
      input.base.assumingMemoryBound(to: CChar.self),
      target.baseAddress?.assumingMemoryBound(to: CChar.self),
      Int32(input.count), Int32(target.count)))
}
