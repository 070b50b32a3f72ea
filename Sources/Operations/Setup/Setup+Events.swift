import AWS
import Dump
import ObjectStorage

extension Setup {
  /// The queues, and what stands between them and the bucket, in an order in which each finds what it
  /// needs.
  func eventSteps() async throws(AWSError) -> [SetupStep] {
    var steps = [
      try await queueStep(setup.deadQueueName, setup.deadQueueAttributes, policy: nil),
      try await queueStep(setup.queueName, setup.queueAttributes, policy: setup.queuePolicy),
    ]
    switch setup.events {
    case .sqs: break
    case .sns: steps.append(try await topicStep())
    case .eventbridge: steps.append(try await ruleStep())
    }
    return steps
  }

  // MARK: Queues

  private func queueStep(
    _ name: String, _ wanted: [(String, String)], policy: PolicyDocument?
  ) async throws(AWSError) -> SetupStep {
    let queues = account.queues
    let attributes = Dictionary(wanted, uniquingKeysWith: { $1 })
    guard let url = try await queues.url(ofQueue: name) else {
      var attributes = attributes
      attributes["Policy"] = policy?.tree.compactJSON
      return SetupStep(
        "queue \(name)", .create,
        attributes.sorted { $0.key < $1.key }.map { "+ \($0.key) \($0.value)" }
      ) { [attributes] in _ = try await queues.create(name, attributes) }
    }
    let present = try await queues.attributes(ofQueue: url)
    var changed: [String: String] = [:]
    var difference: [String] = []
    for (key, value) in wanted where !Setup.isSame(present[key], value) {
      changed[key] = value
      difference += present[key].map { ["- \(key) \($0)"] } ?? []
      difference.append("+ \(key) \(value)")
    }
    if let policy {
      let before = present["Policy"].flatMap { $0.isEmpty ? nil : $0 }
      // Statements of others stay; what is no policy is replaced.
      let merged = policy.merged(into: before) ?? policy.tree
      if !Setup.isSame(before, merged.compactJSON) {
        changed["Policy"] = merged.compactJSON
        difference += Setup.difference(before, merged)
      }
    }
    if changed.isEmpty { return SetupStep("queue \(name)", .keep) }
    var step = SetupStep("queue \(name)", .update, difference) { [changed] in
      try await queues.set(changed, ofQueue: url)
    }
    let members = present.sorted { $0.key < $1.key }
      .map { SettingsTree.Member($0.key, .text($0.value)) }
    step.before = ("queue-\(name).json", SettingsTree.object(members).json)
    return step
  }

  /// Whether two attributes say the same: documents by what is in them, all else by its letters.
  static func isSame(_ present: String?, _ wanted: String) -> Bool {
    guard let present else { return false }
    return present == wanted || PolicyDocument.isSame(present, wanted)
  }

  // MARK: Topics and rules

  private func topicStep() async throws(AWSError) -> SetupStep {
    let (topics, arn, name) = (account.topics, setup.topicARN, setup.eventName)
    let queue = setup.queueARN
    let wanted = setup.topicPolicy
    guard let present = try await topics.policy(ofTopic: arn) else {
      return SetupStep("topic \(name)", .create, SetupStep.difference(nil, wanted.tree.json)) {
        try await topics.createTopic(name)
        try await topics.replacePolicy(ofTopic: arn, by: wanted.tree.compactJSON)
        try await topics.subscribe(queue: queue, toTopic: arn)
      }
    }
    let merged = wanted.merged(into: present.isEmpty ? nil : present) ?? wanted.tree
    let policyIsSame = Setup.isSame(present, merged.compactJSON)
    let isSubscribed = try await topics.subscribers(ofTopic: arn).contains { $0.endpoint == queue }
    if policyIsSame, isSubscribed { return SetupStep("topic \(name)", .keep) }
    let difference =
      (policyIsSame ? [] : Setup.difference(present, merged))
      + (isSubscribed ? [] : ["+ subscription of \(queue)"])
    var step = SetupStep("topic \(name)", .update, difference) {
      if !policyIsSame { try await topics.replacePolicy(ofTopic: arn, by: merged.compactJSON) }
      if !isSubscribed { try await topics.subscribe(queue: queue, toTopic: arn) }
    }
    step.before = ("topic-\(name).json", present)
    return step
  }

  private func ruleStep() async throws(AWSError) -> SetupStep {
    let (rules, name, queue) = (account.rules, setup.eventName, setup.queueARN)
    let wanted = setup.eventPattern
    let present = try await rules.pattern(ofRule: name)
    let patternIsSame = Setup.isSame(present, wanted.compactJSON)
    var hasTarget = false
    if present != nil { hasTarget = try await rules.targets(ofRule: name).contains(queue) }
    if patternIsSame, hasTarget { return SetupStep("rule \(name)", .keep) }
    let difference =
      (patternIsSame ? [] : Setup.difference(present, wanted))
      + (hasTarget ? [] : ["+ target \(queue)"])
    var step = SetupStep("rule \(name)", present == nil ? .create : .update, difference) {
      [hasTarget] in
      if !patternIsSame { try await rules.putRule(name, pattern: wanted.compactJSON) }
      if !hasTarget { try await rules.addTarget(queue, toRule: name) }
    }
    step.before = present.map { ("rule-\(name).json", $0) }
    return step
  }
}
