/// The place of one leaf column's entries, which many rows change.
final class ShreddedLeaf {
  var entries: ShreddedEntries

  init(_ column: LeafColumn) { entries = ShreddedEntries(column) }
}

/// What a column of texts takes from JSON.
enum JSONTextRule: BitwiseCopyable {
  /// Strings; in a column of JSON texts anything, strings without their quotes.
  case strings
  /// Strings, and numbers and truth values as they are written.
  case scalars
  /// Anything, as it is written.
  case anything
}

/// The entries of one leaf column from JSON, until they go to a ``ColumnBuilder``.
struct ShreddedEntries: ~Copyable {
  let column: LeafColumn
  let kind: ValueKind
  /// What a column of texts takes.
  var textRule = JSONTextRule.strings
  private var definitionLevels = Buffer<UInt16>()
  private var repetitionLevels = Buffer<UInt16>()
  /// Numbers in their storage type, or byte arrays one after the other.
  var bytes = Buffer<UInt8>()
  /// Where each byte array ends.
  private var ends = Buffer<Int>()
  /// The sizes of all these where the row began.
  private var rowStart = (levels: 0, repetitions: 0, bytes: 0, ends: 0)

  init(_ column: LeafColumn) {
    self.column = column
    kind = column.valueKind
  }

  // MARK: Rows

  mutating func beginRow() {
    rowStart = (definitionLevels.count, repetitionLevels.count, bytes.count, ends.count)
  }

  /// Forgets what the row has brought so far.
  mutating func dropRow() {
    definitionLevels.count = rowStart.levels
    repetitionLevels.count = rowStart.repetitions
    bytes.count = rowStart.bytes
    ends.count = rowStart.ends
  }

  /// Bytes in memory.
  var byteCount: Int { bytes.count + 8 * ends.count + 4 * definitionLevels.count }

  // MARK: Entries

  mutating func appendLevels(_ definition: Int, _ repetition: Int) {
    if column.maximumDefinitionLevel > 0 {
      definitionLevels.append(UInt16(truncatingIfNeeded: definition))
    }
    if column.maximumRepetitionLevel > 0 {
      repetitionLevels.append(UInt16(truncatingIfNeeded: repetition))
    }
  }

  /// Ends a byte array, whose bytes have been appended.
  mutating func endBytes() { ends.append(bytes.count) }

  /// The length of the byte array that has been appended but not ended.
  var openByteCount: Int { bytes.count - (ends.count == 0 ? 0 : ends[ends.count - 1]) }

  /// Takes the bytes back that have been appended but not ended.
  mutating func dropOpenBytes() { bytes.count -= openByteCount }

  /// Hands the entries of whole rows over, and is empty then.
  mutating func flush(into builder: ColumnBuilder, rowCount: Int) {
    let entryCount = column.maximumDefinitionLevel == 0 ? rowCount : definitionLevels.count
    if column.valueLayout == .views {
      builder.append(
        bytes: bytes.view, ends: ends, definitionLevels: definitionLevels,
        repetitionLevels: repetitionLevels, entryCount: entryCount)
    } else {
      builder.append(
        plain: bytes.view, definitionLevels: definitionLevels, repetitionLevels: repetitionLevels,
        entryCount: entryCount)
    }
    definitionLevels.removeAll()
    repetitionLevels.removeAll()
    bytes.removeAll()
    ends.removeAll()
  }
}
