import ArgumentParser
import Dump
import Operations

struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Say what differs between two dumps, or a dump and a database.",
    usage: "receipt diff <old> [<new>] [<options>]",
    discussion: """
      Compares files, rows, bytes and columns of each table by the receipts and footers, or by the \
      ledger of a database that a dump was loaded into. With --rows it also counts the rows that \
      were added, removed and changed, by the key of the table and its column row_checksum, and \
      names the first of them. Only these columns are read. Writes nothing.

      The keys of the documented tables are known; --key gives others. Rows of a table without a key \
      are added or removed, never changed; a table without row_checksum is passed over.

      With --dump OLD is an earlier dump of a location, whose receipt is in receipts/, or the tables \
      that a database has kept of it; with a second --dump NEW is one too. NEW is the same place as \
      OLD if it is not given.

      EXAMPLES
        1. receipt diff yesterday/ exports/
        2. receipt diff crm.sqlite exports/ --rows
        3. receipt diff yesterday/ exports/ --table deals --rows --key deals=region,deal_id
        4. receipt diff exports/ --dump 2026-11-20T04:03 --rows
        5. receipt diff crm.sqlite --dump 2026-11-20T04:03 --rows
        6. receipt diff crm.sqlite s3://bucket/exports --rows --json | jq '.tables[] | .rows'

      EXIT STATUS
        0   compared, whether anything differs or not
        10  with --exit-code: nothing differs
        11  another program holds the database's lock
        20  a dump is incomplete
        21  a dump is corrupt
        30  access denied
        31  a passing fault; try again later
        64  the command line is wrong
        1   anything else
      """.laidOut)

  @Argument(help: "The directory or s3:// URL of the earlier dump, or a SQLite file.")
  var old: String

  @Argument(help: "The directory or s3:// URL of the later dump, or a SQLite file.")
  var new: String?

  @Option(
    help: ArgumentHelp(
      "An earlier dump of OLD, such as 2026-11-20T04:03; a second one of NEW.",
      valueName: "label"))
  var dump: [DumpName] = []

  @Option(help: "A table to compare; repeatable; all if not given.")
  var table: [String] = []

  @Flag(help: "Compare rows too, by key and row_checksum.")
  var rows = false

  @Option(
    help: ArgumentHelp("A table's key; repeatable.", valueName: "table=column,column"))
  var key: [String] = []

  @Option(help: "How many rows of each kind are named for a table.")
  var limit = 10

  @Flag(help: "End with 10 if nothing differs.")
  var exitCode = false

  @Option(help: "How long to wait for other users of a database, such as 30s or 5m.")
  var busyTimeout = Interval(seconds: 60)

  @Option(help: "Threads that read; all processors if not given.")
  var jobs: Int?

  @Option(help: "Memory that may be taken, such as 256MiB.")
  var maxMemory: ByteCount?

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if new == nil, dump.isEmpty {
      throw ValidationError("name NEW, or with --dump an earlier dump of the one that is named")
    }
    if dump.count > 2 { throw ValidationError("--dump can be given twice: for OLD and for NEW") }
    if limit < 0 { throw ValidationError("--limit must not be negative") }
  }

  func run() async throws {
    var options = DiffOptions()
    options.tables = table.isEmpty ? nil : table
    options.comparesRows = rows
    options.keys = try key.map { text throws(OperationError) in try TableKey(parsing: text) }
    options.exampleLimit = limit
    options.busyTimeout = busyTimeout.value
    if let jobs { options.threadCount = jobs }
    if let maxMemory { options.maxMemoryByteCount = maxMemory.value }
    let progress = Progress()
    let diff = Diff(options: options, progress: progress)
    let report = try await output.display.showing(progress) {
      try await diff.run(
        old, new ?? old, dumps: (dump.first, dump.dropFirst().first), s3.options)
    }
    if output.json {
      try JSONOutput.print(report)
    } else {
      try print(report)
    }
    if exitCode, !report.differs { throw ExitCode(Outcome.nothingNew.rawValue) }
  }

  private func print(_ report: DiffReport) throws {
    let comparedRows: [(String, TextTable.Alignment)] =
      rows ? [("added", .right), ("removed", .right), ("changed", .right)] : []
    var text = TextTable(
      [("table", .left), ("files", .right), ("rows", .right), ("bytes", .right)] + comparedRows)
    for table in report.tables {
      let counts = [
        table.name,
        DiffCommand.step(table.old?.files, table.new?.files) { Wording.grouped($0) },
        DiffCommand.step(table.old?.rows, table.new?.rows) { Wording.grouped($0) },
        DiffCommand.step(table.old?.bytes, table.new?.bytes) { Wording.bytes($0) },
      ]
      let changes = [table.rows?.added, table.rows?.removed, table.rows?.changed].map { count in
        count.map { Wording.grouped($0) } ?? ""
      }
      text.add(counts + (rows ? changes : []))
    }
    try StandardOutput.write(Array(text.text.utf8))
    for table in report.tables {
      var lines = table.columns.map(DiffCommand.line)
      if let reason = table.rowsSkipped { lines.append("rows not compared: \(reason)") }
      if let count = table.rows?.repeatedKeys, count > 0 {
        lines.append("\(Wording.count(count, "row")) with a key that another row has too")
      }
      lines += table.rows?.examples.map(DiffCommand.line) ?? []
      if lines.isEmpty { continue }
      try StandardOutput.print("\n\(table.name)")
      for line in lines { try StandardOutput.print("  \(line)") }
    }
    let names = [report.old, report.new].map { side in
      side.timestamp.map { "dump \($0)" } ?? side.location
    }
    try StandardOutput.print(
      "\n\(names[0]) and \(names[1]) "
        + (report.differs ? "differ" : rows ? "are the same" : "have the same tables and counts")
        + " (\(Wording.duration(report.seconds)))")
  }

  private static func step<Value: Equatable>(
    _ old: Value?, _ new: Value?, _ text: (Value) -> String
  ) -> String {
    if let old, let new, old == new { return text(new) }
    return "\(old.map(text) ?? "-") → \(new.map(text) ?? "-")"
  }

  private static func line(_ change: SchemaDifference.Change) -> String {
    let name = change.new?.description ?? change.old?.description ?? ""
    let was = change.old.map { ", was \($0.description)" } ?? ""
    switch change.kind {
    case .added, .removed, .moved: return "column \(change.kind.rawValue): \(name)"
    case .widened, .narrowed, .changed: return "column \(change.kind.rawValue): \(name)\(was)"
    }
  }

  private static func line(_ row: DiffReport.Row) -> String {
    "\(row.kind.rawValue): " + row.key.map { $0 ?? "NULL" }.joined(separator: ", ")
  }
}
