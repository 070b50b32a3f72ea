import ArgumentParser
import Dump
import Operations
import SQLiteTables

struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Load all tables of a dump into a SQLite file, at one moment.",
    discussion: """
      Verifies the dump and builds the tables' pages beside the database. A new file gets its name \
      once it is complete and on the disk. In a file that is there already, one transaction replaces \
      all tables: its readers see the old dump until the end of it and the new one from then on, and \
      whatever else is in the file stays, indexes, triggers and views on the tables included; \
      triggers do not fire for what is loaded. A failure leaves everything as it was.

      --publish swap and --replace put another file in the place of the old one, which no program \
      may have open: to SQLite, the journal of a transaction in the new file would be one of theirs.

      A dump that the file holds already is not loaded again, and an older one is refused.

      Of a table with a key and a column row_checksum only the rows that differ are written, where \
      that is cheaper (--apply). The keys of the documented tables are known; --key gives others. \
      Indexes stay, and --index and --preset make new ones. --keep-previous keeps the tables of \
      earlier dumps, for `receipt rollback`; later loads keep as many, until one says otherwise.

      Structs become columns joined by _ (session_channel), lists and maps JSON text; decimals are \
      exact text, timestamps ISO 8601. The tables receipt_loads and receipt_tables say what was \
      loaded; `receipt history` shows them.

      GATES, against the dump that is live in the file; a tripped one changes nothing
        rows-dropped    a table lost more than --max-drop of its rows
        table-emptied   a table had rows and has none; --allow-empty TABLE
        table-gone      a table is not in the dump any more; --schema evolve
        column-removed, column-narrowed, column-changed     --schema evolve
        dump-older      the file holds a later dump; --allow-older
        table-foreign   a table of that name was made by something else; --adopt

      EXAMPLES
        1. receipt load exports/ --into crm.sqlite
        2. receipt load exports/ --into crm.sqlite --exit-code && ./refresh-reports
        3. receipt load exports/ --into crm.sqlite --max-drop 10% --allow-empty spend
        4. receipt load exports/ --into new.sqlite --tables companies --nested json
        5. receipt load exports/ --into crm.sqlite --json | jq .rows
        6. receipt load exports/ --into crm.sqlite --preset dreamdata --keep-previous 1
        7. receipt load exports/ --into crm.sqlite --apply changes --key deals=region,deal_id

      EXIT STATUS
        0   loaded, or there was nothing new
        10  with --exit-code: there was nothing new
        11  another load or another program holds the database's lock
        20  the dump is incomplete; nothing was changed
        21  the dump is corrupt; nothing was changed
        22  a gate refused the dump; nothing was changed
        30  access denied
        31  a passing fault; try again later
        64  the command line is wrong
        1   anything else, such as a full disk; nothing was changed
      """.laidOut)

  @Argument(help: "The directory or s3:// URL that holds receipt.json.")
  var location: String

  @OptionGroup var target: TargetOptions

  @Option(help: "In a file that exists: a transaction, or a new file in its place.")
  var publish = LoadOptions.Publishing.auto

  @Flag(help: "Replace a file that exists as a whole, whatever it holds.")
  var replace = false

  @Flag(help: "End with 10 if there was nothing new.")
  var exitCode = false

  @Flag(help: "Load the dump even if the file holds it already.")
  var force = false

  @Flag(help: "Load the dump even if the file holds a later one.")
  var allowOlder = false

  @Option(help: "How many of its rows a table may lose; 50% if not given.", transform: percentage)
  var maxDrop = Percentage.half

  @Option(help: "A table that may lose all of them; repeatable.")
  var allowEmpty: [String] = []

  @Option(help: "What columns may do: nothing, be added and widened, or anything.")
  var schema = LoadOptions.SchemaRule.additive

  @Flag(help: "Replace tables of the dump's names that no load has made.")
  var adopt = false

  @Option(help: "Another load may take over when this one was not heard of for so long.")
  var lease = Interval(seconds: 120)

  @Option(help: "Tables to load, separated by commas; all if not given.")
  var tables: NameList?

  @OptionGroup var building: LoadBuildingOptions

  @Option(help: "How much of the dump is checked first.")
  var verify = LoadOptions.Verification.standard

  @Option(help: "Structs: their fields as columns, or JSON text.")
  var nested = ConversionOptions.Nesting.columns

  @Option(help: "Decimals: exact text, or the nearest double.")
  var decimal = ConversionOptions.DecimalForm.text

  @Option(help: "Unsigned 64-bit numbers above 2^63-1: an error, or the column as text.")
  var uint64 = ConversionOptions.UInt64Form.error

  @Flag(help: "Write a Z behind timestamps that the file does not call UTC (BigQuery's are).")
  var assumeUTC = false

  @Option(help: "Page size of a new file in bytes, a power of two from 512 to 65536.")
  var pageSize = 16_384

  @Option(help: "Threads that decode and write; all processors if not given.")
  var jobs: Int?

  @Option(help: "Memory that reading may take, such as 256MiB; it bounds the threads.")
  var maxMemory: ByteCount?

  @OptionGroup var earlier: DumpOption

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if lease.value < .seconds(1) { throw ValidationError("--lease must be at least 1s") }
    if replace, publish != .auto {
      throw ValidationError("--replace gives up the whole file; --publish keeps its ledger")
    }
    do throws(SQLiteError) {
      _ = try PageSize(pageSize)
    } catch {
      throw ValidationError("--page-size: \(error.message)")
    }
  }

  private func options() throws -> LoadOptions {
    var options = LoadOptions()
    options.conversion.nesting = nested
    options.conversion.decimals = decimal
    options.conversion.uint64 = uint64
    options.conversion.assumesUTC = assumeUTC
    options.tables = tables?.names
    options.verification = verify
    options.publishing = publish
    options.replaces = replace
    options.reloads = force
    options.allowsOlder = allowOlder
    options.rowDropRule = RowDropRule(maxDrop: maxDrop)
    options.emptiedTables = allowEmpty
    options.schemaRule = schema
    options.adoptsTables = adopt
    options.busyTimeout = target.busyTimeout.value
    options.leaseDuration = lease.value
    options.pageByteCount = pageSize
    options.toolVersion = Receipt.version
    try building.set(&options)
    if let jobs { options.threadCount = jobs }
    if let maxMemory { options.maxMemoryByteCount = maxMemory.value }
    return options
  }

  func run() async throws {
    let progress = Progress()
    let load = Load(options: try options(), progress: progress)
    let report = try await output.display.showing(progress) {
      try await load.run(earlier.of(Location.store(location, s3.options)), into: target.into)
    }
    if output.json {
      try JSONOutput.print(report)
    } else {
      try print(report)
    }
    if exitCode, report.status == .nothingNew { throw ExitCode(Outcome.nothingNew.rawValue) }
  }

  private func print(_ report: LoadReport) throws {
    if report.status == .nothingNew {
      let isRolledBack = report.findings.contains { $0.code == .dumpRolledBack }
      try StandardOutput.print(
        isRolledBack
          ? "nothing new: dump \(report.timestamp) was taken back by a rollback; --force loads it"
          : "nothing new: \(report.target) holds dump \(report.timestamp) already")
      if building.asksForMore {
        try StandardOutput.print(
          "note: indexes and kept tables are made while a dump is loaded; --force loads it again")
      }
      return
    }
    var text = TextTable([
      ("table", .left), ("rows", .right), ("files", .right), ("bytes", .right),
    ])
    for table in report.tables {
      text.add([
        table.name, Wording.grouped(table.rows), Wording.grouped(table.files),
        Wording.bytes(table.bytes),
      ])
    }
    try StandardOutput.write(Array(text.text.utf8))
    try StandardOutput.print("")
    for line in AppliedText.lines(report) { try StandardOutput.print(line) }
    try FindingText.print(report.findings)
    try StandardOutput.print(
      """
      loaded dump \(report.timestamp) into \(report.target): \
      \(Wording.count(report.tables.count, "table")), \(Wording.count(report.rows, "row")), \
      \(Wording.bytes(report.bytes)) of Parquet, \(Wording.bytes(report.databaseBytes)) of SQLite \
      in \(Wording.duration(report.seconds)) (\(Wording.grouped(Int(report.rowsPerSecond))) rows/s, \
      \(Wording.bytes(report.peakMemoryBytes)) of memory)
      """)
    try TrafficText.print(report.traffic)
    if let previous = report.previous {
      let how = report.publishing == .swap ? "a swap" : "one transaction"
      try StandardOutput.print(
        "it took the place of dump \(previous) in \(how) of "
          + Wording.duration(report.lockedSeconds))
    }
  }
}
