import Foundation
import Testing

@testable import Dump

@Suite struct FindingTests {
  @Test func `every code in the source is documented once, and nothing else is`() throws {
    let source = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/Dump/Findings/FindingCode.swift")
    let text = try String(contentsOf: source, encoding: .utf8)
    let words = text.matches(of: /static let \w+ = FindingCode\("([a-z-]+)"\)/).map {
      String($0.output.1)
    }
    #expect(words.count > 20)
    let documented = FindingCode.documented.map(\.code.rawValue)
    #expect(documented.sorted() == words.sorted())
    #expect(Set(documented).count == documented.count)
  }

  @Test(arguments: FindingCode.documented)
  func `a code is a plain word with one line of meaning`(entry: FindingCode.Entry) {
    #expect(entry.code.rawValue.wholeMatch(of: /[a-z]+(-[a-z]+)+/) != nil)
    #expect((10...90).contains(entry.summary.count))
    #expect(entry.summary.first?.isUppercase == false)
    #expect(!entry.summary.contains("|") && !entry.summary.hasSuffix("."))
    #expect(entry.code.findingClass == entry.findingClass)
    #expect(entry.code.summary == entry.summary)
    #expect(FindingCode.markdownTable.contains("| `\(entry.code)` |"))
    #expect(FindingCode.plainTable.contains("  \(entry.code) "))
  }

  @Test func `the tables have one line for each code`() {
    let count = FindingCode.documented.count
    #expect(FindingCode.markdownTable.split(separator: "\n").count == count + 2)
    #expect(FindingCode.plainTable.split(separator: "\n").count == count)
    #expect(
      FindingCode.markdownTable.contains(
        "| `file-missing` | incomplete (20) | a table has fewer files than promised |\n"))
    #expect(FindingCode.plainTable.split(separator: "\n").allSatisfy { $0.count <= 130 })
  }

  @Test func `a word that is not known is a failure and never passes`() {
    let finding = Finding(FindingCode(rawValue: "invented-later"), "something")
    #expect(finding.severity == .error)
    #expect(finding.code.summary == nil)
    #expect(Outcome([finding]) == .failed)
  }

  @Test(
    arguments: [
      ([], .done),
      ([.pageCRCAbsent, .columnAdded, .tableEmpty, .columnWidened], .done),
      ([.fileMissing], .incomplete), ([.receiptMissing], .incomplete),
      ([.footerUnreadable], .corrupt), ([.receiptMalformed], .corrupt),
      ([.rowsDropped], .refused), ([.fileUnreadable], .failed),
      ([.rowsDropped, .fileMissing, .footerUnreadable], .corrupt),
      ([.rowsDropped, .fileMissing, .tableEmpty], .incomplete),
      ([.rowsDropped, .fileUnreadable], .failed),
      ([.fileUnreadable, .fileMissing], .incomplete),
    ] as [([FindingCode], Outcome)])
  func `the worst finding decides how the command ends`(codes: [FindingCode], outcome: Outcome) {
    for order in [codes, codes.reversed()] {
      #expect(Outcome(order.map { Finding($0, "x") }) == outcome)
    }
  }

  @Test func `a finding that was allowed no longer counts, a raised one does`() {
    #expect(Outcome([Finding(.rowsDropped, severity: .info, "x")]) == .done)
    #expect(Outcome([Finding(.tableEmpty, severity: .error, "x")]) == .failed)
  }

  @Test func `a malformed receipt is a finding with its place`() throws {
    let error = try #require(throws: DumpError.self) { try parse("{") }
    let finding = Finding(error)
    #expect(finding.code == .receiptMalformed)
    #expect(finding.place.file == "receipt.json")
    #expect(finding.place.text == error.place)
    #expect(finding.description == "receipt-malformed: receipt.json: \(error.message)")
  }

  @Test func `a place reads from the file inwards`() {
    let place = Finding.Place(
      table: "events", file: "L/events/0.parquet", column: "session.channel", rowGroup: 2,
      offset: 12_345)
    #expect(
      place.description == "L/events/0.parquet, column session.channel, row group 2, byte 12,345")
    #expect(Finding.Place(table: "events").description == "events")
    #expect(
      Finding(.receiptMissing, "there is none").description == "receipt-missing: there is none")
  }

  @Test func `names that would play tricks on a terminal are shown escaped`() {
    let place = Finding.Place(file: "L/t/\u{1B}[2Ja\u{202E}b.parquet", column: "x\ny")
    #expect(place.description == #"L/t/\u{1b}[2Ja\u{202e}b.parquet, column x\u{a}y"#)
    #expect(Wording.quoted("a\"\\\n") == #""a\"\\\u{a}""#)
    #expect(Wording.quoted(String(repeating: "é", count: 81)).count == 83)
    #expect(
      [-1_234_567, -1, 0, 999, 1_000].map { Wording.grouped($0) }
        == ["-1,234,567", "-1", "0", "999", "1,000"])
    #expect([0, 1, 2].map { Wording.count($0, "file") } == ["0 files", "1 file", "2 files"])
  }

  @Test func `the exit codes are those that scripts rely on`() {
    #expect(
      Outcome.allCases.map(\.rawValue) == [0, 1, 3, 10, 11, 20, 21, 22, 30, 31, 64, 130, 143])
    #expect(Outcome.plainTable.split(separator: "\n").count == 13)
    #expect(Outcome.markdownTable.contains("| 20 | the dump is incomplete"))
    #expect(FindingClass.allCases.map { Outcome($0).rawValue } == [20, 21, 22, 1, 0, 0])
  }
}
