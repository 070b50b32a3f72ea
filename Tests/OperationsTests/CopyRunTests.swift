import Dump
import Synchronization
import Testing
import Warehouse

@testable import Operations

/// What a run tells a warehouse when something goes wrong.
struct CopyRunTests {
  /// A warehouse that notes statements, and does as the plan expects but for what a test wants.
  private final class ListeningWarehouse: WarehouseConnection {
    let statements = Mutex<[String]>([])
    private let failure: @Sendable (String) -> WarehouseError?
    private let answers: @Sendable (String) -> [[String?]]

    init(
      failure: @escaping @Sendable (String) -> WarehouseError? = { _ in nil },
      answers: @escaping @Sendable (String) -> [[String?]] = { _ in [] }
    ) {
      self.failure = failure
      self.answers = answers
    }

    func run(
      _ step: CopyPlan.Step, as run: StepRun, progress: @Sendable (Int) -> Void
    ) async throws(WarehouseError) -> [StatementAnswer] {
      var results: [StatementAnswer] = []
      for (index, statement) in step.statements.enumerated() {
        statements.withLock { $0.append(statement.sql) }
        if var error = failure(statement.sql) {
          error.statement = index
          throw error
        }
        guard let expected = statement.expectation else {
          results.append(StatementAnswer())
          continue
        }
        let files = expected.files ?? 1
        let rows = (0..<files).map { ["\($0 == 0 ? expected.rows : 0)"] }
        results.append(StatementAnswer(rows: rows, columns: ["rows_loaded"]))
      }
      return results
    }

    func rows(_ sql: String) async throws(WarehouseError) -> [[String?]] { answers(sql) }

    /// The statements that begin with a word.
    func all(_ word: String) -> [String] {
      statements.withLock { $0.filter { $0.hasPrefix(word) } }
    }
  }

  private static let timestamp = "2023-03-14T04:03:07.963883Z"

  private func options(_ target: CopyTarget, _ switching: CopySwitch) -> WarehouseOptions {
    var options = WarehouseOptions(target: target)
    options.switching = switching
    options.iamRole = "default"
    options.manifestPrefix = "s3://bucket/manifests"
    options.stage = "dumps"
    options.runID = "0123456789abcdef0123456789abcdef"
    return options
  }

  private func run(
    _ options: WarehouseOptions, _ tableCount: Int = 2, over warehouse: ListeningWarehouse
  ) async throws -> CopyRun.Outcome {
    let tables = (0..<tableCount).map { number in
      SourceTable(
        name: "t\(number)",
        files: [
          SourceFile(url: "s3://bucket/d/t\(number)/0.parquet", byteCount: 9, rowCount: 7)
        ],
        columns: [SourceColumn(name: "c", shape: .scalar(.int64))])
    }
    let plan = try CopyPlan(
      tables, timestamp: try Timestamp(parsing: Self.timestamp), location: "s3://bucket/d",
      options: options, present: [])
    return try await CopyRun(
      plan: plan, connection: warehouse, questions: TargetQuestions(options), reloads: false,
      progress: Progress()
    ).run()
  }

  private static let refusal = WarehouseError(.statement, "it says no")

  private static let staging = #""PUBLIC__STG_20230314040307963883_01234567""#

  @Test func `a failed copy drops its own schema and leaves the old one alone`() async throws {
    let warehouse = ListeningWarehouse(failure: { $0.hasPrefix("COPY") ? Self.refusal : nil })
    await #expect(throws: OperationError.self) {
      try await run(options(.snowflake, .schema), over: warehouse)
    }
    #expect(warehouse.all("DROP") == ["DROP SCHEMA IF EXISTS \(Self.staging)"])
    #expect(warehouse.all("ALTER SCHEMA").isEmpty)
  }

  @Test(arguments: ["ALTER SCHEMA", "INSERT INTO \"PUBLIC__RECEIPT\".\"RECEIPT_LOADS"])
  func `once schemas may have changed places, nothing is dropped`(statement: String) async throws {
    for loads in [[], [["another", Self.timestamp]]] {
      let warehouse = ListeningWarehouse(
        failure: { $0.hasPrefix(statement) ? Self.refusal : nil }, answers: { _ in loads })
      do {
        let outcome = try await run(options(.snowflake, .schema), over: warehouse)
        #expect(outcome.wasOvertaken)
      } catch let error as OperationError {
        #expect(loads.isEmpty)
        #expect(error.hint?.contains("the new schema may be live") == true)
      }
      #expect(warehouse.all("DROP").isEmpty)
    }
  }

  @Test func `a copy that another one has overtaken drops what is its own`() async throws {
    let warehouse = ListeningWarehouse(
      failure: { $0.contains("is in the ledger already") ? Self.refusal : nil },
      answers: { _ in [["another", Self.timestamp]] })
    let outcome = try await run(options(.snowflake, .schema), over: warehouse)
    #expect(outcome.wasOvertaken)
    #expect(warehouse.all("DROP") == ["DROP SCHEMA IF EXISTS \(Self.staging)"])
    #expect(warehouse.all("ALTER SCHEMA").isEmpty)
  }

  @Test func `schemas that killed runs have left go with the next good one`() async throws {
    let warehouse = ListeningWarehouse(answers: { sql in
      sql.contains("schemata")
        ? [
          ["PUBLIC__STG_20230314040307963883_aaaaaaaa"], ["PUBLIC__STG_mine"],
          ["PUBLIC__STG_20990314040307963883_bbbbbbbb"],
        ] : []
    })
    _ = try await run(options(.snowflake, .schema), over: warehouse)
    #expect(
      warehouse.all("DROP") == [
        #"DROP SCHEMA IF EXISTS "PUBLIC__OLD""#,
        #"DROP SCHEMA IF EXISTS "PUBLIC__STG_20230314040307963883_aaaaaaaa""#,
      ])
  }

  @Test(arguments: [CopySwitch.insert, .rename], [2, 50])
  func `a failed copy into Redshift leaves no staging table`(
    switching: CopySwitch, tableCount: Int
  ) async throws {
    let warehouse = ListeningWarehouse(failure: { $0.hasPrefix("LOCK") ? Self.refusal : nil })
    await #expect(throws: OperationError.self) {
      try await run(options(.redshift, switching), tableCount, over: warehouse)
    }
    // The first ones come before the tables are made.
    let drops = warehouse.all("DROP TABLE").dropFirst(tableCount)
    #expect(drops.count == tableCount)
    #expect(drops.allSatisfy { $0.hasSuffix("__stg_20230314040307963883_01234567\"") })
    let made = warehouse.all("CREATE OR REPLACE PROCEDURE").count
    #expect((made > 0) == (tableCount > 11))
    #expect(warehouse.all("DROP PROCEDURE").count == made)
  }

  @Test func `swapped tables stay beside the live ones if a later one fails`() async throws {
    let warehouse = ListeningWarehouse(failure: {
      $0.contains("SWAP WITH \"PUBLIC\".\"T1") ? Self.refusal : nil
    })
    await #expect(throws: OperationError.self) {
      try await run(options(.snowflake, .swap), over: warehouse)
    }
    #expect(warehouse.all("DROP").isEmpty)
    let early = ListeningWarehouse(failure: { $0.hasPrefix("COPY") ? Self.refusal : nil })
    await #expect(throws: OperationError.self) {
      try await run(options(.snowflake, .swap), over: early)
    }
    #expect(early.all("DROP TABLE").count == 2)
  }
}
