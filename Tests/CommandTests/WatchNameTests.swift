import Foundation
import TestSupport
import Testing

/// A watch is the same however its location and target are spelled, and says what to type.
@Suite struct WatchNameTests {
  @Test func `a command is not run again for another spelling of its location`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]])
    func once(_ location: String, state: String = "s.sqlite") throws {
      let result = try Command.run(
        "watch", location, "--run", "echo >> calls", "--state", state, "--once", in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try scratch.text("calls") == "\n", "\(location)")
    }
    try once("dump")
    for location in [
      "dump/", "./dump", scratch.path("dump"), "../\(scratch.url.lastPathComponent)/dump//",
    ] {
      try once(location)
    }
    // What an earlier version has written down.
    let state = try LoadedDatabase(scratch, "s.sqlite")
    try state.execute("UPDATE watch_dumps SET location = './dump/ → ./s.sqlite'")
    try once("dump", state: scratch.path("s.sqlite"))
    #expect(try state.value("SELECT count(*) FROM watch_dumps") == "1")
    // One that was done under one name and not under the other is done.
    try state.execute(
      """
      INSERT INTO watch_dumps SELECT 'dump → s.sqlite', timestamp, label, state, receipt, attempts,
        first_seen_at, changed_at, next_attempt_at, outcome, message, findings FROM watch_dumps;
      UPDATE watch_dumps SET state = 'loading' WHERE location NOT LIKE '%s.sqlite'
      """)
    try once("dump")
    #expect(try state.value("SELECT group_concat(state) FROM watch_dumps") == "loaded")
  }

  @Test func `what is said about a dump that is kept out works as it stands`() throws {
    let scratch = try Scratch(live: ["a": ["base", "base", "base"]])
    try scratch.makeDump(["a": ["half"]], timestamp: Moment.second)
    try scratch.write(
      "watches:\n  - {location: ./dump/, into: crm.sqlite, max-drop: 20%}", to: "it's.yaml")
    let calls = [
      (["./dump", "--into", "./crm.sqlite", "--max-drop", "10%"], "./crm.sqlite"),
      (["dump", "--into", "crm.sqlite", "--state", "a b"], "crm.sqlite"),
      (["--config", "it's.yaml"], "crm.sqlite"),
    ]
    for (arguments, path) in calls {
      let once = try Command.run(["watch", "--once"] + arguments, in: scratch)
      #expect(once.status == 22, "\(once.errors)")
      let hint = try #require(once.errors.firstMatch(of: /hint: `(.*)` loads it later/)).1
      // The gate still says no, and not the command line.
      let retry = try Command.shell(String(hint), in: scratch)
      #expect(retry.status == 22, "\(hint): \(retry.errors)")
      let state = arguments.contains("a b") ? ["--state", "a b"] : []
      let status = try Command.run(["status", "dump", "--into", path] + state, in: scratch)
      let said = try #require(status.output.firstMatch(of: /hint: (.*) loads it once/)).1
      #expect(try Command.shell(String(said), in: scratch).status == 22, "\(said)")
    }
    let other = try Command.run(
      "retry", "2026-11-20T15:03", "dump", "--into", "other.sqlite", "--state", "a b", in: scratch)
    #expect(other.status == 1)
    #expect(other.errors.contains("a b has seen it for"), "\(other.errors)")
  }
}
