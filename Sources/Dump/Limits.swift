/// Bounds on what is believed, each with its reason.
public enum Limits {
  /// The largest `receipt.json` that is read, in bytes: 4 MiB.
  ///
  /// A table takes about 100 bytes, so this is room for 40,000 tables, a thousand times what is
  /// known. More is some other file under the receipt's name, and must not fill the memory.
  public static let receiptByteCount = 4 << 20

  /// The most files that one table may promise: 10 million.
  ///
  /// Listing them takes 10,000 requests of 1,000 keys. A larger number comes from a broken
  /// exporter, not from data.
  public static let fileCount = 10_000_000

  /// The longest table name or folder, in bytes of UTF-8: 1,024, which is S3's bound on a whole
  /// key.
  public static let keyByteCount = 1_024

  /// How deep arrays and objects may lie in each other: 64.
  ///
  /// A receipt needs 3; fields that a later version adds may need a few more. The bound keeps
  /// hostile text from exhausting the stack.
  public static let nestingDepth = 64

  /// The largest message about events that is read, in bytes: 1 MiB.
  ///
  /// It is the most that a message of SQS or SNS may have; one about a receipt has a kilobyte.
  public static let messageByteCount = 1 << 20

  /// How many envelopes an event may be in: 4.
  ///
  /// The deepest known is S3's records in a notification of SNS in a record of SQS.
  public static let envelopeDepth = 4
}
