/// Why text or bytes are not a receipt, a timestamp, a label or a rule: the module's only error.
///
/// `message` is a whole sentence (`cannot read receipt.json: …`) without a full stop, and `hint`
/// the next step, where there is one. Neither ever holds more than a few words of the input.
public struct DumpError: Error, Sendable, Hashable {
  /// What is wrong, as a stable word that programs may compare.
  public let code: Code

  /// Where in the text it is wrong; `nil` when the text as a whole is.
  public let place: TextPlace?

  /// What could not be done and why, with both numbers where there are two.
  public let message: String

  /// What to do next, as a sentence.
  public let hint: String?

  /// Makes an error from its parts.
  public init(code: Code, place: TextPlace? = nil, message: String, hint: String? = nil) {
    self.code = code
    self.place = place
    self.message = message
    self.hint = hint
  }

  /// A stable word for one kind of fault.
  ///
  /// New words may be added; a word never changes its meaning.
  public struct Code: RawRepresentable, Sendable, Hashable, Codable {
    /// The word, in lower case with hyphens.
    public let rawValue: String

    /// Takes any word, so that other modules and later versions can add their own.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The text has more bytes than ``Limits`` allows.
    public static let tooLarge = Code(rawValue: "too-large")
    /// The bytes are not UTF-8.
    public static let notUTF8 = Code(rawValue: "not-utf8")
    /// The text ends before it is complete.
    public static let truncated = Code(rawValue: "truncated")
    /// The text breaks the JSON grammar.
    public static let notJSON = Code(rawValue: "not-json")
    /// A JSON value has another type than its place asks for.
    public static let wrongType = Code(rawValue: "wrong-type")
    /// A field that every receipt has is not there.
    public static let missingField = Code(rawValue: "missing-field")
    /// One object gives the same name twice, so that readers would disagree about its value.
    public static let duplicateName = Code(rawValue: "duplicate-name")
    /// `tables` is there and names none.
    public static let noTables = Code(rawValue: "no-tables")
    /// A table name is empty, too long or holds a character that no name may hold.
    public static let badTableName = Code(rawValue: "bad-table-name")
    /// A folder is empty, leaves the location, or cannot be the start of an object's key.
    public static let badFolder = Code(rawValue: "bad-folder")
    /// Two tables give the same folder.
    public static let sharedFolder = Code(rawValue: "shared-folder")
    /// A file count is negative, not a whole number, or larger than ``Limits`` allows.
    public static let badCount = Code(rawValue: "bad-count")
    /// The text is not an RFC 3339 timestamp of the years 0000 to 9999.
    public static let badTimestamp = Code(rawValue: "bad-timestamp")
    /// The text is not a dump label.
    public static let badLabel = Code(rawValue: "bad-label")
    /// The text is not a percentage from 0% to 100%.
    public static let badPercentage = Code(rawValue: "bad-percentage")
    /// The text is not a list of times of day.
    public static let badSchedule = Code(rawValue: "bad-schedule")
  }
}

extension DumpError: CustomStringConvertible {
  /// The message and, on a line of its own, the hint.
  public var description: String {
    guard let hint else { return message }
    return "\(message)\nhint: \(hint)"
  }
}

/// A place in a JSON text: where the eye goes (line and column) and where the program goes (path).
public struct TextPlace: Sendable, Hashable, Codable {
  /// The line, counted from 1; lines end with LF.
  public let line: Int

  /// The column in Unicode scalars, counted from 1.
  public let column: Int

  /// The JSON path, such as `$.tables.revenue.folder`; `$` is the whole document.
  public let path: String

  /// Makes a place from its parts.
  public init(line: Int, column: Int, path: String) {
    self.line = line
    self.column = column
    self.path = path
  }
}

extension TextPlace: CustomStringConvertible {
  /// `line 3, column 14 ($.tables.revenue)`.
  public var description: String { "line \(line), column \(column) (\(path))" }
}
