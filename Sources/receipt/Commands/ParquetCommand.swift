import ArgumentParser

/// `receipt parquet …`: looks into single files, and writes them anew.
struct ParquetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parquet",
    abstract: "Look into Parquet files, or write them anew.",
    discussion: """
      Reads any Parquet file, whoever wrote it. Only rewrite writes anything.

      EXAMPLES
        1. receipt parquet schema events/000000000000.parquet
        2. receipt parquet cat events/000000000000.parquet --head 3

      EXIT STATUS
        0   printed, or written
        21  a file is not Parquet, or is broken
        30  access denied
        64  the command line is wrong
        1   a file cannot be read or written
      """.laidOut,
    subcommands: [
      ParquetSchemaCommand.self, ParquetMetaCommand.self, ParquetCatCommand.self,
      ParquetRewriteCommand.self,
    ])
}
