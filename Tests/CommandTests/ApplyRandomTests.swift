import Foundation
import TestSupport
import Testing

/// Loads of changed rows beside fresh loads, whatever becomes of the tables from dump to dump.
@Suite struct ApplyRandomTests {
  /// Two tables, one known by its key and one by its checksum, and what is the matter with them.
  private struct Content {
    var keyed: RandomTable
    var keyless: RandomTable
    /// Whether keys of the first are repeated or NULL.
    var isFaulty = false
    var hasExtraColumn = false
    var hasPrice = true
    private var nextVersion = 1_000

    init(rowCount: Int, using random: inout SeededGenerator) {
      keyed = RandomTable(rowCount: rowCount, using: &random)
      keyless = RandomTable(rowCount: 200, using: &random)
      makeDistinct(repeating: 10)
    }

    /// Rows that differ have different checksums; some rows are there twice.
    private mutating func makeDistinct(repeating count: Int) {
      for index in keyless.rows.indices where keyless.rows[index].version < 1_000 {
        nextVersion += 1_000
        keyless.rows[index].version = nextVersion
      }
      keyless.rows += keyless.rows.prefix(count)
    }

    mutating func advance(share: Double, using random: inout SeededGenerator) {
      keyed.advance(share: share, using: &random)
      keyless.advance(share: 0.05, using: &random)
      makeDistinct(repeating: Int.random(in: 0...3, using: &random))
      keyless.rows.shuffle(using: &random)
      var keys: Set<String> = []
      keyed.rows.removeAll { row in
        guard let id = row.key.id, let part = row.key.part else { return true }
        return !keys.insert("\(id) \(part)").inserted
      }
      isFaulty = false
      switch Int.random(in: 0..<6, using: &random) {
      case 0: hasExtraColumn.toggle()
      case 1: hasPrice.toggle()
      case 2: addFault(using: &random)
      default: break
      }
    }

    private mutating func addFault(using random: inout SeededGenerator) {
      isFaulty = true
      let index = Int.random(in: keyed.rows.indices, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: keyed.rows[index].key.id = nil
      case 1: keyed.rows[index].key.part = nil
      default:
        var row = keyed.rows[index]
        row.version += 1
        keyed.rows.append(row)
      }
    }

    /// What is to be done with the tables after the usual columns were filled.
    var sql: String {
      ["t", "spend"].map { table in
        (hasExtraColumn
          ? "ALTER TABLE \(table) ADD COLUMN extra TEXT; UPDATE \(table) SET extra = 'x' || version;"
          : "") + (hasPrice ? "" : "ALTER TABLE \(table) DROP COLUMN price;")
      }.joined()
    }
  }

  /// All columns of all rows, sorted.
  private static func rows(_ scratch: Scratch, _ name: String) throws -> [[String?]] {
    let database = try LoadedDatabase(scratch, name)
    return try ["t", "spend"].map { table in
      let columns = try database.values(
        "SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('\(table)') ORDER BY name")
      return try database.values(
        "SELECT \(columns.map { $0 ?? "" }.joined(separator: "||'|'||")) AS row FROM \(table) "
          + "ORDER BY row")
    }
  }

  @Test(arguments: [("changes", 300, 9), ("auto", 5_400, 4)])
  func `whatever changes, the rows are those of a fresh load`(
    _ mode: String, _ rowCount: Int, _ rounds: Int
  ) throws {
    var random = SeededGenerator()
    let scratch = try Scratch()
    var content = Content(rowCount: rowCount, using: &random)
    try scratch.makeDump(
      of: ["t": content.keyed, "spend": content.keyless], timestamp: Moment.first)
    #expect(try scratch.load("--index", "t(part, id)", "--index", "spend(note)").status == 0)
    for round in 1...rounds {
      let before = content
      content.advance(share: [0.002, 0.02, 0.05][round % 3], using: &random)
      try scratch.makeDump(
        of: ["t": content.keyed, "spend": content.keyless],
        timestamp: "2026-12-0\(round)T00:00:00Z",
        after: content.sql)
      let loaded = try scratch.load(
        "--apply", mode, "--key", "t=id,part", "--schema", "evolve", "--max-drop", "100%")
      let place = "round \(round), seed \(random.seed), \(loaded.output)\(loaded.errors)"
      #expect(loaded.status == 0, "\(place)")
      let fresh = try Command.run(
        "load", "dump", "--into", "fresh.sqlite", "--replace", in: scratch)
      #expect(fresh.status == 0, "\(fresh.errors)")
      #expect(
        try ApplyRandomTests.rows(scratch, "crm.sqlite")
          == ApplyRandomTests.rows(scratch, "fresh.sqlite"), "\(place)")
      #expect(try scratch.value("PRAGMA integrity_check") == "ok", "\(place)")
      guard mode == "changes" else { continue }
      let hasOtherColumns =
        before.hasPrice != content.hasPrice || before.hasExtraColumn != content.hasExtraColumn
      let isReplaced = hasOtherColumns || before.isFaulty || content.isFaulty
      #expect(loaded.output.contains("\nt: ") != isReplaced, "\(place)")
      #expect(
        loaded.output.contains("key-unusable") == (isReplaced && !hasOtherColumns), "\(place)")
      #expect(loaded.output.contains("\nspend: ") != hasOtherColumns, "\(place)")
    }
  }
}
