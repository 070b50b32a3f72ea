extension FindingCode {
  /// One line of the table of all codes.
  public struct Entry: Sendable, Hashable {
    /// The code.
    public let code: FindingCode
    /// What follows from a finding with this code.
    public let findingClass: FindingClass
    /// What the code means, in one line.
    public let summary: String

    init(_ code: FindingCode, _ findingClass: FindingClass, _ summary: String) {
      self.code = code
      self.findingClass = findingClass
      self.summary = summary
    }
  }

  /// Every code of this module with its meaning, in the order in which a dump is checked.
  public static let documented: [Entry] = [
    Entry(.receiptMissing, .incomplete, "there is no receipt.json at the location"),
    Entry(.receiptMalformed, .corrupt, "receipt.json is not a receipt; line and column are given"),

    Entry(.folderMissing, .incomplete, "a table's folder holds nothing"),
    Entry(
      .folderAmbiguous, .incomplete,
      "the receipt's folders lead to two places, and the file counts do not decide"),
    Entry(.fileMissing, .incomplete, "a table has fewer files than promised"),
    Entry(.fileExtra, .incomplete, "a table has more files than promised"),
    Entry(.fileEmpty, .corrupt, "a file has 0 bytes"),
    Entry(
      .objectUnexpected, .warning,
      "an object in a table's folder is neither a Parquet file nor a known marker"),
    Entry(
      .keySpecial, .warning,
      "a key has a space, `+`, `%` or the like, which S3's events and many tools spell otherwise"),
    Entry(.tableEmpty, .warning, "a table has no files or no rows"),

    Entry(.fileUnreadable, .failure, "the store did not give a file's bytes"),
    Entry(.footerUnreadable, .corrupt, "a file's footer is missing, cut off or not Parquet"),
    Entry(
      .schemaDiffers, .corrupt, "a file's columns differ from those of its table's other files"),
    Entry(
      .rowCountDiffers, .corrupt,
      "footer, row groups, columns or manifest disagree about the number of rows"),
    Entry(.sizeDiffers, .corrupt, "a file's size is not the one in the manifest or its footer"),
    Entry(.manifestMalformed, .warning, "manifest.json is not one, or of another dump"),
    Entry(.fileDuplicated, .corrupt, "two files of a table have the same rows"),
    Entry(.checksumDiffers, .corrupt, "a file's checksum is not the one in the manifest or store"),

    Entry(.pageCRCMismatch, .corrupt, "a page's bytes do not have the CRC in its header"),
    Entry(.pageCRCAbsent, .info, "a file has pages without CRC: their content is not provable"),
    Entry(.valueUndecodable, .corrupt, "a page or a value in it cannot be decoded"),
    Entry(
      .textMalformed, .warning,
      "texts of a column are not UTF-8; `load` stores them as blobs of the same bytes"),
    Entry(
      .statisticsDiffer, .corrupt,
      "a column's minimum, maximum or null count is not that of its values"),
    Entry(.featureUnsupported, .failure, "a file uses a Parquet feature that is not read here"),

    Entry(.rowsDropped, .gate, "a table has fewer rows than before, by more than --max-drop"),
    Entry(.tableEmptied, .gate, "a table had rows before and has none now"),
    Entry(.tableGone, .gate, "a table of the earlier dump is not in this one"),
    Entry(.tableAdded, .info, "a table was not in the earlier dump"),
    Entry(.columnAdded, .info, "a column was not in the earlier dump"),
    Entry(.columnRemoved, .gate, "a column of the earlier dump is not in this one"),
    Entry(.columnWidened, .warning, "a column's type now holds more values than before"),
    Entry(.columnNarrowed, .gate, "a column's type now holds fewer values than before"),
    Entry(.columnChanged, .gate, "a column's type is another one, neither wider nor narrower"),
    Entry(.columnMoved, .warning, "a column's place among the others changed"),

    Entry(.dumpOlder, .gate, "the target holds a later dump than this one"),
    Entry(.dumpRolledBack, .info, "the dump was taken back by a rollback and is not loaded again"),
    Entry(.tableForeign, .gate, "the target has a table of that name that no load has made"),
    Entry(.targetShared, .gate, "the target holds more than dumps, and a swap would lose it"),
    Entry(.viewBroken, .warning, "a view of the target can no longer be read"),
    Entry(.indexLost, .warning, "an index on a replaced table could not be made again"),
    Entry(.keyUnusable, .warning, "a table's key has duplicates or nulls; all rows were replaced"),
    Entry(.triggerLost, .warning, "a trigger on a replaced table could not be made again"),
    Entry(.typeReplaced, .warning, "the target has no such type; the column gets another one"),
    Entry(.stagingLeft, .warning, "staging tables could not be removed from the target"),
    Entry(.copiedRowsDiffer, .gate, "the target took in other numbers than the footers promise"),

    Entry(.deliveryOverdue, .incomplete, "a dump that the schedule promises has not come"),
  ]

  private static let byWord = Dictionary(
    documented.map { ($0.code.rawValue, $0) }, uniquingKeysWith: { first, _ in first })

  /// What follows from a finding with this code; a word that is not documented is a failure.
  public var findingClass: FindingClass { Self.byWord[rawValue]?.findingClass ?? .failure }

  /// What the code means, in one line; `nil` for a word that is not documented.
  public var summary: String? { Self.byWord[rawValue]?.summary }

  /// The table as GitHub Markdown, with a header line and an LF at the end of each line.
  public static var markdownTable: String {
    documented.reduce("| code | class | meaning |\n|---|---|---|\n") { text, entry in
      text + "| `\(entry.code)` | \(label(entry.findingClass)) | \(entry.summary) |\n"
    }
  }

  /// The table as aligned columns for a terminal, an LF at the end of each line.
  public static var plainTable: String {
    let rows = documented.map { [$0.code.description, label($0.findingClass), $0.summary] }
    let widths = (0..<2).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.reduce("") { text, row in
      text + "  " + filled(row[0], widths[0]) + "  " + filled(row[1], widths[1]) + "  \(row[2])\n"
    }
  }

  private static func label(_ findingClass: FindingClass) -> String {
    let outcome = Outcome(findingClass)
    return outcome == .done
      ? findingClass.rawValue : "\(findingClass.rawValue) (\(outcome.rawValue))"
  }

  private static func filled(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}

extension FindingCode: CustomStringConvertible {
  /// The word.
  public var description: String { rawValue }
}
