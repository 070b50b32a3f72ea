// S3's message about an object:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
// and EventBridge's: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html

/// What a bucket says about one of its objects: a hint that there may be a new receipt.
public struct ObjectEvent: Sendable, Hashable {
  /// What happened to the object.
  public enum Kind: String, Sendable, Hashable {
    /// It was written, copied or put together from parts.
    case created
    /// It was deleted.
    case removed
    /// Anything else: tags, restores, replication.
    case other
  }

  /// What happened.
  public let kind: Kind
  /// The bucket's name.
  public let bucket: String
  /// The key as the message spells it.
  public let key: String
  /// The key with `+` and `%XX` decoded: S3's own messages encode it as a form does.
  public let decodedKey: String

  /// An event from its parts; the key as the message spells it.
  public init(_ kind: Kind, bucket: String, key: String) {
    self.kind = kind
    self.bucket = bucket
    self.key = key
    decodedKey = ObjectEvent.formDecoded(key)
  }

  /// Whether the event is about that object.
  ///
  /// Whether a key is encoded differs between S3, EventBridge and other servers; an event is only a
  /// hint, so that either spelling counts.
  public func isAbout(bucket: String, key: String) -> Bool {
    self.bucket == bucket && (self.key == key || decodedKey == key)
  }

  /// A record of S3's own message; `nil` if it is none.
  init?(record: JSONValue) {
    guard let s3 = record["s3"], let bucket = s3["bucket"]?["name"]?.text,
      let key = s3["object"]?["key"]?.text, let name = record["eventName"]?.text
    else { return nil }
    // Other servers keep the prefix that S3 has in its settings only.
    let word = name.hasPrefix("s3:") ? name.dropFirst(3) : name[...]
    self.init(
      word.hasPrefix("ObjectCreated")
        ? .created : word.hasPrefix("ObjectRemoved") ? .removed : .other,
      bucket: bucket, key: key)
  }

  /// An event of EventBridge; `nil` if it is not about an object.
  init?(eventBridge event: JSONValue) {
    guard let type = event["detail-type"]?.text, let detail = event["detail"],
      let bucket = detail["bucket"]?["name"]?.text, let key = detail["object"]?["key"]?.text
    else { return nil }
    self.init(
      type == "Object Created" ? .created : type == "Object Deleted" ? .removed : .other,
      bucket: bucket, key: key)
  }

  private static func formDecoded(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "%") }) else {
      return text
    }
    let bytes = Array(text.utf8)
    var decoded: [UInt8] = []
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "%"), position + 2 < bytes.count,
        let high = hexadecimal(bytes[position + 1]), let low = hexadecimal(bytes[position + 2])
      {
        decoded.append(high << 4 | low)
        position += 3
      } else {
        decoded.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        position += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
