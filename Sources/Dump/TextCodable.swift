/// A value that is written as its text in reports, and read from it.
public protocol TextCodable: Codable, CustomStringConvertible {
  /// Reads the text form.
  ///
  /// - Throws: ``DumpError`` with the reason.
  init(parsing text: String) throws(DumpError)
}

extension TextCodable {
  /// Reads the text form.
  ///
  /// - Throws: `DecodingError` when the value is not a string, or not of this form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do throws(DumpError) {
      try self.init(parsing: text)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
    }
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
