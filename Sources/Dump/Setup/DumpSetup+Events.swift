// Where events go: https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html

extension DumpSetup {
  /// The seconds for which a message is one receiver's; a watch prolongs them while it loads.
  package static let visibilitySeconds = 300
  /// The seconds that a message waits: four days, and fourteen in the dead-letter queue, where its age
  /// goes on.
  package static let retentionSeconds = 345_600
  package static let deadRetentionSeconds = 1_209_600
  /// After how many deliveries a message is put aside.
  package static let deliveryLimit = 5

  /// The attributes of the dead-letter queue.
  package var deadQueueAttributes: [(String, String)] {
    [
      ("MessageRetentionPeriod", String(Self.deadRetentionSeconds)),
      ("SqsManagedSseEnabled", "true"),
    ]
  }

  /// The attributes of the queue, without its policy.
  package var queueAttributes: [(String, String)] {
    [
      ("MessageRetentionPeriod", String(Self.retentionSeconds)),
      ("ReceiveMessageWaitTimeSeconds", "20"), ("RedrivePolicy", redrivePolicy.compactJSON),
      ("SqsManagedSseEnabled", "true"), ("VisibilityTimeout", String(Self.visibilitySeconds)),
    ]
  }

  var redrivePolicy: SettingsTree {
    [
      "deadLetterTargetArn": .text(deadQueueARN), "maxReceiveCount": .number(Self.deliveryLimit),
    ]
  }

  /// Who may put messages into the queue.
  package var queuePolicy: PolicyDocument {
    let (service, source) =
      switch events {
      case .sqs: ("s3.amazonaws.com", bucketARN)
      case .sns: ("sns.amazonaws.com", topicARN)
      case .eventbridge: ("events.amazonaws.com", ruleARN)
      }
    return PolicyDocument([
      delivery("EventsIntoQueue", service, "sqs:SendMessage", queueARN, source)
    ])
  }

  /// Who may publish to the topic.
  package var topicPolicy: PolicyDocument {
    PolicyDocument([
      delivery("EventsIntoTopic", "s3.amazonaws.com", "sns:Publish", topicARN, bucketARN)
    ])
  }

  /// A service may deliver for one source of this account, and for nobody else's.
  ///
  /// A bucket's ARN names no account, which S3 therefore says too; those of topics and rules do.
  private func delivery(
    _ id: String, _ service: String, _ action: String, _ resource: String, _ source: String
  ) -> PolicyStatement {
    var conditions: [SettingsTree.Member] = [
      .init("ArnEquals", ["aws:SourceArn": .text(source)])
    ]
    if service.hasPrefix("s3.") {
      conditions.append(.init("StringEquals", ["aws:SourceAccount": .text(account)]))
    }
    return PolicyStatement(
      id, principal: ["Service": .text(service)], [action], on: [resource],
      condition: .object(conditions))
  }

  /// What EventBridge is to hand on: the receipt, and what doctor writes beside it to try the way.
  package var eventPattern: SettingsTree {
    [
      "source": .texts(["aws.s3"]), "detail-type": .texts(["Object Created"]),
      "detail": [
        "bucket": ["name": .texts([bucket])],
        "object": ["key": .list([["prefix": .text(receiptKey)]])],
      ],
    ]
  }

  /// What the bucket is to tell whom, as S3 writes it.
  package var notification: RuleElement {
    let target: (element: String, name: String, arn: String)
    switch events {
    case .eventbridge: return RuleElement("EventBridgeConfiguration")
    case .sqs: target = ("QueueConfiguration", "Queue", queueARN)
    case .sns: target = ("TopicConfiguration", "Topic", topicARN)
    }
    // A receipt may come by a multipart upload or a copy: all ways of being created count.
    return RuleElement(
      target.element,
      [
        RuleElement("Id", text: eventName), RuleElement(target.name, text: target.arn),
        RuleElement("Event", text: "s3:ObjectCreated:*"),
        RuleElement(
          "Filter",
          [
            RuleElement(
              "S3Key",
              [
                RuleElement(
                  "FilterRule",
                  [
                    RuleElement("Name", text: "prefix"), RuleElement("Value", text: receiptKey),
                  ])
              ])
          ]),
      ])
  }

  /// The same as AWS's command line wants it.
  var notificationDocument: SettingsTree {
    let filter: SettingsTree = [
      "Key": ["FilterRules": .list([["Name": "prefix", "Value": .text(receiptKey)]])]
    ]
    let created = SettingsTree.texts(["s3:ObjectCreated:*"])
    switch events {
    case .eventbridge: return ["EventBridgeConfiguration": [:]]
    case .sqs:
      return [
        "QueueConfigurations": .list([
          [
            "Id": .text(eventName), "QueueArn": .text(queueARN), "Events": created,
            "Filter": filter,
          ]
        ])
      ]
    case .sns:
      return [
        "TopicConfigurations": .list([
          [
            "Id": .text(eventName), "TopicArn": .text(topicARN), "Events": created,
            "Filter": filter,
          ]
        ])
      ]
    }
  }
}

/// The notifications of a bucket with one put in: it takes the place of the one with its id, and all
/// others stay as they are.
package struct NotificationMerge: Sendable, Hashable {
  /// The notifications before.
  package let before: [RuleElement]
  /// The notifications after.
  package let after: [RuleElement]

  package init(_ element: RuleElement, into present: [RuleElement]) {
    before = present
    let isSame: (RuleElement) -> Bool =
      element.text("Id") == nil
      ? { $0.name == element.name } : { $0.text("Id") == element.text("Id") }
    if let index = present.firstIndex(where: isSame) {
      var merged = present
      merged[index] =
        NotificationMerge.comparable(present[index]) == NotificationMerge.comparable(element)
        ? present[index] : element
      after = merged
    } else {
      after = present + [element]
    }
  }

  /// Whether anything changes.
  package var changes: Bool { before != after }

  /// What changes, as lines.
  package var difference: [String] {
    before.filter { !after.contains($0) }.flatMap(\.lines).map { "- " + $0 }
      + after.filter { !before.contains($0) }.flatMap(\.lines).map { "+ " + $0 }
  }

  /// Servers spell the names of filters in their own way.
  private static func comparable(_ element: RuleElement) -> RuleElement {
    func lowered(_ element: RuleElement) -> RuleElement {
      RuleElement(
        element.name, text: element.name == "Name" ? element.text.lowercased() : element.text,
        children: element.children.map(lowered))
    }
    return lowered(element).ordered
  }
}
