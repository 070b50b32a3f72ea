import ArgumentParser
import Dump
import ObjectStorage
import Operations

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make a page of the last dumps to look at: deliveries, tables, changes, findings.",
    usage: "receipt report <location> --html <file> [<options>]",
    discussion: """
      Writes one HTML file that needs nothing else: the dumps on a line of time beside the \
      deliveries that were expected, rows and bytes of each table over the dumps, sizes of files, \
      what changed since the dump before, columns that came or went, and what is wrong. It is light \
      or dark as its reader likes it, and runs no scripts. Nothing else is written.

      The last dumps are listed. Rows and columns come from manifests and, with --into, from the \
      ledger of the database where these speak of the same files, and else from the footers of all \
      files. With --into the page also says what the database holds, and which dumps were loaded \
      that are not at the location any more.

      EXAMPLES
        1. receipt report exports/ --html report.html
        2. receipt report s3://bucket/exports --into crm.sqlite --plan paid --html report.html
        3. receipt report exports/ --last 30 --rows --html - > report.html
        4. receipt report exports/ --json | jq '.dumps[] | [.label, .state]'

      EXIT STATUS
        0   written, whatever is wrong with the dumps
        11  another program holds the database's lock
        30  access denied
        31  a passing fault; try again later
        64  the command line is wrong
        1   anything else
      """.laidOut)

  @Argument(help: "The directory or s3:// URL that holds receipt.json.")
  var location: String

  @Option(help: ArgumentHelp("The page to write; - for standard output.", valueName: "file"))
  var html: String?

  @Option(help: "The SQLite file that dumps are loaded into.")
  var into: String?

  @Option(help: "The state file of a watch; FILE.sqlite.watch if not given.")
  var state: String?

  @Option(help: "The vendor's plan, which says when dumps come: free or paid.")
  var plan: Plan?

  @Option(help: "When dumps come, in UTC, such as 04:00,15:00.", transform: schedule)
  var expect: Schedule?

  @Option(help: "How late a dump may be.")
  var grace = Interval(seconds: 7_200)

  @Option(help: "How many dumps are looked at.")
  var last = 14

  @Flag(help: "Compare the newest dump and the one before row by row.")
  var rows = false

  @Option(
    help: ArgumentHelp("A table's key, for --rows; repeatable.", valueName: "table=column,column"))
  var key: [String] = []

  @Option(help: "How long to wait for other users of a database, such as 30s or 5m.")
  var busyTimeout = Interval(seconds: 60)

  @Option(help: "Threads that read; all processors if not given.")
  var jobs: Int?

  @Option(help: "Memory that may be taken, such as 256MiB.")
  var maxMemory: ByteCount?

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  /// When the vendor delivers.
  enum Plan: String, ExpressibleByArgument, CaseIterable {
    case free
    case paid
  }

  func validate() throws {
    if html == nil, !output.json {
      throw ValidationError("--html must name a file, or - for standard output")
    }
    if html == "" { throw ValidationError("--html must name a file") }
    if html == "-", output.json {
      throw ValidationError("--html - and --json would both be printed")
    }
    if !(1...1_000).contains(last) { throw ValidationError("--last must be 1 to 1000") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if into == "" { throw ValidationError("--into must name a file") }
  }

  func run() async throws {
    let progress = Progress()
    let reporting = Reporting(options: try options, progress: progress)
    let report = try await output.display.showing(progress) {
      try await reporting.run(Location.store(location, s3.options), s3.options)
    }
    if let html { try write(report, to: html) }
    if output.json { return try JSONOutput.print(report) }
    if html != "-" { try print(report) }
  }

  private var options: ReportOptions {
    get throws {
      var options = ReportOptions()
      options.dumpLimit = last
      options.schedule =
        switch plan {
        case .free: .free
        case .paid: .paid
        case nil: nil
        }
      if let expect { options.schedule = expect }
      options.grace = grace.value
      options.database = into
      options.statePath = state
      options.comparesRows = rows
      options.keys = try key.map { text throws(OperationError) in try TableKey(parsing: text) }
      options.busyTimeout = busyTimeout.value
      if let jobs { options.threadCount = jobs }
      if let maxMemory { options.maxMemoryByteCount = maxMemory.value }
      options.toolVersion = Receipt.version
      return options
    }
  }

  /// Writes the page at one moment where it is a file; devices and pipes get it as it comes.
  private func write(_ report: Report, to path: String) throws {
    let text = report.html
    if path == "-" { return try StandardOutput.write(Array(text.utf8)) }
    guard !path.hasPrefix("/dev/") else { return try OutputFile.write(text, to: path) }
    do {
      let file = try StagedFile(for: path)
      try file.write(Array(text.utf8))
      try file.publish(replacing: true)
    } catch {
      throw OperationError(error)
    }
  }

  private func print(_ report: Report) throws {
    let findings = report.dumps.reduce(0) { $0 + $1.findingCount }
    let missing = report.deliveries.count { $0.state == .missing }
    try StandardOutput.print(
      "\(html ?? ""): \(Wording.count(report.dumps.count, "dump")), "
        + Wording.count(report.newest?.tables.count ?? 0, "table")
        + (report.schedule == nil
          ? "" : ", missed deliveries: \(Wording.grouped(missing))")
        + ", \(Wording.count(findings, "finding")) (\(Wording.duration(report.seconds)))")
    if let problem = report.receiptProblem { try StandardOutput.print("note: \(problem)") }
    for note in report.notes { try StandardOutput.print("note: \(note)") }
    try TrafficText.print(report.traffic)
  }
}
