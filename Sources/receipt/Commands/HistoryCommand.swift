import ArgumentParser
import Dump
import Operations

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show which dumps were loaded into a database, and when.",
    usage: "receipt history --into <into> [<options>]",
    discussion: """
      Reads the ledger that `receipt load` keeps in the database, the newest load first. Writes \
      nothing.

      EXAMPLES
        1. receipt history --into crm.sqlite
        2. receipt history --into crm.sqlite --limit 1
        3. receipt history --into crm.sqlite --json | jq -r '.loads[].timestamp'

      EXIT STATUS
        0   shown, also if nothing was loaded yet
        11  another program holds the database's lock
        30  access denied
        64  the command line is wrong
        1   anything else, such as a file that is not there
      """.laidOut)

  @OptionGroup var target: TargetOptions

  @Option(help: "Show so many loads at most.")
  var limit: Int?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  func run() throws {
    var history = History()
    history.busyTimeout = target.busyTimeout.value
    var report = try history.run(target.into)
    if let limit { report.loads = Array(report.loads.prefix(limit)) }
    if output.json {
      try JSONOutput.print(report)
    } else {
      try print(report)
    }
  }

  private func print(_ report: HistoryReport) throws {
    if report.loads.isEmpty {
      try StandardOutput.print("nothing was loaded into \(report.target) yet")
      return
    }
    var text = TextTable([
      ("load", .right), ("dump", .left), ("loaded at", .left), ("took", .right),
      ("tables", .right), ("rows", .right), ("bytes", .right), ("how", .left),
    ])
    for load in report.loads {
      text.add([
        Wording.grouped(load.id), load.timestamp.description, Wording.second(load.finishedAt),
        Wording.duration(load.seconds), Wording.grouped(load.tables.count),
        Wording.grouped(load.rows), Wording.bytes(load.bytes), load.publishing.rawValue,
      ])
    }
    try StandardOutput.write(Array(text.text.utf8))
  }
}
