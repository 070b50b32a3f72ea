/// Why a warehouse cannot be used, or does not do what it was asked for.
public struct WarehouseError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of a failure: what a caller decides by.
  public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    /// The stable word.
    public let rawValue: String

    /// A code from its stable word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A setting cannot be used, or one is missing.
    public static let configuration = Code(rawValue: "configuration")
    /// The dump has something that the target cannot hold.
    public static let unsupported = Code(rawValue: "unsupported")
    /// The warehouse refuses the caller.
    public static let accessDenied = Code(rawValue: "access-denied")
    /// A statement was run and failed.
    public static let statement = Code(rawValue: "statement")
    /// A statement was stopped by somebody, or by a time limit.
    public static let aborted = Code(rawValue: "aborted")
    /// Another transaction was in the way; the same statements may succeed later.
    public static let conflict = Code(rawValue: "conflict")
    /// The warehouse, or the way there, failed again and again.
    public static let unavailable = Code(rawValue: "unavailable")
    /// The answer makes no sense.
    public static let malformed = Code(rawValue: "malformed")
    /// The task was cancelled.
    public static let cancelled = Code(rawValue: "cancelled")

    /// The stable word.
    public var description: String { rawValue }
  }

  /// The kind of the failure.
  public var code: Code
  /// The whole sentence without the hint.
  public var message: String
  /// What to do about it.
  public var hint: String?
  /// The position of the statement that failed, among those that were sent together.
  public var statement: Int?

  /// An error from its parts.
  public init(_ code: Code, _ message: String, hint: String? = nil, statement: Int? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
    self.statement = statement
  }

  /// Whether the statements may have been carried out all the same.
  public var isAmbiguous: Bool {
    [.aborted, .unavailable, .malformed, .cancelled].contains(code)
  }

  /// The message.
  public var description: String { message }
}
