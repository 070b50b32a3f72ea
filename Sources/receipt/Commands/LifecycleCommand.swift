import ArgumentParser
import Dump
import FoundationEssentials
import ObjectStorage
import Operations

struct LifecycleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lifecycle",
    abstract: "Make S3 delete old dumps by itself, and say what its rules will do.",
    usage: "receipt lifecycle <location> [<options>]",
    discussion: """
      Prints rules for the location; nothing is asked of S3. They expire what begins with 20, as all \
      folders of dumps do, and so spare receipt.json; they expire old versions, delete markers and \
      unfinished uploads, and thin out the old versions of receipt.json.

      A rule counts from the day on which a file was written, and knows nothing of receipts, pins \
      and loads: when deliveries stop, it deletes the last good dump too. `receipt prune` does not.

      --merge reads the bucket's rules, puts these in and shows the difference; those of others stay \
      as they are. With --apply it writes them, after the old ones are safe in the undo file, and \
      reads them back. S3 replaces all rules of a bucket at once and knows no condition for it.

      --simulate says for the dumps that exist on which day each goes: ages are rounded up to the \
      next midnight of UTC, and S3 may take longer.

      EXAMPLES
        1. receipt lifecycle s3://bucket/exports
        2. receipt lifecycle s3://bucket/exports --format terraform > lifecycle.tf
        3. What would change in the bucket? Then change it:
             receipt lifecycle s3://bucket/exports --merge
             receipt lifecycle s3://bucket/exports --merge --apply --undo-out old.xml
        4. Take it back:
             receipt lifecycle s3://bucket/exports --restore old.xml --apply
        5. What goes when, with these rules, and with those that are there?
             receipt lifecycle s3://bucket/exports --simulate --days 14
             receipt lifecycle s3://bucket/exports --simulate --as-is

      EXIT STATUS
        0   printed, written, or simulated
        22  refused: the bucket would have more than 1,000 rules
        30  access denied
        31  the rules were changed by somebody else meanwhile, or a passing fault
        64  the command line is wrong, or the location is no bucket
        1   anything else
      """.laidOut)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case json, xml, terraform, cloudformation

    var format: LifecycleFormat {
      switch self {
      case .json: .json
      case .xml: .xml
      case .terraform: .terraform
      case .cloudformation: .cloudformation
      }
    }
  }

  @Argument(help: "The s3:// URL that holds receipt.json.")
  var location: String

  @Option(help: "The form to print the rules in.")
  var format: Format?

  @Option(help: "The age in days at which files of dumps go.")
  var days = 7

  @Option(help: "The days for which old versions of them stay.")
  var noncurrentDays = 1

  @Option(help: "The age in days at which unfinished uploads go.")
  var uploadDays = 2

  @Option(help: "The old versions of receipt.json that always stay, 1 to 100.")
  var receiptVersions = 50

  @Flag(help: "Put the rules into those of the bucket, and show the difference.")
  var merge = false

  @Option(help: "Put the rules of an undo file in the place of the bucket's.")
  var restore: String?

  @Flag(help: "Write the rules.")
  var apply = false

  @Option(help: "The file that keeps the old rules; named by bucket and time if not given.")
  var undoOut: String?

  @Flag(help: "Say what goes when.")
  var simulate = false

  @Flag(help: "With --simulate: by the bucket's rules alone.")
  var asIs = false

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  func validate() throws {
    let modes = [merge, restore != nil, simulate, format != nil].filter { $0 }
    if modes.count > 1 {
      throw ValidationError("only one of --format, --merge, --restore and --simulate can be given")
    }
    if apply, !merge, restore == nil {
      throw ValidationError("--apply needs --merge or --restore")
    }
    if undoOut != nil, !apply { throw ValidationError("--undo-out needs --apply") }
    if asIs, !simulate { throw ValidationError("--as-is needs --simulate") }
    for (name, value) in [
      ("days", days), ("noncurrent-days", noncurrentDays), ("upload-days", uploadDays),
    ] where !(1...36_500).contains(value) {
      throw ValidationError("--\(name) must be from 1 to 36500")
    }
    if !(1...100).contains(receiptVersions) {
      throw ValidationError("--receipt-versions must be from 1 to 100")
    }
    if !location.hasPrefix("s3://") {
      throw ValidationError(
        "\(location) is no s3:// URL: only buckets have lifecycle rules; `receipt prune` works on "
          + "directories too")
    }
  }

  func run() async throws {
    let progress = Progress()
    var lifecycle = try Lifecycle(try S3Location(location), progress: progress)
    lifecycle.rules.dumpDays = days
    lifecycle.rules.noncurrentDays = noncurrentDays
    lifecycle.rules.uploadDays = uploadDays
    lifecycle.rules.receiptVersions = receiptVersions
    if simulate {
      let report = try await output.display.showing(progress) { [lifecycle] in
        try await lifecycle.simulate(try store(), asIs: asIs)
      }
      return try output.json ? JSONOutput.print(report) : LifecycleText.print(report)
    }
    guard merge || restore != nil else { return try printRules(lifecycle) }
    let report = try await output.display.showing(progress) { [lifecycle] in
      let store = try store()
      let report =
        if let restore {
          try await lifecycle.restore(
            String(decoding: try InputFile.read(restore), as: UTF8.self), file: restore, store)
        } else {
          try await lifecycle.merge(store)
        }
      guard apply else { return report }
      let undoFile = undoOut ?? LifecycleText.undoName(lifecycle.location.bucket)
      return try await lifecycle.apply(report, to: store, undoFile: undoFile)
    }
    try output.json ? JSONOutput.print(report) : LifecycleText.print(report)
  }

  private func store() throws -> S3Store {
    S3Store(try S3Location(location), try S3Connection(s3.options))
  }

  private func printRules(_ lifecycle: Lifecycle) throws {
    let format = (format ?? .json).format
    let text = format.text(lifecycle.rules.rules, bucket: lifecycle.location.bucket)
    if output.json {
      try JSONOutput.print(LifecycleRulesText(format: format.rawValue, text: text))
    } else {
      try StandardOutput.write(Array(text.utf8))
    }
  }
}

/// Rules in one of their forms, for `--json`.
private struct LifecycleRulesText: Encodable {
  let format: String
  let text: String
}
