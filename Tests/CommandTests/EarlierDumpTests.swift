import Foundation
import TestSupport
import Testing

/// `--dump`: dumps whose receipt is not in force any more, in every command that reads one.
@Suite struct EarlierDumpTests {
  private static let labels = [Moment.first, Moment.second, Moment.third].map {
    String($0.prefix(16))
  }

  private static func scratch() throws -> Scratch {
    let scratch = try Scratch()
    try ReportTests.makeSeries(in: scratch)
    return scratch
  }

  @Test func `show, verify, load and mirror take an earlier dump`() throws {
    let scratch = try EarlierDumpTests.scratch()
    for name in [EarlierDumpTests.labels[1], Moment.second] {
      let shown = try Command.run("show", "dump", "--dump", name, "--json", in: scratch)
      #expect(shown.output.contains("\"timestamp\":\"\(Moment.second)\""), "\(shown.errors)")
      #expect(shown.output.contains("\"rows\":1100"))
    }
    let newest = try Command.run(
      "show", "dump", "--dump", EarlierDumpTests.labels[2], "--json", in: scratch)
    #expect(newest.output.contains("\"timestamp\":\"\(Moment.third)\""), "\(newest.errors)")

    let mirrored = try Command.run(
      "mirror", "dump", "local", "--dump", EarlierDumpTests.labels[0], in: scratch)
    #expect(mirrored.status == 0, "\(mirrored.errors)")
    #expect(
      try scratch.text("local/receipt.json") == scratch.text("dump/receipts/\(Moment.first).json")
    )
    let first = try scratch.load("--dump", EarlierDumpTests.labels[0])
    #expect(first.status == 0, "\(first.errors)")
    #expect(try scratch.value("SELECT count(*) FROM a") == "1000")
    #expect(try scratch.value("SELECT timestamp FROM receipt_loads") == Moment.first)
    #expect(
      try Command.run("load", "local", "--into", "crm.sqlite", "--exit-code", in: scratch).status
        == 10)
    #expect(try scratch.load().status == 0)
    #expect(try scratch.value("SELECT count(*) FROM a") == "1200")
    let older = try scratch.load("--dump", EarlierDumpTests.labels[0])
    #expect(older.status == 22)
    #expect(older.errors.contains("dump-older"), "\(older.errors)")

    let verify = ["verify", "dump", "--level", "deep", "--dump", EarlierDumpTests.labels[1]]
    #expect(try Command.run(verify, in: scratch).status == 0)
    let file = try #require(
      FileManager.default.contentsOfDirectory(
        atPath: scratch.path("dump/\(EarlierDumpTests.labels[1])/a")
      ).first { $0.hasSuffix(".parquet") })
    try scratch.remove("dump/\(EarlierDumpTests.labels[1])/a/\(file)")
    let incomplete = try Command.run(verify, in: scratch)
    #expect(incomplete.status == 20, "\(incomplete.output)")
    #expect(try Command.run("verify", "dump", in: scratch).status == 0)
    let refused = try Command.run(
      "load", "dump", "--into", "second.sqlite", "--dump", Moment.second, in: scratch)
    #expect(refused.status == 20)
    #expect(scratch.exists("second.sqlite") == false)
  }

  @Test func `a copy is planned of an earlier dump`() throws {
    let scratch = try EarlierDumpTests.scratch()
    let plan = try Command.run(
      "copy", "dump", "--to", "duckdb", "--dump", EarlierDumpTests.labels[1], in: scratch)
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("dump/\(EarlierDumpTests.labels[1])/a/"), "\(plan.output)")
    #expect(!plan.output.contains("dump/\(EarlierDumpTests.labels[2])/a/"))
  }

  @Test func `two dumps of one place are compared as copies of them are`() throws {
    let scratch = try EarlierDumpTests.scratch()
    for (index, label) in EarlierDumpTests.labels.enumerated() {
      let keep = index > 0 ? ["--keep-previous", "2"] : []
      let loaded = try Command.run(
        ["load", "dump", "--into", "crm.sqlite", "--dump", label, "--schema", "evolve"] + keep,
        in: scratch)
      #expect(loaded.status == 0, "\(loaded.errors)")
      #expect(
        try Command.run("mirror", "dump", "copy\(index)", "--dump", label, in: scratch).status == 0)
    }
    let tables = { (arguments: [String]) throws -> Substring in
      let result = try Command.run(
        ["diff"] + arguments + ["--rows", "--key", "a=id", "--json"], in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      let begin = try #require(result.output.range(of: "\"tables\":"))
      return result.output[begin.lowerBound...]
    }
    let labels = EarlierDumpTests.labels
    let pairs: [(Int, Int, [[String]])] = [
      (0, 2, [["dump", "--dump", labels[0]], ["crm.sqlite", "--dump", labels[0]]]),
      (
        1, 2,
        [["dump", "dump", "--dump", Moment.second], ["crm.sqlite", "dump", "--dump", labels[1]]]
      ),
      (
        0, 1,
        [
          ["dump", "--dump", labels[0], "--dump", labels[1]],
          ["crm.sqlite", "--dump", labels[0], "--dump", labels[1]],
          ["dump", "crm.sqlite", "--dump", labels[0], "--dump", labels[1]],
        ]
      ),
    ]
    for (old, new, ways) in pairs {
      let expected = try tables(["copy\(old)", "copy\(new)"])
      #expect(expected.contains("\"changed\":"))
      for way in ways { #expect(try tables(way) == expected, "\(way)") }
    }
    let text = try Command.run("diff", "dump", "--dump", labels[0], in: scratch)
    #expect(text.output.contains("dump \(Moment.first) and dump \(Moment.third) differ"))
  }

  @Test func `a receipt of a later minute is found by the folder's name`() throws {
    let scratch = try Scratch()
    let time = "2026-11-20T04:09:30.000000Z"
    try scratch.makeDump(["t": ["base"]], timestamp: time)
    for isInForce in [true, false] {
      let shown = try Command.run("show", "dump", "--dump", SampleDump.label, "--json", in: scratch)
      #expect(shown.output.contains("\"timestamp\":\"\(time)\""), "\(shown.errors)")
      #expect(shown.output.contains("\"rows\":10"), "\(shown.output)")
      guard isInForce else { continue }
      try scratch.copy("dump/receipt.json", to: "dump/receipts/\(time).json")
      try scratch.write(
        SampleDump.receipt(["u": 0], timestamp: Moment.second) { "2026-11-20T15:03/\($0)" },
        to: "dump/receipt.json")
    }
  }

  @Test func `what cannot be taken is said`() throws {
    let scratch = try EarlierDumpTests.scratch()
    let unknown = try Command.run("show", "dump", "--dump", "2026-11-19T04:03", in: scratch)
    #expect(unknown.status == 20)
    #expect(
      unknown.errors.contains(
        "cannot take dump 2026-11-19T04:03 of dump: it has no receipt there; receipt.json is of dump "
          + "\(Moment.third), and receipts/ has those of 3 dumps"), "\(unknown.errors)")
    #expect(unknown.errors.contains("`receipt dumps` lists all"))
    #expect(try Command.run("show", "dump", "--dump", "yesterday", in: scratch).status == 64)
    #expect(try Command.run("diff", "dump", in: scratch).status == 64)
    try scratch.copy(
      "dump/receipts/\(Moment.first).json", to: "dump/receipts/2026-11-20T15:03:40.000000Z.json")
    let two = try Command.run("show", "dump", "--dump", EarlierDumpTests.labels[1], in: scratch)
    #expect(two.status == 64)
    #expect(two.errors.contains("there are 2 of that minute"), "\(two.errors)")
    let wrong = try Command.run(
      "show", "dump", "--dump", "2026-11-20T15:03:40.000000Z", in: scratch)
    #expect(wrong.status == 21)
    #expect(wrong.errors.contains("it is the receipt of dump \(Moment.first)"), "\(wrong.errors)")
    try scratch.write("{", to: "dump/receipts/\(Moment.first).json")
    let broken = try Command.run(
      "load", "dump", "--into", "x.sqlite", "--dump", Moment.first, in: scratch)
    #expect(broken.status == 21)
    #expect(broken.errors.contains("dump/receipts/\(Moment.first).json"), "\(broken.errors)")
    try scratch.remove("dump/receipts")
    let none = try Command.run("mirror", "dump", "local", "--dump", Moment.first, in: scratch)
    #expect(none.status == 20)
    #expect(none.errors.contains("this exporter keeps none"), "\(none.errors)")
    #expect(try scratch.load().status == 0)
    let held = try Command.run(
      "diff", "crm.sqlite", "dump", "--dump", EarlierDumpTests.labels[0], in: scratch)
    #expect(held.status == 1)
    #expect(held.errors.contains("it has those of \(Moment.third)"), "\(held.errors)")
  }
}
