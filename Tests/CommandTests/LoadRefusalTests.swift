import Foundation
import Testing

@Suite struct LoadRefusalTests {
  @Test(arguments: Defect.all.filter(\.isRefused))
  func `an unsound dump is not loaded, and nothing is changed`(defect: Defect) throws {
    let scratch = try defect.scratch()
    let before = try scratch.snapshot()
    let result = try Command.run(
      "load", "dump", "--into", "crm.sqlite", "--verify", defect.level, in: scratch)
    #expect(result.status == defect.status)
    #expect(result.output.isEmpty)
    #expect(result.errorLines.first?.hasPrefix("error: cannot ") == true)
    #expect(result.errors.contains(defect.code))
    #expect(try scratch.snapshot() == before)
  }

  @Test(arguments: Defect.all.filter(\.isRefused))
  func `an unsound dump replaces nothing`(defect: Defect) throws {
    let scratch = try defect.scratch()
    try scratch.write("precious", to: "crm.sqlite")
    let before = try scratch.snapshot()
    let result = try Command.run(
      "load", "dump", "--into", "crm.sqlite", "--replace", "--verify", defect.level, in: scratch)
    #expect(result.status == defect.status)
    #expect(try scratch.snapshot() == before)
  }

  @Test(arguments: ["none", "quick"])
  func `what was not verified is found while loading`(level: String) throws {
    let scratch = try Scratch()
    for (fixture, status) in [("removed", Int32(21)), ("unsupported", 1)] {
      try scratch.makeDump(["t": ["base", fixture]])
      let before = try scratch.snapshot()
      let result = try Command.run(
        "load", "dump", "--into", "crm.sqlite", "--verify", level, in: scratch)
      #expect(result.status == status)
      #expect(result.errors.contains("000000000001.parquet"))
      #expect(try scratch.snapshot() == before)
    }
  }

  @Test func `a file that is no database is kept unless --replace is given`() throws {
    let scratch = try Scratch()
    try scratch.write("precious", to: "crm.sqlite")
    let refused = try Command.run("load", SampleDump.example, "--into", "crm.sqlite", in: scratch)
    #expect(refused.status == 1)
    #expect(
      refused.errors == """
        error: cannot load into crm.sqlite: it is not a SQLite database
        hint: name another file; --replace gives this one up once the new one is complete

        """)
    #expect(try scratch.text("crm.sqlite") == "precious")
    let replaced = try Command.run(
      "load", SampleDump.example, "--into", "crm.sqlite", "--replace", in: scratch)
    #expect(replaced.status == 0)
    #expect(try scratch.names() == ["crm.sqlite"])
    #expect(try LoadedDatabase(scratch, "crm.sqlite").value("PRAGMA integrity_check") == "ok")
  }

  @Test func `a folder is no file to load into`() throws {
    let scratch = try Scratch()
    try scratch.makeFolder("folder")
    for arguments in [["folder"], ["folder", "--replace"]] {
      let result = try Command.run(
        ["load", SampleDump.example, "--into"] + arguments, in: scratch)
      #expect(result.status == 1)
      #expect(result.errors.hasPrefix("error: cannot write folder: it is a folder\n"))
    }
    let missing = try Command.run("load", SampleDump.example, "--into", "no/where", in: scratch)
    #expect(missing.status == 1)
    #expect(missing.errors == "error: cannot write no/where: there is no folder no/\n")
  }

  @Test func `a pipe or device is not replaced`() throws {
    let scratch = try Scratch()
    let code = unsafe mkfifo(scratch.path("pipe"), 0o644)
    #expect(code == 0)
    let result = try Command.run(
      "load", SampleDump.example, "--into", "pipe", "--replace", in: scratch)
    #expect(result.status == 1)
    #expect(result.errors == "error: cannot write pipe: it is a pipe or device, not a file\n")
    #expect(try scratch.names() == ["pipe"])
  }

  /// SQLite would apply the log of the old file to the new one.
  @Test(arguments: [true, false])
  func `a log beside the name stops a load`(exists: Bool) throws {
    let scratch = try Scratch()
    if exists { try scratch.write("precious", to: "crm.sqlite") }
    for log in ["crm.sqlite-wal", "crm.sqlite-journal"] {
      try scratch.write("changes", to: log)
      let before = try scratch.snapshot()
      let result = try Command.run(
        "load", SampleDump.example, "--into", "crm.sqlite", "--replace", in: scratch)
      #expect(result.status == 11)
      #expect(result.errors.contains(log))
      #expect(result.errors.contains("\nhint: "))
      #expect(try scratch.snapshot() == before)
      try scratch.remove(log)
    }
  }

  @Test func `a log that is empty belongs to a program, a wiped journal to nobody`() throws {
    let scratch = try Scratch()
    try scratch.write("precious", to: "crm.sqlite")
    try scratch.write("", to: "crm.sqlite-wal")
    let open = try Command.run(
      "load", SampleDump.example, "--into", "crm.sqlite", "--replace", in: scratch)
    #expect(open.status == 11)
    try scratch.remove("crm.sqlite-wal")
    try scratch.write(String(repeating: "\0", count: 28), to: "crm.sqlite-journal")
    let wiped = try Command.run(
      "load", SampleDump.example, "--into", "crm.sqlite", "--replace", in: scratch)
    #expect(wiped.status == 0)
  }

  @Test func `a link that leads nowhere is told from a file`() throws {
    let scratch = try Scratch()
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("crm.sqlite"), withDestinationPath: "gone.sqlite")
    for command in [["load", SampleDump.example], ["history"], ["status", SampleDump.example]] {
      let result = try Command.run(command + ["--into", "crm.sqlite"], in: scratch)
      #expect(result.status == 1)
      #expect(
        result.errors.contains("crm.sqlite: it is a symbolic link to a file that is not there"))
      #expect(result.errors.contains(command[0] == "load" ? "cannot write" : "cannot read"))
    }
  }

  @Test(.enabled(if: Tool.runsAsNobody, "setpriv is not there, or may not"))
  func `a database that may not be opened is access denied`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    for (path, mode) in [("", 0o777), ("crm.sqlite", 0)] {
      try FileManager.default.setAttributes(
        [.posixPermissions: mode], ofItemAtPath: scratch.path(path))
    }
    for command in [["load", "dump"], ["history"], ["status", "dump"]] {
      let result = try Command.run(
        under: Tool.nobody, command + ["--into", "crm.sqlite"], in: scratch)
      #expect(result.status == 30, "\(result.errors)")
      #expect(result.errors.contains("cannot open database crm.sqlite: "))
    }
  }

  @Test func `a file has any name, also one that SQLite has a meaning for`() throws {
    for name in [":memory:", "file:crm.sqlite?mode=memory"] {
      let scratch = try Scratch()
      try scratch.makeDump(["a": ["base"]])
      #expect(try Command.run("load", "dump", "--into", name, in: scratch).status == 0)
      try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
      let result = try Command.run("load", "dump", "--into", name, in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try scratch.names() == [name, "dump"].sorted())
      #expect(try LoadedDatabase(scratch, name).value("SELECT count(*) FROM a") == "5")
    }
  }

  @Test func `tables that SQLite would take for one are refused`() throws {
    let scratch = try Scratch()
    for names in [["Events", "events"], ["receipt_loads"], ["sqlite_events"]] {
      try scratch.makeDump(Dictionary(uniqueKeysWithValues: names.map { ($0, ["base"]) }))
      let result = try Command.run("load", "dump", "--into", "crm.sqlite", in: scratch)
      #expect(result.status == 1)
      #expect(result.errors.contains("table"))
      #expect(!scratch.exists("crm.sqlite"))
      try scratch.remove("dump")
    }
  }
}
