import FoundationEssentials

/// Reports as JSON: one document on one line, keys sorted, with the version of its shape.
///
/// New fields may appear within a version; readers ignore what they do not know.
struct JSONOutput<Report: Encodable>: Encodable {
  let report: Report

  static func print(_ report: Report) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let document = try encoder.encode(JSONOutput(report: report))
    try StandardOutput.write(Array(document) + [0x0a])
  }

  private enum Key: String, CodingKey { case schemaVersion = "schema_version" }

  func encode(to encoder: any Encoder) throws {
    try report.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(1, forKey: .schemaVersion)
  }
}
