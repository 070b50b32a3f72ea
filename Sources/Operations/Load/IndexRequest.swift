import Dump
import SQLiteTables

/// An index that a load is to make and keep: `events(dd_company_id, timestamp)`.
public struct IndexRequest: Sendable, Hashable {
  /// The table.
  public let table: String
  /// Its columns in the database, in the order of the index.
  public let columns: [String]
  /// Whether it is left out where the table or a column is missing.
  let isOptional: Bool

  init(_ table: String, _ columns: [String], isOptional: Bool = false) {
    self.table = table
    self.columns = columns
    self.isOptional = isOptional
  }

  /// Reads `table(column, column)`; names that hold anything else stand in double quotes.
  ///
  /// - Throws: ``OperationError`` with what is wrong with the text.
  public init(parsing text: String) throws(OperationError) {
    var rest = text[...]
    let table = try IndexRequest.name(&rest, of: text)
    guard rest.first == "(" else { throw IndexRequest.malformed(text) }
    var columns: [String] = []
    repeat {
      rest.removeFirst()
      columns.append(try IndexRequest.name(&rest, of: text))
    } while rest.first == ","
    guard rest.first == ")", rest.dropFirst().allSatisfy(\.isWhitespace) else {
      throw IndexRequest.malformed(text)
    }
    self.init(table, columns)
  }

  /// The requests of a list with commas between them, not read yet.
  static func separated(_ text: String) -> [String] {
    var requests = [""]
    var isQuoted = false
    var isInside = false
    for character in text {
      if character == "\"" { isQuoted.toggle() }
      if !isQuoted, "()".contains(character) { isInside = character == "(" }
      if character == ",", !isQuoted, !isInside {
        requests.append("")
      } else {
        requests[requests.count - 1].append(character)
      }
    }
    return requests
  }

  private static func name(
    _ rest: inout Substring, of text: String
  ) throws(OperationError) -> String {
    rest = rest.drop(while: \.isWhitespace)
    var name = ""
    if rest.first == "\"" {
      rest.removeFirst()
      while let character = rest.popFirst() {
        if character == "\"" {
          if rest.first != "\"" { break }
          rest.removeFirst()
        }
        name.append(character)
      }
    } else {
      name = String(rest.prefix { !"(),\"".contains($0) })
      rest = rest.dropFirst(name.count)
      while name.last?.isWhitespace == true { name.removeLast() }
    }
    rest = rest.drop(while: \.isWhitespace)
    if name.isEmpty { throw malformed(text) }
    return name
  }

  private static func malformed(_ text: String) -> OperationError {
    OperationError(
      .usage, "cannot make index \(text): it is not a table with its columns in parentheses",
      hint: "write it like 'events(dd_company_id, timestamp)'")
  }
}

/// What is known of the tables of a vendor.
public enum TablePreset: String, Sendable, CaseIterable {
  /// The tables that Dreamdata documents.
  case dreamdata

  /// The keys of its tables, by name.
  ///
  /// `spend` has none. <https://developer.dreamdata.io/data-warehouse/schema>
  public var keys: [String: [String]] {
    switch self {
    case .dreamdata:
      [
        "attribution": ["dd_stage_id", "dd_session_id"], "companies": ["dd_company_id"],
        "contacts": ["dd_contact_id"], "events": ["dd_event_id"], "stages": ["dd_stage_id"],
      ]
    }
  }

  /// Tables whose rows have no key, but a checksum over all of them: what is known of such a row is
  /// whether there is one like it.
  public var tablesWithoutKey: [String] {
    switch self {
    case .dreamdata: ["spend"]
    }
  }

  /// Columns by which its tables refer to each other.
  private var references: [(table: String, column: String)] {
    switch self {
    case .dreamdata:
      [
        ("attribution", "dd_company_id"), ("attribution", "dd_contact_id"),
        ("attribution", "dd_session_id"), ("events", "dd_company_id"), ("events", "dd_contact_id"),
        ("events", "dd_session_id"), ("stages", "dd_company_id"),
        ("stages", "dd_primary_contact_id"),
      ]
    }
  }

  /// Indexes on the keys, and on what refers to them.
  public var indexes: [IndexRequest] {
    keys.sorted { $0.key < $1.key }.map { IndexRequest($0.key, $0.value, isOptional: true) }
      + references.map { IndexRequest($0.table, [$0.column], isOptional: true) }
  }
}
