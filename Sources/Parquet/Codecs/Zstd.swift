import CReceiptZstd

/// Zstandard, one or several frames a page.
///
/// Owns the library's context.
@safe
final class ZstdDecompressor {
  private let context: OpaquePointer?

  init() { unsafe context = ZSTD_createDCtx() }

  deinit { unsafe _ = ZSTD_freeDCtx(context) }

  func decompress(_ input: ByteView, into output: ByteBuffer) throws(DecodingFailure) {
    // The frame says its size in most files; a contradiction is found before anything is written.
    let stated = unsafe ZSTD_getFrameContentSize(input.base, input.count)
    if stated < UInt64(Int.max), Int(stated) > output.count {
      throw .size(.zstd, announced: output.count, got: Int(stated))
    }
    let written = unsafe ZSTD_decompressDCtx(
      context, output.bytes.baseAddress, output.count, input.base, input.count)
    guard ZSTD_isError(written) == 0 else {
      throw .codec(.zstd, unsafe String(cString: ZSTD_getErrorName(written)))
    }
    guard written == output.count else {
      throw .size(.zstd, announced: output.count, got: written)
    }
  }
}
