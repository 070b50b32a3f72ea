import AWS
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Warehouse

/// The SQL API's protocol, against a server that says what it is told to.
@Suite struct SnowflakeTests {
  private static let handle = "01b2-handle"

  private static func result(_ rows: String, partitions: Int = 1) -> ScriptedServer.Answer {
    let parts = Array(repeating: #"{"rowCount": 1}"#, count: partitions).joined(separator: ",")
    return .response(
      200, ["Content-Type": "application/json"],
      #"{"code": "090001", "statementHandle": "\#(handle)", "resultSetMetaData": "#
        + #"{"partitionInfo": [\#(parts)], "rowType": [{"name": "N"}]}, "data": \#(rows)}"#)
  }

  private static func refusal(
    _ status: Int, _ code: String, _ message: String = "it says no",
    headers: [String: String] = [:]
  ) -> ScriptedServer.Answer {
    .response(status, headers, #"{"code": "\#(code)", "message": "\#(message)"}"#)
  }

  private static let running = ScriptedServer.Answer.response(
    202, [:], #"{"code": "333334", "statementHandle": "\#(handle)"}"#)

  /// A server that gives some answers, one after the other, and the last one for ever.
  private func server(_ answers: [ScriptedServer.Answer]) throws -> ScriptedServer {
    let rest = Mutex(answers[...])
    return try ScriptedServer { _ in
      rest.withLock { $0.count > 1 ? $0.removeFirst() : $0[$0.startIndex] }
    }
  }

  private func connection(
    _ server: ScriptedServer, timeout: Duration = .seconds(60)
  ) throws -> SnowflakeConnection {
    var access = SnowflakeAccess(account: "ORG-ACC", proof: .accessToken(Secret("s3cret-token")))
    access.url = server.url
    access.database = "DB"
    access.role = "R"
    access.warehouse = "W"
    return try SnowflakeConnection(access, timeout: timeout)
  }

  private let step = CopyPlan.Step(
    purpose: .stage, title: "s", isTransaction: false,
    statements: [
      CopyPlan.Statement("SELECT 1"), CopyPlan.Statement("SELECT 2"),
    ])
  private let run = StepRun(runID: "r", step: 3, attempt: 0)

  @Test func `a statement is sent with what the service wants`() async throws {
    let server = try server([Self.result(#"[["7"]]"#)])
    let answers = try await connection(server).run(step, as: run) { _ in }
    #expect(answers.map(\.rows) == [[["7"]], [["7"]]])
    #expect(answers[0].columns == ["n"])
    let requests = server.requests
    #expect(requests.map(\.method) == ["POST", "POST"])
    #expect(
      requests[0].target == "/api/v2/statements?requestId=\(run.uuid(0))&async=true&retry=true")
    #expect(
      requests[1].target == "/api/v2/statements?requestId=\(run.uuid(1))&async=true&retry=true")
    let headers = requests[0].headers
    #expect(headers["authorization"] == "Bearer s3cret-token")
    #expect(headers["x-snowflake-authorization-token-type"] == "PROGRAMMATIC_ACCESS_TOKEN")
    #expect(headers["user-agent"]?.hasPrefix("receipt/") == true)
    #expect(headers["accept"] == "application/json")
    struct Body: Decodable {
      let statement: String
      let database: String
      let role: String
      let warehouse: String
      let parameters: [String: String]
    }
    let body = try JSONDecoder().decode(Body.self, from: Data(requests[0].body))
    #expect(body.statement == "SELECT 1")
    #expect([body.database, body.role, body.warehouse] == ["DB", "R", "W"])
    #expect(body.parameters["MULTI_STATEMENT_COUNT"] == "1")
  }

  @Test func `a statement that takes long is asked for until it ends`() async throws {
    let server = try server([Self.running, Self.running, Self.running, Self.result("[]")])
    _ = try await connection(server).rows("SELECT 1")
    #expect(server.requests.map(\.method) == ["POST", "GET", "GET", "GET"])
    #expect(server.requests[1].target == "/api/v2/statements/\(Self.handle)")
  }

  @Test func `all parts of an answer are fetched`() async throws {
    let server = try server([
      Self.result(#"[["1"]]"#, partitions: 3), Self.result(#"[["2"]]"#), Self.result(#"[["3"]]"#),
    ])
    let rows = try await connection(server).rows("SELECT 1")
    #expect(rows == [["1"], ["2"], ["3"]])
    #expect(server.requests[2].target.hasSuffix("?partition=2"))
  }

  @Test func `a lost answer is asked for by the same name, marked as another try`() async throws {
    for fault in [
      ScriptedServer.Answer.reset, Self.refusal(429, "390429"), Self.refusal(503, "390503"),
      Self.refusal(504, "1"), .short("{", declared: 100), .raw("nonsense\r\n\r\n"),
    ] {
      let server = try server([fault, Self.result(#"[["1"]]"#)])
      let answers = try await connection(server).run(
        CopyPlan.Step(
          purpose: .stage, title: "s", isTransaction: false,
          statements: [CopyPlan.Statement("SELECT 1")]), as: run
      ) { _ in }
      #expect(answers[0].rows == [["1"]])
      let posts = server.requests.filter { $0.method == "POST" }
      #expect(posts.count == 2, "\(fault)")
      // The first one too: the system's library may send it twice without saying so.
      let name = "/api/v2/statements?requestId=\(run.uuid())&async=true&retry=true"
      #expect(posts.map(\.target) == [name, name])
    }
  }

  @Test(arguments: [
    (422, "002003", WarehouseError.Code.statement), (422, "000630", .aborted),
    (422, "000604", .aborted), (422, "000628", .conflict), (408, "000630", .aborted),
    (401, "390144", .accessDenied), (403, "1", .accessDenied), (400, "1", .statement),
  ])
  func `what the service refuses is not asked again`(
    status: Int, code: String, expected: WarehouseError.Code
  ) async throws {
    let server = try server([Self.refusal(status, code)])
    let error = await #expect(throws: WarehouseError.self) {
      try await connection(server).run(step, as: run) { _ in }
    }
    #expect(error?.code == expected)
    #expect(error?.statement == 0)
    #expect(error?.message.contains("it says no (\(code))") == true)
    #expect(server.requests.count == 1)
    #expect(!"\(String(describing: error))".contains("s3cret"))
  }

  @Test func `a statement that takes too long is stopped`() async throws {
    let server = try server([Self.running])
    let connection = try connection(server, timeout: .seconds(-61))
    let error = await #expect(throws: WarehouseError.self) { try await connection.rows("SELECT 1") }
    #expect(error?.code == .aborted)
    #expect(server.requests.last?.target == "/api/v2/statements/\(Self.handle)/cancel")
  }

  @Test func `cancelling the task stops the statement`() async throws {
    let server = try server([Self.running])
    let connection = try connection(server)
    let task = Task { try await connection.rows("SELECT 1") }
    while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    task.cancel()
    let result = await task.result
    #expect(throws: WarehouseError.self) { try result.get() }
    #expect(server.requests.contains { $0.target.hasSuffix("/cancel") })
  }

  @Test func `a statement that is cancelled while it is submitted is stopped all the same`()
    async throws
  {
    let server = try server([.silence(5), Self.running, Self.result("[]")])
    let connection = try connection(server)
    let run = run
    let step = step
    let task = Task { try await connection.run(step, as: run) { _ in } }
    while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    task.cancel()
    let result = await task.result
    #expect(throws: WarehouseError.self) { try result.get() }
    let name = "/api/v2/statements?requestId=\(run.uuid(0))&async=true&retry=true"
    #expect(
      server.requests.map(\.target)
        == [name, name, "/api/v2/statements/\(Self.handle)/cancel"])
  }

  @Test func `a transaction is one statement that undoes itself`() async throws {
    let server = try server([Self.result("[]")])
    var step = step
    step.isTransaction = true
    let answers = try await connection(server).run(step, as: run) { _ in }
    #expect(answers.count == 2)
    #expect(server.requests.count == 1)
    let body = server.requests[0].bodyText
    #expect(body.contains("BEGIN TRANSACTION;"))
    #expect(body.contains("ROLLBACK;"))
  }

  @Test func `a line that ends within a name stays as it is`() {
    let text = SnowflakeBlock.text([CopyPlan.Statement("DELETE FROM \"a\nb\"")])
    #expect(text.contains("  DELETE FROM \"a\nb\";\n"))
  }

  @Test func `a body with dollar signs is quoted in another way`() {
    let text = SnowflakeBlock.text([CopyPlan.Statement(#"SELECT '$$', '\\'"#)])
    #expect(text.hasPrefix("EXECUTE IMMEDIATE 'BEGIN"))
    #expect(text.contains(#"SELECT ''$$'', ''\\\\''"#))
  }
}
