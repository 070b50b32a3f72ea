import Testing

@Suite struct UsageTests {
  @Test(arguments: [
    ["frob"], ["verify"], ["load", "."], ["show", "one", "two"], ["show", ".", "--jobs"],
    ["show", "gs://bucket"], ["verify", ".", "--level", "thorough"], ["verify", ".", "--jobs=-1"],
    ["parquet", "frob"], ["parquet", "cat"], ["parquet", "cat", "x", "--head=-1"],
    ["load", ".", "--into", ""], ["load", ".", "--into", "x", "--page-size=1000"],
    ["load", ".", "--into", "x", "--page-size=256"], ["load", ".", "--into", "x", "--jobs=0"],
    ["load", ".", "--into", "x", "--max-memory=lots"], ["load", ".", "--into", "x", "--tables="],
    ["load", ".", "--into", "x", "--nested=rows"],
  ])
  func `a wrong command line ends with 64 and writes nothing`(arguments: [String]) throws {
    let scratch = try Scratch()
    let result = try Command.run(arguments, in: scratch)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errorLines.first?.lowercased().hasPrefix("error: ") == true)
    #expect(try scratch.names().isEmpty)
  }

  @Test(arguments: ["20", "x%", "101%", "-1%"])
  func `--max-drop says how a percentage is written`(text: String) throws {
    let result = try Command.run(
      "verify", SampleDump.example, "--max-drop=\(text)", in: try Scratch())
    #expect(result.status == 64)
    #expect(result.errors.contains("Write it like 20% or 0.5%."))
  }

  @Test func `an unknown table is a wrong command line, and the tables are listed`() throws {
    let scratch = try Scratch()
    let result = try Command.run(
      "load", SampleDump.example, "--into", "x", "--tables", "events,nope", in: scratch)
    #expect(result.status == 64)
    #expect(result.errors.contains("error: cannot load table nope: the receipt has no such table"))
    #expect(result.errors.contains("attribution, companies, contacts, events, spend, stages"))
    #expect(try scratch.names().isEmpty)
  }

  @Test func `a misspelt option is put right`() throws {
    let result = try Command.run(
      "load", SampleDump.example, "--into", "x", "--pagesize", "512", in: try Scratch())
    #expect(result.status == 64)
    #expect(result.errors.contains("Did you mean '--page-size'?"))
  }

  /// Command lines that go wrong, with the exit code.
  static let failures: [(arguments: [String], status: Int32)] = [
    (["show", "nowhere"], 1),
    (["show", "."], 20),
    (["load", ".", "--into", "x"], 20),
    (["verify", "nowhere"], 1),
    (["verify", ".", "--level", "thorough"], 64),
    (["load", "."], 64),
    (["load", SampleDump.example, "--into", "folder"], 1),
    (["load", SampleDump.example, "--into", "x", "--page-size", "1"], 64),
    (["load", SampleDump.example, "--into", "x", "--tables", "nope"], 64),
  ]

  @Test(arguments: failures)
  func `with --json errors are JSON on standard error`(arguments: [String], status: Int32) throws {
    let scratch = try Scratch()
    try scratch.makeFolder("folder")
    let result = try Command.run(arguments + ["--json"], in: scratch)
    #expect(result.status == status)
    #expect(result.output.isEmpty)
    #expect(result.errorLines.count == 1)
    let document = try Document(result.errors)
    #expect(document.messageType == "exit_error")
    #expect(document.code == status)
    #expect(document.message?.isEmpty == false)
  }
}
