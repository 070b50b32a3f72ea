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
