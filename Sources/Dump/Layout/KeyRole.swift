/// What a key below a location is, by its name alone.
///
/// ```
/// receipt.json                          the receipt
/// receipts/<timestamp>.json             an archived receipt
/// pins/<label>                          a pin
/// <label>/                              of a dump, as are all below it that are named here
/// <label>/manifest.json
/// <label>/_failed.json, <label>/.x      names that begin with "_" or "."
/// <label>/<table>/                      a folder marker
/// <label>/<table>/*.parquet
/// <label>/<table>/_SUCCESS, …/.x.crc
/// .receipt-*                            what this tool keeps in directories
/// ```
///
/// Everything else is foreign. Nothing that is foreign is ever deleted, also where it lies in the
/// folder of a dump.
public enum KeyRole: Sendable, Hashable {
  /// The receipt that is in force.
  case receipt
  /// A copy of a receipt.
  case archivedReceipt(Timestamp)
  /// What keeps a dump.
  case pin(DumpLabel)
  /// Below `pins/`, and not the label of a dump.
  case unreadablePin(String)
  /// A part of a dump, or what writers leave beside the parts.
  case dump(DumpLabel)
  /// A file in which this tool keeps something about a directory.
  case own
  /// Somebody else's.
  case foreign

  /// The role of a key that is relative to the location.
  public init(_ key: String) {
    if key == DumpKeys.receipt {
      self = .receipt
    } else if let label = Self.label(of: key) {
      self = Self.isOfDump(key.utf8.dropFirst(Self.labelByteCount + 1)) ? .dump(label) : .foreign
    } else if let name = Self.name(of: key, in: DumpKeys.receiptFolder) {
      let text = name.hasSuffix(".json") ? String(name.dropLast(5)) : ""
      self = (try? Timestamp(parsing: text)).map { .archivedReceipt($0) } ?? .foreign
    } else if let name = Self.name(of: key, in: DumpKeys.pinFolder) {
      if name.isEmpty {
        self = .own
      } else {
        self = (try? DumpLabel(parsing: name)).map { .pin($0) } ?? .unreadablePin(name)
      }
    } else {
      self = key.utf8.starts(with: ".receipt-".utf8) ? .own : .foreign
    }
  }

  private static let labelByteCount = 16

  /// The label of the folder at the front of a key.
  static func label(of key: String) -> DumpLabel? {
    let start = key.utf8.prefix(labelByteCount)
    guard key.utf8.dropFirst(labelByteCount).first == UInt8(ascii: "/"),
      start.dropFirst(10).first == UInt8(ascii: "T")
    else { return nil }
    return try? DumpLabel(parsing: String(Substring(start)))
  }

  /// Whether what stands behind the label is what the layout names.
  private static func isOfDump(_ rest: Substring.UTF8View) -> Bool {
    let slash = UInt8(ascii: "/")
    let names = rest.split(separator: slash, omittingEmptySubsequences: false)
    guard names.count <= 2, let name = names.last else { return false }
    if names.count == 2, names[0].isEmpty { return false }
    if name.isEmpty || name.first == UInt8(ascii: "_") || name.first == UInt8(ascii: ".") {
      return true
    }
    return names.count == 1
      ? name.elementsEqual("manifest.json".utf8)
      : name.reversed().starts(with: ".parquet".utf8.reversed())
  }

  private static func name(of key: String, in folder: String) -> String? {
    guard key.utf8.starts(with: folder.utf8) else { return nil }
    return String(Substring(key.utf8.dropFirst(folder.utf8.count)))
  }
}
