/// Something that is wrong with a dump on purpose, for those who test what watches over dumps.
public struct ExportFault: Sendable, Hashable {
  /// What is wrong.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The last file of a table is not there: `file-missing`.
    case missingFile = "missing-file"
    /// A table has a file more than the receipt says: `file-extra`.
    case extraFile = "extra-file"
    /// The last bytes of a file are not there: `footer-unreadable`.
    case truncatedFooter = "truncated-footer"
    /// One bit of a page is another: `page-crc-mismatch`, at level deep.
    case flippedByte = "flipped-byte"
    /// The receipt is there before the files of a table are: `folder-missing`.
    case earlyReceipt = "early-receipt"
    /// A file lacks a column of its table: `schema-differs`.
    case schemaChange = "schema-change"
    /// The files of a table have no rows: `table-empty`.
    case emptyTable = "empty-table"
    /// All files of a table but the first have lost their rows: `rows-dropped`, with `--against`.
    case rowsDropped = "rows-dropped"
    /// A file of a table is there twice: `file-duplicated`.
    case duplicateRows = "duplicate-rows"
    /// The name of a file has a space in it: `key-special`.
    case spaceInKey = "space-in-key"
  }

  /// What is wrong.
  public let kind: Kind
  /// The table; `nil` for the last one that has rows.
  public let table: String?

  /// A fault of a table.
  public init(_ kind: Kind, table: String? = nil) {
    self.kind = kind
    self.table = table
  }

  /// Reads `missing-file` or `missing-file=events`; `nil` for any other text.
  public init?(parsing text: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard let first = parts.first, let kind = Kind(rawValue: first) else { return nil }
    self.init(kind, table: parts.count == 2 ? parts[1] : nil)
  }
}
