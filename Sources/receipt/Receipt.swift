import ArgumentParser
import Operations

@main
struct Receipt: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Verify and load dumps: Parquet folders and the receipt that says they are complete.",
    subcommands: [LoadCommand.self, ParquetCommand.self])
}
