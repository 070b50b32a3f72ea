/// How the command ends: the numbers that scripts may rely on.
///
/// A number that is not here is a failure.
public enum Outcome: Int32, Sendable, Hashable, Codable, CaseIterable {
  /// Everything was done, or there was nothing wrong.
  case done = 0
  /// Something else went wrong; the message says what.
  case failed = 1
  /// Some of the work was done and some was not.
  case partlyDone = 3
  /// There was nothing new; only with `--exit-code`.
  case nothingNew = 10
  /// Another process holds the lock.
  case locked = 11
  /// The dump is not complete.
  case incomplete = 20
  /// The dump is damaged.
  case corrupt = 21
  /// The dump is sound, but a gate refused it.
  case refused = 22
  /// Access was denied.
  case accessDenied = 30
  /// A passing fault; the same command may succeed later.
  case transient = 31
  /// The command line was wrong.
  case usage = 64
  /// Interrupted by SIGINT (Ctrl-C).
  case interrupted = 130
  /// Ended by SIGTERM.
  case terminated = 143

  /// What the number means, in one line.
  public var summary: String {
    switch self {
    case .done: "done"
    case .failed: "something else went wrong; the message says what"
    case .partlyDone: "partly done: some of the work failed"
    case .nothingNew: "nothing new (only with --exit-code)"
    case .locked: "another process holds the lock"
    case .incomplete: "the dump is incomplete; it may become complete later"
    case .corrupt: "the dump is corrupt; waiting does not help"
    case .refused: "a gate refused the dump; nothing was changed"
    case .accessDenied: "access denied"
    case .transient: "a passing fault; try again later"
    case .usage: "the command line is wrong"
    case .interrupted: "interrupted (SIGINT)"
    case .terminated: "terminated (SIGTERM)"
    }
  }

  /// What a finding of that class leads to, if it weighs as an error.
  public init(_ findingClass: FindingClass) {
    switch findingClass {
    case .incomplete: self = .incomplete
    case .corrupt: self = .corrupt
    case .gate: self = .refused
    case .failure: self = .failed
    case .warning, .info: self = .done
    }
  }

  /// What all findings together lead to.
  ///
  /// Only those that weigh as errors count. Among them the first of these wins:
  ///
  /// 1. corrupt: a damaged file stays damaged, so nobody should wait for the missing ones;
  /// 2. incomplete: the rest of the dump may still arrive;
  /// 3. failed: something could not be looked at, so nothing good can be said;
  /// 4. refused: only a dump that is whole and sound can be judged by a gate.
  public init(_ findings: some Sequence<Finding>) {
    var classes: Set<FindingClass> = []
    for finding in findings where finding.severity == .error {
      classes.insert(finding.code.findingClass)
    }
    // A documented warning that a caller has raised to an error must not end as "done".
    let order: [FindingClass] = [.corrupt, .incomplete, .failure, .gate]
    let worst = order.first(where: classes.contains) ?? (classes.isEmpty ? .info : .failure)
    self.init(worst)
  }

  /// The table as aligned columns for `--help`, an LF at the end of each line.
  public static var plainTable: String {
    allCases.reduce("") { text, outcome in
      let number = String(outcome.rawValue)
      return text + "  " + number + String(repeating: " ", count: 5 - number.count)
        + outcome.summary + "\n"
    }
  }

  /// The table as GitHub Markdown, with a header line and an LF at the end of each line.
  public static var markdownTable: String {
    allCases.reduce("| exit | meaning |\n|---|---|\n") { text, outcome in
      text + "| \(outcome.rawValue) | \(outcome.summary) |\n"
    }
  }
}
