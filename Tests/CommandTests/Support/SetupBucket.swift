import AWS
import CurlHTTP
import Foundation
import ObjectStorage
import TestSupport
import Testing

/// A bucket that a test sets up on a server that enforces policies.
struct SetupBucket {
  static let peer = Peer.miniStack
  static let account = "000000000000"
  /// The key of a user that may assume whatever trusts it, as the vendor's role may.
  static let externalID = "acct-7"

  let bucket = "setup-\(UUID().uuidString.lowercased().prefix(8))"
  var location: String { "s3://\(bucket)/sub" }
  var vendorRole: String { "arn:aws:iam::\(Self.account):role/vendor-\(bucket)" }
  var exporterRole: String { role("exporter") }

  func role(_ word: String) -> String {
    "arn:aws:iam::\(Self.account):role/\(bucket)-sub-\(word)"
  }

  /// The arguments of `setup` behind its name.
  var arguments: [String] {
    [location, "--vendor-role", vendorRole, "--vendor-external-id", Self.externalID]
  }

  /// The store, with all rights.
  func store() throws -> S3Store {
    S3Store(try S3Location(location), try S3Connection(Self.peer.options))
  }

  // MARK: Commands

  func run(_ arguments: [String], in scratch: Scratch) throws -> Command.Result {
    try Command.run(under: Self.peer.assignments, arguments, in: scratch)
  }

  /// Sets the bucket up; the server speaks no TLS, so that the policy about it is left out.
  func apply(_ more: String..., in scratch: Scratch) throws -> Command.Result {
    try run(
      ["setup"] + arguments + ["--apply", "--without", "bucket-policy"] + more, in: scratch)
  }

  /// The environment of somebody who has the vendor's role, as arguments of `env`.
  func vendorEnvironment() async throws -> [String] {
    let trust = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},\
      "Action":"sts:AssumeRole"}]}
      """
    let policy = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",\
      "Resource":"*"}]}
      """
    let name = "vendor-\(bucket)"
    try await Self.iam("CreateRole", ["RoleName": name, "AssumeRolePolicyDocument": trust])
    try await Self.iam(
      "PutRolePolicy", ["RoleName": name, "PolicyName": "p", "PolicyDocument": policy])
    let connection = try S3Connection(Self.peer.options)
    let tokens = try SecurityTokenService(
      connection.settings, region: "us-east-1", credentials: connection.credentials,
      connections: connection.connections)
    let credentials = try await tokens.assumeRole(try AssumedRole(arn: vendorRole))
    var environment = Self.peer.environment
    environment["AWS_ACCESS_KEY_ID"] = credentials.accessKeyID
    environment["AWS_SECRET_ACCESS_KEY"] = credentials.secretAccessKey.exposed
    environment["AWS_SESSION_TOKEN"] = credentials.sessionToken?.exposed
    return environment.map { "\($0.key)=\($0.value)" }
  }

  // MARK: The server

  @discardableResult
  static func iam(_ action: String, _ parameters: [String: String]) async throws -> HTTPResponse {
    try await query("iam", action, parameters)
  }

  /// Calls a service of forms.
  @discardableResult
  static func query(
    _ service: String, _ action: String, _ parameters: [String: String]
  ) async throws -> HTTPResponse {
    let version = service == "sns" ? "2010-03-31" : "2010-05-08"
    let form = (["Action": action, "Version": version].merging(parameters) { $1 })
      .map { "\($0.key)=\(PercentEncoding.component($0.value))" }.joined(separator: "&")
    return try await peer.send(
      ServiceRequest(
        method: "POST", headers: ["Content-Type": "application/x-www-form-urlencoded"],
        body: Array(form.utf8)[...]), service: service, allowing: 409)
  }

  /// Calls a service of JSON documents, by the target of the action.
  @discardableResult
  static func call(
    _ service: String, _ target: String, _ parameters: [String: String]
  ) async throws -> HTTPResponse {
    try await peer.send(
      ServiceRequest(
        method: "POST",
        headers: ["Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target],
        body: Array(try JSONEncoder().encode(parameters))[...]), service: service)
  }

  /// Makes a key.
  static func makeKey() async throws -> String {
    let answer = try await call("kms", "TrentService.CreateKey", [:])
    let text = String(decoding: answer.body, as: UTF8.self)
    return try #require(text.firstMatch(of: /arn:aws:kms:[^"]+/)).output.description
  }

  /// Sets a setting of the bucket as somebody else would.
  func put(_ setting: String, _ body: String) async throws {
    try await Self.peer.send(
      ServiceRequest(
        method: "PUT", path: "/\(bucket)", query: [.init(setting)], body: Array(body.utf8)[...]))
  }

  /// Takes a setting of the bucket away.
  func remove(_ setting: String) async throws {
    try await Self.peer.send(
      ServiceRequest(method: "DELETE", path: "/\(bucket)", query: [.init(setting)]))
  }

  /// The queues of the account.
  static func queues() throws -> QueueSettings {
    let connection = try S3Connection(peer.options)
    return try QueueSettings(
      connection.settings, region: "us-east-1", credentials: connection.credentials,
      connections: connection.connections)
  }

  /// The URL of the queue that setup has made.
  func queueURL() async throws -> String? {
    try await Self.queues().url(ofQueue: "\(bucket)-sub-dumps")
  }
}
