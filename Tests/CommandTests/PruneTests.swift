import Foundation
import Testing

/// `receipt prune` on directories.
struct PruneTests {
  private func scratch(_ series: DumpSeries = .example) throws -> Scratch {
    let scratch = try Scratch()
    try series.write(to: "d", in: scratch)
    return scratch
  }

  /// Runs `receipt prune d`, with dumps of which no receipt is known old enough at once.
  private func prune(_ arguments: String..., in scratch: Scratch) throws -> Command.Result {
    try Command.run(["prune", "d", "--orphan-grace", "0s"] + arguments, in: scratch)
  }

  @Test func `a plan says which and why, and deletes nothing`() throws {
    let scratch = try scratch()
    let before = try scratch.snapshot()
    let result = try prune(in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("2 dumps stay, 3 go: 8 objects"))
    #expect(result.output.contains("nothing was deleted; --apply does it"))
    for line in [
      /keep +2026-11-20T04:03 +- +complete .*receipt.json names it.*/,
      /keep +2026-11-18T15:03 +1 day +complete .*not too old/,
      /remove +2026-11-10T04:03 +10 days +orphan .*no receipt is known/,
      /remove +2026-11-02T04:03 +18 days +partial .*not whole/,
      /remove +2026-11-01T04:03 +19 days +complete .*19 days older than the newest complete dump/,
    ] {
      let hasLine = result.output.split(separator: "\n").contains { $0.wholeMatch(of: line) != nil }
      #expect(hasLine, "\(result.output)")
    }
    #expect(try scratch.snapshot() == before)
  }

  @Test func `what was planned is what is deleted`() throws {
    let scratch = try scratch()
    for key in ["notes.txt", "2026-11-01T04:03/a/notes.txt", "2026-11-01T04:03/readme.md"] {
      try scratch.write("mine", to: "d/\(key)")
    }
    let plan = try PlanDocument(try prune("--json", in: scratch).output)
    #expect(plan.removed == ["2026-11-01T04:03", "2026-11-02T04:03", "2026-11-10T04:03"])
    #expect(plan.warnings.contains { $0.contains("3 objects of 12 bytes are not of the layout") })
    let before = try scratch.snapshot()
    let result = try prune("--apply", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("deleted 3 of 3 dumps: 8 objects"))
    let after = try scratch.snapshot()
    let gone = Set(before.keys).subtracting(after.keys).filter { !$0.hasSuffix("/") }
    #expect(gone == Set(plan.keys.map { "d/\($0)" }))
    #expect(scratch.exists("d/2026-11-01T04:03/a/notes.txt"))
    // Folders that are empty go, too.
    #expect(!scratch.exists("d/2026-11-02T04:03"))
    let again = try prune("--apply", in: scratch)
    #expect(again.status == 0)
    #expect(again.output.contains("deleted 0 of 0 dumps"))
  }

  @Test func `as JSON there is a line for each deletion, and a summary`() throws {
    let scratch = try scratch()
    let keys = try PlanDocument(try prune("--json", in: scratch).output).keys
    let lines = try PruneLine.lines(try prune("--apply", "--json", in: scratch).output)
    #expect(Set(lines.filter { $0.messageType == "deleted" }.compactMap(\.key)) == keys)
    #expect(
      lines.filter { $0.messageType == "dump_ended" }.map(\.ending) == [
        "deleted", "deleted", "deleted",
      ])
    #expect(lines.last?.messageType == "summary")
    #expect(lines.last?.objects == 8)
    #expect((lines.last?.freedBytes ?? 0) > 300)
  }

  @Test func `more than the limit is refused, and nothing is deleted`() throws {
    let scratch = try scratch()
    let before = try scratch.snapshot()
    for limit in ["2", "100B"] {
      let result = try prune("--apply", "--max-delete", limit, in: scratch)
      #expect(result.status == 22)
      #expect(result.errors.contains("would go, more than"))
      #expect(result.errors.contains("hint: "))
    }
    // A plan alone says it, too.
    #expect(try prune("--max-delete", "2", in: scratch).status == 22)
    #expect(try scratch.snapshot() == before)
    #expect(
      try prune("--apply", "--max-delete", "3", "--max-delete", "1MB", in: scratch).status == 0)
  }

  @Test func `without a receipt, with a broken one, or without a whole dump nothing goes`() throws {
    for (change, status) in [
      ({ try $0.remove("d/receipt.json") }, 20), ({ try $0.write("{", to: "d/receipt.json") }, 21),
      (
        { scratch in
          for label in ["2026-11-01T04:03", "2026-11-18T15:03", "2026-11-20T04:03"] {
            try scratch.remove("d/\(label)/b/000000000000.parquet")
          }
        }, 22
      ),
    ] as [((Scratch) throws -> Void, Int32)] {
      let scratch = try scratch()
      try change(scratch)
      let before = try scratch.snapshot()
      let result = try prune("--apply", in: scratch)
      #expect(result.status == status, "\(result.errors)")
      #expect(try scratch.snapshot() == before)
    }
  }

  @Test func `while deliveries fail, the last good dumps stay`() throws {
    let scratch = try scratch()
    // The dump that is in force loses a file: ages are counted from the one before.
    try scratch.remove("d/2026-11-20T04:03/b/000000000000.parquet")
    let result = try prune("--apply", "--keep-within", "1h", in: scratch)
    #expect(result.status == 0)
    #expect(result.output.contains("warning: the dump that receipt.json names is not whole"))
    #expect(scratch.exists("d/2026-11-18T15:03/a"))
    #expect(scratch.exists("d/2026-11-20T04:03/a"))
    #expect(!scratch.exists("d/2026-11-10T04:03"))
  }

  @Test func `a dump without a known receipt that was written lately stays`() throws {
    let scratch = try scratch()
    let plan = try PlanDocument(try Command.run("prune", "d", "--json", in: scratch).output)
    #expect(plan.reasons("2026-11-10T04:03") == ["recent"])
  }

  // MARK: Plans that are kept

  @Test func `a plan is kept, applied, and applied again after it was cut off`() throws {
    let scratch = try scratch()
    #expect(try prune("--plan-out", "plan.json", in: scratch).status == 0)
    // Somebody has come half the way.
    try scratch.remove("d/2026-11-01T04:03/a/000000000000.parquet")
    try scratch.remove("d/2026-11-10T04:03")
    let result = try Command.run("prune", "d", "--apply-plan", "plan.json", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(!scratch.exists("d/2026-11-01T04:03"))
    #expect(scratch.exists("d/2026-11-20T04:03"))
  }

  @Test func `a plan is refused when the location has changed, and says what has`() throws {
    for (change, message) in [
      (
        { scratch in
          try DumpSeries(
            dumps: DumpSeries.example.dumps + [DumpSeries.Dump(label: "2026-11-21T04:03")]
          ).write(to: "d", in: scratch)
        }, "receipt.json was of 2026-11-20T04:03:07.500000Z and is of 2026-11-21T04:03:07.500000Z"
      ),
      (
        { try $0.write("x", to: "d/pins/2026-11-01T04:03") }, "dump 2026-11-01T04:03 was pinned"
      ),
      (
        { try $0.write("new", to: "d/2026-11-01T04:03/a/9.parquet") },
        "dump 2026-11-01T04:03 has got 2026-11-01T04:03/a/9.parquet"
      ),
      (
        { try $0.remove("d/2026-11-18T15:03/b/000000000000.parquet") },
        "dump 2026-11-18T15:03, which stays, had 3 objects"
      ),
      (
        { try $0.write("x", to: "d/2026-10-01T04:03/a/1.parquet") }, "dump 2026-10-01T04:03 is new"
      ),
    ] as [((Scratch) throws -> Void, String)] {
      let scratch = try scratch()
      #expect(try prune("--plan-out", "plan.json", in: scratch).status == 0)
      try change(scratch)
      let before = try scratch.snapshot()
      let result = try Command.run("prune", "d", "--apply-plan", "plan.json", in: scratch)
      #expect(result.status == 22, "\(message)")
      #expect(result.errors.contains(message), "\(result.errors)")
      #expect(try scratch.snapshot() == before)
    }
  }

  @Test func `a plan of another location, and what is none, are refused`() throws {
    let scratch = try scratch()
    try DumpSeries.example.write(to: "e", in: scratch)
    #expect(try prune("--plan-out", "plan.json", in: scratch).status == 0)
    let other = try Command.run("prune", "e", "--apply-plan", "plan.json", in: scratch)
    #expect(other.status == 22)
    #expect(other.errors.contains("the plan is for d, not for e"))
    try scratch.write("{}", to: "none.json")
    let none = try Command.run("prune", "d", "--apply-plan", "none.json", in: scratch)
    #expect(none.status == 1)
    #expect(none.errors.contains("it is no plan of `receipt prune`"))
    // One that was refused is not applied either.
    #expect(try prune("--plan-out", "plan.json", "--max-delete", "1", in: scratch).status == 22)
    let refused = try Command.run("prune", "d", "--apply-plan", "plan.json", in: scratch)
    #expect(refused.status == 22)
    #expect(scratch.exists("d/2026-11-01T04:03"))
  }

  @Test func `a plan that somebody has changed deletes nothing that is needed`() throws {
    for (text, other, message) in [
      (
        "2026-11-01T04:03/a/000000000000.parquet", "receipt.json",
        "receipt.json is no part of dump 2026-11-01T04:03"
      ),
      (
        "2026-11-01T04:03/a/000000000000.parquet", "2026-11-20T04:03/a/000000000000.parquet",
        "2026-11-20T04:03/a/000000000000.parquet is no part of dump 2026-11-01T04:03"
      ),
      ("2026-11-01T04:03", "2026-11-20T04:03", "dump 2026-11-20T04:03 is the newest complete one"),
    ] {
      let scratch = try scratch()
      #expect(try prune("--plan-out", "plan.json", in: scratch).status == 0)
      try scratch.write(
        try scratch.text("plan.json").replacing(text, with: other), to: "plan.json")
      let before = try scratch.snapshot()
      let result = try Command.run("prune", "d", "--apply-plan", "plan.json", in: scratch)
      #expect(result.status == 22)
      #expect(
        result.errors.contains(message) || result.errors.contains("more changes"),
        "\(result.errors)")
      #expect(try scratch.snapshot() == before)
    }
  }

  // MARK: Pins and ledgers

  @Test func `a pinned dump stays until it is unpinned`() throws {
    let scratch = try scratch()
    let pinned = try prune("--pin", "2026-11-01T04:03", "--apply", in: scratch)
    #expect(pinned.status == 0, "\(pinned.errors)")
    #expect(scratch.exists("d/2026-11-01T04:03/a/000000000000.parquet"))
    #expect(!scratch.exists("d/2026-11-10T04:03"))
    let dumps = try Command.run("dumps", "d", in: scratch)
    #expect(dumps.output.contains(/2026-11-01T04:03 .* complete .* pinned/))
    #expect(
      try DumpsDocument(try Command.run("dumps", "d", "--json", in: scratch).output).pins == [
        "2026-11-01T04:03"
      ])
    #expect(try prune("--unpin", "2026-11-01T04:03", "--apply", in: scratch).status == 0)
    #expect(!scratch.exists("d/2026-11-01T04:03"))
    #expect(!scratch.exists("d/pins"))
  }

  @Test func `who only pins is told so, whatever a plan would say`() throws {
    let scratch = try scratch()
    // Nothing is deleted where no receipt is known, and a plan is refused.
    try scratch.remove("d/receipt.json")
    let pinned = try prune("--pin", "2026-11-01T04:03", in: scratch)
    #expect(pinned.status == 0, "\(pinned.errors)")
    #expect(pinned.output == "pinned 2026-11-01T04:03\n")
    let unpinned = try prune("--unpin", "2026-11-01T04:03", "--json", in: scratch)
    #expect(unpinned.status == 0, "\(unpinned.errors)")
    #expect(unpinned.output.contains("\"2026-11-01T04:03\""))
    #expect(!scratch.exists("d/pins"))
  }

  @Test func `a pin needs a dump, and an unpin a pin`() throws {
    let scratch = try scratch()
    let nowhere = try prune("--pin", "2025-11-01T04:03", in: scratch)
    #expect(nowhere.status == 1)
    #expect(nowhere.errors.contains("there is no such dump at d"))
    #expect(!scratch.exists("d/pins"))
    #expect(try prune("--unpin", "2026-11-01T04:03", in: scratch).status == 1)
    #expect(try prune("--pin", "yesterday", in: scratch).status == 64)
    // A pin that cannot be understood might mean any dump.
    try scratch.write("", to: "d/pins/2026-11-01")
    let result = try prune("--apply", in: scratch)
    #expect(result.status == 22)
    #expect(result.errors.contains("pins/2026-11-01 is not the label of a dump"))
  }

  @Test func `what a database has not loaded stays, and its ledger proves what it has`() throws {
    let scratch = try Scratch(exampleAs: "d")
    #expect(try Command.run("load", "d", "--into", "crm.sqlite", in: scratch).status == 0)
    // Two more dumps come, and only then somebody prunes; nobody archives receipts here.
    for label in ["2026-12-01T04:03", "2026-12-20T04:03"] {
      try DumpSeries(dumps: [DumpSeries.Dump(label: label, isArchived: false)])
        .write(to: "d", in: scratch)
    }
    let without = try PlanDocument(try prune("--json", in: scratch).output)
    #expect(without.removed == ["2026-11-20T04:03", "2026-12-01T04:03"])
    let with = try PlanDocument(
      try prune("--json", "--loaded-by", "crm.sqlite", in: scratch).output)
    #expect(with.removed == ["2026-11-20T04:03"])
    #expect(with.reasons("2026-12-01T04:03") == ["not-loaded"])
    // A name that leads nowhere is no consumer that needs nothing.
    let nowhere = try prune("--apply", "--loaded-by", "nowhere.sqlite", in: scratch)
    #expect(nowhere.status == 1)
    #expect(nowhere.errors.contains("there is no such file"))
    let empty = try Command.shell("sqlite3 empty.sqlite 'CREATE TABLE t(a)'", in: scratch)
    if empty.status == 0 {
      let result = try prune("--apply", "--loaded-by", "empty.sqlite", in: scratch)
      #expect(result.status == 1)
      #expect(result.errors.contains("nothing was loaded into it yet"))
    }
    #expect(scratch.exists("d/2026-11-20T04:03"))
  }

  @Test(arguments: [
    ["--keep-within", "0s", "--keep-last", "0"], ["--keep-last", "-1"], ["--keep-within", "soon"],
    ["--max-delete", "some"], ["--apply-plan", "p", "--apply"],
    ["--apply-plan", "p", "--keep-last", "2"],
  ])
  func `a command line that makes no sense is refused`(_ arguments: [String]) throws {
    let scratch = try scratch()
    let result = try Command.run(["prune", "d"] + arguments, in: scratch)
    #expect(result.status == 64, "\(result.errors)")
  }
}
