import CurlHTTP
import FoundationEssentials

/// The credentials of the container's task: ECS, EKS's pod identity, and what speaks like them.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>
struct ContainerCredentials: CredentialSource {
  let settings: Settings
  let connections: ServiceConnections

  /// The address of ECS's agent; EKS's are the others.
  private static let agent = "169.254.170.2"
  private static let trusted = [agent, "169.254.170.23", "[fd00:ec2::23]", "localhost", "[::1]"]

  func find() async throws(AWSError) -> Credentials? {
    let url: String
    if let path = settings.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
      url = "http://\(ContainerCredentials.agent)\(path)"
    } else if let full = settings.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
      url = full
    } else {
      return nil
    }
    try check(url)
    var headers: HTTPHeaders = ["Accept": "application/json"]
    if let token = try token() { headers["Authorization"] = token.exposed }
    let response = try await MetadataRequest(connections: connections).send(url, headers: headers)
    guard response.status == 200 else {
      throw AWSError(
        .credentials, "the container's credentials at \(url) answer with status \(response.status)")
    }
    return try CredentialDocument.credentials(in: response.body, source: "the container")
  }

  /// Plain HTTP is for addresses that do not leave the machine: the answer is a secret.
  private func check(_ url: String) throws(AWSError) {
    guard
      let match = url.prefixMatch(
        of: /(https?):\/\/(\[[0-9a-fA-F:]+\]|[^\/:?#\[]+)(?::\d+)?(?=[\/?]|$)/)
    else {
      throw AWSError(.configuration, "AWS_CONTAINER_CREDENTIALS_FULL_URI is no URL of a server")
    }
    let host = String(match.2)
    let isLoopback = host.wholeMatch(of: /127\.\d{1,3}\.\d{1,3}\.\d{1,3}/) != nil
    guard match.1 == "https" || isLoopback || ContainerCredentials.trusted.contains(host) else {
      throw AWSError(
        .configuration,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI names \(host) over plain HTTP, and credentials must "
          + "not leave the machine so",
        hint: "use https, or an address of this machine")
    }
  }

  private func token() throws(AWSError) -> Secret? {
    if let file = settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
      guard let bytes = FileManager.default.contents(atPath: file), bytes.count <= 64 << 10,
        let text = String(validating: bytes, as: UTF8.self)
      else {
        throw AWSError(
          .credentials, "the file \(file) with the container's token cannot be read")
      }
      return try ContainerCredentials.checked(text.filter { !$0.isNewline })
    }
    return try settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
      .map { text throws(AWSError) in try ContainerCredentials.checked(text) }
  }

  /// A token with a line break would add a header of its own.
  private static func checked(_ text: String) throws(AWSError) -> Secret {
    guard !text.contains(where: \.isNewline) else {
      throw AWSError(.configuration, "the container's token has a line break")
    }
    return Secret(text)
  }
}
