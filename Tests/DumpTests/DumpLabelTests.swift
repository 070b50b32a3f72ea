import Foundation
import Testing

@testable import Dump

@Suite struct DumpLabelTests {
  @Test(arguments: [
    ("2023-03-14T04:03:07.963883Z", "2023-03-14T04:03"),
    ("2023-03-14T04:03:00Z", "2023-03-14T04:03"),
    ("2023-03-14T04:03:59.999999999Z", "2023-03-14T04:03"),
    ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59"),
    ("0000-01-01T00:00:00Z", "0000-01-01T00:00"),
    ("9999-12-31T23:59:59Z", "9999-12-31T23:59"),
  ])
  func `a timestamp is cut to its minute`(timestamp: String, label: String) throws {
    let made = try DumpLabel(Timestamp(parsing: timestamp))
    #expect(made.description == label)
    #expect(try DumpLabel(parsing: label) == made)
    #expect(DumpLabel(made.timestamp) == made)
  }

  @Test(arguments: [
    "", "2023-03-14", "2023-03-14T04", "2023-03-14T04:3", "2023-03-14T04:03:07",
    "2023-03-14T04:03Z", "2023-03-14t04:03", "2023-03-14 04:03", "2023-02-29T04:03",
    "2023-03-14T24:00", "20230314T0403", "2023-03-14T04%3A03", " 2023-03-14T04:03",
  ])
  func `what is not exactly a label is refused`(text: String) {
    let error = #expect(throws: DumpError.self) { try DumpLabel(parsing: text) }
    #expect(error?.code == .badLabel)
  }

  @Test func `labels sort by time, like their texts`() throws {
    let labels = try ["2023-03-14T15:00", "2023-03-14T04:03", "0999-01-01T00:00"]
      .map { try DumpLabel(parsing: $0) }
    #expect(labels.sorted().map(\.description) == labels.map(\.description).sorted())
  }

  @Test func `as JSON it is its text`() throws {
    let label = try DumpLabel(parsing: "2023-03-14T04:03")
    let json = try JSONEncoder().encode([label])
    #expect(String(decoding: json, as: UTF8.self) == #"["2023-03-14T04:03"]"#)
    #expect(try JSONDecoder().decode([DumpLabel].self, from: json) == [label])
  }
}
