import Foundation
import TestSupport
import Testing

@testable import Dump

@Suite struct ReceiptWritingTests {
  @Test func `a receipt is written with the vendor's fields in the vendor's order`() throws {
    let receipt = try Receipt(
      timestamp: Timestamp(parsing: "2023-03-14T04:03:07.963883Z"),
      tables: [
        TableEntry(name: "revenue", folder: "2023-03-14T04:03/revenue", totalFileCount: 51),
        TableEntry(name: "companies", folder: "2023-03-14T04:03/companies", totalFileCount: 58),
      ])
    let expected = """
      {
        "timestamp": "2023-03-14T04:03:07.963883Z",
        "tables": {
          "companies": {
            "folder": "2023-03-14T04:03/companies",
            "total_file_count": 58
          },
          "revenue": {
            "folder": "2023-03-14T04:03/revenue",
            "total_file_count": 51
          }
        }
      }

      """
    #expect(receipt.serialized() == expected)
    #expect(receipt.text == expected)
    #expect(try parse(expected) == receipt)
  }

  @Test func `what was read is written in the same bytes, however it was spelled`() throws {
    let spelled = vendorReceipt.replacing("07.963883Z", with: "07.963883000+00:00")
    #expect(try parse(spelled).serialized() == parse(vendorReceipt).serialized())
  }

  @Test func `any names survive writing and reading`() throws {
    var random = SeededGenerator()
    let scalars = Array("aZ09_-. \"\\'`$%éß漢😀\u{301}\u{2028}{}[]:,".unicodeScalars)
    let nameScalars = scalars + Array("\n\t\u{1b}\u{7f}".unicodeScalars)
    for round in 0..<500 {
      func name(of scalars: [Unicode.Scalar]) -> String {
        var text = "x"
        for _ in 0..<Int.random(in: 0...12, using: &random) {
          text.unicodeScalars.append(scalars.randomElement(using: &random) ?? "x")
        }
        return text
      }
      var entries: [TableEntry] = []
      for index in 0..<Int.random(in: 1...5, using: &random) {
        try entries.append(
          TableEntry(
            name: "\(index)" + name(of: nameScalars),
            folder: "\(index)\(name(of: scalars))/\(name(of: scalars))",
            totalFileCount: .random(in: 0...Limits.fileCount, using: &random)))
      }
      let timestamp = try #require(Timestamp.random(using: &random))
      let receipt = try Receipt(timestamp: timestamp, tables: entries.shuffled(using: &random))
      #expect(try parse(receipt.serialized()) == receipt, "round \(round), seed \(random.seed)")
    }
  }

  @Test func `tables are sorted by bytes, as object stores sort keys`() throws {
    let names = ["b", "B", "_", "a", "ä", "z", "😀", "\u{FFFD}"]
    let receipt = try Receipt(
      timestamp: .earliest,
      tables: names.map { try TableEntry(name: $0, folder: "f/\($0)", totalFileCount: 1) })
    #expect(receipt.tables.map(\.name) == ["B", "_", "a", "b", "z", "ä", "\u{FFFD}", "😀"])
  }

  @Test func `a receipt that contradicts itself is not made`() throws {
    let one = try TableEntry(name: "a", folder: "x", totalFileCount: 1)
    let twin = try TableEntry(name: "a", folder: "y", totalFileCount: 1)
    let same = try TableEntry(name: "b", folder: "x/", totalFileCount: 1)
    func code(_ tables: [TableEntry]) -> DumpError.Code? {
      #expect(throws: DumpError.self) { try Receipt(timestamp: .earliest, tables: tables) }?.code
    }
    #expect(code([]) == .noTables)
    #expect(code([one, twin]) == .duplicateName)
    #expect(code([one, same]) == .sharedFolder)
  }

  @Test func `an entry that breaks a rule is not made`() {
    func code(_ name: String, _ folder: String, _ count: Int) -> DumpError.Code? {
      #expect(throws: DumpError.self) {
        try TableEntry(name: name, folder: folder, totalFileCount: count)
      }?.code
    }
    #expect(code("", "x", 1) == .badTableName)
    #expect(code("t", "../x", 1) == .badFolder)
    #expect(code("t", "x", -1) == .badCount)
    #expect(code("t", "x", .max) == .badCount)
  }

  @Test func `a report's JSON names timestamp and tables`() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let receipt = try parse(receipt(folder: #""2023-03-14T04:03/t""#))
    let json = try encoder.encode(receipt)
    #expect(
      String(decoding: json, as: UTF8.self)
        == #"{"tables":[{"folder":"2023-03-14T04:03/t","name":"t","total_file_count":1}],"#
        + #""timestamp":"2023-03-14T04:03:07.000000Z"}"#)
    let entries = try encoder.encode(receipt.tables)
    #expect(try JSONDecoder().decode([TableEntry].self, from: entries) == receipt.tables)
    #expect(throws: DecodingError.self) {
      let text = #"{"folder":"../t","name":"t","total_file_count":1}"#
      return try JSONDecoder().decode(TableEntry.self, from: Data(text.utf8))
    }
  }
}
