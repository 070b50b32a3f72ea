import Foundation
import TestSupport
import Testing

/// What a watch makes and keeps beside the rows: indexes, and the dumps before.
@Suite struct WatchKeepingTests {
  private static let kept = """
    SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema
    WHERE type = 'table' AND name LIKE 'a@%' ORDER BY 1)
    """

  private static let once = ["watch", "dump", "--into", "crm.sqlite", "--once"]

  private func once(
    _ flags: String..., environment: [String] = [], in scratch: Scratch
  ) throws -> Command.Result {
    try Command.run(under: ["env"] + environment, WatchKeepingTests.once + flags, in: scratch)
  }

  @Test func `settings of loads are flags, variables and keys of the file`() throws {
    let scratch = try Scratch()
    try FileManager.default.copyItem(atPath: SampleDump.example, toPath: scratch.path("dump"))
    try scratch.write(
      """
      location: dump
      into: crm.sqlite
      preset: dreamdata
      index: ["events(dd_company_id, timestamp)", 'stages(stage_name)']
      key: ["companies=dd_company_id", "attribution=dd_stage_id,dd_session_id"]
      analyze: false
      """, to: "receipt.yaml")
    let result = try Command.run(
      under: ["env", "RECEIPT_CHECK=true"],
      ["watch", "--config", "receipt.yaml", "--once", "--apply", "replace"], in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    let names = try LoadedDatabase(scratch, "crm.sqlite").values(
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    #expect(names.contains("events_dd_company_id_timestamp"))
    #expect(names.contains("stages_stage_name"))
    #expect(names.contains("attribution_dd_stage_id_dd_session_id"))
    #expect(
      try scratch.value("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'") == "0")
    let wrong = try once("--key", "companies", in: scratch)
    #expect(wrong.status == 64)
    let piece = try once("--key", "a=b", "--key", "c", in: scratch)
    #expect(piece.status == 64)
    #expect(piece.errors.contains("cannot use c as a key"), "\(piece.errors)")
  }

  @Test func `a watch keeps the dump before, and goes on after a rollback`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    let daemon = try Daemon(
      [
        "watch", "dump", "--into", "crm.sqlite", "--keep-previous", "1", "--max-drop", "100%",
        "--every", "200ms",
      ], in: scratch)
    _ = try daemon.line(with: " loaded ")
    #expect(try scratch.value(WatchKeepingTests.kept) == "a@2026-11-20T04:03")
    let back = try Command.run("rollback", "--into", "crm.sqlite", in: scratch)
    #expect(back.status == 0, "\(back.errors)")
    #expect(try scratch.value("SELECT count(*) FROM a") == "10")
    pause(.seconds(1))
    #expect(try scratch.value("SELECT count(*) FROM a") == "10")
    try scratch.makeDump(["a": ["base", "half"]], timestamp: Moment.third)
    _ = try daemon.line(with: " loaded ", count: 2)
    #expect(try scratch.value("SELECT count(*) FROM a") == "15")
    #expect(try scratch.value(WatchKeepingTests.kept) == "a@2026-11-20T04:03")
    #expect(daemon.end() == 143)
  }

  @Test func `a watch that says nothing of it keeps what was kept by hand`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    for (day, fixture) in ["half", "base"].enumerated() {
      try scratch.makeDump(["a": [fixture]], timestamp: "2026-12-0\(day + 1)T04:00:00Z")
      #expect(try scratch.load("--keep-previous", "2").status == 0)
    }
    try scratch.makeDump(["a": ["half"]], timestamp: "2026-12-03T04:00:00Z")
    let result = try once(in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try scratch.value(WatchKeepingTests.kept) == "a@2026-12-01T04:00,a@2026-12-02T04:00")
    // Also when one of them has come back meanwhile.
    #expect(try Command.run("rollback", "--into", "crm.sqlite", in: scratch).status == 0)
    #expect(try scratch.value("SELECT count(*) FROM a") == "10")
    try scratch.makeDump(["a": ["half"]], timestamp: "2026-12-04T04:00:00Z")
    #expect(try once(in: scratch).status == 0)
    #expect(try scratch.value(WatchKeepingTests.kept) == "a@2026-12-01T04:00,a@2026-12-02T04:00")
    try scratch.makeDump(["a": ["half"]], timestamp: "2026-12-05T04:00:00Z")
    #expect(
      try once(environment: ["RECEIPT_KEEP_PREVIOUS=0"], in: scratch).status == 0)
    #expect(try scratch.value(WatchKeepingTests.kept) == nil)
  }
}
