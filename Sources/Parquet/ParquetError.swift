/// Why a Parquet file cannot be read or written, and where.
///
/// The description is one sentence, ``message`` after the place it concerns; ``hint`` says what to
/// do where there is something to do.
public struct ParquetError: Error, Sendable, Hashable {
  /// The kind of a failure: what a caller decides by.
  public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    /// The stable word.
    public let rawValue: String

    /// A code from its stable word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The bytes contradict the format, or end before what they promise.
    public static let corrupt = Code(rawValue: "corrupt")
    /// The file is not a Parquet file at all.
    public static let notParquet = Code(rawValue: "not-parquet")
    /// The footer cannot be read.
    public static let footer = Code(rawValue: "footer")
    /// A page's checksum differs from its bytes.
    public static let pageChecksum = Code(rawValue: "page-checksum")
    /// The file is sound but needs a feature that this library does not have.
    public static let unsupported = Code(rawValue: "unsupported")
    /// The caller asked for a column or row group that the file does not have.
    public static let notFound = Code(rawValue: "not-found")
    /// The source could not give the bytes.
    public static let source = Code(rawValue: "source")
    /// The options of a writer contradict the format, the schema or each other.
    public static let options = Code(rawValue: "options")
    /// A schema cannot be made, or not be written.
    public static let schema = Code(rawValue: "schema")
    /// A value does not fit its column.
    public static let value = Code(rawValue: "value")
    /// More would be written than the format or this library allows.
    public static let limit = Code(rawValue: "limit")

    /// Whether the error is about what is to be written.
    fileprivate var isOfWriting: Bool {
      self == .options || self == .schema || self == .value || self == .limit
    }

    /// The stable word.
    public var description: String { rawValue }
  }

  /// The part of a file that an error is about; what is not known is `nil`.
  public struct Place: Sendable, Hashable {
    /// The file's name, as the caller gave it.
    public var file: String?
    /// The row group's index, from 0.
    public var rowGroup: Int?
    /// The dotted path of the leaf column.
    public var column: String?
    /// The index of the page in its column chunk, from 0, the dictionary page included.
    public var page: Int?
    /// The byte offset in the file.
    public var offset: Int64?

    /// A place, empty unless told otherwise.
    public init(
      file: String? = nil, rowGroup: Int? = nil, column: String? = nil, page: Int? = nil,
      offset: Int64? = nil
    ) {
      self.file = file
      self.rowGroup = rowGroup
      self.column = column
      self.page = page
      self.offset = offset
    }
  }

  /// The kind of the failure.
  public var code: Code
  /// Where it is.
  public var place: Place
  /// What is wrong, with the numbers.
  public var message: String
  /// What to do about it.
  public var hint: String?

  /// An error from its parts.
  public init(_ code: Code, at place: Place = Place(), _ message: String, hint: String? = nil) {
    self.code = code
    self.place = place
    self.message = message
    self.hint = hint
  }
}

extension ParquetError: CustomStringConvertible {
  /// `cannot read <file>: <message> (<place>)`, or `cannot write …`.
  public var description: String {
    var parts: [String] = []
    if let column = place.column { parts.append("column \(column)") }
    if let rowGroup = place.rowGroup { parts.append("row group \(rowGroup)") }
    if let page = place.page { parts.append("page \(page)") }
    if let offset = place.offset { parts.append("offset \(offset)") }
    let suffix = parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    let verb = code.isOfWriting ? "write" : "read"
    return "cannot \(verb) \(place.file ?? "the Parquet file"): \(message)\(suffix)"
  }
}

/// What a decoder found wrong, without the place: the small error that travels through the inner
/// loops, widened once to a ``ParquetError`` by whoever knows the column and page.
enum DecodingFailure: Error {
  /// The bytes end before what they promise.
  case truncated(StaticString, needed: Int, available: Int)
  /// A number is outside of what the format or the file itself allows.
  case outOfRange(StaticString, value: Int64, limit: Int64)
  /// The bytes contradict the format.
  case malformed(StaticString)
  /// A C library refused the compressed bytes.
  case codec(Codec, String)
  /// A page's checksum differs.
  case checksum(stored: UInt32, computed: UInt32)
  /// Sound, but not supported here.
  case unsupported(String)

  @inline(never)
  func widened(at place: ParquetError.Place) -> ParquetError {
    switch self {
    case .truncated(let what, let needed, let available):
      ParquetError(
        .corrupt, at: place,
        "\(what) needs \(grouped(needed)) bytes but \(grouped(available)) are left")
    case .outOfRange(let what, let value, let limit):
      ParquetError(
        .corrupt, at: place, "\(what) is \(grouped(value)) but may be at most \(grouped(limit))")
    case .malformed(let what):
      ParquetError(.corrupt, at: place, "\(what)")
    case .codec(let codec, let why):
      ParquetError(.corrupt, at: place, "the \(codec) page does not decompress: \(why)")
    case .checksum(let stored, let computed):
      ParquetError(
        .pageChecksum, at: place,
        "the page's CRC is \(hexadecimal(stored)) but its bytes give \(hexadecimal(computed))")
    case .unsupported(let feature):
      ParquetError(.unsupported, at: place, "\(feature) is not supported")
    }
  }
}

/// A number with `,` between groups of three digits, as the messages print it.
func grouped(_ value: some BinaryInteger) -> String {
  let digits = String(value.magnitude)
  var text = value < 0 ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}

private func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
