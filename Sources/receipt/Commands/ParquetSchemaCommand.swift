import ArgumentParser
import Operations

struct ParquetSchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the schema of Parquet files.",
    usage: "receipt parquet schema <files> ... [<options>]",
    discussion: """
      Reads the footer of each file and nothing else.

      EXAMPLES
        1. receipt parquet schema events.parquet
        2. receipt parquet schema events.parquet --json | jq -r '.columns[].path'

      EXIT STATUS
        0   printed
        21  a file is not Parquet, or its footer is broken
        30  access denied
        31  a passing fault; try again later
        64  the command line is wrong
        1   a file cannot be read
      """.laidOut)

  @Flag(help: "Print one JSON document a file instead of text.")
  var json = false

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @Argument(help: "Parquet files: paths or s3:// URLs.")
  var files: [String]

  func run() throws {
    for file in files {
      let report = try ParquetMetadataReport(file: file, s3.options)
      if json {
        try JSONOutput.print(report)
      } else {
        try StandardOutput.print(report.schema)
      }
    }
  }
}
