import Foundation
import ObjectStorage
import TestSupport
import Testing

extension CopyRunTests {
  /// What networks and services do to a run, by a proxy before the stand-ins and by them.
  @Suite struct Faults {
    /// What is expected of the tables and the ledger after a good run.
    private func expectCopied(
      _ result: Command.Result, _ warehouse: TestWarehouse, _ name: String = ""
    ) async throws {
      #expect(result.status == 0, "\(name) \(result.errors)")
      #expect(
        try await warehouse.counts("a", "b", "c", "receipt_loads", "receipt_tables")
          == [10, 10, 10, 1, 3], "\(name)")
      #expect(try await warehouse.tables().count == 5, "\(name)")
    }

    /// A rule for the request that publishes.
    private static func publishing(_ action: String, times: Int) -> String {
      #"[{"method": "POST", "body": "LOCK TABLE|BEGIN TRANSACTION", "times": \#(times), "#
        + #""action": \#(action)}]"#
    }

    @Test(
      arguments: TestWarehouse.kinds,
      [
        #"{"type": "reset_after"}"#, #"{"type": "reset"}"#, #"{"type": "truncate"}"#,
        #"{"type": "status", "status": 503}"#, #"{"type": "garbage"}"#,
      ])
    func `an answer that is lost while the new rows become live changes nothing`(
      kind: TestWarehouse.Kind, action: String
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      try await warehouse.setRules(Self.publishing(action, times: 1))
      let result = try warehouse.copy(
        try await CopyRunTests.dumps.value.first, "--json", in: try Scratch())
      try await expectCopied(result, warehouse, action)
      #expect(try Report(result).repetitions == 0)
    }

    @Test(arguments: TestWarehouse.kinds)
    func `where no answer ever comes back, the ledger says that the new rows are live`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      try await warehouse.setRules(Self.publishing(#"{"type": "reset_after"}"#, times: 8))
      let result = try warehouse.copy(
        try await CopyRunTests.dumps.value.first, in: try Scratch())
      try await expectCopied(result, warehouse)
    }

    @Test(arguments: TestWarehouse.kinds)
    func `where the request never arrives, the live tables stay and the run ends as transient`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let dumps = try await CopyRunTests.dumps.value
      #expect(try warehouse.copy(dumps.first, in: try Scratch()).status == 0)
      try await warehouse.setRules(
        Self.publishing(#"{"type": "status", "status": 503}"#, times: -1))
      let result = try warehouse.copy(dumps.second, in: try Scratch())
      #expect(result.status == 31, "\(result.errors)")
      #expect(result.errors.contains("all tables, at one moment"))
      #expect(try await warehouse.counts("a", "b", "c", "receipt_loads") == [10, 10, 10, 1])
      #expect(try await warehouse.tables().count == 5)
      try await warehouse.setRules("[]")
      let again = try warehouse.copy(dumps.second, in: try Scratch())
      #expect(again.status == 0, "\(again.errors)")
      #expect(try await warehouse.counts("a", "b", "c", "receipt_loads") == [20, 20, 20, 2])
    }

    @Test(arguments: TestWarehouse.kinds)
    func `a publication that is called aborted although it happened is not done again`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let type = kind == .redshift ? "aborted" : "timeout"
      try await warehouse.setFaults(
        #"[{"sql": "INSERT INTO .*receipt_loads", "type": "\#(type)", "times": 1}]"#)
      let result = try warehouse.copy(
        try await CopyRunTests.dumps.value.first, "--json", in: try Scratch())
      try await expectCopied(result, warehouse)
      #expect(try Report(result).repetitions == 0)
    }

    @Test(
      arguments: TestWarehouse.kinds.filter { $0 == .redshift },
      [("stopped", "LOCK TABLE"), ("conflict", "LOCK TABLE"), ("aborted", "COPY.*__stg")])
    func `a step that was undone, or cannot be trusted, is run again`(
      kind: TestWarehouse.Kind, fault: (type: String, sql: String)
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      try await warehouse.setFaults(
        #"[{"sql": "\#(fault.sql)", "type": "\#(fault.type)", "times": 1}]"#)
      let result = try warehouse.copy(
        try await CopyRunTests.dumps.value.first, "--json", in: try Scratch())
      try await expectCopied(result, warehouse, fault.type)
      #expect(try Report(result).repetitions == 1)
    }

    @Test(arguments: TestWarehouse.kinds)
    func `a COPY that loads fewer rows refuses the dump, and the live tables stay`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let dumps = try await CopyRunTests.dumps.value
      #expect(try warehouse.copy(dumps.first, in: try Scratch()).status == 0)
      try await warehouse.setFaults(#"[{"sql": "COPY .*b__stg", "type": "lose", "times": 1}]"#)
      let result = try warehouse.copy(dumps.second, "--json", in: try Scratch())
      #expect(result.status == 22, "\(result.output) \(result.errors)")
      let document = try Document(result.errors)
      #expect(document.errorCodes == ["copied-rows-differ"])
      #expect(document.findings.first?.place.table == "b")
      #expect(document.findings.first?.message.contains("19 rows") == true)
      #expect(document.findings.first?.message.contains("promise 20") == true)
      #expect(try await warehouse.counts("a", "b", "c", "receipt_loads") == [10, 10, 10, 1])
      #expect(try await warehouse.tables().count == 5)
    }

    @Test(arguments: TestWarehouse.kinds)
    func `throttling and expiring tokens in the middle are waited out`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let throttled =
        kind == .redshift
        ? #"{"type": "status", "status": 400, "headers": {"Content-Type": "application/x-amz-json-1.1"}, "#
          + #""body": "{\"__type\": \"ActiveStatementsExceededException\", \"message\": \"busy\"}"}"#
        : #"{"type": "status", "status": 429, "body": "{\"code\": \"390429\"}"}"#
      let expired =
        kind == .redshift
        ? #"{"type": "status", "status": 400, "headers": {"Content-Type": "application/x-amz-json-1.1"}, "#
          + #""body": "{\"__type\": \"ExpiredTokenException\", \"message\": \"expired\"}"}"#
        : #"{"type": "status", "status": 401, "body": "{\"code\": \"390144\", \"message\": \"JWT\"}"}"#
      try await warehouse.setRules(
        #"[{"skip": 4, "times": 2, "action": \#(throttled)}, {"skip": 8, "times": 1, "#
          + #""action": \#(expired)}, {"skip": 12, "times": 1, "action": \#(throttled)}, "#
          + #"{"skip": 20, "times": 1, "action": \#(expired)}]"#)
      let result = try warehouse.copy(
        try await CopyRunTests.dumps.value.first, in: try Scratch())
      try await expectCopied(result, warehouse)
    }

    @Test(arguments: TestWarehouse.kinds)
    func `a statement that fails is named, and leaves nothing behind`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let dumps = try await CopyRunTests.dumps.value
      #expect(try warehouse.copy(dumps.first, in: try Scratch()).status == 0)
      let result =
        kind == .redshift
        ? try warehouse.copy(
          dumps.second, "--iam-role", "arn:aws:iam::1:role/no", in: try Scratch())
        : try warehouse.copy(
          dumps.second, "--stage", "nowhere", "--storage-integration", "none", in: try Scratch())
      #expect(result.status == 1, "\(result.errors)")
      #expect(
        result.errors.contains(kind == .redshift ? "stage a, statement 3 (COPY" : "CREATE STAGE"))
      #expect(result.errors.contains("hint: the rows of the live tables are as they were"))
      #expect(try await warehouse.counts("a", "b", "c", "receipt_loads") == [10, 10, 10, 1])
      #expect(try await warehouse.tables().count == 5)
    }

    @Test(arguments: TestWarehouse.kinds)
    func `who may not is told so, without secrets`(kind: TestWarehouse.Kind) async throws {
      let warehouse = try await TestWarehouse(kind)
      let scratch = try Scratch()
      let store = try await CopyRunTests.dumps.value.first
      let wrong: [String]
      switch kind {
      case .redshift:
        // The proxy checks signatures with the key that S3 wants too.
        try scratch.write(
          "[other]\naws_access_key_id = testing\naws_secret_access_key = wr0ng\n", to: "c")
        wrong = []
        let result = try Command.run(
          under: warehouse.assignments(["AWS_SECRET_ACCESS_KEY=wr0ng"]),
          warehouse.arguments(SampleDump.example), in: scratch)
        #expect(result.status == 64)
        let refused = try Command.run(
          under: warehouse.assignments(["AWS_SECRET_ACCESS_KEY=wr0ng"]),
          warehouse.arguments(store.description), in: scratch)
        #expect(refused.status == 30, "\(refused.errors)")
        #expect(!(refused.output + refused.errors).contains("wr0ng"))
      case .snowflake:
        try scratch.write("wr0ng-token\n", to: "token")
        wrong = ["--token-file", "token"]
        let result = try Command.run(
          under: warehouse.assignments(), warehouse.arguments(store.description, wrong),
          in: scratch)
        #expect(result.status == 30, "\(result.errors)")
        #expect(result.errors.contains("cannot ask Snowflake which tables it has"))
        #expect(!(result.output + result.errors).contains("wr0ng"))
        try scratch.write("test-pat\n", to: "token")
        let right = try Command.run(
          under: warehouse.assignments(), warehouse.arguments(store.description, wrong),
          in: scratch)
        #expect(right.status == 0, "\(right.errors)")
      }
    }

    @Test(arguments: TestWarehouse.kinds)
    func `two runs at once have the effect of one`(kind: TestWarehouse.Kind) async throws {
      let warehouse = try await TestWarehouse(kind)
      let scratch = try Scratch()
      let store = try await CopyRunTests.dumps.value.first
      let processes = try (0..<2).map { index in
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
          warehouse.assignments() + [Command.path] + warehouse.arguments(store.description)
        process.currentDirectoryURL = scratch.url
        process.standardOutput = FileHandle.nullDevice
        let errors = "errors-\(index)"
        try scratch.write("", to: errors)
        process.standardError = FileHandle(forWritingAtPath: scratch.path(errors))
        try process.run()
        return process
      }
      for process in processes { process.waitUntilExit() }
      let statuses = processes.map(\.terminationStatus)
      let errors = try (0..<2).map { try scratch.text("errors-\($0)") }
      // The stand-in of Snowflake runs on DuckDB, which ends one of two statements that change the same
      // rows or names where Snowflake has one wait for the other.
      #expect(kind == .redshift ? statuses == [0, 0] : statuses.contains(0), "\(errors)")
      let result = try warehouse.copy(store, in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        try await warehouse.counts("a", "b", "c", "receipt_loads") == [10, 10, 10, 1])
    }

    @Test(arguments: TestWarehouse.kinds)
    func `a run that is killed at any moment can be run again`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let scratch = try Scratch()
      let dumps = try await CopyRunTests.dumps.value
      #expect(try warehouse.copy(dumps.first, in: scratch).status == 0)
      var random = SeededGenerator()
      for _ in 0..<4 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
          warehouse.assignments() + [Command.path]
          + warehouse.arguments(dumps.second.description, ["--force"])
        process.currentDirectoryURL = scratch.url
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        try await Task.sleep(for: .milliseconds(Int.random(in: 100...1_500, using: &random)))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let counts = try await warehouse.counts("a", "b", "c")
        #expect([[10, 10, 10], [20, 20, 20]].contains(counts), "seed \(random.seed)")
      }
      // What a killed run had begun may still be running there.
      try await Task.sleep(for: .seconds(1))
      let result = try warehouse.copy(dumps.second, "--force", in: scratch)
      #expect(result.status == 0, "seed \(random.seed): \(result.errors)")
      #expect(try await warehouse.counts("a", "b", "c") == [20, 20, 20])
      #expect(try await warehouse.tables().count == 5)
    }

    @Test(arguments: TestWarehouse.kinds)
    func `Ctrl-C ends a run, and the statement that was running`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let scratch = try Scratch()
      let store = try await CopyRunTests.dumps.value.first
      try await warehouse.setRules(
        #"[{"body": "(?i)__stg_", "times": -1, "action": {"type": "hang", "ms": 60000}}]"#)
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments =
        warehouse.assignments() + [Command.path] + warehouse.arguments(store.description)
      process.currentDirectoryURL = scratch.url
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      try await Task.sleep(for: .seconds(3))
      #expect(process.isRunning)
      let start = ContinuousClock.now
      process.interrupt()
      while process.isRunning, ContinuousClock.now - start < .seconds(30) {
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(!process.isRunning)
      #expect(ContinuousClock.now - start < .seconds(20))
      #expect(process.terminationStatus == 130)
      try await warehouse.setRules("[]")
    }
  }
}
