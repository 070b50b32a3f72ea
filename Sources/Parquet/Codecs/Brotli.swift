import CReceiptBrotli

/// Brotli, one stream a page.
func decompressBrotli(_ input: ByteView, into output: ByteBuffer) throws(DecodingFailure) {
  var length = output.count
  let result = unsafe BrotliDecoderDecompress(
    input.count, input.base.assumingMemoryBound(to: UInt8.self), &length,
    output.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
  guard result == BROTLI_DECODER_RESULT_SUCCESS else {
    throw .codec(
      .brotli, "its data is broken or gives more than the \(grouped(output.count)) bytes announced")
  }
  guard length == output.count else { throw .size(.brotli, announced: output.count, got: length) }
}

/// Compresses to one Brotli stream.
func compressBrotli(
  _ input: ByteView, into output: inout Buffer<UInt8>, quality: Int
) throws(EncodingFailure) {
  // 0 stands for inputs beyond 4 GiB, which pages never are.
  let limit = max(16, BrotliEncoderMaxCompressedSize(input.count))
  unsafe try output.append(upTo: limit) { target throws(EncodingFailure) in
    var length = limit
    let isDone = unsafe BrotliEncoderCompress(
      Int32(quality), BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, input.count,
      input.base.assumingMemoryBound(to: UInt8.self), &length,
      target.assumingMemoryBound(to: UInt8.self))
    guard isDone == BROTLI_TRUE else { throw .codec(.brotli, "brotli gives up") }
    return length
  }
}
