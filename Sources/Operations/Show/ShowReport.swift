public import Dump

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

  private enum CodingKeys: String, CodingKey {
    case location, timestamp, tables, findings
    case ageSeconds = "age_seconds"
  }
}
