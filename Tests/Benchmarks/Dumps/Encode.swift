import ArgumentParser
import Dump
import FoundationEssentials
import ObjectStorage
import Operations
import Parquet

/// Reads a dump and writes every file anew into memory, on one thread: what writing costs beside
/// reading.
struct Encode: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write every file of a dump anew, in memory, on one thread.")

  enum CodecName: String, ExpressibleByArgument {
    case none, snappy, zstd, gzip

    var codec: Codec {
      switch self {
      case .none: .uncompressed
      case .snappy: .snappy
      case .zstd: .zstd
      case .gzip: .gzip
      }
    }
  }

  @Option(help: "The codec of the new files.")
  var codec = CodecName.snappy

  @Flag(help: "Look all values up, as a source without dictionaries makes it necessary.")
  var values = false

  @Argument(help: "The location of the dump.")
  var location: String

  func run() async throws {
    let listing = try await DumpListing(DirectoryStore(path: location))
    var options = WriterOptions()
    options.codec = codec.codec
    let readContext = ReadContext()
    let writeContext = WriteContext()
    var byteCount = 0
    let clock = ContinuousClock()
    var reading = Duration.zero
    var writing = Duration.zero
    for table in listing.check.tables {
      var rows: RowGroupBuilder?
      for file in table.files {
        let source = ObjectSource(reader: try listing.open(file))
        let parquet = try ParquetFile(name: file.key, source: source)
        let builder = try rows ?? RowGroupBuilder(schema: parquet.schema, options: options)
        rows = builder
        let writer = try ParquetWriter(
          schema: parquet.schema, options: options, context: writeContext)
        for rowGroup in parquet.metadata.rowGroups.indices {
          let reader = try RowGroupReader(
            parquet, rowGroup: rowGroup, source: source, context: readContext)
          var isAtEnd = false
          while !isAtEnd {
            reading += try clock.measure {
              isAtEnd = try reader.readBatch(rows: 1_024) == 0
              if values { for column in reader.columns { column.materialize() } }
            }
            if isAtEnd { break }
            writing += try clock.measure {
              try builder.append(reader.columns)
              if builder.isFull { byteCount += try writer.write(builder).count }
            }
          }
        }
        writing += try clock.measure {
          byteCount += try writer.write(builder).count
          byteCount += try writer.finish().count
        }
      }
    }
    note("\(byteCount) bytes; reading \(reading), writing \(writing)")
    print(byteCount)
  }
}
