import ArgumentParser
import Operations

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the dump at a location: its age, tables, files and rows.",
    discussion: """
      Reads receipt.json, lists every table's folder and reads the footers of its files. Writes \
      nothing.

      EXAMPLES
        1. receipt show exports/
        2. receipt show s3://bucket/exports
        3. receipt show exports/ --json | jq '.tables[] | {name, rows}'

      EXIT STATUS
        0   shown, whatever is missing
        20  there is no receipt.json
        21  receipt.json is not a receipt
        30  access denied
        31  a passing fault; try again later
        64  the command line is wrong
        1   anything else, such as a location that is not there
      """.laidOut)

  @Argument(help: "The directory or s3:// URL that holds receipt.json.")
  var location: String

  @OptionGroup var earlier: DumpOption

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let progress = Progress()
    let report = try await output.display.showing(progress) {
      try await Show(progress: progress).run(earlier.of(Location.store(location, s3.options)))
    }
    if output.json {
      try JSONOutput.print(report)
    } else {
      try print(report)
    }
  }

  private func print(_ report: ShowReport) throws {
    let age = Wording.duration(report.ageSeconds)
    try StandardOutput.print("dump \(report.timestamp), \(age) old, at \(report.location)\n")
    try StandardOutput.write(Array(TableLines.text(report.tables).utf8))
    if !report.findings.isEmpty {
      try StandardOutput.print("")
      try FindingText.print(report.findings)
    }
    try TrafficText.print(report.traffic)
  }
}
