import CurlHTTP

/// AWS's Simple Notification Service: topics, and who subscribes to them.
///
/// <https://docs.aws.amazon.com/sns/latest/api/welcome.html>
package struct NotificationService: Sendable {
  private let query: QueryProtocol

  /// A client.
  ///
  /// - Throws: ``AWSError`` with code `configuration` if the endpoint set up is no URL.
  package init(
    _ settings: Settings, region: String, credentials: any CredentialProvider,
    connections: ServiceConnections
  ) throws(AWSError) {
    query = try QueryProtocol(
      "sns", version: "2010-03-31", settings, endpoint: Endpoint(service: "sns", region: region),
      region: region, credentials: credentials, connections: connections)
  }

  /// The policy of a topic, in JSON, empty if it has none; `nil` if there is no such topic.
  ///
  /// - Throws: ``AWSError``.
  package func policy(ofTopic arn: String) async throws(AWSError) -> String? {
    do throws(AWSError) {
      let result = try await query.result("GetTopicAttributes", [("TopicArn", arn)], on: arn)
      let entries = result["Attributes"]?.all("entry") ?? []
      return entries.first { $0.text("key") == "Policy" }?.text("value") ?? ""
    } catch  where error.code == .notFound || error.serviceCode == "NotFound" {
      return nil
    }
  }

  /// Makes a topic; one that is there stays.
  ///
  /// - Throws: ``AWSError``.
  package func createTopic(_ name: String) async throws(AWSError) {
    _ = try await query.result("CreateTopic", [("Name", name)], on: "topic \(name)")
  }

  /// Replaces the policy of a topic.
  ///
  /// - Throws: ``AWSError``.
  package func replacePolicy(ofTopic arn: String, by document: String) async throws(AWSError) {
    _ = try await query.result(
      "SetTopicAttributes",
      [("TopicArn", arn), ("AttributeName", "Policy"), ("AttributeValue", document)], on: arn)
  }

  /// Who has subscribed to a topic, as pairs of a protocol (`sqs`, `https`) and an address.
  ///
  /// - Throws: ``AWSError``.
  package func subscribers(
    ofTopic arn: String
  ) async throws(AWSError) -> [(protocol: String, endpoint: String)] {
    var subscribers: [(protocol: String, endpoint: String)] = []
    var token: String?
    repeat {
      let page = token.map { [("NextToken", $0)] } ?? []
      let result = try await query.result(
        "ListSubscriptionsByTopic", [("TopicArn", arn)] + page, on: arn)
      subscribers += (result["Subscriptions"]?.all("member") ?? []).compactMap { member in
        guard let word = member.text("Protocol"), let endpoint = member.text("Endpoint") else {
          return nil
        }
        return (word, endpoint)
      }
      token = result.text("NextToken").flatMap { $0.isEmpty ? nil : $0 }
    } while token != nil
    return subscribers
  }

  /// Lets a queue have the messages of a topic as they are, without an envelope.
  ///
  /// - Throws: ``AWSError``.
  package func subscribe(queue: String, toTopic arn: String) async throws(AWSError) {
    _ = try await query.result(
      "Subscribe",
      [
        ("TopicArn", arn), ("Protocol", "sqs"), ("Endpoint", queue),
        ("Attributes.entry.1.key", "RawMessageDelivery"), ("Attributes.entry.1.value", "true"),
      ], on: arn)
  }
}
