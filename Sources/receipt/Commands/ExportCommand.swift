import ArgumentParser
import Dump
import FoundationEssentials
import ObjectStorage
import Operations
import Parquet

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a dump: a folder of Parquet files a table, and receipt.json last.",
    usage: "receipt export <source> <destination> [<options>]",
    discussion: """
      Reads all tables of one moment and writes <label>/<table>/000000000000.parquet and so on, \
      where the label is the dump's UTC minute. Every file's footer is read back and every folder \
      listed; then come <label>/manifest.json with rows, sizes and checksums, \
      receipts/<timestamp>.json, and last of all receipt.json, unless another exporter has replaced \
      it meanwhile. A failure or a signal at any moment leaves the old receipt in force and removes \
      what was written.

      SOURCES
        crm.sqlite, sqlite:PATH     all tables of a SQLite database, in one read transaction
        exports/, parquet:PATH      Parquet files: a dump, a folder of tables, or one file
        crm.csv, csv:PATH           CSV with a header (.csv, .tsv, also .gz): a file or folder
        crm.ndjson, ndjson:PATH     JSON objects, one a line (.ndjson, .jsonl, also .gz)
        postgres://USER@HOST/DB     all tables of a PostgreSQL database that the user may read, in \
      one snapshot; a password comes from PGPASSWORD or PGPASSFILE, never from the URL

      In a folder each file is a table, and each sub-folder one table of all its files.

      --schema names a JSON file in BigQuery's form: an array of fields, or an object with one array \
      for each table. A column with JSON text becomes what its RECORD or REPEATED field says.

      FAULTS, for those who test what watches over dumps; --fault KIND=TABLE
        missing-file, extra-file, truncated-footer, flipped-byte, early-receipt, schema-change,
        empty-table, rows-dropped, duplicate-rows, space-in-key

      EXAMPLES
        1. receipt export crm.sqlite exports/ --files 60
        2. receipt export crm.sqlite s3://bucket/sub-folder --codec zstd --file-size 64MB
        3. receipt export crm.sqlite exports/ --schema warehouse.json --list-style bare
        4. receipt export crm.sqlite s3://bucket --assume-role ARN --external-id acct-7 --encryption kms
        5. receipt export yesterday/ exports/ --rows-per-file 100000
        6. receipt export csv:monthly/ exports/ --dry-run --json
        7. receipt export "postgres://dumper@db:5432/crm?sslmode=verify-full" exports/
        8. receipt export crm.sqlite broken/ --fault missing-file=events

      EXIT STATUS
        0   written
        11  another program holds the database's lock
        22  the destination's receipt is of a later dump; nothing was changed
        30  access denied
        31  another exporter was faster, or a passing fault; the receipt is not yours
        64  the command line is wrong
        1   anything else; the old receipt is in force
      """.laidOut)

  enum ListStyle: String, ExpressibleByArgument, CaseIterable {
    case standard, bare

    var style: FieldDefinition.ListStyle { self == .bare ? .bare : .standard }
  }

  enum Infinity: String, ExpressibleByArgument, CaseIterable {
    case error, null
  }

  @Argument(help: "The database, file or folder to read.")
  var source: String

  @Argument(help: "The directory or s3:// URL to write the dump to.")
  var destination: String

  @Option(help: "A folder below the destination that takes its place.")
  var subfolder: String?

  @Option(help: "Tables to export, separated by commas; all if not given.")
  var tables: NameList?

  @Option(help: "The table's name, where the files are one table without a name.")
  var table: String?

  @Option(help: "Schemas of a PostgreSQL database, separated by commas; the search path's.")
  var pgSchema: NameList?

  @Option(help: "What infinite dates and timestamps of PostgreSQL become.")
  var infinity = Infinity.error

  @Option(
    name: [.long, .customLong("schema-file")],
    help: "A JSON file with schemas in BigQuery's form.")
  var schema: String?

  @Option(help: "How lists are spelled: in three levels, or as BigQuery's repeated fields.")
  var listStyle = ListStyle.standard

  @Option(help: "Files a table, of nearly as many rows each; fewer for fewer rows.")
  var files: Int?

  @Option(help: "About the size of a file, such as 64MB; the default.")
  var fileSize: ByteCount?

  @Option(help: "Rows of a file.")
  var rowsPerFile: Int64?

  @Option(help: "The dump's id, such as 2026-11-20T04:03:07.963883Z; now if not given.")
  var timestamp: String?

  @Flag(help: "Write a dump that is older than the one the receipt names.")
  var allowOlder = false

  @Flag(help: "Print what would be written, and write nothing.")
  var dryRun = false

  @Flag(help: "Keep what was written when the export fails, with a _failed.json that says why.")
  var keepFailed = false

  @Option(help: "Something to be wrong with the dump, such as missing-file=events; repeatable.")
  var fault: [String] = []

  @Option(help: "Threads that read, encode and write; all processors if not given.")
  var jobs: Int?

  @Option(help: "How long to wait for other users of a database, such as 30s or 5m.")
  var busyTimeout = Interval(seconds: 60)

  @OptionGroup var writer: WriterOptionGroup
  @OptionGroup var s3: S3OptionGroup
  @OptionGroup var writing: S3WritingOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    let rules = [files != nil, fileSize != nil, rowsPerFile != nil].filter { $0 }
    if rules.count > 1 {
      throw ValidationError("only one of --files, --file-size and --rows-per-file can be given")
    }
    if let files, !(1...1_000_000).contains(files) {
      throw ValidationError("--files must be 1 to 1,000,000")
    }
    if let rowsPerFile, rowsPerFile < 1 {
      throw ValidationError("--rows-per-file must be 1 or more")
    }
    if !writing.isEmpty, !destination.hasPrefix("s3://") {
      throw ValidationError(
        "--storage-class and --encryption are for s3:// destinations; \(destination) is a directory"
      )
    }
    if let subfolder {
      let names = subfolder.split(separator: "/", omittingEmptySubsequences: false)
      if names.contains(where: { ["", ".", ".."].contains($0) }) {
        throw ValidationError("--subfolder must be a path below the destination, such as crm/daily")
      }
    }
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    for text in fault where ExportFault(parsing: text) == nil {
      let kinds = ExportFault.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--fault \(text) is not known; there are \(kinds)")
    }
  }

  private func options() throws -> ExportOptions {
    var options = ExportOptions()
    options.tables = tables?.names
    options.databaseSchemas = pgSchema?.names
    options.infinityIsNull = infinity == .null
    options.tableName = table
    options.listStyle = listStyle.style
    if let files { options.fileRule = .count(files) }
    if let fileSize { options.fileRule = .bytes(fileSize.value) }
    if let rowsPerFile { options.fileRule = .rows(rowsPerFile) }
    if let timestamp {
      do throws(DumpError) {
        options.timestamp = try Timestamp(parsing: timestamp)
      } catch {
        throw ValidationError("--timestamp: \(error.message)")
      }
    }
    if let schema { options.schema = (try InputFile.read(schema), schema) }
    options.allowsOlder = allowOlder
    options.keepsFailed = keepFailed
    options.faults = fault.compactMap(ExportFault.init(parsing:))
    options.writer = writer.options
    options.busyTimeout = busyTimeout.value
    options.toolVersion = Receipt.version
    if let jobs { options.threadCount = jobs }
    return options
  }

  private func store(_ location: String, creating: Bool = true) throws -> any ObjectStore {
    try Location.destination(location, writing.applied(to: s3.options), creating: creating)
  }

  func run() async throws {
    let progress = Progress()
    let export = Export(options: try options(), progress: progress)
    let place = subfolder.map {
      destination.hasSuffix("/") ? destination + $0 : "\(destination)/\($0)"
    }
    let location = place ?? destination
    if dryRun {
      let plan = try await output.display.showing(progress) {
        try await export.plan(source, to: store(location, creating: false))
      }
      if output.json { return try JSONOutput.print(plan) }
      return try print(plan, location)
    }
    let report = try await output.display.showing(progress) {
      try await export.run(source, to: store(location))
    }
    if output.json {
      try JSONOutput.print(report)
    } else {
      try print(report)
    }
  }

  private func print(_ plan: ExportPlan, _ location: String) throws {
    var text = TextTable([
      ("table", .left), ("rows", .right), ("files", .right), ("rows a file", .right),
      ("columns", .right),
    ])
    for table in plan.tables {
      let perFile = table.fileRows?.max() ?? table.rowsPerFile
      text.add([
        table.name,
        table.rows.map(Wording.grouped) ?? table.estimatedRows.map { "~\(Wording.grouped($0))" }
          ?? "?",
        table.fileRows.map { Wording.grouped($0.count) } ?? "?",
        perFile == .max ? "all" : Wording.grouped(perFile), Wording.grouped(table.columns.count),
      ])
    }
    try StandardOutput.write(Array(text.text.utf8))
    for table in plan.tables where table.isInferred { try print(table.name, table.columns) }
    try StandardOutput.print("\nwould write dump \(plan.timestamp) to \(location)")
  }

  /// The columns of a table for which no schema was given.
  private func print(_ table: String, _ columns: [Column]) throws {
    let list = columns.map(\.description).joined(separator: ", ")
    try StandardOutput.print("\n\(table) has, by its first rows: \(list)")
  }

  private func print(_ report: ExportReport) throws {
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
    for table in report.tables {
      if let columns = table.inferred { try print(table.name, columns) }
    }
    try StandardOutput.print(
      """

      wrote dump \(report.timestamp) to \(report.destination): \
      \(Wording.count(report.tables.count, "table")), \(Wording.count(report.rows, "row")), \
      \(Wording.count(report.files, "file")), \(Wording.bytes(report.bytes)) \
      in \(Wording.duration(report.seconds)) (\(Wording.bytes(report.peakMemoryBytes)) of memory)
      """)
    if !fault.isEmpty {
      try StandardOutput.print("it is broken on purpose: \(fault.joined(separator: ", "))")
    }
    if let previous = report.previous {
      try StandardOutput.print("its receipt took the place of dump \(previous)")
    }
  }
}
