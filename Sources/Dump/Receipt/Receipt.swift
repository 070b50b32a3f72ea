/// A `receipt.json`: the vendor's word that a dump is complete, written after all of its files.
///
/// ```json
/// { "timestamp": "2023-03-14T04:03:07.963883Z",
///   "tables": {
///     "companies": { "folder": "2023-03-14T04:03/companies", "total_file_count": 58 } } }
/// ```
///
/// It promises a folder and a number of files for each table and nothing else: no rows, no sizes,
/// no checksums. Fields that it may get later are ignored.
///
/// - There is at least one table; names differ, and so do folders.
/// - Two receipts are equal when they promise the same. ``text`` may differ.
public struct Receipt: Sendable {
  /// When the dump was made; the dump's identity.
  public let timestamp: Timestamp

  /// The tables, sorted by the bytes of their names.
  public let tables: [TableEntry]

  /// The receipt as it was read, unknown fields and spaces included, for whoever stores it; for a
  /// receipt made from values, its ``serialized()`` form.
  public let text: String

  /// Makes a receipt from what it promises.
  ///
  /// - Throws: ``DumpError`` when there is no table (``DumpError/Code/noTables``), a name comes
  ///   twice (``DumpError/Code/duplicateName``) or a folder does (``DumpError/Code/sharedFolder``).
  public init(timestamp: Timestamp, tables: [TableEntry]) throws(DumpError) {
    func fault(_ code: DumpError.Code, _ why: String) -> DumpError {
      DumpError(code: code, message: "cannot make a receipt: \(why)")
    }
    if tables.isEmpty { throw fault(.noTables, "it has no tables") }
    var names: Set<String> = []
    var folders: [String: String] = [:]
    for table in tables {
      let name = Wording.quoted(table.name)
      guard names.insert(table.name).inserted else {
        throw fault(.duplicateName, "table \(name) comes twice")
      }
      if let other = folders.updateValue(table.name, forKey: Layout.plain(table.folder)) {
        throw fault(
          .sharedFolder, "tables \(Wording.quoted(other)) and \(name) have the same folder")
      }
    }
    let sorted = Self.sorted(tables)
    self.init(
      checkedTimestamp: timestamp, tables: sorted,
      text: Self.serialized(timestamp: timestamp, tables: sorted))
  }

  /// For parts that have been checked; `tables` is sorted.
  init(checkedTimestamp: Timestamp, tables: [TableEntry], text: String) {
    self.timestamp = checkedTimestamp
    self.tables = tables
    self.text = text
  }

  static func sorted(_ tables: [TableEntry]) -> [TableEntry] {
    tables.sorted { Wording.precedes($0.name, $1.name) }
  }

  /// The entry of the table with that name, if the receipt has one.
  public subscript(name: String) -> TableEntry? { tables.first { $0.name == name } }

  /// The label of the dump's own minute.
  ///
  /// Its folders need not carry it: they are where the entries say.
  public var label: DumpLabel { DumpLabel(timestamp) }

  /// The number of files that all tables together promise.
  public var totalFileCount: Int { tables.reduce(0) { $0 + $1.totalFileCount } }
}

extension Receipt: Hashable {
  /// Whether both promise the same; their texts may differ.
  public static func == (left: Receipt, right: Receipt) -> Bool {
    left.timestamp == right.timestamp && left.tables == right.tables
  }

  /// Feeds what the receipt promises, not its text.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(timestamp)
    hasher.combine(tables)
  }
}

extension Receipt: Encodable {
  private enum Key: String, CodingKey { case timestamp, tables }

  /// Writes `timestamp`, and `tables` as an array in the order of ``tables``: a form for reports.
  ///
  /// The vendor's form is ``serialized()``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(timestamp, forKey: .timestamp)
    try container.encode(tables, forKey: .tables)
  }
}
