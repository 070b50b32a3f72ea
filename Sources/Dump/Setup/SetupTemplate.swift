/// A setup as a template of CloudFormation in YAML.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/Welcome.html>
struct SetupTemplate {
  private let setup: DumpSetup

  init(_ setup: DumpSetup) { self.setup = setup }

  var text: String {
    var lines = [
      "# Prepares s3://\(setup.bucket)/\(setup.prefix) for dumps. It makes the bucket; for one that is",
      "# there, import it into the stack, or use `receipt setup --apply`. Needs CAPABILITY_NAMED_IAM.",
      "AWSTemplateFormatVersion: \"2010-09-09\"",
      "Description: \"Dumps in s3://\(setup.bucket)/\(setup.prefix)\"",
      "Resources:",
    ]
    lines += bucket
    for role in setup.roles { lines += resource(title(of: role), "AWS::IAM::Role", body(of: role)) }
    if setup.has(.events) { lines += events }
    if setup.has(.bucketPolicy) {
      lines += resource(
        "DumpBucketPolicy", "AWS::S3::BucketPolicy",
        ["Bucket": .expression("!Ref DumpBucket"), "PolicyDocument": setup.bucketPolicy.tree])
    }
    let outputs = self.outputs
    if !outputs.isEmpty { lines += ["Outputs:"] + indented(SettingsTree.object(outputs)) }
    return lines.joined(separator: "\n") + "\n"
  }

  private var outputs: [SettingsTree.Member] {
    var members: [SettingsTree.Member] = []
    for role in setup.roles {
      let title = title(of: role)
      members.append(.init("\(title)Arn", ["Value": .expression("!GetAtt \(title).Arn")]))
    }
    if setup.has(.events) {
      members.append(.init("DumpQueueUrl", ["Value": .expression("!Ref DumpQueue")]))
    }
    return members
  }

  // MARK: The bucket

  private var bucket: [String] {
    var members: [SettingsTree.Member] = [.init("BucketName", .text(setup.bucket))]
    if setup.has(.bucketPolicy) {
      members += [
        .init(
          "OwnershipControls", ["Rules": .list([["ObjectOwnership": "BucketOwnerEnforced"]])]),
        .init(
          "PublicAccessBlockConfiguration",
          [
            "BlockPublicAcls": .flag(true), "BlockPublicPolicy": .flag(true),
            "IgnorePublicAcls": .flag(true), "RestrictPublicBuckets": .flag(true),
          ]),
      ]
    }
    if setup.has(.events) { members.append(.init("NotificationConfiguration", notification)) }
    var lines = ["  DumpBucket:", "    Type: AWS::S3::Bucket"]
    // S3 tries the way when it is told to use it, so that the queue must let it in before.
    if setup.has(.events), setup.events != .eventbridge {
      lines.append("    DependsOn: \(setup.events == .sns ? "DumpTopicPolicy" : "DumpQueuePolicy")")
    }
    lines += ["    DeletionPolicy: Retain", "    UpdateReplacePolicy: Retain", "    Properties:"]
    lines += SettingsTree.object(members).yaml.map { "      " + $0 }
    if setup.has(.lifecycle) {
      lines += ["      LifecycleConfiguration:", "        Rules:"]
      lines += LifecycleFormat.templateLines(setup.lifecycle.rules)
    }
    return lines
  }

  private var notification: SettingsTree {
    let filter: SettingsTree = [
      "S3Key": ["Rules": .list([["Name": "prefix", "Value": .text(setup.receiptKey)]])]
    ]
    switch setup.events {
    case .eventbridge: return ["EventBridgeConfiguration": ["EventBridgeEnabled": .flag(true)]]
    case .sqs:
      return [
        "QueueConfigurations": .list([
          [
            "Event": "s3:ObjectCreated:*", "Queue": .expression("!GetAtt DumpQueue.Arn"),
            "Filter": filter,
          ]
        ])
      ]
    case .sns:
      return [
        "TopicConfigurations": .list([
          [
            "Event": "s3:ObjectCreated:*", "Topic": .expression("!Ref DumpTopic"),
            "Filter": filter,
          ]
        ])
      ]
    }
  }

  // MARK: Roles and events

  private func title(of role: SetupRole) -> String {
    let word = role.name.dropFirst(setup.name.count + 1)
    return word.prefix(1).uppercased() + word.dropFirst() + "Role"
  }

  private func body(of role: SetupRole) -> SettingsTree {
    [
      "RoleName": .text(role.name), "Description": .text("\(role.purpose)"),
      "AssumeRolePolicyDocument": role.trust.tree,
      "Policies": .list([
        ["PolicyName": .text(role.policyName), "PolicyDocument": role.policy.tree]
      ]),
    ]
  }

  private var events: [String] {
    var lines = resource(
      "DumpDeadQueue", "AWS::SQS::Queue",
      [
        "QueueName": .text(setup.deadQueueName),
        "MessageRetentionPeriod": .number(DumpSetup.deadRetentionSeconds),
        "SqsManagedSseEnabled": .flag(true),
      ], isKept: true)
    lines += resource(
      "DumpQueue", "AWS::SQS::Queue",
      [
        "QueueName": .text(setup.queueName),
        "MessageRetentionPeriod": .number(DumpSetup.retentionSeconds),
        "ReceiveMessageWaitTimeSeconds": .number(20),
        "VisibilityTimeout": .number(DumpSetup.visibilitySeconds),
        "SqsManagedSseEnabled": .flag(true),
        "RedrivePolicy": [
          "deadLetterTargetArn": .expression("!GetAtt DumpDeadQueue.Arn"),
          "maxReceiveCount": .number(DumpSetup.deliveryLimit),
        ],
      ], isKept: true)
    lines += resource(
      "DumpQueuePolicy", "AWS::SQS::QueuePolicy",
      [
        "Queues": .list([.expression("!Ref DumpQueue")]),
        "PolicyDocument": setup.queuePolicy.tree,
      ])
    switch setup.events {
    case .sqs: break
    case .sns:
      lines += resource("DumpTopic", "AWS::SNS::Topic", ["TopicName": .text(setup.eventName)])
      lines += resource(
        "DumpTopicPolicy", "AWS::SNS::TopicPolicy",
        [
          "Topics": .list([.expression("!Ref DumpTopic")]),
          "PolicyDocument": setup.topicPolicy.tree,
        ])
      lines += resource(
        "DumpSubscription", "AWS::SNS::Subscription",
        [
          "TopicArn": .expression("!Ref DumpTopic"), "Protocol": "sqs",
          "Endpoint": .expression("!GetAtt DumpQueue.Arn"), "RawMessageDelivery": .flag(true),
        ])
    case .eventbridge:
      lines += resource(
        "DumpRule", "AWS::Events::Rule",
        [
          "Name": .text(setup.eventName), "EventPattern": setup.eventPattern,
          "Targets": .list([["Id": "queue", "Arn": .expression("!GetAtt DumpQueue.Arn")]]),
        ])
    }
    return lines
  }

  private func resource(
    _ name: String, _ type: String, _ properties: SettingsTree, isKept: Bool = false
  ) -> [String] {
    // Messages that wait are not to be lost with the stack.
    let kept = isKept ? ["    DeletionPolicy: Retain", "    UpdateReplacePolicy: Retain"] : []
    return ["  \(name):", "    Type: \(type)"] + kept + ["    Properties:"]
      + properties.yaml.map { "      " + $0 }
  }

  private func indented(_ tree: SettingsTree) -> [String] { tree.yaml.map { "  " + $0 } }
}
