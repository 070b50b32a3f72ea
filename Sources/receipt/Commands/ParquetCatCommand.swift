import ArgumentParser
import Operations
import Parquet

struct ParquetCatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat",
    abstract: "Print the rows of Parquet files as JSON lines.",
    usage: "receipt parquet cat <files> ... [<options>]",
    discussion: """
      One JSON object a row: timestamps and decimals as text, binary as base64, maps with text keys \
      as objects. Reads only the columns that are asked for.

      With --canonical every type stays apart, for comparing readers: one JSON array a row, binary \
      as {"$binary":"…"}, all maps as arrays of pairs.

      EXAMPLES
        1. receipt parquet cat events.parquet --head 3
        2. receipt parquet cat events.parquet --columns dd_event_id,session.channel
        3. receipt parquet cat --canonical a.parquet | sha256sum

      EXIT STATUS
        0   printed
        21  a file is not Parquet, or is broken
        30  access denied
        31  a passing fault; try again later
        64  the command line is wrong, or a file has no such column
        1   a file cannot be read, or uses an unsupported feature
      """.laidOut)

  @Flag(help: "Keep every type apart; one JSON array a row.")
  var canonical = false

  @Option(help: "Print this many rows of each file.")
  var head: Int64?

  @Option(
    help: "Columns to print, by dotted path, separated by commas; a struct stands for all in it.")
  var columns: NameList?

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @Argument(help: "Parquet files: paths or s3:// URLs.")
  var files: [String]

  func validate() throws {
    if let head, head < 0 { throw ValidationError("--head must not be negative") }
  }

  func run() throws {
    let rows = ParquetRows(
      style: canonical ? .canonical : .plain, columns: columns?.names, limit: head, s3: s3.options)
    for file in files {
      try rows.run(file: file) { try StandardOutput.write($0) }
    }
  }
}
