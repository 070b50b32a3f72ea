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

/// Compresses to one frame a page; owns the library's context.
@safe
final class ZstdCompressor {
  private let context: OpaquePointer?

  init() { unsafe context = ZSTD_createCCtx() }

  deinit { unsafe _ = ZSTD_freeCCtx(context) }

  func compress(
    _ input: ByteView, into output: inout Buffer<UInt8>, level: Int
  ) throws(EncodingFailure) {
    let limit = ZSTD_compressBound(input.count)
    unsafe try output.append(upTo: limit) { target throws(EncodingFailure) in
      let length = unsafe ZSTD_compressCCtx(
        context, target, limit, input.base, input.count, Int32(level))
      guard ZSTD_isError(length) == 0 else {
        throw .codec(.zstd, unsafe String(cString: ZSTD_getErrorName(length)))
      }
      return length
    }
  }
}
