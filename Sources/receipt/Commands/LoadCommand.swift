import ArgumentParser
import Operations
import SQLiteTables

struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Load all tables of a dump into a new SQLite file.",
    discussion: """
      Verifies the dump, then builds the database beside its name and moves it there once it is \
      complete and on the disk. Until then nothing is at the name, or what was there before; a \
      failure leaves it so.

      Structs become columns joined by _ (session_channel), lists and maps JSON text; decimals are \
      exact text, timestamps ISO 8601. The table receipt_loads says what was loaded.

      EXAMPLES
        1. receipt load exports/ --into crm.sqlite
        2. receipt load exports/ --into crm.sqlite --replace --verify deep
        3. receipt load exports/ --into crm.sqlite --tables companies,stages --nested json
        4. receipt load exports/ --into crm.sqlite --json | jq .rows

      EXIT STATUS
        0   loaded
        20  the dump is incomplete; nothing was changed
        21  the dump is corrupt; nothing was changed
        30  access denied
        64  the command line is wrong
        11  the file to replace is open in another program
        1   anything else, such as a full disk; nothing was changed
      """)

  @Argument(help: "The directory that holds receipt.json.")
  var location: String

  @Option(help: "The SQLite file to make.")
  var into: String

  @Flag(help: "Replace the file if it exists, as a whole, once the new one is complete.")
  var replace = false

  @Option(help: "Tables to load, separated by commas; all if not given.")
  var tables: NameList?

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

  @Option(help: "Size of a database page in bytes, a power of two from 512 to 65536.")
  var pageSize = 16_384

  @Option(help: "Threads that decode and write; all processors if not given.")
  var jobs: Int?

  @Option(help: "Memory that reading may take, such as 256MiB; it bounds the threads.")
  var maxMemory: ByteCount?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if into.isEmpty { throw ValidationError("--into must name a file") }
    do throws(SQLiteError) {
      _ = try PageSize(pageSize)
    } catch {
      throw ValidationError("--page-size: \(error.message)")
    }
  }

  private var options: LoadOptions {
    var options = LoadOptions()
    options.conversion.nesting = nested
    options.conversion.decimals = decimal
    options.conversion.uint64 = uint64
    options.conversion.assumesUTC = assumeUTC
    options.tables = tables?.names
    options.verification = verify
    options.replaces = replace
    options.pageByteCount = pageSize
    options.toolVersion = Receipt.version
    if let jobs { options.threadCount = jobs }
    if let maxMemory { options.maxMemoryByteCount = maxMemory.value }
    return options
  }

  func run() async throws {
    let progress = Progress()
    let load = Load(options: options, progress: progress)
    let report = try await output.display.showing(progress) {
      try await load.run(Location.store(location), into: into)
    }
    if output.json {
      try JSONOutput.print(report)
    } else {
      try print(report)
    }
  }

  private func print(_ report: LoadReport) throws {
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
    try FindingText.print(report.findings)
    try StandardOutput.print(
      """
      loaded dump \(report.timestamp) into \(report.target): \
      \(Wording.count(report.tables.count, "table")), \(Wording.count(report.rows, "row")), \
      \(Wording.bytes(report.bytes)) of Parquet, \(Wording.bytes(report.databaseBytes)) of SQLite \
      in \(Wording.duration(report.seconds)) (\(Wording.grouped(Int(report.rowsPerSecond))) rows/s, \
      \(Wording.bytes(report.peakMemoryBytes)) of memory)
      """)
  }
}
