import Foundation
import ObjectStorage
import Synchronization
import TestSupport
import Testing
import Warehouse

/// `receipt copy --run` against stand-ins: a Data API that runs statements on PostgreSQL, and a SQL
/// API that runs them on DuckDB, both with a COPY that reads S3.
@Suite(.serialized, .enabled(if: !TestWarehouse.kinds.isEmpty)) struct CopyRunTests {
  /// Dumps of tables a, b and c with 10 rows each, and later ones.
  struct Dumps: Sendable {
    let first: S3Store
    /// 20 rows each.
    let second: S3Store
    /// A column more in a.
    let wider: S3Store
    /// No rows in b.
    let emptied: S3Store

    static func dump(
      _ tables: [String: [String]], _ timestamp: String
    ) async throws -> S3Store {
      let scratch = try Scratch()
      try scratch.makeDump(tables, timestamp: timestamp)
      return try await TestWarehouse.upload(scratch.path("dump"))
    }
  }

  static let dumps = Task {
    Dumps(
      first: try await Dumps.dump(
        ["a": ["base"], "b": ["half", "half"], "c": ["base"]], "2026-11-20T04:03:07.963883Z"),
      second: try await Dumps.dump(
        ["a": ["base", "base"], "b": ["base", "base"], "c": ["half", "half", "base"]],
        "2026-11-20T15:03:07.963883Z"),
      wider: try await Dumps.dump(
        ["a": ["added"], "b": ["base"], "c": ["base"]], "2026-11-21T04:03:07.963883Z"),
      emptied: try await Dumps.dump(
        ["a": ["base"], "b": ["no-rows"], "c": ["base"]], "2026-11-21T04:03:07.963883Z"))
  }

  private static let example = Task { try await TestWarehouse.upload(SampleDump.example) }

  struct Report: Decodable {
    let status: String
    let runID: String
    let rows: Int
    let previous: String?
    let repetitions: Int
    let statements: Int

    private enum CodingKeys: String, CodingKey {
      case status, rows, previous, repetitions, statements
      case runID = "run_id"
    }

    init(_ result: Command.Result) throws {
      self = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    }
  }

  // MARK: What it is for

  @Test(arguments: TestWarehouse.kinds)
  func `what a warehouse has not copied stays when dumps are pruned`(
    kind: TestWarehouse.Kind
  ) async throws {
    let warehouse = try await TestWarehouse(kind)
    let scratch = try Scratch()
    try DumpSeries(
      dumps: ["2026-11-20T04:03", "2026-12-01T04:03", "2026-12-20T04:03"].map {
        DumpSeries.Dump(label: $0)
      }
    ).write(to: "d", in: scratch)
    let prune =
      ["prune", "d", "--json", "--loaded-by", kind.target.rawValue] + warehouse.ledgerFlags
    let nothing = try Command.run(under: warehouse.assignments(), prune, in: scratch)
    #expect(nothing.status == 1)
    #expect(nothing.errors.contains("nothing was copied into it yet"))
    // It has the first one's successor by its time, and none of the later ones.
    let store = try await CopyRunTests.dumps.value.first
    #expect(try warehouse.copy(store, in: scratch).status == 0)
    let plan = try Command.run(under: warehouse.assignments(), prune, in: scratch)
    try #require(plan.status == 0, "\(plan.errors)")
    #expect(try PlanDocument(plan.output).reasons("2026-12-01T04:03") == ["not-loaded"])
    #expect(try PlanDocument(plan.output).removed == ["2026-11-20T04:03"])
  }

  @Test(arguments: TestWarehouse.kinds)
  func `a dump is copied once, and a second run finds nothing new`(
    kind: TestWarehouse.Kind
  ) async throws {
    let warehouse = try await TestWarehouse(kind)
    let scratch = try Scratch()
    let store = try await Self.example.value
    let result = try warehouse.copy(
      store, "--json-column", "custom_properties", "--json", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    let report = try Report(result)
    #expect(report.status == "copied")
    #expect(report.rows == 797)
    #expect(
      try await warehouse.counts(
        "attribution", "companies", "contacts", "events", "spend", "stages", "receipt_tables")
        == [210, 22, 34, 354, 135, 42, 6])
    // Nothing of the work is left.
    #expect(try await warehouse.tables().count == 8)
    let ledger = try await warehouse.rows(
      "SELECT run_id, dump_timestamp, row_count FROM \(warehouse.name("receipt_loads"))")
    #expect(ledger == [[report.runID, SampleDump.timestamp, "797"]])
    let again = try warehouse.copy(store, "--exit-code", in: scratch)
    #expect(again.status == 10)
    #expect(again.output.hasPrefix("nothing new: "))
    #expect(try await warehouse.counts("receipt_loads") == [1])
    let forced = try warehouse.copy(
      store, "--force", "--json-column", "custom_properties", in: scratch)
    #expect(forced.status == 0, "\(forced.errors)")
    #expect(try await warehouse.counts("receipt_loads", "events") == [2, 354])
  }

  @Test(arguments: TestWarehouse.kinds)
  func `the values are those of the files`(kind: TestWarehouse.Kind) async throws {
    let warehouse = try await TestWarehouse(kind)
    let scratch = try Scratch()
    let store = try await Self.dumps.value.first
    #expect(try warehouse.copy(store, in: scratch).status == 0)
    let text = try Command.run(
      "parquet", "cat", CommandFixture.path("base"), in: scratch
    ).output
    struct Row: Decodable {
      let id: Int?
      let name: String?
      let price: String?
    }
    let rows = try text.split(separator: "\n").map {
      try JSONDecoder().decode(Row.self, from: Data($0.utf8))
    }
    let found = try await warehouse.rows(
      "SELECT id, name, price FROM \(warehouse.name("a")) ORDER BY id, name")
    let expected = rows.sorted { ($0.id ?? .max, $0.name ?? "") < ($1.id ?? .max, $1.name ?? "") }
    #expect(found.count == 10)
    #expect(Set(found.map { $0[0] }) == Set(expected.map { $0.id.map(String.init) }))
    #expect(Set(found.map { $0[1] }) == Set(expected.map(\.name)))
    #expect(Set(found.map { $0[2] }) == Set(expected.map(\.price)))
  }

  @Test(arguments: TestWarehouse.kinds)
  func `a reader in a loop sees all tables of one dump, always`(
    kind: TestWarehouse.Kind
  ) async throws {
    let warehouse = try await TestWarehouse(kind)
    let scratch = try Scratch()
    let dumps = try await Self.dumps.value
    #expect(try warehouse.copy(dumps.first, in: scratch).status == 0)
    let isDone = Atomic(false)
    async let looks = {
      var seen: Set<[Int]> = []
      while !isDone.load(ordering: .relaxed) {
        seen.insert(try await warehouse.counts("a", "b", "c", "receipt_loads"))
      }
      return seen
    }()
    for _ in 0..<2 {
      #expect(try warehouse.copy(dumps.second, "--force", in: scratch).status == 0)
      #expect(
        try warehouse.copy(dumps.first, "--force", "--allow-older", in: scratch).status == 0)
    }
    isDone.store(true, ordering: .relaxed)
    let seen = try await looks
    let kinds = Set(seen.map { Array($0.prefix(3)) })
    #expect(kinds == [[10, 10, 10], [20, 20, 20]])
    for counts in seen {
      // The ledger's row comes and goes with the rows: odd numbers of loads are the first dump's.
      #expect((counts[3] % 2 == 1) == (counts[0] == 10), "\(counts)")
    }
  }

  @Test(arguments: TestWarehouse.kinds.filter { $0 == .redshift }, ["rename"])
  func `renamed tables are the new ones, and the old ones stay beside them`(
    kind: TestWarehouse.Kind, switching: String
  ) async throws {
    let warehouse = try await TestWarehouse(kind)
    let scratch = try Scratch()
    let dumps = try await Self.dumps.value
    for store in [dumps.first, dumps.second] {
      let result = try warehouse.copy(store, "--switch", switching, in: scratch)
      #expect(result.status == 0, "\(result.errors)")
    }
    #expect(try await warehouse.counts("a", "b", "c") == [20, 20, 20])
    #expect(try await warehouse.counts("a__old", "b__old", "c__old") == [10, 10, 10])
    #expect(try await warehouse.tables().count == 8)
  }

  @Test(arguments: TestWarehouse.kinds.filter { $0 == .snowflake }, ["swap"])
  func `swapped tables are the new ones`(
    kind: TestWarehouse.Kind, switching: String
  ) async throws {
    let warehouse = try await TestWarehouse(kind)
    let scratch = try Scratch()
    let dumps = try await Self.dumps.value
    for store in [dumps.first, dumps.second] {
      let result = try warehouse.copy(store, "--switch", switching, in: scratch)
      #expect(result.status == 0, "\(result.errors)")
    }
    #expect(try await warehouse.counts("a", "b", "c") == [20, 20, 20])
    #expect(try await warehouse.tables().count == 5)
  }

  // MARK: What changes

  @Test(arguments: TestWarehouse.kinds)
  func `a new column is added, refused or left out, as it was asked for`(
    kind: TestWarehouse.Kind
  ) async throws {
    let warehouse = try await TestWarehouse(kind)
    let scratch = try Scratch()
    let dumps = try await Self.dumps.value
    #expect(try warehouse.copy(dumps.first, in: scratch).status == 0)
    let frozen = try warehouse.copy(dumps.wider, "--drift", "freeze", in: scratch)
    #expect(frozen.status == 22)
    #expect(frozen.errors.contains("column-added: a, column extra"))
    let without = try warehouse.copy(
      dumps.wider, "--drift", "discard-column", "--tables", "b,c,a", in: scratch)
    #expect(without.status == 0, "\(without.errors)")
    await #expect(throws: (any Error).self) {
      try await warehouse.rows("SELECT extra FROM \(warehouse.name("a"))")
    }
    let evolved = try warehouse.copy(dumps.wider, "--force", in: scratch)
    #expect(evolved.status == 0, "\(evolved.errors)")
    let rows = try await warehouse.rows("SELECT extra FROM \(warehouse.name("a"))")
    #expect(rows.count == 10)
    let back = try warehouse.copy(dumps.first, "--allow-older", "--force", in: scratch)
    #expect(back.status == 0, "\(back.errors)")
    #expect(back.output.contains("column-removed"))
  }

  @Test(arguments: TestWarehouse.kinds)
  func `gates hold the dump against the ledger`(kind: TestWarehouse.Kind) async throws {
    let warehouse = try await TestWarehouse(kind)
    let scratch = try Scratch()
    let dumps = try await Self.dumps.value
    #expect(try warehouse.copy(dumps.second, in: scratch).status == 0)
    let older = try warehouse.copy(dumps.first, in: scratch)
    #expect(older.status == 22)
    #expect(older.errors.contains("dump-older"))
    let fewer = try warehouse.copy(dumps.wider, "--max-drop", "49%", in: scratch)
    #expect(fewer.status == 22)
    #expect(fewer.errors.contains("rows-dropped: a: 10 rows, and the earlier dump had 20"))
    let emptied = try warehouse.copy(dumps.emptied, in: scratch)
    #expect(emptied.status == 22)
    #expect(emptied.errors.contains("table-emptied: b"))
    #expect(try await warehouse.counts("a", "b", "c", "receipt_loads") == [20, 20, 20, 1])
    let allowed = try warehouse.copy(dumps.emptied, "--allow-empty", "b", in: scratch)
    #expect(allowed.status == 0, "\(allowed.errors)")
    #expect(try await warehouse.counts("a", "b", "c") == [10, 0, 10])
  }

  @Test(arguments: TestWarehouse.kinds)
  func `tables that were left out the first time can follow`(
    kind: TestWarehouse.Kind
  ) async throws {
    let warehouse = try await TestWarehouse(kind)
    let scratch = try Scratch()
    let store = try await Self.dumps.value.first
    #expect(try warehouse.copy(store, "--tables", "a", in: scratch).status == 0)
    let same = try warehouse.copy(store, "--tables", "a", in: scratch)
    #expect(same.output.hasPrefix("nothing new"))
    let rest = try warehouse.copy(store, in: scratch)
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try await warehouse.counts("a", "b", "c") == [10, 10, 10])
    #expect(try warehouse.copy(store, in: scratch).output.hasPrefix("nothing new"))
  }
}

/// Files of `Fixtures`.
enum CommandFixture {
  static func path(_ name: String) -> String {
    SampleDump.package.appending(path: "Tests/CommandTests/Fixtures/\(name).parquet").path
  }
}
