import Foundation
import TestSupport
import Testing

@testable import Dump

@Suite struct ReceiptFuzzTests {
  @Test func `every prefix of a receipt is refused as cut short`() {
    let bytes = Array(vendorReceipt.utf8)
    for count in 0..<bytes.count {
      let error = #expect(throws: DumpError.self) { try Receipt(parsing: Array(bytes[..<count])) }
      #expect(error?.code == .truncated, "\(count) bytes: \(error?.message ?? "")")
    }
  }

  /// What parses must keep every promise of the type; what does not must say so with a place.
  @Test func `bytes changed at random are read to a valid receipt or refused`() throws {
    var random = SeededGenerator()
    let alphabet =
      Array("{}[]\":,\\/u0123456789-+.eE truefalsn\n\u{e9}".utf8) + [0xFF, 0x80, 0, 0xED]
    var accepted = 0
    for round in 0..<20_000 {
      var bytes = Array(vendorReceipt.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let byte = alphabet.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = byte
        case 1: bytes.insert(byte, at: place)
        case 2: bytes.remove(at: place)
        default:
          let end = Int.random(in: place..<bytes.count, using: &random)
          bytes.insert(contentsOf: bytes[place...end].prefix(200), at: place)
        }
      }
      do throws(DumpError) {
        let receipt = try Receipt(parsing: bytes)
        accepted += 1
        #expect(!receipt.tables.isEmpty)
        #expect(Array(receipt.text.utf8) == bytes)
        let again = try Receipt(parsing: Array(receipt.serialized().utf8))
        #expect(again == receipt, "round \(round), seed \(random.seed)")
      } catch {
        #expect(error.place != nil, "round \(round), seed \(random.seed)")
      }
    }
    #expect(accepted > 100, "only \(accepted) of 20,000 were readable, seed \(random.seed)")
  }

  @Test func `bytes without any sense are refused`() {
    var random = SeededGenerator()
    for _ in 0..<2_000 {
      let count = Int.random(in: 0...200, using: &random)
      let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
      #expect(throws: DumpError.self, "seed \(random.seed)") { try Receipt(parsing: bytes) }
    }
  }

  /// Foundation's decoder as the judge of the grammar: what we read, it reads, and the same.
  ///
  /// It is not as strict as we are about what the values mean.
  @Test func `what is read is JSON to another parser too`() throws {
    struct Entry: Decodable {
      var folder: String
      var totalFileCount: Int

      enum CodingKeys: String, CodingKey {
        case folder
        case totalFileCount = "total_file_count"
      }
    }
    struct Other: Decodable {
      var timestamp: String
      var tables: [String: Entry]
    }
    var random = SeededGenerator()
    let alphabet = Array("{}[]\":,\\ 019-.e\nxué".unicodeScalars)
    for round in 0..<5_000 {
      var scalars = Array(vendorReceipt.unicodeScalars)
      let place = Int.random(in: 0..<scalars.count, using: &random)
      scalars[place] = alphabet.randomElement(using: &random) ?? " "
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      guard let ours = try? parse(text) else { continue }
      let theirs = try JSONDecoder().decode(Other.self, from: Data(text.utf8))
      #expect(theirs.tables.count == ours.tables.count, "round \(round), seed \(random.seed)")
      for table in ours.tables {
        #expect(theirs.tables[table.name]?.folder == table.folder, "seed \(random.seed)")
        #expect(theirs.tables[table.name]?.totalFileCount == table.totalFileCount)
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `the largest receipt is read without running out of time or stack`() throws {
    var text = #"{"timestamp":"2023-03-14T04:03:07Z","tables":{"#
    for index in 0..<40_000 {
      text += #""t\#(index)":{"folder":"2023-03-14T04:03/t\#(index)","total_file_count":1},"#
    }
    text += #""last":{"folder":"x","total_file_count":0}},"more":["#
    text += String(repeating: "0,", count: (Limits.receiptByteCount - text.utf8.count - 4) / 2)
    text += "0]}"
    let receipt = try parse(text)
    #expect(receipt.tables.count == 40_001)
  }
}
