import CurlHTTP
import FoundationEssentials

/// AWS's Identity and Access Management: roles, and what they may do.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html>
package struct IdentityService: Sendable {
  private let query: QueryProtocol

  /// A client.
  ///
  /// - Parameters:
  ///   - settings: where the endpoint may be set up.
  ///   - region: a region of the partition whose roles are meant.
  ///   - credentials: who asks.
  ///   - connections: what requests go over.
  /// - Throws: ``AWSError`` with code `configuration` if the endpoint set up is no URL.
  package init(
    _ settings: Settings, region: String, credentials: any CredentialProvider,
    connections: ServiceConnections
  ) throws(AWSError) {
    // One service for all regions of a partition.
    let (endpoint, home) =
      region.hasPrefix("cn-")
      ? ("iam.cn-north-1.amazonaws.com.cn", "cn-north-1")
      : region.hasPrefix("us-gov-")
        ? ("iam.us-gov.amazonaws.com", "us-gov-west-1") : ("iam.amazonaws.com", "us-east-1")
    query = try QueryProtocol(
      "iam", version: "2010-05-08", settings, endpoint: Endpoint(authority: endpoint),
      region: home, credentials: credentials, connections: connections)
  }

  // MARK: Roles

  /// The trust policy of a role, in JSON; `nil` if there is no such role.
  ///
  /// - Throws: ``AWSError``.
  package func trustPolicy(ofRole name: String) async throws(AWSError) -> String? {
    do throws(AWSError) {
      let result = try await query.result("GetRole", [("RoleName", name)], on: "role \(name)")
      return result["Role"]?.text("AssumeRolePolicyDocument").map(IdentityService.decoded)
    } catch  where error.serviceCode == "NoSuchEntity" {
      return nil
    }
  }

  /// Makes a role.
  ///
  /// - Throws: ``AWSError``.
  package func createRole(
    _ name: String, trustPolicy: String, description: String
  ) async throws(AWSError) {
    _ = try await query.result(
      "CreateRole",
      [
        ("RoleName", name), ("AssumeRolePolicyDocument", trustPolicy),
        ("Description", description),
      ], on: "role \(name)")
  }

  /// Replaces the trust policy of a role.
  ///
  /// - Throws: ``AWSError``.
  package func replaceTrustPolicy(
    ofRole name: String, by document: String
  ) async throws(AWSError) {
    _ = try await query.result(
      "UpdateAssumeRolePolicy", [("RoleName", name), ("PolicyDocument", document)],
      on: "role \(name)")
  }

  /// A policy that is part of a role, in JSON; `nil` if there is none.
  ///
  /// - Throws: ``AWSError``.
  package func policy(_ policy: String, ofRole name: String) async throws(AWSError) -> String? {
    do throws(AWSError) {
      let result = try await query.result(
        "GetRolePolicy", [("RoleName", name), ("PolicyName", policy)], on: "role \(name)")
      return result.text("PolicyDocument").map(IdentityService.decoded)
    } catch  where error.serviceCode == "NoSuchEntity" {
      return nil
    }
  }

  /// Writes a policy that is part of a role.
  ///
  /// - Throws: ``AWSError``.
  package func putPolicy(
    _ policy: String, ofRole name: String, _ document: String
  ) async throws(AWSError) {
    _ = try await query.result(
      "PutRolePolicy",
      [("RoleName", name), ("PolicyName", policy), ("PolicyDocument", document)],
      on: "role \(name)")
  }

  /// Documents are percent-encoded in answers.
  private static func decoded(_ text: String) -> String {
    PercentEncoding.decode(text) ?? text
  }

  // MARK: Simulation

  /// Which of some actions a role or user would be allowed on a resource, by all policies of its own.
  ///
  /// - Throws: ``AWSError``.
  package func allowed(
    _ actions: [String], on resource: String, _ principal: String
  ) async throws(AWSError) -> Set<String> {
    let names = actions.enumerated().map { ("ActionNames.member.\($0.offset + 1)", $0.element) }
    let result = try await query.result(
      "SimulatePrincipalPolicy",
      [("PolicySourceArn", principal), ("ResourceArns.member.1", resource)] + names, on: principal)
    let decisions = result["EvaluationResults"]?.all("member") ?? []
    let told = decisions.compactMap { $0.text("EvalActionName") }
    guard Set(told) == Set(actions) else {
      throw AWSError(.malformed, "the answer of iam:SimulatePrincipalPolicy lacks decisions")
    }
    return Set(
      decisions.filter { $0.text("EvalDecision") == "allowed" }
        .compactMap { $0.text("EvalActionName") })
  }
}
