import ArgumentParser
import Dump
import FoundationEssentials
import Operations

struct PruneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Delete dumps that nobody needs any more; without --apply only say which.",
    usage: "receipt prune <location> [<options>]",
    discussion: """
      A dump stays if any rule keeps it. Ages are those of the folders' names, counted from the \
      newest complete dump and not from the clock: nothing goes because deliveries have stopped.

      Whatever the rules say, these stay: the dump that receipt.json names, receipt.json itself, \
      archived receipts, everything later than the receipt, the newest complete dump, dumps with a \
      pin, dumps that a --loaded-by database has not loaded (nor a later one), and every object that \
      is not of the layout. The receipt and the pin are looked at once more before each dump goes. \
      If no dump is known to be complete, nothing goes.

      The rules that count dumps take complete ones and, beside them, those of which no receipt is \
      known; partial ones never count. A pin is a small object, pins/<label>.

      In a bucket with versions the deleted objects stay as old versions, and nothing is freed; \
      --all-versions deletes those too. A dump goes in this order: the first file of every table \
      with the manifest, the other files, old versions, delete markers; so what is half deleted is \
      never taken for a whole dump, and running it again goes on.

      EXAMPLES
        1. What would go, and why?
             receipt prune s3://bucket/exports
        2. Delete it, but no more than three dumps:
             receipt prune s3://bucket/exports --apply --max-delete 3
        3. Fourteen days, and one dump a month for a year:
             receipt prune exports/ --keep-within 14d --keep-monthly 12 --apply
        4. Only what this database does not need any more:
             receipt prune exports/ --loaded-by crm.sqlite --apply
             receipt prune s3://bucket/exports --loaded-by snowflake --apply \\
               --account ORG-ACCOUNT --user LOADER --private-key-file key.p8
        5. Look first, and apply what was looked at:
             receipt prune exports/ --plan-out plan.json
             receipt prune exports/ --apply-plan plan.json
        6. Keep a dump; without --apply nothing else is done:
             receipt prune exports/ --pin 2026-11-20T04:03

      EXIT STATUS
        0   planned, or deleted; also if there was nothing to delete
        3   some of it could not be deleted, or is needed now; run it again
        11  another program holds the lock of a --loaded-by database
        20  there is no receipt.json; nothing was deleted
        21  receipt.json is broken; nothing was deleted
        22  refused: nothing is complete, more than --max-delete, or not as planned
        30  access denied
        31  a passing fault; run it again
        64  the command line is wrong
        1   anything else
      """.laidOut)

  @Argument(help: "The directory or s3:// URL that holds receipt.json.")
  var location: String

  @OptionGroup(title: "Rules") var rules: RetentionOptions

  @Flag(help: "Delete what the plan says.")
  var apply = false

  @Option(help: "Refuse to delete more dumps (3) or bytes (10GB) than this; repeatable.")
  var maxDelete: [DeletionLimitArgument] = []

  @Flag(help: "Delete old versions and delete markers too, for good.")
  var allVersions = false

  @Option(help: "Abort unfinished uploads that are older than this, such as 2d.")
  var abortUploads: Interval?

  @Option(help: "Write the plan to a file.")
  var planOut: String?

  @Option(help: "Apply a plan from a file, unless the location has changed.")
  var applyPlan: String?

  @Option(help: "Keep a dump, whatever the rules say; repeatable.")
  var pin: [LabelArgument] = []

  @Option(help: "Take a pin away; repeatable.")
  var unpin: [LabelArgument] = []

  @OptionGroup(title: "Warehouse options") var consumer: ConsumerOptions

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if applyPlan != nil {
      let isAlone =
        !apply && maxDelete.isEmpty && !allVersions && abortUploads == nil && planOut == nil
        && pin.isEmpty && unpin.isEmpty && rules.isDefault
      if !isAlone {
        throw ValidationError("--apply-plan takes all from the file, and no other rule beside it")
      }
    }
    if rules.policy.isEmpty {
      throw ValidationError("the rules keep nothing: give --keep-within, --keep-last or another")
    }
  }

  private func options() throws -> PruneOptions {
    var options = PruneOptions()
    options.policy = rules.policy
    for name in rules.loadedBy {
      if let warehouse = try consumer.warehouse(name, s3) {
        options.warehouses.append(warehouse)
      } else {
        options.ledgers.append(name)
      }
    }
    options.busyTimeout = rules.busyTimeout.value
    options.limits = maxDelete.map(\.limit)
    options.removesVersions = allVersions
    options.abortsUploadsAfter = abortUploads?.value
    return options
  }

  /// Whether there is nothing to do but to pin and unpin.
  private var onlyPins: Bool { !(pin.isEmpty && unpin.isEmpty) && !apply && planOut == nil }

  /// Pins and unpins, before anything is planned.
  private func changePins(_ prune: Prune) async throws {
    let store = try Location.store(location, s3.options)
    for argument in pin { try await prune.pin(argument.label, at: store) }
    for argument in unpin { try await prune.unpin(argument.label, at: store) }
    guard onlyPins else { return }
    let change = PinChange(
      location: location, pinned: pin.map(\.label.description),
      unpinned: unpin.map(\.label.description))
    if output.json { return try JSONOutput.print(change) }
    for label in change.pinned { try StandardOutput.print("pinned \(label)") }
    for label in change.unpinned { try StandardOutput.print("unpinned \(label)") }
  }

  func run() async throws {
    let progress = Progress()
    let prune = Prune(options: try options(), progress: progress)
    try await changePins(prune)
    if onlyPins { return }
    let kept = try applyPlan.map(PlanFile.read)
    let isJSON = output.json
    let (plan, report) = try await output.display.showing(progress) {
      let store = try Location.store(location, s3.options)
      let plan: PrunePlan
      if let kept {
        plan = kept
        try await prune.check(plan, at: store)
      } else {
        plan = try await prune.plan(store)
      }
      guard apply || kept != nil, plan.refusals.isEmpty else { return (plan, PruneReport?.none) }
      let report = try await prune.apply(plan, at: store) { event in
        if isJSON { try JSONOutput.print(event) }
      }
      return (plan, report)
    }
    if let planOut { try OutputFile.write(try JSONOutput.text(plan), to: planOut) }
    if !isJSON {
      try PruneText.print(plan, report)
    } else if let report {
      try JSONOutput.print(report)
    } else {
      try JSONOutput.print(plan)
    }
    try refuse(plan)
    if let report, report.outcome != .done { throw ExitCode(report.outcome.rawValue) }
  }

  private func refuse(_ plan: PrunePlan) throws {
    guard let refusal = plan.refusals.first else { return }
    throw OperationError(
      .refused, "cannot prune \(plan.location): \(refusal.message)", hint: refusal.hint)
  }
}

/// What became of pins, for `--json`.
private struct PinChange: Encodable {
  let location: String
  let pinned: [String]
  let unpinned: [String]
}

/// A plan that was kept in a file.
private enum PlanFile {
  static func read(_ path: String) throws -> PrunePlan {
    do {
      return try JSONDecoder().decode(PrunePlan.self, from: Data(try InputFile.read(path)))
    } catch is DecodingError {
      throw OperationError(
        .failed, "cannot read \(path): it is no plan of `receipt prune`",
        hint: "make one with --plan-out")
    }
  }
}
