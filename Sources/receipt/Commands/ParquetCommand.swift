import ArgumentParser
import Operations
import Parquet

/// `receipt parquet …`: looks into single files.
struct ParquetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parquet",
    abstract: "Look into Parquet files: schema, metadata, rows.",
    subcommands: [ParquetCatCommand.self])
}

struct ParquetCatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat",
    abstract: "Print the rows of Parquet files as JSON lines.")

  @Flag(help: "Keep every type apart, for comparing readers; one JSON array per row.")
  var canonical = false

  @Option(help: "Print this many rows of each file.")
  var head: Int64?

  @Option(help: "Columns to print, by dotted path, separated by commas.")
  var columns: String?

  @Argument(help: "Parquet files.")
  var files: [String]

  func run() throws {
    let rows = ParquetRows(
      style: canonical ? .canonical : .plain,
      columns: columns?.split(separator: ",").map(String.init), limit: head)
    for file in files {
      try rows.run(file: file) { try StandardOutput.write($0) }
    }
  }
}
