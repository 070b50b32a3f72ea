import ArgumentParser
import Operations

struct ParquetMetaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "meta",
    abstract: "Print what the footers of Parquet files say.",
    usage: "receipt parquet meta <files> ... [<options>]",
    discussion: """
      Writer, rows, row groups, and for each column its types, codecs, encodings and sizes. Reads \
      the footer of each file and nothing else.

      EXAMPLES
        1. receipt parquet meta events.parquet
        2. receipt parquet meta events.parquet --json | jq .rows

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
        try print(report)
      }
    }
  }

  private func print(_ report: ParquetMetadataReport) throws {
    try StandardOutput.print(
      """
      file        \(report.file)
      bytes       \(Wording.grouped(report.bytes))
      writer      \(report.createdBy ?? "does not say")
      version     \(report.version)
      rows        \(Wording.grouped(report.rows))
      row groups  \(Wording.grouped(report.rowGroups.count))

      """)
    var groups = TextTable([
      ("row group", .right), ("rows", .right), ("bytes", .right), ("plain bytes", .right),
    ])
    for (index, group) in report.rowGroups.enumerated() {
      groups.add([
        String(index), Wording.grouped(group.rows), Wording.grouped(group.compressedBytes),
        Wording.grouped(group.uncompressedBytes),
      ])
    }
    var columns = TextTable([
      ("column", .left), ("type", .left), ("codec", .left), ("values", .right), ("nulls", .right),
      ("bytes", .right), ("plain bytes", .right), ("encodings", .left),
    ])
    for column in report.columns {
      columns.add([
        column.path,
        column.physicalType + (column.logicalType.map { " (\($0))" } ?? ""),
        column.codecs.joined(separator: ","), Wording.grouped(column.values),
        column.nulls.map(Wording.grouped) ?? "?", Wording.grouped(column.compressedBytes),
        Wording.grouped(column.uncompressedBytes), column.encodings.joined(separator: ","),
      ])
    }
    try StandardOutput.print(groups.text)
    try StandardOutput.write(Array(columns.text.utf8))
    for pair in report.keyValueMetadata {
      let value = pair.value.map { $0.count > 100 ? $0.prefix(100) + "…" : $0 } ?? "(none)"
      try StandardOutput.print("\n\(pair.key) = \(value)")
    }
  }
}
