package import ObjectStorage
import Parquet

/// An object of a store, as the source of a Parquet file.
package struct ObjectSource: ByteRangeSource {
  let reader: any ObjectReader

  package init(reader: any ObjectReader) { self.reader = reader }

  package var byteCount: Int64 { reader.byteCount }

  package func read(at offset: Int64, into destination: inout MutableRawSpan) throws {
    try reader.read(at: offset, into: &destination)
  }
}
