import AWS
package import Dump
import OpenSSLCrypto

/// The end of the name of what a run makes for itself, by which it is known later:
/// `__stg_20230314040307963883_1a2b3c4d`.
package enum StagingName {
  /// What stands before the dump's timestamp.
  static let mark = "__stg_"

  /// The end of the names of a run's staging tables, or of the schema that they are in.
  static func suffix(_ timestamp: Timestamp, _ runID: String) -> String {
    let run = runID == WarehouseOptions.scriptRunID ? "" : "_" + runID.prefix(8)
    return mark + digits(timestamp) + run
  }

  /// A name with an end, within a number of bytes; what is cut off is told by a digest of the whole.
  static func name(_ name: String, end: String, byteLimit: Int) -> String {
    if name.utf8.count + end.utf8.count <= byteLimit { return name + end }
    let mark = "_" + Hex.text(Array(Digest.sha256(Array(name.utf8)).prefix(6)))
    var start = Substring(name)
    while start.utf8.count + mark.utf8.count + end.utf8.count > byteLimit { start.removeLast() }
    return start + mark + end
  }

  private static func digits(_ timestamp: Timestamp) -> String {
    timestamp.description.filter(\.isNumber)
  }

  /// Whether something was made for a dump, or an earlier one: once a later dump is live, nobody
  /// needs it any more.
  package static func isLeftOver(_ name: String, of timestamp: Timestamp) -> Bool {
    guard
      let match = ASCIICase.lower(name).firstMatch(of: /__stg_(\d{20}|\d{23})(_[0-9a-f]{8})?$/)
    else { return false }
    // Of the same length, so that texts compare as numbers.
    func padded(_ text: String) -> String {
      text + String(repeating: "0", count: max(0, 23 - text.utf8.count))
    }
    return padded(String(match.1)) <= padded(digits(timestamp))
  }
}
