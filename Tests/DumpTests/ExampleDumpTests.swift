import Foundation
import Testing

@testable import Dump

@Suite struct ExampleDumpTests {
  static let example = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../examples/dump").standardizedFileURL

  /// All files of the example with their sizes, as a listing of its folder shows them.
  static func objects() throws -> [ListedObject] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: example.path)
    return try names.compactMap { name in
      let path = example.appending(path: name).path
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      guard attributes[.type] as? FileAttributeType == .typeRegular else { return nil }
      return ListedObject(key: name, byteCount: attributes[.size] as? Int64 ?? 0)
    }
  }

  @Test func `the example dump is as its receipt promises`() throws {
    let bytes = try Data(contentsOf: Self.example.appending(path: "receipt.json"))
    let receipt = try Receipt(parsing: Array(bytes))
    #expect(receipt.timestamp.description == "2026-11-20T04:03:07.963883Z")
    #expect(receipt.tables.allSatisfy { $0.label == receipt.label })
    #expect(receipt.text == receipt.serialized())
    let all = try Self.objects()
    let location = Self.example.path
    let prefixes = Layout.prefixes(of: receipt, locationPath: location)
    let check = QuickCheck(
      receipt: receipt, locationPath: location,
      listings: Dictionary(uniqueKeysWithValues: prefixes.map { ($0, all) }))
    #expect(check.findings.isEmpty, "\(check.findings)")
    #expect(check.tables.count == 6)
    #expect(check.tables.reduce(1) { $0 + $1.files.count } == all.count)
    #expect(all.reduce(0) { $0 + $1.byteCount } < 300_000)
  }
}
