/// A bucket and a prefix in it, as it is written on a command line: `s3://bucket/sub/folder`.
public struct S3Location: Sendable, Hashable, CustomStringConvertible {
  /// The bucket's name.
  public let bucket: String
  /// The prefix: empty, or names with a `/` behind each.
  public let prefix: String

  /// A location from its text.
  ///
  /// Everything behind the bucket is taken as it is; nothing is percent-encoded.
  ///
  /// - Throws: ``StorageError`` with code `configuration` if it is no such URL.
  public init(_ text: String) throws(StorageError) {
    guard text.hasPrefix("s3://") else { throw S3Location.problem(text, "it is no s3:// URL") }
    let rest = text.dropFirst(5)
    let bucket = String(rest.prefix { $0 != "/" })
    guard bucket.wholeMatch(of: /[a-zA-Z0-9._\-]{3,255}/) != nil else {
      throw S3Location.problem(
        text,
        bucket.isEmpty ? "it names no bucket" : "\(bucket) is no name that a bucket can have")
    }
    self.bucket = bucket
    var path = rest.dropFirst(bucket.count + 1)
    while path.last == "/" { path.removeLast() }
    guard !path.hasPrefix("/"), !path.contains("//") else {
      throw S3Location.problem(text, "it has an empty name between its slashes")
    }
    prefix = path.isEmpty ? "" : path + "/"
  }

  /// `s3://bucket/sub/folder`, without a slash at its end.
  public var description: String {
    "s3://\(bucket)" + (prefix.isEmpty ? "" : "/" + prefix.dropLast())
  }

  private static func problem(_ text: String, _ reason: String) -> StorageError {
    StorageError(
      .configuration, text, "cannot open \(text): \(reason)",
      hint: "a location looks like s3://bucket or s3://bucket/sub-folder")
  }
}
