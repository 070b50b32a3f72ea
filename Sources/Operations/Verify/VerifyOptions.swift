public import Dump
public import ObjectStorage

/// What a verification may choose.
public struct VerifyOptions: Sendable {
  /// How much is looked at.
  public enum Level: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Counts and names: listings only.
    case quick
    /// Also the footer of every file: readable, one schema a table, row counts.
    case standard
    /// Also every value: pages decompress, values decode, checksums and statistics hold.
    case deep

    /// Whether a level looks at less than another.
    public static func < (left: Level, right: Level) -> Bool {
      let order = allCases
      return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
  }

  /// How much is looked at.
  public var level = Level.standard
  /// An earlier dump to compare with.
  public var earlier: (any ObjectStore)?
  /// How many rows a table may have lost since the earlier dump.
  public var rowDropRule = RowDropRule(maxDrop: .twentyPercent)
  /// Threads that read and decode.
  public var threadCount = availableProcessorCount
  /// Bytes of memory that reading ahead may take.
  public var maxMemoryByteCount: Int64 = 256 << 20

  /// The defaults: standard, no earlier dump, a drop of at most 20%.
  public init() {}
}
