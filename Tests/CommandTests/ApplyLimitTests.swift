import Foundation
import TestSupport
import Testing

/// Loads of changed rows where there is more to compare than memory or the disk has room for.
@Suite struct ApplyLimitTests {
  private static let count = 40_000

  /// Makes a dump of one table of many short rows in 40 row groups.
  ///
  /// - Parameters:
  ///   - share: one row of so many has another checksum; 0 for none.
  ///   - timestamp: the dump's id.
  ///   - scratch: where it is made.
  /// - Throws: what SQLite and the file system report.
  private static func makeDump(
    changing share: Int, timestamp: String, in scratch: Scratch
  ) throws {
    for path in ["dump", "source.sqlite"] where scratch.exists(path) { try scratch.remove(path) }
    try LoadedDatabase(scratch, "source.sqlite").execute(
      """
      CREATE TABLE t (id INTEGER, part TEXT, row_checksum TEXT);
      WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
      INSERT INTO t SELECT i, 'p' || i % 7, 'sum ' || i || iif(\(share) AND i % \(share) = 0, 'x', '')
      FROM n
      """)
    let result = try Command.run(
      "export", "source.sqlite", "dump", "--timestamp", timestamp, "--row-group-rows", "1000",
      in: scratch)
    try #require(result.status == 0, "\(result.errors)")
  }

  private static func scratch(changing share: Int) throws -> Scratch {
    let scratch = try Scratch()
    try makeDump(changing: 0, timestamp: Moment.first, in: scratch)
    #expect(try scratch.load().status == 0)
    try makeDump(changing: share, timestamp: Moment.second, in: scratch)
    return scratch
  }

  /// How many rows have another checksum than the first dump's.
  private static func changed(_ scratch: Scratch, _ name: String = "crm.sqlite") throws -> String? {
    try LoadedDatabase(scratch, name).value("SELECT count(*) FROM t WHERE row_checksum LIKE '%x'")
  }

  @Test func `a sample tells that too many rows are others`() throws {
    let scratch = try ApplyLimitTests.scratch(changing: 2)
    let many = try scratch.load("--key", "t=id,part")
    #expect(many.status == 0, "\(many.errors)")
    #expect(
      many.output.contains("\nall rows of t: 50% of a sample of 8000 rows are others\n"),
      "\(many.output)")
    #expect(try ApplyLimitTests.changed(scratch) == "20000")
    // Back again, by as many; asked for, all are compared.
    try ApplyLimitTests.makeDump(changing: 0, timestamp: Moment.third, in: scratch)
    let forced = try scratch.load("--key", "t=id,part", "--apply", "changes")
    #expect(forced.output.contains("\nt: 20,000 changed, 0 added, 0 removed"), "\(forced.output)")
    #expect(try ApplyLimitTests.changed(scratch) == "0")
    // A sample that says little is followed by the rest, which may say more.
    try ApplyLimitTests.makeDump(changing: 8, timestamp: "2026-12-01T00:00:00Z", in: scratch)
    let more = try scratch.load("--key", "t=id,part")
    #expect(
      more.output.contains("\nall rows of t: more than 6% of its rows are others\n"),
      "\(more.output)")
    #expect(try ApplyLimitTests.changed(scratch) == "5000")
    try ApplyLimitTests.makeDump(changing: 0, timestamp: "2026-12-02T00:00:00Z", in: scratch)
    #expect(try scratch.load("--apply", "replace").status == 0)
    try ApplyLimitTests.makeDump(changing: 100, timestamp: "2026-12-03T00:00:00Z", in: scratch)
    let few = try scratch.load("--key", "t=id,part")
    #expect(few.output.contains("\nt: 400 changed, 0 added, 0 removed"), "\(few.output)")
    #expect(try ApplyLimitTests.changed(scratch) == "400")
  }

  @Test func `more changes than memory has room for lead to a replacement`() throws {
    let scratch = try ApplyLimitTests.scratch(changing: 20)
    let flags = ["--key", "t=id,part", "--apply", "changes", "--max-memory"]
    let load = ["load", "dump", "--into", "crm.sqlite"] + flags
    let small = try Command.run(load + ["128KiB"], in: scratch)
    #expect(small.status == 0, "\(small.errors)")
    #expect(
      small.output.contains(
        "\nall rows of t: more than 1024 of its rows are others, which --max-memory has no room for\n"
      ), "\(small.output)")
    #expect(try ApplyLimitTests.changed(scratch) == "2000")
    try ApplyLimitTests.makeDump(changing: 0, timestamp: Moment.third, in: scratch)
    let enough = try Command.run(load + ["256KiB"], in: scratch)
    #expect(enough.output.contains("\nt: 2,000 changed, 0 added, 0 removed"), "\(enough.output)")
    #expect(try ApplyLimitTests.changed(scratch) == "0")
    #expect(try scratch.value("PRAGMA integrity_check") == "ok")
  }

  @Test(.enabled(if: Tool.injectsFaults, "strace is not there or may not trace"))
  func `a disk without room for the keys leaves the old dump, and nothing else`() throws {
    let scratch = try ApplyLimitTests.scratch(changing: 50)
    let names = try scratch.names()
    var ofKeys = 0
    for number in 1...40 {
      let result = try Command.run(
        under: [
          "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
          "inject=pwrite64:error=ENOSPC:when=\(number)",
        ], "load", "dump", "--into", "crm.sqlite", "--key", "t=id,part", "--apply", "changes",
        "--max-memory", "256KiB", "--jobs", "1", in: scratch)
      #expect(result.status == 1, "write \(number): \(result.output)\(result.errors)")
      if result.errors.contains("cannot write keys to a file beside") {
        ofKeys += 1
        #expect(result.errors.contains("No space left on device"), "\(result.errors)")
      }
      #expect(try ApplyLimitTests.changed(scratch) == "0", "write \(number)")
      #expect(try scratch.value("SELECT count(*) FROM receipt_loads") == "1")
      #expect(try scratch.names() == names, "write \(number)")
      if ofKeys >= 3 { break }
    }
    #expect(ofKeys > 0)
    let after = try scratch.load("--key", "t=id,part", "--apply", "changes")
    #expect(after.output.contains("\nt: 800 changed"), "\(after.output)\(after.errors)")
    #expect(try scratch.value("PRAGMA integrity_check") == "ok")
  }
}
