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
      """.laidOut)

  @OptionGroup var writer: WriterOptionGroup

  @Flag(help: "Put the new file in the place of one that exists, once it is complete.")
  var replace = false

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  @Argument(help: "The Parquet file to read.")
  var input: String

  @Argument(help: "The Parquet file to write.")
  var output: String

  func run() throws {
    let report = try ParquetRewrite(options: writer.options, replaces: replace)
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
