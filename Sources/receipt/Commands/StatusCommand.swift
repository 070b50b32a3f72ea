import ArgumentParser
import Dump
import Operations

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what a database holds beside what is newest at a location.",
    usage: "receipt status <location> --into <into> [<options>]",
    discussion: """
      Reads receipt.json and the ledger that `receipt load` keeps in the database: what is loaded, \
      what is newest, which later dumps are on their way, whether the database is stale, and who \
      is loading now. Writes nothing.

      EXAMPLES
        1. receipt status exports/ --into crm.sqlite
        2. receipt status exports/ --into crm.sqlite --exit-code || echo up to date
        3. receipt status exports/ --into crm.sqlite --json | jq .stale

      EXIT STATUS
        0   shown
        10  with --exit-code: there is nothing new to load
        11  another program holds the database's lock
        20  there is no receipt.json
        21  receipt.json is not a receipt
        30  access denied
        64  the command line is wrong
        1   anything else
      """)

  @Argument(help: "The directory or s3:// URL that holds receipt.json.")
  var location: String

  @OptionGroup var target: TargetOptions

  @Flag(help: "End with 10 if there is nothing new to load.")
  var exitCode = false

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  func run() async throws {
    var status = Status()
    status.busyTimeout = target.busyTimeout.value
    let report = try await status.run(Location.store(location, s3.options), into: target.into)
    if output.json {
      try JSONOutput.print(report)
    } else {
      try print(report)
    }
    if exitCode, !report.isStale { throw ExitCode(Outcome.nothingNew.rawValue) }
  }

  private func print(_ report: StatusReport) throws {
    let age = Wording.duration(report.newestAgeSeconds)
    try StandardOutput.print("newest   dump \(report.newest), \(age) old, at \(report.location)")
    for dump in report.arriving {
      try StandardOutput.print(
        "arriving dump \(dump.label): \(Wording.count(dump.files, "file")) so far, and no receipt")
    }
    let dumps = report.loadedTimestamps
    if let dump = dumps.last {
      let others = dumps.count > 1 ? ", and tables of \(dumps.count - 1) older" : ""
      let rows = report.tables.reduce(0) { $0 + $1.rows }
      try StandardOutput.print(
        "loaded   dump \(dump)\(others): \(Wording.count(report.tables.count, "table")), "
          + "\(Wording.count(rows, "row")) in \(report.target)")
    } else {
      try StandardOutput.print("loaded   nothing in \(report.target)")
    }
    if let load = report.lastLoad {
      try StandardOutput.print(
        "         at \(Wording.second(load.finishedAt)), by \(load.publishing.rawValue), "
          + "in \(Wording.duration(load.seconds))")
    }
    if let holder = report.loading {
      try StandardOutput.print(
        "loading  \(holder), last heard of at \(Wording.second(holder.heartbeatAt))")
    }
    try StandardOutput.print(report.isStale ? "state    stale" : "state    up to date")
  }
}
