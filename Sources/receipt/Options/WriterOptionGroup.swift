import ArgumentParser
import Parquet

/// The flags about how Parquet files are written, alike in every command that writes some.
struct WriterOptionGroup: ParsableArguments {
  enum CodecName: String, ExpressibleByArgument, CaseIterable {
    case none, snappy, gzip, zstd, brotli
    case lz4Raw = "lz4_raw"

    var codec: Codec {
      switch self {
      case .none: .uncompressed
      case .snappy: .snappy
      case .gzip: .gzip
      case .zstd: .zstd
      case .brotli: .brotli
      case .lz4Raw: .lz4Raw
      }
    }
  }

  enum EncodingName: String, ExpressibleByArgument, CaseIterable {
    case plain
    case rle
    case deltaBinaryPacked = "delta_binary_packed"
    case deltaLengthByteArray = "delta_length_byte_array"
    case deltaByteArray = "delta_byte_array"
    case byteStreamSplit = "byte_stream_split"

    var encoding: Encoding {
      switch self {
      case .plain: .plain
      case .rle: .rle
      case .deltaBinaryPacked: .deltaBinaryPacked
      case .deltaLengthByteArray: .deltaLengthByteArray
      case .deltaByteArray: .deltaByteArray
      case .byteStreamSplit: .byteStreamSplit
      }
    }
  }

  enum PageIndexName: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never

    var pageIndex: WriterOptions.PageIndex {
      switch self {
      case .auto: .forSeveralPages
      case .always: .always
      case .never: .never
      }
    }
  }

  @Option(help: "How pages are compressed.")
  var codec = CodecName.snappy

  @Option(help: "The codec's level: gzip 1 to 9, zstd 1 to 22, brotli 0 to 11.")
  var level: Int?

  @Option(help: "The encoding of values outside of dictionaries, where the type has it.")
  var encoding: EncodingName?

  @Flag(help: "Write no dictionaries.")
  var noDictionary = false

  @Option(help: "The format of data pages, 1 or 2.")
  var dataPageVersion = 1

  @Option(help: "Rows of a data page at the most.")
  var pageRows: Int?

  @Option(help: "Bytes at which a data page ends, such as 1MiB.")
  var pageSize: ByteCount?

  @Option(help: "Rows of a row group.")
  var rowGroupRows: Int?

  @Option(help: "Bytes in memory at which a row group ends, such as 128MiB.")
  var rowGroupSize: ByteCount?

  @Option(help: "Whether bounds and places of pages are written; auto: where there are several.")
  var pageIndex = PageIndexName.auto

  @Option(help: "Leaf columns that get a bloom filter, by dotted path, separated by commas.")
  var bloomFilter: NameList?

  func validate() throws {
    if WriterOptions.DataPageVersion(rawValue: dataPageVersion) == nil {
      throw ValidationError("--data-page-version must be 1 or 2")
    }
  }

  var options: WriterOptions {
    var options = WriterOptions()
    options.codec = codec.codec
    options.compressionLevel = level
    options.encoding = encoding?.encoding
    options.usesDictionary = !noDictionary
    options.dataPageVersion = WriterOptions.DataPageVersion(rawValue: dataPageVersion) ?? .v1
    options.pageIndex = pageIndex.pageIndex
    if let pageRows { options.pageRowLimit = pageRows }
    if let pageSize { options.pageByteLimit = Int(pageSize.value) }
    if let rowGroupRows { options.rowGroupRowLimit = rowGroupRows }
    if let rowGroupSize { options.rowGroupByteLimit = Int(rowGroupSize.value) }
    for path in bloomFilter?.names ?? [] {
      options.columns[path, default: WriterOptions.Column()].bloomFilter =
        WriterOptions.BloomFilter()
    }
    return options
  }
}
