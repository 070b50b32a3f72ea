/// AWS's Key Management Service: who may use a key.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html>
package struct KeyService: Sendable {
  private let service: TargetProtocol

  /// A client.
  ///
  /// - Throws: ``AWSError`` with code `configuration` if the endpoint set up is no URL.
  package init(
    _ settings: Settings, region: String, credentials: any CredentialProvider,
    connections: ServiceConnections
  ) throws(AWSError) {
    service = try TargetProtocol(
      "kms", target: "TrentService", version: "1.1", settings, region: region,
      credentials: credentials, connections: connections)
  }

  /// The policy of a key, in JSON.
  ///
  /// - Throws: ``AWSError``.
  package func policy(ofKey arn: String) async throws(AWSError) -> String {
    struct Response: Decodable {
      let policy: String

      private enum CodingKeys: String, CodingKey { case policy = "Policy" }
    }
    let response: Response = try await service.send(
      "GetKeyPolicy", ["KeyId": arn, "PolicyName": "default"], on: arn)
    return response.policy
  }
}
