import Dump
import SQLiteTables

/// How rows of a table are known from one dump to the next: columns that say which row it is, and
/// one whose value changes with any other.
struct RowKey: Sendable, Hashable {
  /// The columns of the key; none if only the checksum is known.
  let columns: [String]
  /// Whether that tells rows apart: where there are no other columns, rows of the same checksum are
  /// the same row as often as they occur.
  let tellsRowsApart: Bool

  /// The column whose value is another one if anything in the row is.
  static let checksum = "row_checksum"

  /// The columns by which rows are known, for people.
  var names: [String] { columns.isEmpty ? [RowKey.checksum] : columns }
  /// What is read of each row, in this order.
  var readColumns: [String] { columns + [RowKey.checksum] }
  /// How many of them tell rows apart: without a key equal rows are all that can be counted.
  var columnCount: Int { max(1, columns.count) }

  /// The key of a table; `nil` if the table has no checksum.
  ///
  /// - Parameters:
  ///   - table: the table's name.
  ///   - names: the names of its columns in a database.
  ///   - given: keys that were given, by table; before those of the presets.
  /// - Throws: ``OperationError`` for a given key with a column that the table lacks.
  init?(of table: String, columns names: [String], given: [TableKey]) throws(OperationError) {
    func spelled(_ column: String) -> String? { names.first { isSameName($0, column) } }
    if let key = given.last(where: { isSameName($0.table, table) }) {
      for column in key.columns where spelled(column) == nil {
        throw OperationError(
          .usage, "cannot use column \(column) as a key of table \(table): it has no such column",
          hint: "it has " + names.joined(separator: ", "))
      }
      columns =
        key.columns.allSatisfy { isSameName($0, RowKey.checksum) }
        ? [] : key.columns.compactMap(spelled)
      tellsRowsApart = true
    } else {
      let preset = TablePreset.allCases.lazy.compactMap { preset in
        preset.keys.first { isSameName($0.key, table) }?.value
      }.first
      let found = (preset ?? []).compactMap(spelled)
      columns = found.count == preset?.count ? found : []
      tellsRowsApart =
        !columns.isEmpty
        || TablePreset.allCases.contains { preset in
          preset.tablesWithoutKey.contains { isSameName($0, table) }
        }
    }
    guard spelled(RowKey.checksum) != nil else { return nil }
  }
}

/// A key that is given for a table: `events=dd_event_id` or `attribution=dd_stage_id,dd_session_id`.
public struct TableKey: Sendable, Hashable {
  /// The table.
  public let table: String
  /// The key's columns in the database.
  public let columns: [String]

  /// Reads `table=column,column`.
  ///
  /// - Throws: ``OperationError`` with what is wrong with the text.
  public init(parsing text: String) throws(OperationError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let columns = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
    guard let table = parts.first, !table.isEmpty, !columns.isEmpty,
      Set(columns).count == columns.count
    else {
      throw OperationError(
        .usage, "cannot use \(text) as a key: it is not a table with its columns",
        hint: "write it like events=dd_event_id or attribution=dd_stage_id,dd_session_id")
    }
    self.table = String(table)
    self.columns = columns
  }

  /// The keys of a list with commas between them, as between their columns; not read yet.
  static func separated(_ text: String) -> [String] {
    var keys: [String] = []
    for part in text.split(separator: ",") {
      if part.contains("=") || keys.isEmpty {
        keys.append(String(part.drop(while: \.isWhitespace)))
      } else {
        keys[keys.count - 1] += "," + part
      }
    }
    return keys
  }
}
