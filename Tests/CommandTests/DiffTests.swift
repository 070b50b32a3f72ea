import Foundation
import TestSupport
import Testing

/// What differs between two dumps, held against what DuckDB says of the same files.
@Suite struct DiffTests {
  private struct Answer: Decodable {
    struct Rows: Decodable, Equatable {
      let key: [String]
      let added: Int
      let removed: Int
      let changed: Int
      let same: Int
    }
    struct Table: Decodable {
      let name: String
      let rows: Rows?
      let rowsSkipped: String?
    }
    let tables: [Table]

    init(_ text: String) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(Answer.self, from: Data(text.utf8))
    }
  }

  private func diff(_ arguments: [String], in scratch: Scratch) throws -> Answer {
    let result = try Command.run(["diff"] + arguments + ["--json"], in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    return try Answer(result.output)
  }

  @Test(.enabled(if: Python.works, "RECEIPT_PYTHON has no duckdb"), arguments: [0.0, 0.05, 1.2])
  func `rows are counted as DuckDB's EXCEPT counts them`(share: Double) throws {
    var random = SeededGenerator()
    let scratch = try Scratch()
    var table = RandomTable(rowCount: 1_500, using: &random)
    try scratch.makeDump(of: ["t": table], at: "old", timestamp: Moment.first)
    table.advance(share: share, using: &random)
    try scratch.makeDump(of: ["t": table], at: "new", timestamp: Moment.second)
    let expected = try Python.lines(
      """
      import duckdb
      old, new = ("read_parquet('%s/2*/t/*.parquet')" % name for name in ("old", "new"))
      def count(sql): return duckdb.execute(f"select count(*) from ({sql})").fetchone()[0]
      key = "id, part"
      print(count(f"select {key} from {new} except select {key} from {old}"))
      print(count(f"select {key} from {old} except select {key} from {new}"))
      rows = count(f"select {key}, row_checksum from {new} except select {key}, row_checksum from {old}")
      print(rows - count(f"select {key} from {new} except select {key} from {old}"))
      print(count(f"select * from {new} intersect all select * from {old}"))
      """, in: scratch
    ).compactMap { Int($0) }
    let sides = ["old", "new"]
    for side in sides {
      let loaded = try Command.run("load", side, "--into", "\(side).sqlite", in: scratch)
      #expect(loaded.status == 0)
    }
    for (left, right) in [
      ("old", "new"), ("old.sqlite", "new"), ("old", "new.sqlite"), ("old.sqlite", "new.sqlite"),
    ] {
      let answer = try diff(
        [left, right, "--rows", "--key", "t=id,part", "--max-memory", "1MiB"], in: scratch)
      let rows = try #require(answer.tables.first?.rows)
      #expect(
        [rows.added, rows.removed, rows.changed, rows.same] == expected,
        "\(left) and \(right), seed \(random.seed)")
    }
  }

  @Test func `tables, columns and examples are named`() throws {
    var random = SeededGenerator(seed: 4)
    let scratch = try Scratch()
    var table = RandomTable(rowCount: 30, using: &random)
    try scratch.makeDump(of: ["t": table, "gone": table], at: "old", timestamp: Moment.first)
    table.rows.removeAll { $0.key == (3, "p1") }
    for index in table.rows.indices where table.rows[index].key == (2, "p0") {
      table.rows[index].version = 5
    }
    try scratch.makeDump(of: ["t": table, "more": table], at: "new", timestamp: Moment.second)
    let result = try Command.run(
      "diff", "old", "new", "--rows", "--key", "t=id,part", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    for line in ["removed: 3, p1", "changed: 2, p0", "30 → 29", "- → 29", "30 → -", "differ"] {
      #expect(result.output.contains(line), "\(line) in \(result.output)")
    }
    let same = try Command.run(
      "diff", "old", "old", "--rows", "--key", "t=id,part", "--exit-code", in: scratch)
    #expect(same.status == 10)
    #expect(same.output.contains("are the same"))
    let withoutRows = try Command.run("diff", "old", "new", in: scratch)
    #expect(
      withoutRows.output.split(separator: "\n").first?.split(separator: " ")
        == ["table", "files", "rows", "bytes"])
  }

  @Test func `rows without a key are counted by their checksums`() throws {
    var random = SeededGenerator(seed: 5)
    let scratch = try Scratch()
    var table = RandomTable(rowCount: 50, using: &random)
    for index in table.rows.indices { table.rows[index].note = "row \(index)" }
    try scratch.makeDump(of: ["t": table], at: "old", timestamp: Moment.first)
    table.rows[3].version = 1
    table.rows.append(table.rows[4])
    try scratch.makeDump(of: ["t": table], at: "new", timestamp: Moment.second)
    let rows = try diff(["old", "new", "--rows"], in: scratch).tables.first?.rows
    #expect(
      rows
        == Answer.Rows(key: ["row_checksum"], added: 2, removed: 1, changed: 0, same: 49))
  }

  @Test func `what cannot be compared is said`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["base"]])
    let skipped = try diff(["dump", "dump", "--rows"], in: scratch)
    #expect(skipped.tables.first?.rowsSkipped == "it has no column row_checksum")
    let table = try Command.run("diff", "dump", "dump", "--table", "x", in: scratch)
    #expect(table.status == 64)
    let missing = try Command.run("diff", "dump", "nowhere", in: scratch)
    #expect(missing.status == 1)
    #expect(missing.errors.contains("nowhere"))
  }
}
