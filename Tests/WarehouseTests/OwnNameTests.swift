import Dump
import Testing

@testable import Warehouse

/// Names of what a run makes beside the live tables: no two things share one.
@Suite struct OwnNameTests {
  private func sql(_ plan: CopyPlan) -> [String] { plan.steps.flatMap(\.statements).map(\.sql) }

  @Test func `tables whose names begin alike have staging and old tables of their own`() throws {
    let start = String(repeating: "ä", count: 62)
    for target in [CopyTarget.redshift, .snowflake] {
      let tables = ["1", "2", ""].map { end in
        SourceTable(
          name: (target == .snowflake ? start : "") + start + end,
          files: Samples.files("t", [1]), columns: [Samples.scalar("c", .int64)])
      }
      let plan = try Samples.plan(
        Samples.options(target, target == .redshift ? .rename : .transaction), tables, present: [])
      #expect(Set(plan.tables.map(\.staging)).count == 3)
      let limit = target == .redshift ? 127 : 255
      #expect(plan.tables.allSatisfy { ($0.staging?.utf8.count ?? 999) <= limit })
    }
    let tables = ["1", "2"].map {
      SourceTable(
        name: start + $0, files: Samples.files("t", [1]),
        columns: [Samples.scalar("c", .int64)])
    }
    let olds = sql(try Samples.plan(Samples.options(.redshift, .rename), tables))
      .compactMap { $0.firstMatch(of: /RENAME TO "(.*__old)"/).map { String($0.1) } }
    #expect(Set(olds).count == 2)
    #expect(olds.allSatisfy { $0.utf8.count <= 127 })
  }

  @Test func `a table that is called like another one's old table is refused`() throws {
    let tables = ["a", "A__old"].map {
      SourceTable(
        name: $0, files: Samples.files("t", [1]), columns: [Samples.scalar("c", .int64)])
    }
    let error = #expect(throws: WarehouseError.self) {
      try Samples.plan(Samples.options(.redshift, .rename), tables)
    }
    #expect(error?.message.contains("cannot rename table a to a__old") == true)
    _ = try Samples.plan(Samples.options(.redshift, .insert), tables)
  }

  @Test func `procedures of two runs have names of their own, and are known as left over`() throws {
    let tables = (0..<20).map {
      SourceTable(
        name: "t\($0)", files: Samples.files("t", [1]), columns: [Samples.scalar("c", .int64)])
    }
    var names: Set<String> = []
    for runID in ["0123456789abcdef", "fedcba9876543210"] {
      var options = Samples.options(.redshift)
      options.runID = runID
      for sql in sql(try Samples.plan(options, tables)) {
        guard let match = sql.firstMatch(of: /CALL "public"\."(.*)"\(\)/) else { continue }
        names.insert(String(match.1))
      }
    }
    #expect(names.count == 2)
    #expect(names.allSatisfy { StagingName.isLeftOver($0, of: Samples.timestamp) })
  }
}
