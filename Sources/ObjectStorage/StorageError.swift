/// Why a store cannot do what it was asked for.
public struct StorageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of a failure: what a caller decides by.
  public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    /// The stable word.
    public let rawValue: String

    /// A code from its stable word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// There is no such object or folder.
    public static let notFound = Code(rawValue: "not-found")
    /// The caller may not.
    public static let accessDenied = Code(rawValue: "access-denied")
    /// The object became shorter while it was read.
    public static let changed = Code(rawValue: "changed")
    /// There is no room left.
    public static let full = Code(rawValue: "full")
    /// Anything else that the system reports.
    public static let system = Code(rawValue: "system")

    /// The stable word.
    public var description: String { rawValue }
  }

  /// The kind of the failure.
  public var code: Code
  /// The object, file or folder.
  public var place: String
  /// The whole sentence without the hint.
  public var message: String
  /// What to do about it.
  public var hint: String?

  /// An error from its parts.
  public init(_ code: Code, _ place: String, _ message: String, hint: String? = nil) {
    self.code = code
    self.place = place
    self.message = message
    self.hint = hint
  }

  /// The message.
  public var description: String { message }
}
