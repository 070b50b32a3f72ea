public import SQLiteTables

/// What a load may choose.
public struct LoadOptions: Sendable {
  /// How much of the dump is checked before it is loaded.
  public enum Verification: String, Sendable, CaseIterable, Comparable {
    /// Nothing beyond what loading itself needs.
    case none
    /// Counts and names.
    case quick
    /// Also every footer.
    case standard
    /// Also every value.
    case deep

    /// Whether one checks less than the other.
    public static func < (left: Verification, right: Verification) -> Bool {
      (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
  }

  /// How values are converted.
  public var conversion = ConversionOptions()
  /// The tables to load; `nil` for all.
  public var tables: [String]?
  /// How much is checked first.
  public var verification = Verification.standard
  /// Whether an existing file is replaced as a whole.
  public var replaces = false
  /// Threads that decode and write.
  public var threadCount = availableProcessorCount
  /// Bytes of memory that reading may take; fewer threads are used where rows need more.
  public var maxMemoryByteCount: Int64 = 256 << 20
  /// The size of a database page, in bytes.
  public var pageByteCount = 16_384
  /// The version that the database records.
  public var toolVersion = ""

  /// The defaults.
  public init() {}
}
