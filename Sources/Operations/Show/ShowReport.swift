public import Dump
public import ObjectStorage

/// What is at a location: the receipt and what its tables hold.
public struct ShowReport: Sendable, Codable {
  /// The location, as it was given.
  public var location: String
  /// The dump's id.
  public var timestamp: Timestamp
  /// How old the dump is, in seconds; negative if the receipt lies in the future.
  public var ageSeconds: Double
  /// The tables, by name.
  public var tables: [VerifyReport.Table]
  /// What is not as promised.
  public var findings: [Finding]
  /// What went over the network; `nil` for a directory.
  public var traffic: StorageTraffic?

  private enum CodingKeys: String, CodingKey {
    case location, timestamp, tables, findings, traffic
    case ageSeconds = "age_seconds"
  }
}
