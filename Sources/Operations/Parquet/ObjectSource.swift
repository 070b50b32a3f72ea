import ObjectStorage
import Parquet

/// An object of a store, as the source of a Parquet file.
struct ObjectSource: ByteRangeSource {
  let reader: any ObjectReader

  var byteCount: Int64 { reader.byteCount }

  func read(at offset: Int64, into destination: inout MutableRawSpan) throws {
    try reader.read(at: offset, into: &destination)
  }
}
