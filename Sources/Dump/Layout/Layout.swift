/// Where the receipt's folders lead.
///
/// ```
/// <location>/receipt.json
/// <location>/2023-03-14T04:03/revenue/000000000000.parquet
/// <location>/2023-03-14T04:03/revenue_attribution/000000000000.parquet
/// ```
///
/// - A folder is used with exactly one `/` after it, because object stores match by prefix and
///   `revenue` is a prefix of `revenue_attribution`.
/// - A location may be a sub-folder of the bucket. The vendor does not say whether a receipt there
///   writes `2023-03-14T04:03/revenue` or `sub/2023-03-14T04:03/revenue`, so each ``FolderReading``
///   that makes sense is tried, and the listings decide.
public enum Layout {
  /// The ways in which a receipt's folders can be read at a location, as written first.
  ///
  /// There is more than one only when every folder starts with the names with which the location
  /// ends: at `s3://bucket/exports/dreamdata`, the folder
  /// `exports/dreamdata/2023-03-14T04:03/revenue` may mean the location's own
  /// `2023-03-14T04:03/revenue`. All readings stay inside the location.
  ///
  /// - Parameters:
  ///   - receipt: The receipt.
  ///   - locationPath: The key prefix of a location in a bucket or the absolute path of a
  ///     directory, without `.` and `..`; `/` at its ends does not matter.
  /// - Returns: At least the reading as written.
  public static func readings(of receipt: Receipt, locationPath: String) -> [FolderReading] {
    let location = components(locationPath)
    let folders = receipt.tables.map { components($0.folder) }
    // The names that are dropped must leave one for the folder itself.
    let most = min(location.count, (folders.map(\.count).min() ?? 1) - 1)
    return (0...max(0, most)).compactMap { count in
      let tail = location.suffix(count)
      guard folders.allSatisfy({ $0.starts(with: tail) }) else { return nil }
      return FolderReading(droppedNameCount: count)
    }
  }

  /// Every prefix that must be listed for a ``QuickCheck``: for each table and reading one,
  /// relative to the location, with `/` at the end; sorted, each once.
  ///
  /// The parameters are those of ``readings(of:locationPath:)``.
  public static func prefixes(of receipt: Receipt, locationPath: String) -> [String] {
    let readings = readings(of: receipt, locationPath: locationPath)
    let all = readings.flatMap { reading in receipt.tables.map { reading.prefix(of: $0) } }
    return Set(all).sorted(by: Wording.precedes)
  }

  /// What an object below a table folder is.
  ///
  /// - Parameters:
  ///   - key: The object's key, relative to the location.
  ///   - prefix: The table's prefix, ending with `/`.
  /// - Returns: The role; `foreign` for a key that is not below the prefix.
  static func role(of key: String, under prefix: String) -> ObjectRole {
    let name = key.utf8.dropFirst(prefix.utf8.count)
    guard key.utf8.starts(with: prefix.utf8) else { return .foreign }
    if name.isEmpty || name.last == UInt8(ascii: "/") { return .marker }
    if name.contains(UInt8(ascii: "/")) { return .nested }
    let isParquet = name.reversed().starts(with: ".parquet".utf8.reversed())
    let isHidden = name.first == UInt8(ascii: ".") || name.first == UInt8(ascii: "_")
    switch (isHidden, isParquet) {
    case (false, true): return .part
    case (true, false): return .marker
    case (true, true), (false, false): return .other
    }
  }

  /// A folder without a `/` at its end.
  static func plain(_ folder: String) -> String { components(folder).joined(separator: "/") }

  private static func components(_ path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
  }

  static func dropping(_ count: Int, from folder: String) -> String {
    components(folder).dropFirst(count).joined(separator: "/")
  }
}

/// What an object below a table's prefix counts as.
enum ObjectRole {
  /// `*.parquet` directly in the folder: one of the promised files.
  case part
  /// Ignored. A folder marker (its key ends with `/`; consoles make them), or a name that starts
  /// with `_` or `.` (`_SUCCESS`, `.part.crc`): writers and file systems leave these beside the
  /// files, readers skip them by convention, and they carry no rows.
  case marker
  /// In a folder below; worth a finding, never a part.
  case nested
  /// Directly in the folder and neither; worth a finding. A hidden `.parquet` is one: some readers
  /// would load it and others not.
  case other
  /// Not below the prefix at all.
  case foreign
}

/// One way to read the folders of a receipt.
public struct FolderReading: Sendable, Hashable, Codable {
  /// How many names at the front of each folder are the location's own and are dropped; 0 means as
  /// written.
  public let droppedNameCount: Int

  private enum CodingKeys: String, CodingKey {
    case droppedNameCount = "dropped_name_count"
  }

  /// The folders as they are written.
  public static let asWritten = FolderReading(droppedNameCount: 0)

  /// The prefix below which the table's objects are, relative to the location, with exactly one `/`
  /// at its end, such as `2023-03-14T04:03/revenue/`.
  public func prefix(of table: TableEntry) -> String {
    Layout.dropping(droppedNameCount, from: table.folder) + "/"
  }
}
