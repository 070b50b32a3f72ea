import Foundation

/// What `--json` prints, as far as tests look at it.
struct Document: Decodable {
  struct Table: Decodable {
    let name: String
    let rows: Int?
    let files: Int
    let promisedFiles: Int?
    let uncheckedPages: Int?
  }

  struct Finding: Decodable {
    struct Place: Decodable {
      let table: String?
      let file: String?
      let column: String?
    }
    let code: String
    let severity: String
    let message: String
    let place: Place
  }

  let schemaVersion: Int?
  let timestamp: String?
  let tables: [Table]?
  let findings: [Finding]
  let rows: Int?
  let rowsPerSecond: Double?
  let peakMemoryBytes: Int?
  let messageType: String?
  let code: Int32?
  let message: String?

  init(_ text: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(Document.self, from: Data(text.utf8))
  }

  /// The words of all findings that weigh as errors.
  var errorCodes: [String] { findings.filter { $0.severity == "error" }.map(\.code) }
  /// The words of all findings.
  var codes: [String] { findings.map(\.code) }
}
