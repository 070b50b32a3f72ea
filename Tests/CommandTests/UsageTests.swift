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
    let key = try Command.run(
      "load", SampleDump.example, "--into", "x", "--key", "nope=a", in: scratch)
    #expect(key.status == 64)
    #expect(key.errors.contains("cannot use a key of table nope: the receipt has no such table"))
    #expect(result.errors.contains("attribution, companies, contacts, events, spend, stages"))
    #expect(try scratch.names().isEmpty)
  }

  @Test(arguments: [
    (["sho", "."], "receipt sho", "receipt show"), (["exprot"], "receipt exprot", "receipt export"),
    (["parquet", "met", "x"], "receipt parquet met", "receipt parquet meta"),
  ])
  func `a misspelt command is put right`(
    arguments: [String], unknown: String, meant: String
  ) throws {
    let result = try Command.run(arguments, in: try Scratch())
    #expect(result.status == 64)
    #expect(result.errorLines.first == "error: there is no command `\(unknown)`")
    #expect(result.errorLines.last?.contains("did you mean `\(meant)`?") == true)
    let json = try Command.run(arguments + ["--json"], in: try Scratch())
    #expect(json.status == 64)
    #expect(json.errors.hasPrefix("{") && json.errors.contains("there is no command"))
  }

  @Test func `what cannot be exported is told with what can, and without a password`() throws {
    let scratch = try Scratch()
    let url = try Command.run("export", "mysql://me:hush@host/crm", "out", in: scratch)
    #expect(url.status == 64)
    #expect(url.errors.contains("mysql://") && url.errors.contains("postgres://"))
    #expect(!url.errors.contains("hush"))
    try scratch.write("a,b\n1,2\n", to: "texts/t.csv")
    let folder = try Command.run("export", "texts", "out", in: scratch)
    #expect(folder.status == 1)
    #expect(folder.errorLines.last == "hint: csv:texts and ndjson:texts read files of these kinds")
    #expect(try Command.run("export", "csv:texts", "out", in: scratch).status == 0)
  }

  @Test func `a dump that is not whole is not exported as a whole one`() throws {
    let scratch = try Scratch(exampleAs: "dump")
    try scratch.remove("dump/\(SampleDump.file("events", 1))")
    let result = try Command.run("export", "dump", "out", in: scratch)
    #expect(result.status == 20)
    #expect(result.errors.contains("cannot export dump: the dump is not whole"))
    #expect(result.errors.contains("file-missing"))
  }

  @Test func `a plan writes nothing, and no number of rows is too large for it`() throws {
    let scratch = try Scratch()
    let result = try Command.run(
      "export", SampleDump.example, "out", "--dry-run", "--rows-per-file", "\(Int64.max)",
      in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try scratch.names().isEmpty)
  }

  @Test func `rows of a table with one file are not said to be dropped`() throws {
    let scratch = try Scratch()
    let one = try Command.run(
      "export", SampleDump.example, "out", "--fault", "rows-dropped=events", in: scratch)
    #expect(one.status == 64)
    #expect(one.errors.contains("it has one file with rows"))
    let two = try Command.run(
      "export", SampleDump.example, "out", "--fault", "rows-dropped=events", "--files", "2",
      in: scratch)
    #expect(two.status == 0, "\(two.errors)")
    #expect(two.output.contains("it is broken on purpose: rows-dropped=events"))
  }

  @Test(arguments: ["../out", "/out", "a//b", ""])
  func `a sub-folder lies below the destination`(path: String) throws {
    let scratch = try Scratch()
    let result = try Command.run(
      ["export", SampleDump.example, "out", "--subfolder", path], in: scratch)
    #expect(result.status == 64)
    #expect(result.errors.contains("--subfolder must be a path below the destination"))
    #expect(try scratch.names().isEmpty)
  }

  @Test func `a command that is like none is not guessed at`() throws {
    let result = try Command.run("frobnicate", in: try Scratch())
    #expect(!result.errors.contains("did you mean"))
    #expect(result.errors.contains("`receipt --help` lists the commands"))
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
