import ArgumentParser
import Dump
import FoundationEssentials
import Operations

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what a database holds beside what is newest at a location.",
    usage: "receipt status <location> --into <into> [<options>]",
    discussion: """
      Reads receipt.json and the ledger that `receipt load` keeps in the database: what is loaded and kept, \
      what is newest, which later dumps are on their way, whether the database is stale, and who \
      is loading now; of a `receipt watch` also the dumps that it keeps out, and why, and the \
      messages that it has not understood. With --config of all watches of a file that load into \
      databases. Writes nothing.

      EXAMPLES
        1. receipt status exports/ --into crm.sqlite
        2. receipt status exports/ --into crm.sqlite --exit-code || echo up to date
        3. receipt status exports/ --into crm.sqlite --json | jq .stale
        4. receipt status --config receipt.yaml

      EXIT STATUS
        0   shown
        10  with --exit-code: there is nothing new to load
        11  another program holds the database's lock
        20  there is no receipt.json
        21  receipt.json is not a receipt
        30  access denied
        31  a passing fault; try again later
        64  the command line is wrong
        1   anything else
      """.laidOut)

  @Argument(help: "The directory or s3:// URL that holds receipt.json.")
  var location: String?

  @Option(help: "The SQLite file.")
  var into: String?

  @Option(help: "The configuration file of a watch, in YAML, instead of both; RECEIPT_CONFIG.")
  var config: String?

  @Option(help: "How long to wait for other users of the database, such as 30s or 5m.")
  var busyTimeout = Interval(seconds: 60)

  @Option(help: "The state file of a watch; FILE.sqlite.watch if not given.")
  var state: String?

  @Flag(help: "End with 10 if there is nothing new to load.")
  var exitCode = false

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  func run() async throws {
    var status = Status()
    status.busyTimeout = busyTimeout.value
    status.statePath = state
    let reports: [StatusReport]
    if let location, let into {
      let report = try await status.run(Location.store(location, s3.options), into: into)
      reports = [report]
      if output.json {
        try JSONOutput.print(report)
      } else {
        try print(report, RetryHint(location, into: into, state: state))
      }
    } else {
      let found = try await status.run(try plan)
      reports = found.map(\.report)
      if output.json { try JSONOutput.print(["watches": reports]) }
      for (index, (report, retry)) in found.enumerated() where !output.json {
        if index > 0 { try StandardOutput.print("") }
        try print(report, retry)
      }
    }
    if exitCode, reports.allSatisfy({ !$0.isStale || $0.isRolledBack }) {
      throw ExitCode(Outcome.nothingNew.rawValue)
    }
  }

  /// What the configuration file says, with the location and the flags over it.
  private var plan: WatchPlan {
    get throws {
      var flags = s3.flags
      flags[.location] = location
      flags[.into] = into
      flags[.state] = state
      let environment = ProcessInfo.processInfo.environment
      guard config != nil || environment["RECEIPT_CONFIG"]?.isEmpty == false else {
        throw ValidationError(
          "LOCATION and --into FILE.sqlite say what is meant, or --config a watch's file")
      }
      return try WatchOptionGroup.plan(
        try WatchSettings(flags: flags, environment: environment, file: config))
    }
  }

  private func print(_ report: StatusReport, _ retry: RetryHint) throws {
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
    for dump in report.kept { try StandardOutput.print("kept     \(Wording.kept(dump))") }
    if let holder = report.loading {
      try StandardOutput.print(
        "loading  \(holder), last heard of at \(Wording.second(holder.heartbeatAt))")
    }
    if let watch = report.watch { try print(watch, retry) }
    try StandardOutput.print(
      report.isRolledBack
        ? "state    rolled back: a load takes dump \(report.newest) again only with --force"
        : report.isStale ? "state    stale" : "state    up to date")
  }

  private func print(_ watch: WatchSnapshot, _ retry: RetryHint) throws {
    for dump in watch.dumps where ["quarantined", "retrying", "waiting"].contains(dump.state) {
      let word = dump.state == "quarantined" ? "kept out" : dump.state
      try StandardOutput.print("\(word) dump \(dump.label): \(dump.message)")
      for finding in dump.findings where finding.severity == .error {
        try StandardOutput.print("         \(finding.description)")
      }
      if dump.state == "quarantined" {
        try StandardOutput.print(
          "         hint: \(retry.command(dump.label)) loads it once the cause is gone")
      }
    }
    if !watch.events.isEmpty || watch.pending > 0 {
      let counts = watch.events.sorted { $0.key < $1.key }.map {
        "\(Wording.grouped($0.value)) \($0.key)"
      }
      try StandardOutput.print(
        "events   " + counts.joined(separator: ", ")
          + (watch.pending > 0 ? "; \(Wording.grouped(watch.pending)) not done yet" : ""))
    }
    for message in watch.unknown {
      try StandardOutput.print(
        "unknown  \(Wording.second(message.received)) by \(message.source), \(message.reason): "
          + TextTable.printable(String(message.body.prefix(120))))
    }
  }
}
