/// A mistake in a policy, or in another document of settings.
public struct PolicyFinding: Sendable, Hashable, Codable {
  /// How much it weighs.
  public enum Severity: String, Sendable, Hashable, Codable {
    /// AWS refuses the document, or it does not do what it seems to.
    case error
    /// It works, but allows more than it should.
    case warning
  }

  /// What kind of mistake, as a stable word.
  public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
    case jsonComment = "json-comment"
    case jsonMalformed = "json-malformed"
    case documentUnknown = "document-unknown"
    case placeholder
    case versionMissing = "version-missing"
    case actionUnknown = "action-unknown"
    case actionTooWide = "action-too-wide"
    case objectActionOnBucket = "object-action-on-bucket"
    case bucketActionOnObjects = "bucket-action-on-objects"
    case resourceNotARN = "resource-not-arn"
    case resourceSlash = "resource-slash"
    case principalAnyone = "principal-anyone"
    case principalWholeAccount = "principal-whole-account"
    case externalIDMissing = "external-id-missing"
    case externalIDPattern = "external-id-pattern"
    case prefixCondition = "prefix-condition"
    case prefixSlash = "prefix-slash"
    case sourceMissing = "source-missing"
    case ruleTakesReceipt = "rule-takes-receipt"
    case eventTooNarrow = "event-too-narrow"

    /// What it means, in one line.
    public var summary: String {
      switch self {
      case .jsonComment: "a comment: JSON has none, and AWS refuses it"
      case .jsonMalformed: "no JSON"
      case .documentUnknown: "neither a policy nor another document known here"
      case .placeholder: "a placeholder was left in"
      case .versionMissing: "no Version 2012-10-17: variables stay texts"
      case .actionUnknown: "the name of a request, where an action is wanted"
      case .actionTooWide: "more is allowed than a role for dumps needs"
      case .objectActionOnBucket: "an action on objects, on the bucket alone"
      case .bucketActionOnObjects: "an action on the bucket, on objects alone"
      case .resourceNotARN: "a resource that is no ARN"
      case .resourceSlash: "a key that begins with a slash"
      case .principalAnyone: "anyone is allowed it"
      case .principalWholeAccount: "a whole account is allowed it"
      case .externalIDMissing: "another account, without an external id"
      case .externalIDPattern: "an external id that is a pattern"
      case .prefixCondition: "s3:prefix with an action that has no prefix"
      case .prefixSlash: "a prefix that begins with a slash"
      case .sourceMissing: "a service, for whomever it acts"
      case .ruleTakesReceipt: "a lifecycle rule that takes receipt.json"
      case .eventTooNarrow: "events of some ways to write only"
      }
    }

    /// How much it weighs.
    public var severity: Severity {
      switch self {
      case .versionMissing, .actionTooWide, .principalWholeAccount, .sourceMissing,
        .eventTooNarrow:
        .warning
      default: .error
      }
    }

    /// The codes as aligned columns for `--help`, an LF at the end of each line.
    public static var plainTable: String {
      let width = (allCases.map(\.rawValue.count).max() ?? 0) + 2
      return allCases.reduce("") { text, code in
        let gap = String(repeating: " ", count: width - code.rawValue.count)
        return text + "  \(code.rawValue)\(gap)\(code.summary)\n"
      }
    }
  }

  /// What kind.
  public let code: Code
  /// How much it weighs.
  public let severity: Severity
  /// The file.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// The character in it, from 1.
  public let column: Int
  /// What is the case.
  public let message: String
  /// What to do about it.
  public let hint: String?

  /// `trust.json:7:3: a comment …`.
  public var description: String { "\(file):\(line):\(column): \(message) [\(code.rawValue)]" }
}
