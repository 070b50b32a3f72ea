import Foundation
import FoundationXML
import Testing

/// What a JUnit report says, as an XML parser reads it.
private final class JUnitReader: NSObject, XMLParserDelegate {
  private(set) var suites: [String] = []
  private(set) var failures: [String] = []
  private(set) var caseCount = 0

  init(_ xml: Data) throws {
    super.init()
    let parser = XMLParser(data: xml)
    parser.delegate = self
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    switch element {
    case "testsuite": suites.append(attributes["name"] ?? "")
    case "testcase": caseCount += 1
    case "failure": failures.append(attributes["type"] ?? "")
    default: break
    }
  }
}

@Suite struct JUnitTests {
  @Test(arguments: Defect.all)
  func `each defect is a failure that XML parsers read`(defect: Defect) throws {
    let scratch = try defect.scratch()
    let result = try Command.run(
      "verify", "dump", "--level", defect.level, "--junit", "report.xml", in: scratch)
    #expect(result.status == defect.status)
    let report = try JUnitReader(scratch.bytes("report.xml"))
    #expect(report.failures.contains(defect.code) == (defect.status != 0))
    #expect(report.caseCount >= max(1, report.failures.count))
  }

  @Test func `a sound dump has a suite for each table and no failure`() throws {
    let scratch = try Scratch()
    let result = try Command.run(
      "verify", SampleDump.example, "--junit", "report.xml", in: scratch)
    #expect(result.status == 0)
    let report = try JUnitReader(scratch.bytes("report.xml"))
    #expect(
      report.suites == [
        "receipt", "attribution", "companies", "contacts", "events", "spend", "stages",
      ])
    #expect(report.failures.isEmpty)
  }

  @Test func `names with quotes, angles and ampersands stay XML`() throws {
    let scratch = try Scratch()
    let receipt = SampleDump.receipt(["<&\\\"'>": 1, "\u{ffff}é🚀": 2], folder: { "x/\($0.count)" })
    try scratch.write(receipt, to: "dump/receipt.json")
    try scratch.write("", to: "dump/x/3/<&>.parquet")
    _ = try Command.run("verify", "dump", "--junit", "report.xml", in: scratch)
    let report = try JUnitReader(scratch.bytes("report.xml"))
    #expect(report.suites.contains("<&\"'>"))
    #expect(!report.failures.isEmpty)
  }

  @Test func `a report that cannot be written is an error behind the findings`() throws {
    let scratch = try Scratch()
    let result = try Command.run(
      "verify", SampleDump.example, "--junit", "nowhere/report.xml", in: scratch)
    #expect(result.status == 1)
    #expect(result.output.contains("is sound"))
    #expect(result.errors == "error: cannot write nowhere/report.xml: No such file or directory\n")
  }
}
