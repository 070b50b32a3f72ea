import AWS
import CurlHTTP
import Dump
import HTTPServing
import Logging
import OpenSSLCrypto

/// What is answered to those who post events, probe, scrape, or look at the page.
///
/// - `POST /sns`: SNS, by its signature and the list of topics.
/// - `POST /eventbridge`, `POST /events`: EventBridge's API destinations and the web hooks of servers
///   that speak S3, by a token.
/// - `GET /healthz`, `/readyz`, `/metrics`, `/`.
///
/// 200 says that the event is on the disk, or does not matter. What may go better when it is sent
/// again is 503: SNS takes any 4xx for delivered.
struct EventEndpoint: Sendable {
  let listening: WatchPlan.Listening
  let router: EventRouter
  let verifier: TopicVerifier
  /// Wakes a watch that has an event.
  let wake: @Sendable (Intake) -> Void
  let telling: WatchTelling

  func answer(_ request: ServedRequest) async -> ServedResponse {
    switch (request.method, request.path) {
    case ("POST", "/sns"): return await topic(request)
    case ("POST", "/eventbridge"), ("POST", "/events"):
      // SNS is known by its header, whatever path it was given.
      if request["x-amz-sns-message-type"] != nil, request["x-amz-sns-rawdelivery"] == nil {
        return await topic(request)
      }
      return await hook(request)
    case ("GET", "/healthz"), ("HEAD", "/healthz"): return ServedResponse(200, "alive")
    case ("GET", "/readyz"), ("HEAD", "/readyz"):
      let problems = telling.problems
      return problems.isEmpty
        ? ServedResponse(200, "ready") : ServedResponse(503, problems.joined(separator: "\n"))
    case ("GET", "/metrics"), ("HEAD", "/metrics"):
      return ServedResponse(
        200, contentType: MetricsText.contentType, body: Array(await telling.metricsText().utf8))
    case ("GET", "/"), ("HEAD", "/"):
      return ServedResponse(
        200, contentType: "text/html; charset=utf-8",
        fields: [
          "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
          "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
        ], body: Array(await telling.page().utf8))
    case (_, "/sns"), (_, "/eventbridge"), (_, "/events"):
      return ServedResponse(405, "events are posted", fields: ["Allow": "POST"])
    case (_, "/healthz"), (_, "/readyz"), (_, "/metrics"), (_, "/"):
      return ServedResponse(405, "this is only read", fields: ["Allow": "GET, HEAD"])
    default: return ServedResponse(404, "there is nothing here")
    }
  }

  // MARK: Events with a token

  private func hook(_ request: ServedRequest) async -> ServedResponse {
    guard let token = listening.token else {
      return refused(403, "no token is set up; --webhook-token-file names one", request)
    }
    guard let given = EventEndpoint.token(of: request), EventEndpoint.isEqual(given, token.exposed)
    else {
      return refused(401, "the token is not the one that is set up", request)
    }
    let way = request.path == "/eventbridge" ? "eventbridge" : "webhook"
    return await accept(request.body, way: way, name: Hex.text(Digest.sha256(request.body)))
  }

  /// The token that the sender shows: in a header of its own, as a bearer, or as the password of
  /// any user, which is all that Ceph's gateway can show.
  private static func token(of request: ServedRequest) -> String? {
    if let token = request["x-receipt-token"] { return token }
    guard let text = request["authorization"] else { return nil }
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return text }
    switch parts[0].lowercased() {
    case "bearer": return parts[1]
    case "basic":
      guard let bytes = Digest.bytes(base64: parts[1]), let colon = bytes.firstIndex(of: 0x3a)
      else { return nil }
      return String(validating: bytes[(colon + 1)...], as: UTF8.self)
    default: return text
    }
  }

  /// Compares in a time that tells nothing about where they differ.
  private static func isEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (
      Digest.sha256(Array(left.utf8)), Digest.sha256(Array(right.utf8))
    )
    return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  // MARK: SNS

  private func topic(_ request: ServedRequest) async -> ServedResponse {
    guard let value = JSONValue(parsing: request.body), let message = TopicMessage(value) else {
      return refused(400, "this is no message of SNS", request)
    }
    // The cheap question first, and no address of somebody else's is ever asked.
    guard listening.topics.contains(message.topicARN) else {
      return refused(403, "the topic \(message.topicARN.prefix(256)) is not in --topics", request)
    }
    switch await verifier.verify(message) {
    case .genuine: break
    case .forged(let reason): return refused(403, reason, request)
    case .unknown(let reason):
      router.logger.warning("a message of SNS cannot be verified now: \(reason)")
      return ServedResponse(503, "send it again: \(reason)")
    }
    switch message.kind {
    case .notification:
      return await accept(Array(message.message.utf8), way: "sns", name: message.id)
    case .subscriptionConfirmation:
      guard await verifier.confirm(message) else {
        return ServedResponse(503, "the subscription could not be confirmed; send it again")
      }
      router.logger.notice("the subscription of \(message.topicARN) is confirmed")
      return ServedResponse(200, "confirmed")
    case .unsubscribeConfirmation:
      router.logger.warning("the subscription of \(message.topicARN) was ended")
      return ServedResponse(200, "noted")
    }
  }

  // MARK: Acknowledging

  /// Writes the event down for each watch that it is for, and only then says so.
  private func accept(_ body: [UInt8], way: String, name: String) async -> ServedResponse {
    let message = EventMessage(parsing: body)
    let intakes: [Intake]
    do {
      intakes = try await router.intakes(for: message, body: body, way: way)
      for intake in intakes {
        try await intake.state.enqueue(intake.name, source: way, name: name)
        wake(intake)
      }
    } catch {
      router.logger.error("an event could not be written down: \(OperationError(error).message)")
      return ServedResponse(503, "send it again: it could not be written down")
    }
    return ServedResponse(200, intakes.isEmpty ? "not for a watched receipt" : "queued")
  }

  private func refused(
    _ status: Int, _ reason: String, _ request: ServedRequest
  ) -> ServedResponse {
    router.metrics.count(.refused, from: String(request.path.dropFirst()))
    router.logger.warning("refused: \(reason)", metadata: ["path": "\(request.path)"])
    return ServedResponse(status, reason)
  }
}
