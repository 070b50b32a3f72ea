import Foundation
import Testing

/// A defect of a dump, and what must be said of it.
struct Defect: Sendable, CustomTestStringConvertible {
  let code: String
  let status: Int32
  var level = "standard"
  /// Part of the message.
  let says: String
  /// Whether the defect is one that a load refuses.
  var isRefused: Bool { status != 0 }
  let make: @Sendable (Scratch) throws -> Void

  var testDescription: String { "\(code): \(says)" }

  private static let file = "dump/" + SampleDump.file("events", 1)

  /// Changes of a copy of the example dump at `dump`.
  static let ofExample: [Defect] = [
    Defect(code: "receipt-missing", status: 20, says: "there is no dump/receipt.json") {
      try $0.remove("dump/receipt.json")
    },
    Defect(code: "receipt-malformed", status: 21, says: "line 1, column") {
      try $0.cut("dump/receipt.json", by: 40)
      try $0.write(
        try $0.text("dump/receipt.json").replacingOccurrences(of: "\n", with: " "),
        to: "dump/receipt.json")
    },
    Defect(code: "receipt-malformed", status: 21, says: "receipt.json") {
      try $0.write("", to: "dump/receipt.json")
    },
    Defect(code: "folder-missing", status: 20, says: "spend") {
      try $0.remove("dump/\(SampleDump.label)/spend")
    },
    Defect(code: "file-missing", status: 20, says: "has 2 files, and the receipt promises 3") {
      try $0.remove(file)
    },
    Defect(code: "file-extra", status: 20, says: "has 4 files, and the receipt promises 3") {
      try $0.copy(file, to: "dump/" + SampleDump.file("events", 3))
    },
    Defect(code: "file-empty", status: 21, level: "quick", says: "the file has 0 bytes") {
      try $0.write("", to: file)
    },
    Defect(code: "footer-unreadable", status: 21, says: "000000000001.parquet") {
      try $0.cut(file, by: 100)
    },
    Defect(code: "footer-unreadable", status: 21, says: "000000000001.parquet") {
      try $0.write("PAR1 and then nothing", to: file)
    },
    Defect(code: "schema-differs", status: 21, says: "000000000001.parquet") {
      try $0.copy("dump/" + SampleDump.file("stages", 0), to: file)
    },
    Defect(code: "page-crc-mismatch", status: 21, level: "deep", says: "column dd_event_id") {
      try $0.flip(file, at: 60)
    },
    Defect(code: "folder-ambiguous", status: 20, says: "can be read in 2 ways") { scratch in
      let receipt = try scratch.text("dump/receipt.json")
      try scratch.write(
        receipt.replacingOccurrences(of: "\"folder\": \"", with: "\"folder\": \"dump/"),
        to: "dump/receipt.json")
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path("outside"), withDestinationPath: "dump")
      try FileManager.default.copyItem(
        atPath: scratch.path("dump/\(SampleDump.label)"), toPath: scratch.path("copy"))
      try scratch.makeFolder("dump/dump")
      try FileManager.default.moveItem(
        atPath: scratch.path("copy"), toPath: scratch.path("dump/dump/\(SampleDump.label)"))
    },
    // Whoever opens a pipe waits for somebody who writes.
    Defect(code: "file-unreadable", status: 21, says: "it is a pipe or device, not a file") {
      try $0.remove(file)
      let code = unsafe mkfifo($0.path(file), 0o644)
      #expect(code == 0)
    },
    Defect(code: "object-unexpected", status: 0, says: "notes.txt") {
      try $0.write("hello", to: "dump/\(SampleDump.label)/events/notes.txt")
    },
  ]

  /// Files that contradict themselves, in a dump of one table.
  static let ofFiles: [Defect] = [
    Defect(code: "row-count-differs", status: 21, says: "says 11 rows but its row groups have 10") {
      try $0.makeDump(["t": ["rows-differ"]])
    },
    Defect(code: "statistics-differ", status: 21, level: "deep", says: "column name") {
      try $0.makeDump(["t": ["base", "statistics-differ"]])
    },
    Defect(code: "feature-unsupported", status: 1, level: "deep", says: "LZO") {
      try $0.makeDump(["t": ["base", "unsupported"]])
    },
    Defect(code: "text-malformed", status: 0, level: "deep", says: "1 value of a text column") {
      try $0.makeDump(["t": ["broken-text"]])
    },
    Defect(code: "table-empty", status: 0, says: "t: its file has no rows") {
      try $0.makeDump(["t": ["no-rows"]])
    },
    Defect(code: "table-empty", status: 0, says: "the receipt promises no files") {
      try $0.makeDump(["s": ["base"], "t": []])
    },
  ]

  static let all = ofExample + ofFiles

  /// A directory with the defect in `dump`.
  func scratch() throws -> Scratch {
    let scratch = try Scratch(exampleAs: "dump")
    if Defect.ofFiles.contains(where: { $0.testDescription == testDescription }) {
      try scratch.remove("dump")
    }
    try make(scratch)
    return scratch
  }
}

@Suite struct FindingTests {
  @Test(arguments: Defect.all)
  func `verify names each defect and ends with its code`(defect: Defect) throws {
    let scratch = try defect.scratch()
    let text = try Command.run("verify", "dump", "--level", defect.level, in: scratch)
    #expect(text.status == defect.status)
    #expect(text.errors.isEmpty)
    let lines = text.output.split(separator: "\n").filter { $0.contains(" \(defect.code): ") }
    #expect(lines.contains { $0.contains(defect.says) }, "\(text.output)")

    let json = try Command.run("verify", "dump", "--level", defect.level, "--json", in: scratch)
    #expect(json.status == defect.status)
    #expect(try Document(json.output).codes.contains(defect.code))
    if defect.status != 0 {
      #expect(try Document(json.output).errorCodes.contains(defect.code))
    }
  }

  @Test func `a table whose name begins another's is not confused with it`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["revenue": ["base"], "revenue_attribution": ["half", "half", "half"]])
    let sound = try Command.run("verify", "dump", "--json", in: scratch)
    #expect(sound.status == 0)
    #expect(try Document(sound.output).tables?.map(\.files) == [1, 3])
    try scratch.remove("dump/" + SampleDump.file("revenue", 0))
    let missing = try Command.run("verify", "dump", "--json", in: scratch)
    #expect(missing.status == 20)
    #expect(try Document(missing.output).errorCodes == ["folder-missing"])
  }

  @Test func `folders may be written with the location's own name or without`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["base"]], at: "exports/daily")
    for prefix in ["", "daily/", "exports/daily/"] {
      try scratch.write(
        SampleDump.receipt(["t": 1], folder: { "\(prefix)\(SampleDump.label)/\($0)/" }),
        to: "exports/daily/receipt.json")
      let result = try Command.run("verify", "exports/daily", in: scratch)
      #expect(result.status == 0, "\(prefix): \(result.output) \(result.errors)")
    }
  }
}
