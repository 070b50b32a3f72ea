import ArgumentParser
import Dump
import Operations

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Try what dumps at a location need, and what must not be possible.",
    usage: "receipt doctor <location> [<options>]",
    discussion: """
      Looks at the bucket with your own credentials: region, clock, ownership, public access, TLS, \
      encryption, lifecycle rules against receipt.json, and the way of events into the queue, through \
      a topic or a rule of EventBridge if it goes there. Each line says ok, failed or unknown, and \
      the command that mends it. Nothing is changed. --without leaves out what is not wanted here, \
      such as lifecycle where `receipt prune` deletes dumps.

      With --assume-role it looks at that role too: that it can be assumed with --external-id and \
      not without it or with another one, that it may do what `receipt setup` gives a role for its \
      work (--as), and nothing that only other roles may. What reads is tried; what would change \
      something is asked of IAM's simulation, and stays unknown if nobody may ask that.

      --probe writes a small object beside receipt.json, as the exporter's role if that is looked \
      at, waits for its event in the queue, sees that the role cannot delete it, and removes it.

      EXAMPLES
        1. receipt doctor s3://bucket/exports
        2. The exporter's role, as the vendor uses it, and the way of events:
             receipt doctor s3://bucket/exports --external-id acct-7 --probe \\
               --assume-role arn:aws:iam::123456789012:role/bucket-exports-exporter
        3. Dumps are pruned, and polled for:
             receipt doctor s3://bucket/exports --without lifecycle,events
        4. receipt doctor s3://bucket/exports --into crm.sqlite --json | jq -r '.checks[].name'

      EXIT STATUS
        0   nothing is wrong; what is unknown does not count
        22  something is not as it should be
        30  a permission is missing
        31  a passing fault; try again later
        64  the command line is wrong
        1   anything else
      """.laidOut)

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case exporter, consumer, pruner, warehouse

    var role: DumpRole {
      switch self {
      case .exporter: .exporter
      case .consumer: .consumer
      case .pruner: .pruner
      case .warehouse: .warehouse
      }
    }
  }

  @Argument(help: "The s3:// URL, or the directory, that holds receipt.json.")
  var location: String

  @Option(name: .customLong("as"), help: "What the role is for.")
  var kind = Kind.exporter

  @Option(help: "The queue's URL; found by the bucket's notifications if not given.")
  var queue: String?

  @Option(help: "The SQLite file that dumps are loaded into.")
  var into: String?

  @Flag(help: "Write a small object, and remove it.")
  var probe = false

  @Option(help: "With --probe: the seconds to wait for its event.")
  var wait = 30

  @Option(
    help: ArgumentHelp(
      "What is not wanted here: events, lifecycle, bucket-policy.", valueName: "part,..."))
  var without: String?

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  private func omitted() throws -> Set<DumpSetup.Part> {
    let known: [DumpSetup.Part] = [.events, .lifecycle, .bucketPolicy]
    return try Set(
      (without ?? "").split(separator: ",").map { word in
        guard let part = known.first(where: { $0.rawValue == word }) else {
          throw ValidationError(
            "--without knows \(known.map(\.rawValue).joined(separator: ", ")), and not \(word)")
        }
        return part
      })
  }

  func validate() throws {
    _ = try omitted()
    if !(1...600).contains(wait) { throw ValidationError("--wait must be from 1 to 600 seconds") }
  }

  func run() async throws {
    var options = DoctorOptions(s3.options)
    options.role = kind.role
    options.omitted = try omitted()
    options.queueURL = queue
    options.database = into
    options.probes = probe
    options.waitSeconds = wait
    let report = try await Doctor(location, options).run()
    if output.json {
      try JSONOutput.print(report)
    } else {
      try print(report)
    }
    if report.outcome != .done { throw ExitCode(report.outcome.rawValue) }
  }

  private func print(_ report: DoctorReport) throws {
    let width = report.checks.map(\.name.count).max() ?? 0
    for check in report.checks {
      let name = check.name + String(repeating: " ", count: width - check.name.count)
      let status = check.status.rawValue
      let gap = String(repeating: " ", count: 9 - status.count)
      try StandardOutput.print("\(status)\(gap)\(name)  \(TextTable.printable(check.message))")
      if let fix = check.fix, check.status != .ok {
        try StandardOutput.print("         fix: \(TextTable.printable(fix))")
      }
    }
    let failures = report.checks.filter { $0.status == .failed }.count
    let unknown = report.checks.filter { $0.status == .unknown }.count
    try StandardOutput.print(
      "\(Wording.count(report.checks.count, "check")): \(failures) failed, \(unknown) unknown")
  }
}
