import ArgumentParser
import Operations

struct RollbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Bring back the tables of the dump before, in one transaction.",
    usage: "receipt rollback --into <into> [<options>]",
    discussion: """
      The tables that `receipt load --keep-previous` has put aside get their names again, with their \
      indexes; those of the dump that is live are dropped. Readers see the one dump until the end of \
      the transaction and the other from then on. The ledger gets a row that says so.

      The dump that was taken back is not loaded again by the next `receipt load`, unless --force is \
      given; a later one is.

      EXAMPLES
        1. receipt rollback --into crm.sqlite --list
        2. receipt rollback --into crm.sqlite
        3. receipt rollback --into crm.sqlite --json | jq -r .timestamp

      EXIT STATUS
        0   the dump before is live, or those that are kept were listed
        11  a load or another program holds the database's lock
        30  access denied
        64  the command line is wrong
        1   anything else, such as no earlier dump; nothing was changed
      """.laidOut)

  @OptionGroup var target: TargetOptions

  @Flag(help: "Say which dumps are kept, the newest first, and change nothing.")
  var list = false

  @OptionGroup var output: OutputOptions

  func run() async throws {
    var rollback = Rollback()
    rollback.busyTimeout = target.busyTimeout.value
    rollback.toolVersion = Receipt.version
    if list { return try print(try await rollback.list(target.into)) }
    let report = try await output.display.showing(Progress()) { [rollback] in
      try await rollback.run(target.into)
    }
    if output.json { return try JSONOutput.print(report) }
    try FindingText.print(report.findings)
    try StandardOutput.print(
      "\(report.target) holds dump \(report.timestamp) again, with "
        + "\(Wording.count(report.tables.count, "table")): \(report.tables.joined(separator: ", "))"
    )
    if !report.dropped.isEmpty {
      try StandardOutput.print("dropped: \(report.dropped.joined(separator: ", "))")
    }
    try StandardOutput.print("dump \(report.previous) was taken back; --force loads it again")
  }

  private func print(_ kept: KeptDumps) throws {
    if output.json { return try JSONOutput.print(kept) }
    for dump in kept.dumps { try StandardOutput.print(Wording.kept(dump)) }
    if kept.dumps.isEmpty { try StandardOutput.print("no earlier dump is kept in \(kept.target)") }
  }
}
