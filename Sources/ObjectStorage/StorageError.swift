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
    /// The object is not the one any more that was listed or opened.
    public static let changed = Code(rawValue: "object-changed")
    /// The condition of a write does not hold: somebody else has written.
    public static let conflict = Code(rawValue: "conflict")
    /// What was received is not what the store's checksum says.
    public static let checksum = Code(rawValue: "checksum-differs")
    /// The store, or the way there, failed again and again.
    public static let unavailable = Code(rawValue: "unavailable")
    /// A setting cannot be used: a profile, an endpoint, a location.
    public static let configuration = Code(rawValue: "configuration")
    /// The task was cancelled.
    public static let cancelled = Code(rawValue: "cancelled")
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

  /// Whether it is about a store that is reached over a network.
  public var isRemote: Bool { place.hasPrefix("s3:") }

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
