import AWS
import Dump
import ObjectStorage

/// The services of an account that a setup is made with, and looked at.
struct Account: Sendable {
  let identity: IdentityService
  let queues: QueueSettings
  let topics: NotificationService
  let rules: EventBridge
  let tokens: SecurityTokenService
  let keys: KeyService

  init(_ connection: S3Connection, region: String) throws(AWSError) {
    let (settings, credentials) = (connection.settings, connection.credentials)
    let connections = connection.connections
    identity = try IdentityService(
      settings, region: region, credentials: credentials, connections: connections)
    queues = try QueueSettings(
      settings, region: region, credentials: credentials, connections: connections)
    topics = try NotificationService(
      settings, region: region, credentials: credentials, connections: connections)
    rules = try EventBridge(
      settings, region: region, credentials: credentials, connections: connections)
    tokens = try SecurityTokenService(
      settings, region: region, credentials: credentials, connections: connections)
    keys = try KeyService(
      settings, region: region, credentials: credentials, connections: connections)
  }

  /// The number of the account whose credentials these are.
  ///
  /// - Throws: ``OperationError`` if nobody says.
  static func number(_ connection: S3Connection, region: String) async throws -> String {
    do throws(AWSError) {
      let arn = try await Account(connection, region: region).tokens.callerARN()
      let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
      return parts.count > 4 ? String(parts[4]) : ""
    } catch {
      throw OperationError(error, "cannot learn the number of the account")
    }
  }
}

extension OperationError {
  /// A failure of a service, behind what could not be done.
  init(_ error: AWSError, _ what: String) {
    let outcome: Outcome =
      switch error.code {
      case .accessDenied, .credentials: .accessDenied
      case .unavailable, .preconditionFailed: .transient
      case .configuration: .usage
      case .cancelled: .interrupted
      default: .failed
      }
    self.init(outcome, "\(what): \(error.reason)", hint: error.hint)
  }
}
