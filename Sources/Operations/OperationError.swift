public import Dump

/// Why an operation could not do what it was asked for, and how the program should end.
public struct OperationError: Error, Sendable, CustomStringConvertible {
  /// How the program should end.
  public var outcome: Outcome
  /// A sentence: what cannot be done, with what, and why.
  public var message: String
  /// What to do about it.
  public var hint: String?
  /// The findings that led to it, if any.
  public var findings: [Finding] = []
  /// Whether the message says already what the findings say, but for their codes.
  public var wordsFindings = false

  /// An error that is one finding, in the words of who asked.
  init(_ outcome: Outcome, _ message: String, wording finding: Finding) {
    self.init(outcome, message, hint: finding.hint, findings: [finding])
    wordsFindings = true
  }

  /// An error from its parts.
  public init(
    _ outcome: Outcome, _ message: String, hint: String? = nil, findings: [Finding] = []
  ) {
    self.outcome = outcome
    self.message = message
    self.hint = hint
    self.findings = findings
  }

  /// The message.
  public var description: String { message }
}
