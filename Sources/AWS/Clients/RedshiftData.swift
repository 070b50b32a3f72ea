/// The Redshift Data API: statements over HTTPS, without a driver and without a network path to the
/// cluster.
///
/// <https://docs.aws.amazon.com/redshift-data/latest/APIReference/Welcome.html>
package struct RedshiftData: Sendable {
  /// Which database statements are for, and as whom.
  package struct Target: Sendable, Hashable {
    /// A provisioned cluster.
    package var cluster: String?
    /// A serverless workgroup.
    package var workgroup: String?
    /// The database.
    package var database: String
    /// The database's user, for a cluster; `nil` for that of the caller's identity.
    package var user: String?
    /// A secret with a user and a password, which the service reads itself.
    package var secretARN: String?

    /// A target in a database.
    package init(database: String) { self.database = database }
  }

  /// How far a statement has come.
  package enum Status: String, Sendable, Decodable {
    case submitted = "SUBMITTED"
    case picked = "PICKED"
    case started = "STARTED"
    case finished = "FINISHED"
    case aborted = "ABORTED"
    case failed = "FAILED"

    /// Whether nothing will change any more.
    package var isFinal: Bool {
      switch self {
      case .submitted, .picked, .started: false
      case .finished, .aborted, .failed: true
      }
    }
  }

  /// One statement of a batch.
  package struct SubStatement: Sendable, Decodable {
    /// The name by which its result is asked for.
    package let id: String
    /// How far it has come.
    package let status: Status
    /// Why it failed.
    package let error: String?

    private enum CodingKeys: String, CodingKey {
      case id = "Id"
      case status = "Status"
      case error = "Error"
    }
  }

  /// What is known of a statement or batch.
  package struct Description: Sendable, Decodable {
    /// How far it has come.
    package let status: Status
    /// Why it failed.
    package let error: String?
    /// Whether it has rows to ask for.
    package let hasResult: Bool?
    /// The statements of a batch.
    package let subStatements: [SubStatement]?

    private enum CodingKeys: String, CodingKey {
      case status = "Status"
      case error = "Error"
      case hasResult = "HasResultSet"
      case subStatements = "SubStatements"
    }
  }

  private let service: TargetProtocol
  private let target: Target

  /// A client.
  ///
  /// - Parameters:
  ///   - settings: where the endpoint may be set up.
  ///   - region: the region of the cluster or workgroup.
  ///   - target: the database.
  ///   - credentials: who asks.
  ///   - connections: what requests go over.
  /// - Throws: ``AWSError`` with code `configuration` if the endpoint set up is no URL.
  package init(
    _ settings: Settings, region: String, target: Target, credentials: any CredentialProvider,
    connections: ServiceConnections
  ) throws(AWSError) {
    service = try TargetProtocol(
      "redshift-data", target: "RedshiftData", version: "1.1", settings, region: region,
      credentials: credentials, connections: connections)
    self.target = target
  }

  /// Submits statements; several are one transaction.
  ///
  /// - Parameters:
  ///   - statements: up to 40 texts, without parameters, so that colons in them mean nothing.
  ///   - token: what makes the same submission again the same one, for 8 hours.
  /// - Returns: the name by which the outcome is asked for.
  /// - Throws: ``AWSError``.
  package func submit(_ statements: [String], token: String) async throws(AWSError) -> String {
    struct Answer: Decodable {
      let id: String
      private enum CodingKeys: String, CodingKey { case id = "Id" }
    }
    let body = Submission(target, statements, token: token)
    let answer: Answer = try await service.send(
      statements.count == 1 ? "ExecuteStatement" : "BatchExecuteStatement", body)
    return answer.id
  }

  /// How far a statement has come.
  package func describe(_ id: String) async throws(AWSError) -> Description {
    try await service.send("DescribeStatement", Named(id: id))
  }

  /// Stops a statement; one that has ended is left alone.
  package func cancel(_ id: String) async throws(AWSError) {
    let _: TargetProtocol.Nothing = try await service.send("CancelStatement", Named(id: id))
  }

  /// The rows of a statement that has finished, as texts.
  ///
  /// - Throws: ``AWSError`` with code `malformed` if there are more rows than anybody asks for here.
  package func rows(of id: String) async throws(AWSError) -> [[String?]] {
    var rows: [[String?]] = []
    var token: String?
    repeat {
      let page: Page = try await service.send(
        "GetStatementResult", Named(id: id, nextToken: token))
      rows += page.records.map { $0.map(\.text) }
      token = page.nextToken
      if rows.count > 1_000_000 {
        throw AWSError(.malformed, "the answer has more than 1,000,000 rows")
      }
    } while token != nil
    return rows
  }

  // MARK: The protocol

  private struct Submission: Encodable {
    var sql: String?
    var sqls: [String]?
    let cluster: String?
    let workgroup: String?
    let database: String
    let user: String?
    let secret: String?
    let token: String
    let name = "receipt"

    init(_ target: Target, _ statements: [String], token: String) {
      if statements.count == 1 { sql = statements[0] } else { sqls = statements }
      cluster = target.cluster
      workgroup = target.workgroup
      database = target.database
      user = target.user
      secret = target.secretARN
      self.token = token
    }

    private enum CodingKeys: String, CodingKey {
      case sql = "Sql"
      case sqls = "Sqls"
      case cluster = "ClusterIdentifier"
      case workgroup = "WorkgroupName"
      case database = "Database"
      case user = "DbUser"
      case secret = "SecretArn"
      case token = "ClientToken"
      case name = "StatementName"
    }
  }

  private struct Named: Encodable {
    let id: String
    var nextToken: String?

    private enum CodingKeys: String, CodingKey {
      case id = "Id"
      case nextToken = "NextToken"
    }
  }

  private struct Page: Decodable {
    let records: [[Value]]
    let nextToken: String?

    private enum CodingKeys: String, CodingKey {
      case records = "Records"
      case nextToken = "NextToken"
    }
  }

  /// A union: one of its members is there.
  private struct Value: Decodable {
    let stringValue: String?
    let longValue: Int64?
    let doubleValue: Double?
    let booleanValue: Bool?

    var text: String? {
      stringValue ?? longValue.map(String.init) ?? doubleValue.map { String($0) }
        ?? booleanValue.map { String($0) }
    }
  }
}
