/// The stable word for one kind of finding, such as `file-missing`.
///
/// A word never changes its meaning; new ones may be added, so readers of reports must bear unknown
/// ones. ``documented`` is the one table of all words of this module.
public struct FindingCode: RawRepresentable, Sendable, Hashable, Codable {
  /// The word, in lower case with hyphens.
  public let rawValue: String

  /// Takes any word, so that other modules and later versions can add their own.
  public init(rawValue: String) { self.rawValue = rawValue }

  init(_ word: String) { rawValue = word }

  // What each word means stands once, in `documented`; here is only where it belongs.

  /// Receipt: `receipt-missing`.
  public static let receiptMissing = FindingCode("receipt-missing")
  /// Receipt: `receipt-malformed`.
  public static let receiptMalformed = FindingCode("receipt-malformed")

  /// Listing: `folder-missing`.
  public static let folderMissing = FindingCode("folder-missing")
  /// Listing: `folder-ambiguous`.
  public static let folderAmbiguous = FindingCode("folder-ambiguous")
  /// Listing: `file-missing`.
  public static let fileMissing = FindingCode("file-missing")
  /// Listing: `file-extra`.
  public static let fileExtra = FindingCode("file-extra")
  /// Listing: `file-empty`.
  public static let fileEmpty = FindingCode("file-empty")
  /// Listing: `object-unexpected`.
  public static let objectUnexpected = FindingCode("object-unexpected")
  /// Listing: `key-special`.
  public static let keySpecial = FindingCode("key-special")
  /// Listing or footers: `table-empty`.
  public static let tableEmpty = FindingCode("table-empty")

  /// Reading: `file-unreadable`.
  public static let fileUnreadable = FindingCode("file-unreadable")
  /// Footers: `footer-unreadable`.
  public static let footerUnreadable = FindingCode("footer-unreadable")
  /// Footers: `schema-differs`.
  public static let schemaDiffers = FindingCode("schema-differs")
  /// Footers: `row-count-differs`.
  public static let rowCountDiffers = FindingCode("row-count-differs")
  /// Footers or listing: `size-differs`.
  public static let sizeDiffers = FindingCode("size-differs")
  /// Manifest: `manifest-malformed`.
  public static let manifestMalformed = FindingCode("manifest-malformed")
  /// Manifest: `file-duplicated`.
  public static let fileDuplicated = FindingCode("file-duplicated")
  /// Manifest: `checksum-differs`.
  public static let checksumDiffers = FindingCode("checksum-differs")

  /// Values: `page-crc-mismatch`.
  public static let pageCRCMismatch = FindingCode("page-crc-mismatch")
  /// Values: `page-crc-absent`.
  public static let pageCRCAbsent = FindingCode("page-crc-absent")
  /// Values: `value-undecodable`.
  public static let valueUndecodable = FindingCode("value-undecodable")
  /// Values: `text-malformed`.
  public static let textMalformed = FindingCode("text-malformed")
  /// Values: `statistics-differ`.
  public static let statisticsDiffer = FindingCode("statistics-differ")
  /// Values: `feature-unsupported`.
  public static let featureUnsupported = FindingCode("feature-unsupported")

  /// Comparison: `rows-dropped`.
  public static let rowsDropped = FindingCode("rows-dropped")
  /// Comparison: `table-emptied`.
  public static let tableEmptied = FindingCode("table-emptied")
  /// Comparison: `table-gone`.
  public static let tableGone = FindingCode("table-gone")
  /// Comparison: `table-added`.
  public static let tableAdded = FindingCode("table-added")
  /// Comparison: `column-added`.
  public static let columnAdded = FindingCode("column-added")
  /// Comparison: `column-removed`.
  public static let columnRemoved = FindingCode("column-removed")
  /// Comparison: `column-widened`.
  public static let columnWidened = FindingCode("column-widened")
  /// Comparison: `column-narrowed`.
  public static let columnNarrowed = FindingCode("column-narrowed")
  /// Comparison: `column-changed`.
  public static let columnChanged = FindingCode("column-changed")
  /// Comparison: `column-moved`.
  public static let columnMoved = FindingCode("column-moved")

  /// Target: `dump-older`.
  public static let dumpOlder = FindingCode("dump-older")
  /// Target: `dump-rolled-back`.
  public static let dumpRolledBack = FindingCode("dump-rolled-back")
  /// Target: `table-foreign`.
  public static let tableForeign = FindingCode("table-foreign")
  /// Target: `target-shared`.
  public static let targetShared = FindingCode("target-shared")
  /// Target: `view-broken`.
  public static let viewBroken = FindingCode("view-broken")
  /// Target: `index-lost`.
  public static let indexLost = FindingCode("index-lost")
  /// Target: `key-unusable`.
  public static let keyUnusable = FindingCode("key-unusable")
  /// Target: `trigger-lost`.
  public static let triggerLost = FindingCode("trigger-lost")
  /// Target: `type-replaced`.
  public static let typeReplaced = FindingCode("type-replaced")
  /// Target: `staging-left`.
  public static let stagingLeft = FindingCode("staging-left")
  /// Target: `copied-rows-differ`.
  public static let copiedRowsDiffer = FindingCode("copied-rows-differ")

  /// Watch: `delivery-overdue`.
  public static let deliveryOverdue = FindingCode("delivery-overdue")
}

/// What follows from a finding.
public enum FindingClass: String, Sendable, Hashable, Codable, CaseIterable {
  /// The set of files is not the promised one; a later look may find it complete. Exit 20.
  case incomplete
  /// A file or the receipt is damaged or contradicts itself; waiting does not help. Exit 21.
  case corrupt
  /// The dump is sound, but differs from an earlier one more than the rules allow. Exit 22.
  case gate
  /// It could not be checked, or the word is not known here. Exit 1.
  case failure
  /// Worth a look; the dump can be used. Exit 0.
  case warning
  /// Worth knowing. Exit 0.
  case info
}
