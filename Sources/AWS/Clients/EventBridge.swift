import FoundationEssentials

/// AWS's EventBridge: rules that hand events on.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html>
package struct EventBridge: Sendable {
  private let service: TargetProtocol

  /// A client.
  ///
  /// - Throws: ``AWSError`` with code `configuration` if the endpoint set up is no URL.
  package init(
    _ settings: Settings, region: String, credentials: any CredentialProvider,
    connections: ServiceConnections
  ) throws(AWSError) {
    service = try TargetProtocol(
      "events", target: "AWSEvents", version: "1.1", settings, region: region,
      credentials: credentials, connections: connections)
  }

  /// Which events a rule means, in JSON; `nil` if there is no such rule.
  ///
  /// - Throws: ``AWSError``.
  package func pattern(ofRule name: String) async throws(AWSError) -> String? {
    struct Response: Decodable {
      let pattern: String?

      private enum CodingKeys: String, CodingKey { case pattern = "EventPattern" }
    }
    do throws(AWSError) {
      let response: Response = try await service.send(
        "DescribeRule", ["Name": name], on: "rule \(name)")
      return response.pattern ?? ""
    } catch  where error.serviceCode == "ResourceNotFoundException" {
      return nil
    }
  }

  /// A rule for events.
  package struct Rule: Decodable, Sendable {
    /// Its name.
    package let name: String
    /// Its ARN.
    package let arn: String
    /// Which events it means, in JSON; `nil` for a rule by the clock.
    package let pattern: String?
    /// Whether it is at work.
    package var isEnabled: Bool { state != "DISABLED" }
    private let state: String?

    private enum CodingKeys: String, CodingKey {
      case name = "Name"
      case arn = "Arn"
      case pattern = "EventPattern"
      case state = "State"
    }
  }

  /// All rules of the account's own bus, which hears of its buckets.
  ///
  /// - Throws: ``AWSError``.
  package func rules() async throws(AWSError) -> [Rule] {
    struct Response: Decodable {
      let rules: [Rule]?
      let token: String?

      private enum CodingKeys: String, CodingKey {
        case rules = "Rules"
        case token = "NextToken"
      }
    }
    var rules: [Rule] = []
    var page: [String: String] = [:]
    repeat {
      let response: Response = try await service.send("ListRules", page, on: "the rules")
      rules += response.rules ?? []
      page["NextToken"] = response.token
    } while page["NextToken"] != nil
    return rules
  }

  /// Writes a rule.
  ///
  /// - Throws: ``AWSError``.
  package func putRule(_ name: String, pattern: String) async throws(AWSError) {
    let _: TargetProtocol.Nothing = try await service.send(
      "PutRule", ["Name": name, "EventPattern": pattern, "State": "ENABLED"], on: "rule \(name)")
  }

  private struct Target: Codable {
    let id: String
    let arn: String

    enum CodingKeys: String, CodingKey {
      case id = "Id"
      case arn = "Arn"
    }
  }

  /// What a rule hands events to.
  ///
  /// - Throws: ``AWSError``.
  package func targets(ofRule name: String) async throws(AWSError) -> [String] {
    struct Response: Decodable {
      let targets: [Target]?

      private enum CodingKeys: String, CodingKey { case targets = "Targets" }
    }
    let response: Response = try await service.send(
      "ListTargetsByRule", ["Rule": name], on: "rule \(name)")
    return (response.targets ?? []).map(\.arn)
  }

  /// Makes a rule hand events to a queue too.
  ///
  /// - Throws: ``AWSError``: with code `other` if the service took the request and not the target.
  package func addTarget(_ arn: String, toRule name: String) async throws(AWSError) {
    struct Parameters: Encodable {
      let rule: String
      let targets: [Target]

      enum CodingKeys: String, CodingKey {
        case rule = "Rule"
        case targets = "Targets"
      }
    }
    struct Response: Decodable {
      let failures: Int?

      private enum CodingKeys: String, CodingKey { case failures = "FailedEntryCount" }
    }
    let response: Response = try await service.send(
      "PutTargets", Parameters(rule: name, targets: [Target(id: "queue", arn: arn)]),
      on: "rule \(name)")
    if (response.failures ?? 0) > 0 {
      throw AWSError(.other, "rule \(name) does not take \(arn) as a target")
    }
  }
}
