import Foundation
import Testing

@testable import Parquet

/// A folder of real files with an index of what each must give, if there is one: set
/// `RECEIPT_CORPUS` to its path.
///
/// Its form is the one of this project's other checks.
@Suite struct `Corpus` {
  static let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["RECEIPT_CORPUS"] {
      return URL(filePath: path)
    }
    let package = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return package.appending(path: "../shared/corpus/parquet")
  }()

  static let isThere = FileManager.default.fileExists(
    atPath: folder.appending(path: "index.json").path)

  struct Index: Decodable {
    var files: [Entry]
  }

  struct Entry: Decodable {
    var file: String
    var expectation: Expectation
  }

  struct Expectation: Decodable {
    var kind: String
    var expected: String?
    var hash: String?
    var names: [String]?
  }

  struct Digest: Decodable {
    var rows: Int
    var head: [String]
  }

  /// Sums up one kind of expectation, so that a run reports each file once.
  private func entries(of kinds: String...) throws -> [Entry] {
    let index = try Data(contentsOf: Self.folder.appending(path: "index.json"))
    return try JSONDecoder().decode(Index.self, from: index).files
      .filter { kinds.contains($0.expectation.kind) }
  }

  private func url(_ path: String) -> URL { Self.folder.appending(path: path) }

  @Test(.enabled(if: isThere, "the corpus is not there; set RECEIPT_CORPUS to its folder"))
  func `every good file gives its rows`() throws {
    let context = ReadContext()
    for entry in try entries(of: "rows") {
      let bytes = try contents(of: url(entry.file))
      if let expected = entry.expectation.expected, !expected.hasSuffix(".gz") {
        let rows = try canonicalRows(bytes, name: entry.file, context: context)
        let lines = String(decoding: try contents(of: url(expected)), as: UTF8.self)
          .split(separator: "\n").map(String.init)
        #expect(rows.count == lines.count, "\(entry.file)")
        for (row, line) in zip(rows, lines) where JSONLine(row) != JSONLine(line) {
          Issue.record("\(entry.file): \(row) is not \(line)")
          break
        }
      } else if let hash = entry.expectation.hash {
        let digest = try JSONDecoder().decode(Digest.self, from: Data(contentsOf: url(hash)))
        let limit = digest.head.count
        let rows = try canonicalRows(
          bytes, name: entry.file, batch: limit, rowLimit: limit, context: context)
        #expect(rows.map(JSONLine.init) == digest.head.map(JSONLine.init), "\(entry.file)")
      }
    }
  }

  @Test(.enabled(if: isThere, "the corpus is not there; set RECEIPT_CORPUS to its folder"))
  func `every bad file is refused`() throws {
    for entry in try entries(of: "error", "error_naming") {
      let error = try failure(of: try contents(of: url(entry.file)), name: entry.file)
      #expect(error != nil, "\(entry.file)")
      guard let error, let names = entry.expectation.names else { continue }
      #expect(
        names.contains { error.description.lowercased().contains($0.lowercased()) },
        "\(entry.file): \(error)")
    }
  }

  @Test(.enabled(if: isThere, "the corpus is not there; set RECEIPT_CORPUS to its folder"))
  func `some good files are written anew`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    let context = ReadContext()
    // All of them, in more ways, go through the command: see `Tests/compare-rewritten.py`.
    for entry in try entries(of: "rows") where Int.random(in: 0..<6, using: &random) == 0 {
      let bytes = try contents(of: url(entry.file))
      if bytes.count > 20_000 { continue }
      let schema = try ParquetFile(name: entry.file, source: MemorySource(bytes)).schema
      if schema.leaves.contains(where: { $0.physicalType == .int96 }) {
        #expect(throws: ParquetError.self) { try rewritten(bytes, WriterOptions()) }
        continue
      }
      let rows = try canonicalRows(bytes, context: context)
      let options = WriterOptions.random(&random)
      let written = try rewritten(bytes, options)
      #expect(
        try canonicalRows(written, context: context) == rows, "\(entry.file), seed \(seed)")
      #expect(try contradictions(in: written) == [], "\(entry.file), seed \(seed)")
      let again = try ParquetFile(name: entry.file, source: MemorySource(written)).schema
      // One file lacks repetitions, which the format demands and the writer adds.
      let isWhole = schema.elements.dropFirst().allSatisfy { $0.repetition != nil }
      #expect(!isWhole || again.description == schema.description, "\(entry.file)")
    }
  }
}
