import FoundationEssentials

/// Reports as JSON: one document on one line, keys sorted, with the version of its shape.
///
/// New fields may appear within a version; readers ignore what they do not know.
struct JSONOutput<Report: Encodable>: Encodable {
  let report: Report

  static func print(_ report: Report) throws {
    try StandardOutput.write(Array(try text(report).utf8))
  }

  /// The document, with a line feed at its end.
  static func text(_ report: Report) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(JSONOutput(report: report)), as: UTF8.self) + "\n"
  }

  private enum Key: String, CodingKey { case schemaVersion = "schema_version" }

  func encode(to encoder: any Encoder) throws {
    try report.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(1, forKey: .schemaVersion)
  }
}
