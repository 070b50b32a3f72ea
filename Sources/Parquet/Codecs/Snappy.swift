import CReceiptSnappy

/// Snappy's raw format, one block a page.
func decompressSnappy(_ input: ByteView, into output: ByteBuffer) throws(DecodingFailure) {
  var length = 0
  let source = unsafe input.base.assumingMemoryBound(to: CChar.self)
  guard unsafe snappy_uncompressed_length(source, input.count, &length) == SNAPPY_OK else {
    throw .codec(.snappy, "its length prefix is broken")
  }
  guard length == output.count else {
    throw .size(.snappy, announced: output.count, got: length)
  }
  let target = unsafe output.bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
  guard unsafe snappy_uncompress(source, input.count, target, &length) == SNAPPY_OK else {
    throw .codec(.snappy, "its data is broken")
  }
}

/// Compresses to Snappy's raw format.
func compressSnappy(_ input: ByteView, into output: inout Buffer<UInt8>) throws(EncodingFailure) {
  let limit = snappy_max_compressed_length(input.count)
  unsafe try output.append(upTo: limit) { target throws(EncodingFailure) in
    var length = limit
    let code = unsafe snappy_compress(
      input.base.assumingMemoryBound(to: CChar.self), input.count,
      target.assumingMemoryBound(to: CChar.self), &length)
    guard code == SNAPPY_OK else { throw .codec(.snappy, "snappy gives up") }
    return length
  }
}
