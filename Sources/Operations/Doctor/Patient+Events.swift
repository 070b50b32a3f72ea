import AWS
import Dump
import ObjectStorage

/// The queue that hears of receipts.
struct EventQueue: Sendable {
  let service: SimpleQueueService
  let arn: String?
  /// The way there; `nil` if the queue was named, and no way leads to it.
  let way: EventWay?

  /// Whether it hears of a key; where nobody knows, it may.
  func tells(of key: String) -> Bool { way.map { $0.tells(of: key) } ?? true }
}

/// The way of an event from the bucket to the queue.
struct EventWay: Sendable {
  let bucket: String
  /// What the bucket's notifications say.
  var elements: [RuleElement] = []
  var target = NotificationTarget.nobody
  /// The rule that hands events on, if one does.
  var pattern: EventPattern?
  var queueARN: String?
  /// Which service puts messages into the queue, and for which source.
  var service = ""
  var source = ""

  func tells(of key: String) -> Bool {
    guard NotificationTarget.find(in: elements, for: key) == target else { return false }
    return pattern.map { $0.matches(bucket: bucket, key: key) != false } ?? true
  }
}

extension Patient {
  /// The queue that hears of receipts, after a look at the way there.
  func queue(_ checks: inout [DoctorCheck]) async -> EventQueue? {
    if options.omitted.contains(.events) { return nil }
    let way = await way(&checks)
    do {
      var url = options.queueURL
      if url == nil, let name = way.queueARN?.split(separator: ":").last {
        url = try await account.queues.url(ofQueue: String(name))
        if url == nil {
          checks.append(
            DoctorCheck("queue", .failed, "there is no queue \(name)", fix: setup(way.target)))
          return nil
        }
      }
      guard let url else {
        checks.append(
          DoctorCheck(
            "queue", .unknown, "it is not known which queue hears of receipts",
            fix: "receipt doctor \(location) --queue URL"))
        return nil
      }
      let attributes = try await account.queues.attributes(ofQueue: url)
      let arn = attributes["QueueArn"]
      let leadsThere = arn != nil && way.queueARN == arn
      checks += queueChecks(attributes, leadsThere ? way : nil, fix: setup(way.target))
      return EventQueue(
        service: try SimpleQueueService(
          url, connection.settings, region: region, credentials: connection.credentials,
          connections: connection.connections), arn: arn, way: leadsThere ? way : nil)
    } catch {
      checks.append(Doctor.failure("queue", error))
      return nil
    }
  }

  /// Follows the events of a receipt from the bucket.
  private func way(_ checks: inout [DoctorCheck]) async -> EventWay {
    var way = EventWay(bucket: bucket)
    checks.append(
      await check("notification") {
        way.elements = try await store.setting(.notification).map(RuleElement.init)
        way.target = NotificationTarget.find(in: way.elements, for: receiptKey)
        return way.target.check(fix: setup(way.target))
      })
    switch way.target {
    case .queue(let arn):
      (way.queueARN, way.service, way.source) = (arn, "s3.amazonaws.com", bucketARN)
    case .topic(let arn):
      checks.append(await check("topic") { try await topic(arn, &way) })
    case .eventBridge:
      checks.append(await check("rule") { try await rule(&way) })
    case .function, .narrow, .nobody: break
    }
    return way
  }

  /// Whether S3 may publish to a topic, and a queue has subscribed to it.
  private func topic(_ arn: String, _ way: inout EventWay) async throws -> DoctorCheck {
    let fix = setup(way.target)
    guard let policy = try await account.topics.policy(ofTopic: arn) else {
      return DoctorCheck("topic", .failed, "there is no topic \(arn)", fix: fix)
    }
    guard
      PolicyReading(policy)?.allows("s3.amazonaws.com", "sns:Publish", on: arn, from: bucketARN)
        == true
    else {
      return DoctorCheck(
        "topic", .failed, "\(arn) does not let the bucket's events in", fix: fix)
    }
    let subscribers = try await account.topics.subscribers(ofTopic: arn)
    guard let queue = subscribers.first(where: { $0.protocol == "sqs" }) else {
      return subscribers.isEmpty
        ? DoctorCheck("topic", .failed, "nobody has subscribed to \(arn)", fix: fix)
        : DoctorCheck(
          "topic", .ok, "\(arn) is told on by \(subscribers[0].protocol), and to no queue")
    }
    (way.queueARN, way.service, way.source) = (queue.endpoint, "sns.amazonaws.com", arn)
    return DoctorCheck("topic", .ok, "\(arn) is told on to \(queue.endpoint)")
  }

  /// Whether a rule means receipts, and hands them to a queue.
  private func rule(_ way: inout EventWay) async throws -> DoctorCheck {
    let fix = setup(way.target)
    var disabled: String?
    var unread: String?
    var others: [String] = []
    for rule in try await account.rules.rules() {
      guard let text = rule.pattern, let pattern = EventPattern(parsing: text) else { continue }
      switch pattern.matches(bucket: bucket, key: receiptKey) {
      case false?: continue
      case nil: unread = rule.name
      case true?:
        guard rule.isEnabled else {
          disabled = rule.name
          continue
        }
        let targets = try await account.rules.targets(ofRule: rule.name)
        guard let queue = targets.first(where: { $0.contains(":sqs:") }) else {
          others += targets
          continue
        }
        way.pattern = pattern
        (way.queueARN, way.service, way.source) = (queue, "events.amazonaws.com", rule.arn)
        return DoctorCheck("rule", .ok, "rule \(rule.name) hands receipts to \(queue)")
      }
    }
    if let other = others.first {
      return DoctorCheck("rule", .ok, "a rule hands receipts to \(other), and none to a queue")
    }
    if let disabled {
      return DoctorCheck(
        "rule", .failed, "rule \(disabled) is disabled",
        fix: "aws events enable-rule --name \(disabled)")
    }
    if let unread {
      return DoctorCheck(
        "rule", .unknown, "whether rule \(unread) means receipts is not understood here",
        fix: "aws events describe-rule --name \(unread)")
    }
    return DoctorCheck("rule", .failed, "no rule hands receipts on", fix: fix)
  }

  private func queueChecks(
    _ attributes: [String: String], _ way: EventWay?, fix: String
  ) -> [DoctorCheck] {
    let waiting = attributes["ApproximateNumberOfMessages"] ?? "0"
    var checks = [DoctorCheck("queue", .ok, "it is there; \(waiting) messages wait")]
    let services =
      way.map { [$0.service] } ?? ["s3.amazonaws.com", "sns.amazonaws.com", "events.amazonaws.com"]
    let policy = attributes["Policy"].flatMap(PolicyReading.init)
    let lets = services.contains { service in
      policy?.allows(
        service, "sqs:SendMessage", on: attributes["QueueArn"] ?? "", from: way?.source) == true
    }
    checks.append(
      DoctorCheck(
        "queue-policy", lets ? .ok : .failed,
        lets
          ? "it lets events in"
          : way.map { "it does not let \($0.service) put messages of \($0.source) in" }
            ?? "it lets no service of AWS put messages in", fix: lets ? nil : fix))
    let hasDead = attributes["RedrivePolicy"]?.contains("deadLetterTargetArn") == true
    checks.append(
      DoctorCheck(
        "dead-letters", hasDead ? .ok : .failed,
        hasDead
          ? "what cannot be handled is put aside"
          : "there is no dead-letter queue, so that a bad message comes for ever",
        fix: hasDead ? nil : fix))
    return checks
  }
}
