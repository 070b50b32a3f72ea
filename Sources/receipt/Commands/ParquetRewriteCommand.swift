import ArgumentParser
import Operations
import Parquet

struct ParquetRewriteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rewrite",
    abstract: "Write the rows of a Parquet file to another, compressed anew.",
    discussion: """
      Rows, schema and key-value metadata stay the same; codec, encodings, pages, row groups and \
      statistics are made anew. The new file gets its name once it is complete, and an existing one \
      stays as it is unless --replace is given.

      EXAMPLES
        1. receipt parquet rewrite events.parquet small.parquet --codec zstd
        2. receipt parquet rewrite a.parquet a.parquet --replace --row-group-rows 100000
        3. receipt parquet rewrite a.parquet b.parquet --bloom-filter dd_event_id --json

      EXIT STATUS
        0   written
        21  the file is not Parquet, or is broken
        30  access denied
        64  the command line is wrong
        1   the file cannot be read or written, or has INT96 columns
      """)

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

  @Flag(help: "Put the new file in the place of one that exists, once it is complete.")
  var replace = false

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  @Argument(help: "The Parquet file to read.")
  var input: String

  @Argument(help: "The Parquet file to write.")
  var output: String

  func validate() throws {
    if WriterOptions.DataPageVersion(rawValue: dataPageVersion) == nil {
      throw ValidationError("--data-page-version must be 1 or 2")
    }
  }

  private var options: WriterOptions {
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

  func run() throws {
    let report = try ParquetRewrite(options: options, replaces: replace)
      .run(from: input, to: output)
    if json {
      try JSONOutput.print(report)
    } else {
      try StandardOutput.print(
        "wrote \(report.output): \(Wording.grouped(report.rows)) rows in "
          + "\(Wording.grouped(report.rowGroups)) row groups, "
          + "\(Wording.grouped(report.outputBytes)) bytes (were "
          + "\(Wording.grouped(report.inputBytes)))")
    }
  }
}
