import Foundation
import Testing

/// What a load leaves behind when the system fails it: nothing.
@Suite struct LoadFailureTests {
  /// The nth call of the system that is made to fail, and what must be said.
  struct Fault: Sendable, CustomTestStringConvertible {
    let call: String
    let error: String
    let nth: Int
    let status: Int32
    let says: String
    var testDescription: String { "\(call) \(nth): \(error)" }

    static let ofLoads =
      [1, 2, 3, 4, 7].map {
        Fault(
          call: "pwrite64", error: "ENOSPC", nth: $0, status: 1, says: "No space left on device")
      } + [
        Fault(call: "pwrite64", error: "EIO", nth: 3, status: 1, says: "Input/output error"),
        Fault(call: "pwrite64", error: "EDQUOT", nth: 3, status: 1, says: "Disk quota exceeded"),
        Fault(call: "fsync", error: "EIO", nth: 1, status: 1, says: "Input/output error"),
        Fault(call: "linkat", error: "ENOSPC", nth: 1, status: 1, says: "No space left on device"),
        Fault(call: "linkat", error: "EACCES", nth: 1, status: 30, says: "Permission denied"),
        Fault(call: "linkat", error: "EEXIST", nth: 1, status: 1, says: "File exists"),
      ]
  }

  /// The command below `strace`, which makes calls fail.
  private static func injecting(
    _ call: String, _ fault: String, _ more: [String] = []
  ) -> [String] {
    ["strace", "-f", "-qq", "-o", "/dev/null"] + more
      + ["-e", "trace=\(call)", "-e", "inject=\(call):\(fault)"]
  }

  @Test(
    .enabled(if: Tool.injectsFaults, "strace is not there or may not trace"),
    arguments: Fault.ofLoads, [false, true])
  func `a failing system call is named, and the directory is as it was`(
    fault: Fault, replaces: Bool
  ) throws {
    let scratch = try Scratch()
    if replaces { try scratch.write("precious", to: "crm.sqlite") }
    let before = try scratch.snapshot()
    let result = try Command.run(
      under: LoadFailureTests.injecting(fault.call, "error=\(fault.error):when=\(fault.nth)"),
      "load", SampleDump.example, "--into", "crm.sqlite", replaces ? "--replace" : "--quiet",
      in: scratch)
    #expect(result.status == fault.status)
    #expect(result.output.isEmpty)
    #expect(result.errorLines.first?.hasPrefix("error: cannot ") == true)
    #expect(result.errors.contains(fault.says))
    #expect(result.errors.contains("crm.sqlite"))
    #expect(try scratch.snapshot() == before)
  }

  @Test(.enabled(if: Tool.injectsFaults, "strace is not there or may not trace"))
  func `where files must have names, the hidden one goes too`() throws {
    let scratch = try Scratch()
    try scratch.makeFolder("out")
    let noUnnamedFiles = LoadFailureTests.injecting(
      "openat", "error=EOPNOTSUPP:when=2", ["-P", scratch.path("out")])
    let target = scratch.path("out/crm.sqlite")
    let fine = try Command.run(
      under: noUnnamedFiles, "load", SampleDump.example, "--into", target, in: scratch)
    #expect(fine.status == 0)
    #expect(try LoadedDatabase(scratch, "out/crm.sqlite").value("PRAGMA integrity_check") == "ok")
    let replaced = try Command.run(
      under: noUnnamedFiles, "load", SampleDump.example, "--into", target, "--replace",
      in: scratch)
    #expect(replaced.status == 0)
    try scratch.remove("out/crm.sqlite")
    #expect(try scratch.snapshot() == ["out/": Data()])
    try scratch.makeDump(["t": ["uint64"]])
    let failed = try Command.run(
      under: noUnnamedFiles, "load", "dump", "--into", target, in: scratch)
    #expect(failed.status == 1)
    #expect(!scratch.exists("out/crm.sqlite"))
    try scratch.remove("dump")
    #expect(try scratch.snapshot() == ["out/": Data()])
  }

  @Test(.enabled(if: Tool.mounts, "small file systems can be mounted by root only"))
  func `a full disk is an error with a hint, and leaves nothing`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": Array(repeating: "base", count: 3)])
    try scratch.makeFolder("disk")
    let result = try Tool.run(
      "/usr/bin/env",
      [
        "unshare", "-m", "bash", "-c",
        """
        mount -t tmpfs -o size=400k none disk
        "$0" load "$1" --into disk/crm.sqlite; code=$?
        ls -A disk
        exit $code
        """, Command.path, SampleDump.example,
      ], in: scratch)
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("to disk/crm.sqlite: No space left on device"))
    #expect(result.errors.contains("hint: Free some space, or choose a path on another disk."))
  }

  @Test(.enabled(if: Tool.runsAsNobody, "only root can become somebody who may nothing"))
  func `denied access ends with 30`() throws {
    let scratch = try Scratch(exampleAs: "dump")
    try scratch.makeFolder("closed")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: scratch.url.path)
    func change(_ name: String, _ mode: Int) throws {
      try FileManager.default.setAttributes(
        [.posixPermissions: mode], ofItemAtPath: scratch.path(name))
    }
    func expectDenied(_ arguments: String...) throws {
      let result = try Tool.run(
        "/usr/bin/env", Tool.nobody + [Command.path] + arguments, in: scratch)
      #expect(result.status == 30, "\(arguments) \(result.errors)")
      #expect(result.errors.contains("denied"))
      #expect(result.errors.contains("\nhint: "))
    }
    // Into a folder that may be seen but not written, and one that may not even be looked into.
    try expectDenied("load", "dump", "--into", "closed/crm.sqlite")
    try change("closed", 0o700)
    try expectDenied("load", "dump", "--into", "closed/crm.sqlite")
    try expectDenied("verify", "dump", "--junit", "report.xml")
    let folder = "dump/\(SampleDump.label)/events"
    try change(folder, 0o700)
    try expectDenied("show", "dump")
    try expectDenied("verify", "dump")
    try change(folder, 0o755)
    try change("dump/receipt.json", 0o600)
    try expectDenied("show", "dump")
    try expectDenied("load", "dump", "--into", "crm.sqlite")
    try change("dump/" + SampleDump.file("events", 0), 0o600)
    try expectDenied("parquet", "cat", "dump/" + SampleDump.file("events", 0))
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a load that is interrupted ends with the signal's code and leaves nothing`(
    signal: Int32
  ) throws {
    let scratch = try Scratch()
    try scratch.makeLargeDump(files: 400)
    for moment in [100, 40, 15, 5] {
      let process = try Command.start("load", "dump", "--into", "crm.sqlite", in: scratch)
      pause(.milliseconds(moment))
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      let isExit = process.terminationReason == .exit
      if isExit, process.terminationStatus == 0 {
        // It was faster than that.
        try scratch.remove("crm.sqlite")
        continue
      }
      // As a shell sees it, whether the program had begun to listen or not.
      #expect(process.terminationStatus + (isExit ? 0 : 128) == 128 + signal)
      #expect(try scratch.names() == ["dump"])
      return
    }
    Issue.record("every load ended before the signal came")
  }

  @Test(arguments: [false, true])
  func `a load that is killed leaves no target and no litter`(replaces: Bool) throws {
    let scratch = try Scratch()
    try scratch.makeLargeDump()
    var killed = 0
    for moment in [1, 10, 20, 40, 80, 160, 320] {
      if replaces { try scratch.write("precious", to: "crm.sqlite") }
      let process = try Command.start(
        "load", "dump", "--into", "crm.sqlite", "--replace", in: scratch)
      pause(.milliseconds(moment))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let names = Set(try scratch.names())
      #expect(names.isSubset(of: ["dump", "crm.sqlite"]))
      if process.terminationReason != .exit { killed += 1 }
      guard scratch.exists("crm.sqlite") else {
        #expect(!replaces && process.terminationReason != .exit)
        continue
      }
      if try !replaces || scratch.bytes("crm.sqlite") != Data("precious".utf8) {
        // It was faster; then all of it is there.
        let database = try LoadedDatabase(scratch, "crm.sqlite")
        #expect(try database.value("PRAGMA integrity_check") == "ok")
        #expect(try database.value("SELECT count(*) FROM receipt_loads") == "1")
      }
      try scratch.remove("crm.sqlite")
    }
    #expect(killed > 0)
  }
}
