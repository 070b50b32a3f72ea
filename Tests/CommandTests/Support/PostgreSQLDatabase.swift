import Foundation
import Testing

/// A database of one test's own, on the server that `Tests/Peers` starts; dropped at the end.
final class PostgreSQLDatabase: Sendable {
  /// The server's own database; `nil` if there is no server.
  static let server = ProcessInfo.processInfo.environment["RECEIPT_POSTGRES"].flatMap {
    $0.isEmpty ? nil : $0
  }
  static let isThere = server != nil
  static let missing: Comment = "RECEIPT_POSTGRES is not set"
  static let python = ProcessInfo.processInfo.environment["RECEIPT_PYTHON"]

  let name: String
  let url: String
  private let scratch: Scratch

  init(_ sql: String = "", options: String = "") throws {
    name = "test_\(UUID().uuidString.lowercased().replacing("-", with: "_"))"
    let server = try #require(PostgreSQLDatabase.server)
    url = server[..<(server.lastIndex(of: "/") ?? server.endIndex)] + "/" + name
    scratch = try Scratch()
    try PostgreSQLDatabase.psql(server, "CREATE DATABASE \(name) \(options)", scratch)
    if !sql.isEmpty { try run(sql) }
  }

  deinit {
    guard let server = PostgreSQLDatabase.server else { return }
    _ = try? PostgreSQLDatabase.psql(server, "DROP DATABASE \(name) WITH (FORCE)", scratch)
  }

  /// Runs statements; what they say.
  @discardableResult
  func run(_ sql: String) throws -> String { try PostgreSQLDatabase.psql(url, sql, scratch) }

  /// The same with another user's eyes.
  func url(user: String) -> String { url.replacing("receipt@", with: "\(user)@") }

  /// Sessions of others in this database.
  func sessionCount() throws -> Int {
    Int(
      try run(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
          + "AND pid <> pg_backend_pid()"
      ).trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
  }

  @discardableResult
  private static func psql(_ url: String, _ sql: String, _ scratch: Scratch) throws -> String {
    try scratch.write(sql, to: "\(UUID()).sql")
    let file = try #require(try scratch.names().first { $0.hasSuffix(".sql") })
    defer { try? scratch.remove(file) }
    let result = try Tool.run(
      "/usr/bin/env", ["psql", "-XAtq", url, "-v", "ON_ERROR_STOP=1", "-f", scratch.path(file)],
      in: scratch)
    #expect(result.status == 0, "\(result.errors)\(sql)")
    return result.output
  }
}
