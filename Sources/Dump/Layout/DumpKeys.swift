/// The keys of what an exporter writes, relative to the location.
public enum DumpKeys {
  /// The receipt that is in force.
  public static let receipt = "receipt.json"

  /// The folder of a dump, with `/` at the end.
  public static func folder(of label: DumpLabel) -> String { "\(label)/" }

  /// The folder of a table, as the receipt names it.
  public static func folder(of table: String, in label: DumpLabel) -> String { "\(label)/\(table)" }

  /// A file of a table by its number: `2023-03-14T04:03/events/000000000012.parquet`.
  public static func file(_ number: Int, of table: String, in label: DumpLabel) -> String {
    "\(folder(of: table, in: label))/\(padded(number, 12)).parquet"
  }

  /// The manifest of a dump.
  public static func manifest(of label: DumpLabel) -> String { "\(label)/manifest.json" }

  /// What says why a dump was not finished.
  public static func failure(of label: DumpLabel) -> String { "\(label)/_failed.json" }

  /// What says that a dump is being deleted, where its numbers of files could say otherwise on the way.
  public static func pruning(of label: DumpLabel) -> String { "\(label)/_pruning.json" }

  /// Where the copies of receipts are.
  public static let receiptFolder = "receipts/"

  /// The copy of a receipt that stays when the next one takes its place.
  public static func archivedReceipt(of timestamp: Timestamp) -> String {
    "\(receiptFolder)\(timestamp).json"
  }

  /// Where the pins are.
  public static let pinFolder = "pins/"

  /// What says that a dump is to stay; it counts by its name, whatever is in it.
  public static func pin(of label: DumpLabel) -> String { "\(pinFolder)\(label)" }
}
