import AWS
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Warehouse

/// The Data API's protocol, against a server that says what it is told to.
@Suite struct RedshiftTests {
  private typealias Answers = [String: [ScriptedServer.Answer]]

  private static func json(_ text: String) -> ScriptedServer.Answer {
    .response(200, ["Content-Type": "application/x-amz-json-1.1"], text)
  }

  private static func fault(_ code: String, status: Int = 400) -> ScriptedServer.Answer {
    .response(
      status, ["Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": "abc"],
      #"{"__type": "com.amazonaws#\#(code)", "message": "it says no"}"#)
  }

  private static let accepted = json(#"{"Id": "st-1"}"#)
  private static let finished = json(
    #"{"Id": "st-1", "Status": "FINISHED", "HasResultSet": true, "SubStatements": ["#
      + #"{"Id": "st-1:1", "Status": "FINISHED"}, {"Id": "st-1:2", "Status": "FINISHED"}]}"#)

  /// A server that gives for each action its answers, one after the other, and the last for ever.
  private func server(_ answers: Answers) throws -> ScriptedServer {
    let rest = Mutex(answers)
    return try ScriptedServer { request in
      let action = String(request.headers["x-amz-target"]?.split(separator: ".").last ?? "")
      return rest.withLock { rest in
        guard let list = rest[action], let first = list.first else { return .response(500) }
        if list.count > 1 { rest[action]?.removeFirst() }
        return first
      }
    }
  }

  private func connection(
    _ server: ScriptedServer, timeout: Duration = .seconds(60),
    change: (inout RedshiftAccess) -> Void = { $0.workgroup = "wg" }
  ) throws -> RedshiftConnection {
    var access = RedshiftAccess(
      database: "dev",
      environment: [
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "s3cret",
        "AWS_SESSION_TOKEN": "token", "AWS_REGION": "eu-west-1", "HOME": "/nonexistent",
        "AWS_ENDPOINT_URL_REDSHIFT_DATA": server.url,
      ])
    change(&access)
    return try RedshiftConnection(access, timeout: timeout)
  }

  private let step = CopyPlan.Step(
    purpose: .stage, title: "s", isTransaction: true,
    statements: [
      CopyPlan.Statement("COPY x FROM 's3://b/2023-03-14T04:03/x'"),
      CopyPlan.Statement(
        "SELECT COUNT(*)", expectation: CopyPlan.Statement.Expectation(rows: 5)),
    ])
  private let run = StepRun(runID: "r", step: 1, attempt: 0)

  private struct Body: Decodable {
    let sql: String?
    let sqls: [String]?
    let cluster: String?
    let workgroup: String?
    let database: String?
    let user: String?
    let secret: String?
    let token: String?
    let id: String?
    let parameters: [String]?

    private enum CodingKeys: String, CodingKey {
      case sql = "Sql"
      case sqls = "Sqls"
      case cluster = "ClusterIdentifier"
      case workgroup = "WorkgroupName"
      case database = "Database"
      case user = "DbUser"
      case secret = "SecretArn"
      case token = "ClientToken"
      case id = "Id"
      case parameters = "Parameters"
    }
  }

  private func bodies(_ server: ScriptedServer, _ action: String) throws -> [Body] {
    try server.requests.filter { $0.headers["x-amz-target"] == "RedshiftData.\(action)" }
      .map { try JSONDecoder().decode(Body.self, from: Data($0.body)) }
  }

  @Test func `a transaction is one batch, and its counts are asked for`() async throws {
    let server = try server([
      "BatchExecuteStatement": [Self.accepted], "DescribeStatement": [Self.finished],
      "GetStatementResult": [Self.json(#"{"Records": [[{"longValue": 5}]]}"#)],
    ])
    let answers = try await connection(server).run(step, as: run) { _ in }
    #expect(answers.map(\.rows) == [[], [["5"]]])
    let body = try #require(try bodies(server, "BatchExecuteStatement").first)
    #expect(body.sqls == step.statements.map(\.sql))
    #expect(body.workgroup == "wg")
    #expect(body.cluster == nil)
    #expect(body.database == "dev")
    #expect(body.token == run.token())
    // A colon in a text is no parameter as long as there are none.
    #expect(body.parameters == nil)
    #expect(try bodies(server, "GetStatementResult").first?.id == "st-1:2")
  }

  @Test func `a cluster is reached as a user, or through a secret`() async throws {
    let server = try server([
      "ExecuteStatement": [Self.accepted], "DescribeStatement": [Self.finished],
      "GetStatementResult": [Self.json(#"{"Records": []}"#)],
    ])
    _ = try await connection(server) {
      $0.cluster = "c"
      $0.user = "loader"
    }.rows("SELECT 1")
    _ = try await connection(server) {
      $0.cluster = "c"
      $0.secretARN = "arn:s"
    }.rows("SELECT 1")
    let bodies = try bodies(server, "ExecuteStatement")
    #expect(bodies.map(\.cluster) == ["c", "c"])
    #expect(bodies.map(\.user) == ["loader", nil])
    #expect(bodies.map(\.secret) == [nil, "arn:s"])
    #expect(bodies[0].token != bodies[1].token)
    for change in [
      { (_: inout RedshiftAccess) in },
      {
        $0.cluster = "c"
        $0.workgroup = "w"
      },
    ] {
      #expect(throws: WarehouseError.self) { try connection(server, change: change) }
    }
  }

  @Test func `pages of rows are joined, and values of all kinds are texts`() async throws {
    let server = try server([
      "ExecuteStatement": [Self.accepted], "DescribeStatement": [Self.finished],
      "GetStatementResult": [
        Self.json(
          #"{"NextToken": "n", "Records": [[{"stringValue": "a"}, {"isNull": true}]]}"#),
        Self.json(#"{"Records": [[{"doubleValue": 0.5}, {"booleanValue": true}]]}"#),
      ],
    ])
    let rows = try await connection(server).rows("SELECT 1")
    #expect(rows == [["a", nil], ["0.5", "true"]])
  }

  @Test func `a lost answer and throttling are asked again with the same token`() async throws {
    for fault in [
      ScriptedServer.Answer.reset, Self.fault("ActiveStatementsExceededException"),
      Self.fault("ThrottlingException"), Self.fault("InternalServerException", status: 500),
      Self.fault("ExpiredTokenException"),
    ] {
      let server = try server([
        "BatchExecuteStatement": [fault, Self.accepted],
        "DescribeStatement": [Self.fault("ThrottlingException"), Self.finished],
        "GetStatementResult": [Self.json(#"{"Records": [[{"longValue": 5}]]}"#)],
      ])
      _ = try await connection(server).run(step, as: run) { _ in }
      let bodies = try bodies(server, "BatchExecuteStatement")
      #expect(bodies.map(\.token) == [run.token(), run.token()], "\(fault)")
    }
  }

  @Test func `what the service refuses is said with its own words`() async throws {
    for (code, expected) in [
      ("ValidationException", WarehouseError.Code.statement),
      ("AccessDeniedException", .accessDenied),
      ("ResourceNotFoundException", .statement),
    ] {
      let server = try server(["BatchExecuteStatement": [Self.fault(code)]])
      let error = await #expect(throws: WarehouseError.self) {
        try await connection(server).run(step, as: run) { _ in }
      }
      #expect(error?.code == expected)
      #expect(error?.message == "it says no (\(code)), request abc")
      #expect(server.requests.count == 1)
    }
  }

  @Test(arguments: [
    ("FAILED", "ERROR: column x", WarehouseError.Code.statement),
    ("FAILED", "ERROR: 1023 DETAIL: Serializable isolation violation on table", .conflict),
    ("ABORTED", "cancelled", .aborted),
  ])
  func `the end of a statement is told from its status`(
    status: String, why: String, code: WarehouseError.Code
  ) async throws {
    let server = try server([
      "BatchExecuteStatement": [Self.accepted],
      "DescribeStatement": [
        Self.json(
          #"{"Id": "st-1", "Status": "\#(status)", "Error": "Query #2 failed", "SubStatements": ["#
            + #"{"Id": "st-1:1", "Status": "FINISHED"}, "#
            + #"{"Id": "st-1:2", "Status": "FAILED", "Error": "\#(why)"}]}"#)
      ],
    ])
    let error = await #expect(throws: WarehouseError.self) {
      try await connection(server).run(step, as: run) { _ in }
    }
    #expect(error?.code == code)
    #expect(error?.statement == 1)
    #expect(error?.message.contains(why) == true)
  }

  @Test func `a statement that takes too long, or that nobody waits for, is cancelled`()
    async throws
  {
    let started = Self.json(#"{"Id": "st-1", "Status": "STARTED"}"#)
    let answers: Answers = [
      "ExecuteStatement": [Self.accepted], "DescribeStatement": [started],
      "CancelStatement": [Self.json(#"{"Status": true}"#)],
    ]
    let slow = try server(answers)
    let late = try connection(slow, timeout: .zero)
    let error = await #expect(throws: WarehouseError.self) { try await late.rows("SELECT 1") }
    #expect(error?.code == .aborted)
    #expect(try bodies(slow, "CancelStatement").map(\.id) == ["st-1"])
    let left = try server(answers)
    let connection = try connection(left)
    let task = Task { try await connection.rows("SELECT 1") }
    while left.requests.count < 2 { try await Task.sleep(for: .milliseconds(10)) }
    task.cancel()
    _ = await task.result
    #expect(try bodies(left, "CancelStatement").map(\.id) == ["st-1"])
  }

  @Test func `statements that are cancelled while they are submitted are stopped all the same`()
    async throws
  {
    let server = try server([
      "BatchExecuteStatement": [.silence(5), Self.accepted],
      "CancelStatement": [Self.json(#"{"Status": true}"#)],
    ])
    let connection = try connection(server)
    let run = run
    let step = step
    let task = Task { try await connection.run(step, as: run) { _ in } }
    while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    task.cancel()
    let result = await task.result
    #expect(throws: WarehouseError.self) { try result.get() }
    let tokens = try bodies(server, "BatchExecuteStatement").map(\.token)
    #expect(tokens == [run.token(), run.token()])
    #expect(try bodies(server, "CancelStatement").map(\.id) == ["st-1"])
  }

  @Test(.enabled(if: Oracle.has("botocore")))
  func `botocore makes the same signature`() async throws {
    let server = try server([
      "ExecuteStatement": [Self.accepted], "DescribeStatement": [Self.finished],
      "GetStatementResult": [Self.json(#"{"Records": []}"#)],
    ])
    _ = try await connection(server).rows("SELECT 'ä:03'")
    #expect(server.requests.count == 3)
    for request in server.requests {
      let document = try JSONSerialization.data(withJSONObject: [
        "url": server.url + request.target, "headers": request.headers, "body": request.bodyText,
      ])
      let output = try Oracle.run(
        """
        import json, sys, datetime
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
        import botocore.auth
        given = json.load(sys.stdin); headers = given["headers"]
        signed = headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
        moment = datetime.datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ")
        class Clock(datetime.datetime):
            @classmethod
            def utcnow(cls): return moment
            @classmethod
            def now(cls, tz=None): return moment.replace(tzinfo=tz)
        botocore.auth.datetime = type("d", (), {"datetime": Clock, "timezone": datetime.timezone})
        if hasattr(botocore.auth, "get_current_datetime"):
            botocore.auth.get_current_datetime = lambda remove_tzinfo=True: moment
        keep = {k: headers[k] for k in signed if k not in ("x-amz-date", "x-amz-security-token")}
        request = AWSRequest("POST", given["url"], headers=keep, data=given["body"].encode())
        SigV4Auth(Credentials("AKIDEXAMPLE", "s3cret", "token"), "redshift-data", "eu-west-1").add_auth(request)
        print(request.headers["Authorization"] == headers["authorization"])
        """, String(decoding: document, as: UTF8.self))
      #expect(output == "True\n", "\(output)")
    }
  }
}
