import ArgumentParser

/// `receipt parquet …`: looks into single files.
struct ParquetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parquet",
    abstract: "Look into Parquet files: schema, metadata, rows.",
    discussion: """
      Reads any Parquet file, whoever wrote it. Writes nothing.

      EXAMPLES
        1. receipt parquet schema events/000000000000.parquet
        2. receipt parquet cat events/000000000000.parquet --head 3

      EXIT STATUS
        0   printed
        21  a file is not Parquet, or is broken
        30  access denied
        64  the command line is wrong
        1   a file cannot be read
      """,
    subcommands: [
      ParquetSchemaCommand.self, ParquetMetaCommand.self, ParquetCatCommand.self,
    ])
}
