import Dump
import Foundation
import Testing

@testable import Warehouse

/// Whole scripts, held against those that lie in `Fixtures`.
@Suite struct ScriptTests {
  static let cases: [(CopyTarget, CopySwitch)] = CopyTarget.allCases.flatMap { target in
    target.switches.map { (target, $0) }
  }

  private static func name(_ target: CopyTarget, _ switching: CopySwitch) -> String {
    "\(target.rawValue)-\(switching.rawValue).sql"
  }

  @Test(arguments: cases)
  func `a script is the one that was reviewed`(target: CopyTarget, switching: CopySwitch) throws {
    let script = PlanScript.text(try Samples.plan(Samples.options(target, switching)))
    let golden = try Golden.text(Self.name(target, switching), rewriting: script)
    #expect(script == golden)
  }

  @Test(arguments: [CopyTarget.redshift, .snowflake])
  func `a script against tables that are there shows what changes`(target: CopyTarget) throws {
    let name = target == .redshift ? "spend" : "SPEND"
    let present = TargetTable(
      name: name,
      columns: [
        TargetTable.Column(
          name: "timestamp", type: target == .redshift ? "TIMESTAMP" : "TIMESTAMP_NTZ(9)"),
        TargetTable.Column(name: "adnetwork", type: "VARCHAR(256)"),
        TargetTable.Column(name: "mine", type: "VARCHAR(10)"),
      ])
    let plan = try Samples.plan(
      Samples.options(target), [Samples.spend], present: [present])
    let script = PlanScript.text(plan)
    let golden = try Golden.text("\(target.rawValue)-evolve.sql", rewriting: script)
    #expect(script == golden)
    #expect(Outcome(plan.findings) == .done)
  }

  /// What the grammar of sqlfluff 4.5 does not know, and the services do.
  private static let gaps = ["SERIALIZETOJSON"]

  @Test(
    .enabled(if: Oracle.has("sqlfluff")),
    arguments: cases.filter { [.redshift, .snowflake].contains($0.0) })
  func `every statement parses in the grammar of its dialect`(
    target: CopyTarget, switching: CopySwitch
  ) throws {
    let plan = try Samples.plan(Samples.options(target, switching))
    let statements = plan.steps.flatMap(\.statements).map { statement in
      Self.gaps.reduce(statement.sql) { $0.replacing(" \($1)", with: "") }
    }
    #expect(statements.count > 10)
    let input = try JSONEncoder().encode(statements)
    let output = try Oracle.run(
      """
      import json, sys
      from sqlfluff.core import FluffConfig, Linter
      lint = Linter(config=FluffConfig(overrides={"dialect": "\(target.rawValue)"}))
      for statement in json.load(sys.stdin):
          for found in lint.parse_string(statement + ";\\n").violations:
              print(statement[:200], found.desc()[:200])
      """, String(decoding: input, as: UTF8.self))
    #expect(output == "")
  }

  @Test func `a script holds no secret, and the plan as JSON names its parts`() throws {
    let plan = try Samples.plan(Samples.options(.redshift))
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .useDefaultKeys
    let text = String(decoding: try encoder.encode(plan), as: UTF8.self)
    for word in ["\"steps\"", "\"manifests\"", "\"run_id\"", "\"switch\":\"insert\"", "\"tables\""]
    {
      #expect(text.contains(word), "\(word)")
    }
    for word in ["ACCESS_KEY", "CREDENTIALS", "SECRET"] {
      #expect(!PlanScript.text(plan).uppercased().contains(word))
    }
  }

  @Test func `a plan as JSON says which columns there are, and so can be a target's schema`()
    throws
  {
    let plan = try Samples.plan(Samples.options(.redshift), [Samples.spend])
    struct Schema: Decodable { let tables: [TargetTable] }
    let schema = try JSONDecoder().decode(Schema.self, from: try JSONEncoder().encode(plan))
    let again = try Samples.plan(
      Samples.options(.redshift), [Samples.spend], present: schema.tables)
    #expect(again.findings.isEmpty)
    #expect(!PlanScript.text(again).contains("ALTER"))
  }
}
