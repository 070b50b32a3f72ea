import Foundation
import Testing

/// `receipt prune` that is killed, and locations that change while it works.
@Suite(.enabled(if: Tool.injectsFaults, "strace is not there or may not trace"))
struct PruneInterruptionTests {
  /// Dumps with all that makes deletion delicate: one has more files than promised.
  private func scratch() throws -> Scratch {
    let scratch = try Scratch()
    try DumpSeries.example.write(to: "d", in: scratch)
    let extra = "2026-11-03T04:03"
    try scratch.write("x", to: "d/\(extra)/a/000000000000.parquet")
    try scratch.write("x", to: "d/\(extra)/a/000000000001.parquet")
    try scratch.write(
      SampleDump.receipt(["a": 1], timestamp: extra + ":07.500000Z") { "\(extra)/\($0)" },
      to: "d/receipts/\(extra):07.500000Z.json")
    return scratch
  }

  private static let arguments = ["prune", "d", "--orphan-grace", "0s", "--apply", "--quiet"]

  @Test func `killed between any two deletions and done again, it ends the same`() throws {
    let whole = try scratch()
    #expect(try Command.run(Self.arguments, in: whole).status == 0)
    let expected = try whole.snapshot()
    var kills = 0
    for number in 1...40 {
      let scratch = try scratch()
      let plan = try PlanDocument(
        try Command.run("prune", "d", "--orphan-grace", "0s", "--json", in: scratch).output)
      let result = try Command.run(
        under: [
          "strace", "-f", "-qq", "-o", "/dev/null", "-e",
          "inject=unlinkat:signal=KILL:when=\(number)",
        ], Self.arguments, in: scratch)
      if result.status == 0 { break }
      kills += 1
      let dumps = try DumpsDocument(try Command.run("dumps", "d", "--json", in: scratch).output)
      for decision in plan.decisions where decision.action == "remove" {
        let left = decision.objects.count { scratch.exists("d/\($0.key)") }
        if left < decision.objects.count {
          #expect(dumps.state(decision.label) != "complete", "kill \(number), \(decision.label)")
        }
      }
      // What stays is as it was.
      #expect(dumps.state("2026-11-20T04:03") == "complete")
      #expect(dumps.state("2026-11-18T15:03") == "complete")
      #expect(try Command.run(Self.arguments, in: scratch).status == 0)
      #expect(try scratch.snapshot() == expected, "kill \(number)")
    }
    // Ten files and a mark, unless the deletions are spread over threads, which are counted apart.
    #expect((5...11).contains(kills))
  }

  @Test func `a dump that the receipt comes to name, or that is pinned, is left alone`() throws {
    for change in [
      { scratch in
        try scratch.copy("d/receipts/2026-11-18T15:03:07.500000Z.json", to: "old.json")
        try FileManager.default.removeItem(atPath: scratch.path("d/receipt.json"))
        try scratch.write(DumpSeries.example.dumps[2].receipt, to: "d/receipt.json")
      },
      { try $0.write("", to: "d/pins/2026-11-10T04:03") },
    ] as [(Scratch) throws -> Void] {
      let scratch = try scratch()
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments =
        [
          "strace", "-f", "-qq", "-o", "/dev/null", "-e",
          "inject=unlinkat:delay_enter=1500000:when=1..2", Command.path,
        ] + Self.arguments
      process.currentDirectoryURL = scratch.url
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      pause(.milliseconds(1_200))
      try change(scratch)
      process.waitUntilExit()
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(process.terminationStatus == 3, "\(text)")
      #expect(text.contains("skipped 2026-11-10T04:03: "), "\(text)")
      #expect(scratch.exists("d/2026-11-10T04:03/a/000000000000.parquet"))
      #expect(!scratch.exists("d/2026-11-01T04:03"))
    }
  }

  @Test func `a directory that may not be changed is told, file by file`() throws {
    let scratch = try scratch()
    let result = try Command.run(
      under: [
        "strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=unlinkat:error=EACCES:when=1",
      ], Self.arguments, in: scratch)
    #expect(result.status == 3)
    #expect(result.output.contains("failed 2026-11-01T04:03: "))
    #expect(result.output.contains("2026-11-01T04:03/a/000000000000.parquet: cannot delete"))
    #expect(!scratch.exists("d/2026-11-10T04:03"))
    #expect(try Command.run(Self.arguments, in: scratch).status == 0)
    #expect(!scratch.exists("d/2026-11-01T04:03"))
  }
}
