/// One checked fact that is not as it should be.
///
/// A finding is a value that goes into reports, not an error that stops the work: everything is
/// looked at, and one bad file never hides another.
public struct Finding: Sendable, Hashable, Codable {
  /// What kind of fact.
  public let code: FindingCode

  /// How much it weighs.
  public let severity: Severity

  /// Where it is.
  public let place: Place

  /// What is the case, with both numbers where there are two; lower case, without a full stop.
  public let message: String

  /// What to do next, as a sentence.
  public let hint: String?

  /// Makes a finding.
  ///
  /// - Parameters:
  ///   - code: What kind of fact.
  ///   - place: Where it is.
  ///   - severity: How much it weighs; `nil` takes what the code's class says. A caller that has
  ///     been told to allow something gives `.info`.
  ///   - message: What is the case.
  ///   - hint: What to do next.
  public init(
    _ code: FindingCode, at place: Place = Place(), severity: Severity? = nil, _ message: String,
    hint: String? = nil
  ) {
    self.code = code
    self.severity = severity ?? Severity(code.findingClass)
    self.place = place
    self.message = message
    self.hint = hint
  }

  /// The finding that says that a receipt cannot be read.
  public init(_ error: DumpError, file: String = "receipt.json") {
    self.init(
      .receiptMalformed, at: Place(file: file, text: error.place), error.message, hint: error.hint)
  }

  /// How much a finding weighs.
  public enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
    /// The dump must not be used; the exit code says so.
    case error
    /// Worth a look; the dump can be used.
    case warning
    /// Worth knowing.
    case info

    /// The weight that a class of findings has by itself.
    public init(_ findingClass: FindingClass) {
      switch findingClass {
      case .incomplete, .corrupt, .gate, .failure: self = .error
      case .warning: self = .warning
      case .info: self = .info
      }
    }
  }

  /// Where a finding is; what does not apply is `nil`.
  public struct Place: Sendable, Hashable, Codable {
    /// The table's name.
    public var table: String?
    /// The object's key relative to the location.
    public var file: String?
    /// The dotted path of the column.
    public var column: String?
    /// The row group in the file, counted from 0.
    public var rowGroup: Int?
    /// The offset in the file, in bytes.
    public var offset: Int64?
    /// The place in a text file.
    public var text: TextPlace?

    /// Makes a place from what is known.
    public init(
      table: String? = nil, file: String? = nil, column: String? = nil, rowGroup: Int? = nil,
      offset: Int64? = nil, text: TextPlace? = nil
    ) {
      self.table = table
      self.file = file
      self.column = column
      self.rowGroup = rowGroup
      self.offset = offset
      self.text = text
    }

    private enum CodingKeys: String, CodingKey {
      case table, file, column, offset, text
      case rowGroup = "row_group"
    }
  }
}

extension Finding.Place: CustomStringConvertible {
  /// The most exact name of the place that is known, such as
  /// `2023-03-14T04:03/events/000000000012.parquet, column session.channel, row group 0`; empty
  /// when the finding is about the dump as a whole.
  public var description: String {
    var parts: [String] = []
    if let name = file ?? table { parts.append(Wording.printable(name)) }
    if let column { parts.append("column \(Wording.printable(column))") }
    if let rowGroup { parts.append("row group \(rowGroup)") }
    if let offset { parts.append("byte \(Wording.grouped(offset))") }
    return parts.joined(separator: ", ")
  }
}

extension Finding: CustomStringConvertible {
  /// `file-missing: companies: 57 files where the receipt promises 58`.
  public var description: String {
    let placed = place.description
    return placed.isEmpty ? "\(code): \(message)" : "\(code): \(placed): \(message)"
  }
}
