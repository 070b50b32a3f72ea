import Dump
import Testing

@testable import Warehouse

@Suite struct DriftTests {
  private func plan(
    _ rule: DriftRule, _ columns: [(String, String)], _ switching: CopySwitch = .insert
  ) throws -> CopyPlan {
    var options = Samples.options(switching == .insert ? .redshift : .snowflake, switching)
    options.drift = rule
    let table = SourceTable(
      name: "t", files: Samples.files("t", [1]),
      columns: [
        Samples.scalar("a", .int32), Samples.scalar("b", .string), Samples.scalar("c", .double),
      ])
    return try Samples.plan(
      options, [table],
      present: [
        TargetTable(
          name: "t", columns: columns.map { TargetTable.Column(name: $0.0, type: $0.1) })
      ])
  }

  private func insert(_ plan: CopyPlan) -> String? {
    plan.steps.flatMap(\.statements).map(\.sql).first {
      $0.hasPrefix("INSERT INTO \"public\".\"t\"")
    }
  }

  private static let usual = [("a", "INTEGER"), ("b", "VARCHAR(65535)"), ("c", "DOUBLE PRECISION")]

  @Test(arguments: DriftRule.allCases)
  func `tables that suit are left alone, whatever the rule`(rule: DriftRule) throws {
    for columns in [
      Self.usual, Self.usual.reversed(),
      [("a", "bigint"), ("b", "character varying(65535)"), ("c", "float8")],
    ] {
      let plan = try plan(rule, columns)
      #expect(plan.findings.isEmpty, "\(plan.findings)")
      #expect(!PlanScript.text(plan).contains("ALTER"))
    }
  }

  @Test func `evolve adds columns and widens texts`() throws {
    let plan = try plan(.evolve, [("a", "INTEGER"), ("b", "VARCHAR(100)")])
    let script = PlanScript.text(plan)
    #expect(script.contains(#"ALTER TABLE "public"."t" ADD COLUMN "c" DOUBLE PRECISION;"#))
    #expect(script.contains(#"ALTER TABLE "public"."t" ALTER COLUMN "b" TYPE VARCHAR(65535);"#))
    #expect(insert(plan)?.contains(#"("a", "b", "c")"#) == true)
    #expect(Outcome(plan.findings) == .done)
    // No transaction of Redshift may hold a change of a type.
    let step = plan.steps.first { $0.statements.contains { $0.sql.contains("ALTER COLUMN") } }
    #expect(step?.isTransaction == false)
    #expect(step?.purpose == .prepare)
  }

  @Test func `freeze refuses every change`() throws {
    for columns in [
      Array(Self.usual.prefix(2)), Self.usual + [("d", "DATE")],
      [("a", "INTEGER"), ("b", "VARCHAR(100)"), ("c", "DOUBLE PRECISION")],
    ] {
      let plan = try plan(.freeze, columns)
      #expect(plan.findings.map(\.severity) == [.error], "\(columns)")
      #expect(plan.findings.allSatisfy { $0.hint != nil })
    }
  }

  @Test func `discard-column leaves out what does not fit`() throws {
    let plan = try plan(.discardColumn, [("a", "DATE"), ("b", "VARCHAR(65535)")])
    #expect(insert(plan)?.contains("(\"b\")") == true)
    #expect(plan.findings.map(\.code) == [.columnChanged, .columnAdded])
    #expect(Outcome(plan.findings) == .done)
    #expect(!PlanScript.text(plan).contains("ALTER"))
  }

  @Test func `a column of another type is refused where tables stay, and replaced where they go`()
    throws
  {
    let columns = [("a", "DATE"), ("b", "VARCHAR"), ("c", "FLOAT")]
    let kept = try plan(.evolve, columns)
    #expect(Outcome(kept.findings) == .refused)
    #expect(kept.findings.first?.message.contains("DATE") == true)
    #expect(kept.findings.first?.message.contains("INTEGER") == true)
    let swapped = try plan(.evolve, columns, .swap)
    #expect(Outcome(swapped.findings) == .done)
  }

  @Test func `a column that the dump has not is said to go or to be NULL`() throws {
    let plan = try plan(.evolve, Self.usual + [("mine", "DATE")])
    #expect(plan.findings.map(\.code) == [.columnRemoved])
    #expect(plan.findings[0].severity == .warning)
    #expect(insert(plan)?.contains("mine") == false)
  }

  @Test(arguments: [
    ("VARCHAR(10)", "VARCHAR(10)", TypeName.Fit.holds), ("VARCHAR(20)", "VARCHAR(10)", .holds),
    ("VARCHAR(10)", "VARCHAR(20)", .widenable), ("VARCHAR", "VARCHAR(20)", .holds),
    ("character varying(10)", "VARCHAR(11)", .widenable), ("BIGINT", "SMALLINT", .holds),
    ("SMALLINT", "BIGINT", .differs), ("DOUBLE PRECISION", "REAL", .holds),
    ("REAL", "DOUBLE PRECISION", .differs), ("BIGINT", "REAL", .differs),
    ("NUMERIC(38,9)", "DECIMAL(20,9)", .holds), ("DECIMAL(20,9)", "DECIMAL(38,9)", .differs),
    ("DECIMAL(38,9)", "DECIMAL(38,8)", .differs), ("SUPER", "VARCHAR(10)", .differs),
    ("timestamp without time zone", "TIMESTAMP", .holds), ("TIMESTAMP", "DATE", .differs),
    ("TIMESTAMP(6) WITHOUT TIME ZONE", "TIMESTAMP", .holds),
  ])
  func `a type suits another one or not`(live: String, wanted: String, fit: TypeName.Fit) {
    #expect(TypeName(live).fit(TypeName(wanted), in: .redshift) == fit, "\(live) \(wanted)")
  }

  @Test func `Snowflake widens numbers too, and its texts have a longest`() {
    func fit(_ live: String, _ wanted: String) -> TypeName.Fit {
      TypeName(live).fit(TypeName(wanted), in: .snowflake)
    }
    #expect(fit("NUMBER(10,0)", "NUMBER(38,0)") == .widenable)
    #expect(fit("TEXT(16777216)", "VARCHAR") == .holds)
    #expect(fit("TEXT(100)", "VARCHAR") == .widenable)
    #expect(fit("TIMESTAMP_NTZ(9)", "TIMESTAMP_NTZ(6)") == .holds)
    #expect(fit("TIMESTAMP_NTZ(3)", "TIMESTAMP_NTZ(6)") == .differs)
    #expect(fit("TIMESTAMP_NTZ(9)", "TIMESTAMP_LTZ(6)") == .differs)
  }

  @Test func `a catalog's answer becomes tables, and another one an error`() throws {
    let tables = try TargetQuestions.tables([
      ["t", "a", "character varying", "256", nil, nil, nil],
      ["t", "b", "numeric", nil, "38", "9", nil], ["t", "c", "integer", nil, "32", "0", nil],
      ["u", "d", "TIMESTAMP_NTZ", nil, nil, nil, "6"],
    ])
    #expect(
      tables.map(\.columns).map { $0.map(\.type) }
        == [["VARCHAR(256)", "DECIMAL(38,9)", "INTEGER"], ["TIMESTAMP_NTZ(6)"]])
    #expect(throws: WarehouseError.self) { try TargetQuestions.tables([["t", "a"]]) }
  }
}
