public import Dump
public import ObjectStorage

/// What a mirror holds and what was copied for it.
public struct MirrorReport: Sendable, Codable {
  /// The location, as it was given.
  public var location: String
  /// The directory, as it was given.
  public var directory: String
  /// The dump's id.
  public var timestamp: Timestamp
  /// Files of the dump.
  public var files: Int
  /// Files that were copied; the others were there.
  public var copiedFiles: Int
  /// The size of the dump's files, in bytes.
  public var bytes: Int64
  /// The size of what was copied, in bytes.
  public var copiedBytes: Int64
  /// Wall time in seconds.
  public var seconds: Double
  /// What went over the network; `nil` for a directory.
  public var traffic: StorageTraffic?

  private enum CodingKeys: String, CodingKey {
    case location, directory, timestamp, files, bytes, seconds, traffic
    case copiedFiles = "copied_files"
    case copiedBytes = "copied_bytes"
  }
}
