import ArgumentParser
import Dump
import Operations

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Prove that a dump is complete and readable, or say what is wrong.",
    usage: "receipt verify <location> [<options>]",
    discussion: """
      Reads receipt.json and looks at every file of every table; one bad file never hides another. \
      Writes nothing, except the report that --junit names.

      LEVELS
        quick     counts and names, from listings only
        standard  also every footer: readable, one schema a table, row counts
        deep      also every value: pages decompress, values decode, CRCs and statistics hold;
                  pages without a CRC are named, for then nothing proves their content

      With --against an earlier dump, rows that dropped, tables that are gone and columns that \
      changed are findings too.

      FINDING CODES, with the exit status that they lead to
      \(FindingCode.plainTable)
      EXAMPLES
        1. receipt verify exports/
        2. receipt verify exports/ --level deep --junit report.xml
        3. receipt verify exports/ --against yesterday/ --max-drop 10%
        4. receipt verify s3://bucket/exports --assume-role arn:aws:iam::123456789012:role/reader
        5. receipt verify exports/ --json | jq -r '.findings[] | .code'

      EXIT STATUS
        0   sound, or at level deep readable without proof; warnings do not count
        20  incomplete: it may become complete later
        21  corrupt: waiting does not help
        22  sound, but not when compared with the earlier dump
        30  access denied
        31  a passing fault; try again later
        64  the command line is wrong
        1   something could not be looked at
      """.laidOut)

  @Argument(help: "The directory or s3:// URL that holds receipt.json.")
  var location: String

  @Option(help: "How much is looked at.")
  var level = VerifyOptions.Level.standard

  @Option(help: "The location of an earlier dump to compare with.")
  var against: String?

  @Option(
    help: "With --against: how many rows a table may lose; 20% if not given.", transform: percentage
  )
  var maxDrop = Percentage.twentyPercent

  @Option(help: "Write the findings as JUnit XML to this file.")
  var junit: String?

  @Option(help: "Threads that read and decode; all processors if not given.")
  var jobs: Int?

  @Option(help: "Memory that reading ahead may take, such as 256MiB.")
  var maxMemory: ByteCount?

  @OptionGroup var earlier: DumpOption

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
  }

  func run() async throws {
    var options = VerifyOptions()
    options.level = level
    options.rowDropRule = RowDropRule(maxDrop: maxDrop)
    if let jobs { options.threadCount = jobs }
    if let maxMemory { options.maxMemoryByteCount = maxMemory.value }
    let store = try Location.store(location, s3.options)
    if let against {
      options.earlier = try Location.store(against, s3.options, beside: store)
    }
    let progress = Progress()
    let verify = Verify(options: options, progress: progress)
    let report = try await output.display.showing(progress) {
      try await verify.run(earlier.of(store))
    }
    if output.json {
      try JSONOutput.print(report)
    } else {
      try print(report)
    }
    if let junit { try OutputFile.write(JUnit(report).xml, to: junit) }
    if report.outcome != .done { throw ExitCode(report.outcome.rawValue) }
  }

  private func print(_ report: VerifyReport) throws {
    if !report.tables.isEmpty {
      try StandardOutput.write(Array(TableLines.text(report.tables).utf8))
      try StandardOutput.print("")
    }
    if !report.findings.isEmpty {
      try FindingText.print(report.findings)
      try StandardOutput.print("")
    }
    let dump = report.timestamp.map { "dump \($0)" } ?? "dump"
    let counts = FindingText.counts(report.findings)
    let verdict =
      switch report.outcome {
      case .done: (proof(report) ?? "is sound") + (counts.isEmpty ? "" : ", with \(counts)")
      case .incomplete: "is incomplete: \(counts)"
      case .corrupt: "is corrupt: \(counts)"
      case .refused: "is sound in itself, but refused: \(counts)"
      default: "could not be verified: \(counts)"
      }
    try StandardOutput.print(
      "\(dump) \(verdict) (level \(report.level.rawValue), \(Wording.duration(report.seconds)))")
    try TrafficText.print(report.traffic)
  }

  /// What is to be said instead of "is sound" where pages have no checksum.
  private func proof(_ report: VerifyReport) -> String? {
    guard let (count, total) = report.unprovablePages, count > 0 else { return nil }
    return "is complete and every value can be read, but its content is not provable: "
      + "\(Wording.grouped(count)) of \(Wording.count(total, "page")) have no CRC"
  }
}
