import CurlHTTP

/// The credentials of the virtual machine's role, from its metadata service in version 2.
///
/// A token is asked for first; version 1, which needs none, is not used.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>
struct InstanceCredentials: CredentialSource {
  let settings: Settings
  let connections: ServiceConnections

  private static let path = "/latest/meta-data/iam/security-credentials/"

  func find() async throws(AWSError) -> Credentials? {
    if settings.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" { return nil }
    let isIPv6 = settings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased() == "ipv6"
    var origin =
      settings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")
      ?? (isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
    while origin.hasSuffix("/") { origin.removeLast() }
    // Most machines are no such instances: nobody listens, and one second is enough to learn it.
    let metadata = MetadataRequest(
      connections: connections, timeout: .seconds(1), attemptLimit: 1)
    let token: HTTPResponse
    do {
      token = try await metadata.send(
        origin + "/latest/api/token", method: "PUT",
        headers: ["X-aws-ec2-metadata-token-ttl-seconds": "21600"])
    } catch {
      if error.code == .cancelled { throw error }
      return nil
    }
    guard token.status == 200 else { return nil }
    let headers: HTTPHeaders = [
      "X-aws-ec2-metadata-token": String(decoding: token.body, as: UTF8.self)
    ]
    let patient = MetadataRequest(connections: connections)
    let roles = try await patient.send(origin + InstanceCredentials.path, headers: headers)
    let names = String(decoding: roles.body, as: UTF8.self).split(whereSeparator: \.isNewline)
    // An instance without a role has no such path.
    guard roles.status == 200, let role = names.first else { return nil }
    let answer = try await patient.send(
      origin + InstanceCredentials.path + PercentEncoding.component(String(role)),
      headers: headers)
    guard answer.status == 200 else {
      throw AWSError(
        .credentials, "the instance's role \(role) has no credentials: status \(answer.status)")
    }
    return try CredentialDocument.credentials(
      in: answer.body, source: "the instance's role \(role)")
  }
}
