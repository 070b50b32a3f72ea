import Testing

@Suite struct OutputTests {
  @Test(arguments: [
    "receipt show \(SampleDump.example)", "receipt verify \(SampleDump.example)",
    "receipt parquet cat \(SampleDump.example)/\(SampleDump.file("events", 0))",
    "receipt load \(SampleDump.example) --into x",
  ])
  func `a reader that goes away early is no error`(line: String) throws {
    let result = try Command.shell(line + " | head -1", in: try Scratch())
    #expect(result.status == 0)
    #expect(result.output.split(separator: "\n").count == 1)
    #expect(result.errors.isEmpty)
  }

  @Test(arguments: [">&-", "2>&-", "<&- >&- 2>&-"])
  func `closed descriptors do not end up in the database`(closing: String) throws {
    let scratch = try Scratch()
    let result = try Command.shell(
      "receipt load \(SampleDump.example) --into crm.sqlite \(closing)", in: scratch)
    #expect(result.status == 0)
    let database = try LoadedDatabase(scratch, "crm.sqlite")
    #expect(try database.value("PRAGMA integrity_check") == "ok")
  }

  @Test func `output that cannot be written is an error`() throws {
    let scratch = try Scratch()
    let result = try Command.shell("receipt show \(SampleDump.example) >/dev/full", in: scratch)
    #expect(result.status == 1)
    #expect(result.errors == "error: cannot write the output: No space left on device\n")
  }

  @Test(
    .enabled(if: Tool.injectsFaults, "strace is not there or may not trace"),
    arguments: [false, true])
  func `without a terminal progress is a line now and then, and none with --quiet`(
    isQuiet: Bool
  ) throws {
    let scratch = try Scratch()
    let result = try Command.run(
      under: [
        "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync",
        "-e", "inject=fsync:delay_enter=5400000:when=1",
      ],
      "load", SampleDump.example, "--into", "crm.sqlite", isQuiet ? "--quiet" : "--verify=quick",
      in: scratch)
    #expect(result.status == 0)
    #expect(result.errors == "" || !isQuiet)
    let line = /loading: 100%  797 of 797 rows  [0-9]+ rows\/s\n/
    #expect(isQuiet || result.errors.wholeMatch(of: line) != nil, "\(result.errors)")
  }

  @Test(.enabled(if: Tool.hasTerminals, "script is not there"))
  func `on a terminal there is a bar, and it is cleared at the end`() throws {
    let scratch = try Scratch()
    try scratch.makeLargeDump()
    let line = "'\(Command.path)' load dump --into crm.sqlite --jobs 1 --verify none >/dev/null"
    let result = try Tool.run(
      "/usr/bin/env", ["TERM=xterm", "script", "-qec", line, "/dev/null"], in: scratch)
    #expect(result.status == 0)
    #expect(result.output.hasSuffix("\r\u{1b}[K"))
    #expect(result.output.contains("loading  [#"))
    let quiet = try Tool.run(
      "/usr/bin/env", ["TERM=xterm", "script", "-qec", line + " --replace -q", "/dev/null"],
      in: scratch)
    #expect(quiet.output.isEmpty)
  }
}
