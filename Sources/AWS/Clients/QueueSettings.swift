import FoundationEssentials

/// The queues of AWS's Simple Queue Service, as things to be made; messages are another client's.
package struct QueueSettings: Sendable {
  private let service: TargetProtocol

  /// A client.
  ///
  /// - Throws: ``AWSError`` with code `configuration` if the endpoint set up is no URL.
  package init(
    _ settings: Settings, region: String, credentials: any CredentialProvider,
    connections: ServiceConnections
  ) throws(AWSError) {
    service = try TargetProtocol(
      "sqs", target: "AmazonSQS", version: "1.0", settings, region: region,
      credentials: credentials, connections: connections)
  }

  private struct Location: Decodable {
    let url: String

    private enum CodingKeys: String, CodingKey { case url = "QueueUrl" }
  }

  private struct Parameters: Encodable {
    var name: String?
    var url: String?
    var attributes: [String: String]?
    var names: [String]?

    enum CodingKeys: String, CodingKey {
      case name = "QueueName"
      case url = "QueueUrl"
      case attributes = "Attributes"
      case names = "AttributeNames"
    }
  }

  /// The URL of a queue; `nil` if there is no such queue.
  ///
  /// - Throws: ``AWSError``.
  package func url(ofQueue name: String) async throws(AWSError) -> String? {
    do throws(AWSError) {
      let location: Location = try await service.send(
        "GetQueueUrl", Parameters(name: name), on: "queue \(name)")
      return location.url
    } catch  where error.code == .notFound {
      return nil
    }
  }

  /// All attributes of a queue.
  ///
  /// - Throws: ``AWSError``.
  package func attributes(ofQueue url: String) async throws(AWSError) -> [String: String] {
    struct Response: Decodable {
      let attributes: [String: String]?

      private enum CodingKeys: String, CodingKey { case attributes = "Attributes" }
    }
    let response: Response = try await service.send(
      "GetQueueAttributes", Parameters(url: url, names: ["All"]), on: "queue \(url)")
    return response.attributes ?? [:]
  }

  /// Makes a queue; one that is there stays.
  ///
  /// - Returns: its URL.
  /// - Throws: ``AWSError``.
  package func create(
    _ name: String, _ attributes: [String: String]
  ) async throws(AWSError) -> String {
    let location: Location = try await service.send(
      "CreateQueue", Parameters(name: name, attributes: attributes), on: "queue \(name)")
    return location.url
  }

  /// Sets some attributes of a queue.
  ///
  /// - Throws: ``AWSError``.
  package func set(_ attributes: [String: String], ofQueue url: String) async throws(AWSError) {
    let _: TargetProtocol.Nothing = try await service.send(
      "SetQueueAttributes", Parameters(url: url, attributes: attributes), on: "queue \(url)")
  }
}
