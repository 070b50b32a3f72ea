/// AWS's Simple Queue Service, over its JSON protocol.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html>
package struct SimpleQueueService: Sendable {
  /// A message that is in flight: nobody else gets it until its time is over.
  package struct Message: Sendable, Hashable {
    /// What names this delivery of it.
    package let receiptHandle: String
    package let body: String
    /// How often it was delivered.
    package let receiveCount: Int
  }

  /// The URL of the queue.
  package let queueURL: String
  private let service: TargetProtocol

  /// A client of a queue.
  ///
  /// - Parameters:
  ///   - queueURL: the queue; its host tells the region and the endpoint, unless one is set up.
  ///   - settings: where the endpoint and the region may be set up.
  ///   - region: the region, if it is known otherwise.
  ///   - credentials: who asks.
  ///   - connections: what requests go over.
  /// - Throws: ``AWSError`` with code `configuration` if the URL is none of a queue.
  package init(
    _ queueURL: String, _ settings: Settings, region: String?,
    credentials: any CredentialProvider, connections: ServiceConnections
  ) throws(AWSError) {
    guard let match = queueURL.wholeMatch(of: /(https?:\/\/[^\/?#]+)\/[^?#]+/) else {
      throw AWSError(
        .configuration, "\(queueURL) is no URL of a queue",
        hint: "it looks like https://sqs.eu-west-1.amazonaws.com/123456789012/dumps")
    }
    let own = try Endpoint(url: String(match.1))
    let named = own.host.wholeMatch(of: /sqs\.([a-z0-9\-]+)\.amazonaws\.com(\.cn)?/)
    // A queue's URL names the host as the service sees itself, which may not be the way there.
    service = try TargetProtocol(
      "sqs", target: "AmazonSQS", version: "1.0", settings, endpoint: own,
      region: named.map { String($0.1) } ?? region ?? settings.region ?? "us-east-1",
      credentials: credentials, connections: connections)
    self.queueURL = queueURL
  }

  // MARK: Actions

  /// Waits for a message.
  ///
  /// - Parameters:
  ///   - waitSeconds: for how long, at most 20.
  ///   - visibilitySeconds: for how long nobody else gets it; `nil` for what the queue says.
  /// - Returns: the message; `nil` if none has come.
  /// - Throws: ``AWSError``.
  package func receive(
    waitSeconds: Int, visibilitySeconds: Int? = nil
  ) async throws(AWSError) -> Message? {
    struct Response: Decodable {
      struct Message: Decodable {
        let receiptHandle: String
        let body: String?
        let attributes: [String: String]?

        private enum CodingKeys: String, CodingKey {
          case receiptHandle = "ReceiptHandle"
          case body = "Body"
          case attributes = "Attributes"
        }
      }
      let messages: [Message]?

      private enum CodingKeys: String, CodingKey { case messages = "Messages" }
    }
    let wanted = Parameter.list(["ApproximateReceiveCount"])
    var parameters: [String: Parameter] = [
      "MaxNumberOfMessages": .number(1), "WaitTimeSeconds": .number(waitSeconds),
      // The old name and the new one: servers know one of them, and pass over the other.
      "AttributeNames": wanted, "MessageSystemAttributeNames": wanted,
    ]
    if let visibilitySeconds { parameters["VisibilityTimeout"] = .number(visibilitySeconds) }
    let response: Response = try await send("ReceiveMessage", parameters)
    return response.messages?.first.map { message in
      Message(
        receiptHandle: message.receiptHandle, body: message.body ?? "",
        receiveCount: message.attributes?["ApproximateReceiveCount"].flatMap { Int($0) } ?? 1)
    }
  }

  /// Deletes a message for good.
  ///
  /// - Throws: ``AWSError``.
  package func delete(_ message: Message) async throws(AWSError) {
    let _: TargetProtocol.Nothing = try await send(
      "DeleteMessage", ["ReceiptHandle": .text(message.receiptHandle)])
  }

  /// Says for how long from now nobody else gets a message; 0 gives it back at once.
  ///
  /// - Throws: ``AWSError``.
  package func changeVisibility(
    of message: Message, seconds: Int
  ) async throws(AWSError) {
    let _: TargetProtocol.Nothing = try await send(
      "ChangeMessageVisibility",
      [
        "ReceiptHandle": .text(message.receiptHandle),
        "VisibilityTimeout": .number(max(0, min(seconds, 43_200))),
      ])
  }

  /// How long the queue keeps a message for one receiver, in seconds.
  ///
  /// - Throws: ``AWSError``.
  package func visibilityTimeout() async throws(AWSError) -> Int {
    struct Response: Decodable {
      let attributes: [String: String]?

      private enum CodingKeys: String, CodingKey { case attributes = "Attributes" }
    }
    let response: Response = try await send(
      "GetQueueAttributes", ["AttributeNames": .list(["VisibilityTimeout"])])
    return response.attributes?["VisibilityTimeout"].flatMap { Int($0) } ?? 30
  }

  // MARK: The JSON protocol

  private enum Parameter: Encodable {
    case text(String)
    case number(Int)
    case list([String])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .number(let number): try container.encode(number)
      case .list(let texts): try container.encode(texts)
      }
    }
  }

  private func send<Response: Decodable>(
    _ action: String, _ parameters: [String: Parameter]
  ) async throws(AWSError) -> Response {
    var parameters = parameters
    parameters["QueueUrl"] = .text(queueURL)
    do throws(AWSError) {
      return try await service.send(action, parameters)
    } catch {
      throw explained(error, action)
    }
  }

  private func explained(_ error: AWSError, _ action: String) -> AWSError {
    if error.code == .cancelled { return error }
    var explained = error
    explained.reason = "cannot use queue \(queueURL): \(error.reason)"
    if error.code == .accessDenied, error.hint == nil {
      explained.hint =
        "sqs:\(action) on the queue is needed, with ReceiveMessage, DeleteMessage, "
        + "ChangeMessageVisibility and GetQueueAttributes"
    }
    return explained
  }
}
