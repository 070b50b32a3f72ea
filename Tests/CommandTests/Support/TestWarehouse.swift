import AWS
import CurlHTTP
import Foundation
import ObjectStorage
import TestSupport

@testable import Warehouse

/// A stand-in of a warehouse, started by `Tests/Peers`, with a schema of one test's own.
struct TestWarehouse: Sendable {
  enum Kind: String, Sendable, CaseIterable, CustomStringConvertible {
    case redshift = "RECEIPT_REDSHIFT"
    case snowflake = "RECEIPT_SNOWFLAKE"

    var url: String? { ProcessInfo.processInfo.environment[rawValue] }
    var proxyURL: String? { ProcessInfo.processInfo.environment[rawValue + "_PROXY"] }
    var isThere: Bool { url != nil && proxyURL != nil && Peer.seaweedFS.url != nil }
    var description: String { target.rawValue }
    var target: CopyTarget { self == .redshift ? .redshift : .snowflake }
    var key: String { ProcessInfo.processInfo.environment["RECEIPT_SNOWFLAKE_KEY"] ?? "" }
  }

  /// Those that are there.
  static let kinds = Kind.allCases.filter(\.isThere)

  let kind: Kind
  /// The schema, in small letters.
  let schema: String
  private let connection: any WarehouseConnection

  init(_ kind: Kind) async throws {
    self.kind = kind
    schema = "t" + UUID().uuidString.lowercased().replacing("-", with: "")
    connection = try TestWarehouse.access(kind).connection(timeout: .seconds(60))
    if kind == .snowflake {
      _ = try await connection.rows(
        "CREATE STORAGE INTEGRATION IF NOT EXISTS s3_int TYPE = EXTERNAL_STAGE "
          + "STORAGE_PROVIDER = 'S3' ENABLED = TRUE STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::1:role/x' "
          + "STORAGE_ALLOWED_LOCATIONS = ('s3://')")
    }
    _ = try await connection.rows(
      "CREATE SCHEMA " + (kind == .snowflake ? "DB.\(schema.uppercased())" : schema))
    try await setFaults("[]")
    try await setRules("[]")
  }

  private static func access(_ kind: Kind) throws -> WarehouseAccess {
    switch kind {
    case .redshift:
      var access = RedshiftAccess(
        database: "dev",
        environment: [
          "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret",
          "AWS_REGION": "us-east-1", "HOME": "/nonexistent",
          "AWS_ENDPOINT_URL_REDSHIFT_DATA": kind.url ?? "",
        ])
      access.workgroup = "wg"
      return .redshift(access)
    case .snowflake:
      var access = SnowflakeAccess(
        account: "TESTORG-TEST", proof: .accessToken(Secret("test-pat")))
      access.url = kind.url
      access.database = "DB"
      return .snowflake(access)
    }
  }

  // MARK: Questions

  /// A table's name with the schema.
  func name(_ table: String) -> String {
    kind == .snowflake ? "DB.\(schema.uppercased()).\(table.uppercased())" : "\(schema).\(table)"
  }

  func rows(_ sql: String) async throws -> [[String?]] { try await connection.rows(sql) }

  /// The rows of tables, counted in one statement.
  func counts(_ tables: String...) async throws -> [Int] {
    let parts = tables.map { "(SELECT COUNT(*) FROM \(name($0)))" }
    return try await rows("SELECT " + parts.joined(separator: ", "))[0].map {
      $0.flatMap { Int($0) } ?? -1
    }
  }

  /// The names of all tables, in small letters, but for the one that a publication holds.
  func tables() async throws -> [String] {
    let schema = kind == .snowflake ? schema.uppercased() : schema
    return try await rows(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = '\(schema)' "
        + "ORDER BY table_name"
    ).compactMap { $0[0]?.lowercased() }.filter { $0 != "receipt_lock" }
  }

  // MARK: Faults

  /// What the stand-in does to statements of this schema.
  func setFaults(_ faults: String) async throws { try await post(kind.url, "/faults", faults) }

  /// What the proxy before it does to requests.
  func setRules(_ rules: String) async throws {
    guard var url = URLComponents(string: kind.proxyURL ?? ""), let port = url.port else { return }
    url.port = port + 1
    try await post(url.string, "/rules", rules)
  }

  private func post(_ url: String?, _ path: String, _ body: String) async throws {
    let response = try await HTTPClient().send(
      HTTPRequest(method: "POST", url: (url ?? "") + path, body: Array(body.utf8)[...]))
    if !response.isSuccess { throw CocoaError(.fileReadUnknown) }
  }

  // MARK: Copying

  /// Puts a dump into an empty location of S3.
  static func upload(_ directory: String) async throws -> S3Store {
    try await S3Tests.upload(directory, to: .seaweedFS)
  }

  /// The environment of a run, as arguments of `env`.
  func assignments(_ more: [String] = []) -> [String] {
    let url = kind.proxyURL ?? ""
    switch kind {
    case .redshift:
      return Peer.seaweedFS.assignments + ["AWS_ENDPOINT_URL_REDSHIFT_DATA=\(url)"] + more
    case .snowflake:
      return Peer.seaweedFS.assignments + [
        "SNOWFLAKE_URL=\(url)", "SNOWFLAKE_ACCOUNT=TESTORG-TEST", "SNOWFLAKE_USER=LOADER",
        "SNOWFLAKE_PRIVATE_KEY_FILE=\(kind.key)",
      ] + more
    }
  }

  func arguments(_ location: String, _ more: [String] = []) -> [String] {
    let common = ["copy", location, "--to", kind.target.rawValue, "--run", "--schema", schema]
    switch kind {
    case .redshift:
      return common + [
        "--database", "dev", "--workgroup", "wg", "--iam-role",
        "arn:aws:iam::000000000000:role/loader", "--manifest-prefix",
        "s3://conformance/manifests/\(schema)",
      ] + more
    case .snowflake:
      return common + [
        "--database", "DB", "--stage", "dumps", "--storage-integration", "s3_int", "--stage-url",
        "s3://conformance",
      ] + more
    }
  }

  /// The flags that lead to the ledger.
  var ledgerFlags: [String] {
    switch kind {
    case .redshift: ["--schema", schema, "--database", "dev", "--workgroup", "wg"]
    case .snowflake: ["--schema", schema, "--database", "DB"]
    }
  }

  /// Starts `receipt copy --run`, by way of the proxy; what it says goes to the file `errors`.
  func start(_ store: S3Store, _ more: String..., in scratch: Scratch) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = assignments() + [Command.path] + arguments(store.description, more)
    process.currentDirectoryURL = scratch.url
    process.standardOutput = FileHandle.nullDevice
    try scratch.write("", to: "errors")
    process.standardError = FileHandle(forWritingAtPath: scratch.path("errors"))
    try process.run()
    return process
  }

  /// Runs `receipt copy --run`, by way of the proxy.
  func copy(
    _ store: S3Store, _ more: String..., in scratch: Scratch, environment: [String] = []
  ) throws -> Command.Result {
    try Command.run(
      under: assignments(environment), arguments(store.description, more), in: scratch)
  }
}
