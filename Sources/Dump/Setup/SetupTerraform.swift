/// A setup as resources of Terraform's AWS provider.
///
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs>
struct SetupTerraform {
  private let setup: DumpSetup

  init(_ setup: DumpSetup) { self.setup = setup }

  var text: String {
    var blocks = [
      """
      # Prepares s3://\(setup.bucket)/\(setup.prefix) for dumps, in account \(setup.account).
      # For a bucket that is there: terraform import aws_s3_bucket.dumps \(setup.bucket)
      """,
      resource("aws_s3_bucket", "dumps", [("bucket", .text(setup.bucket))]),
    ]
    for role in setup.roles { blocks += resources(of: role) }
    if setup.has(.events) { blocks += events }
    if setup.has(.bucketPolicy) { blocks += protection }
    if setup.has(.lifecycle) {
      let text = LifecycleFormat.terraform.text(setup.lifecycle.rules, bucket: setup.bucket)
      blocks.append(String(text.dropLast()))
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private func resources(of role: SetupRole) -> [String] {
    let word = String(role.name.dropFirst(setup.name.count + 1))
    return [
      resource(
        "aws_iam_role", word,
        [("name", .text(role.name)), ("assume_role_policy", encoded(role.trust.tree))]),
      resource(
        "aws_iam_role_policy", word,
        [
          ("name", .text(role.policyName)), ("role", .expression("aws_iam_role.\(word).id")),
          ("policy", encoded(role.policy.tree)),
        ]),
    ]
  }

  // MARK: Events

  private var events: [String] {
    var blocks = [
      resource(
        "aws_sqs_queue", "dumps_dead",
        [
          ("name", .text(setup.deadQueueName)),
          ("message_retention_seconds", .number(DumpSetup.deadRetentionSeconds)),
          ("sqs_managed_sse_enabled", .flag(true)),
        ]),
      resource(
        "aws_sqs_queue", "dumps",
        [
          ("name", .text(setup.queueName)),
          ("message_retention_seconds", .number(DumpSetup.retentionSeconds)),
          ("receive_wait_time_seconds", .number(20)),
          ("visibility_timeout_seconds", .number(DumpSetup.visibilitySeconds)),
          ("sqs_managed_sse_enabled", .flag(true)),
          (
            "redrive_policy",
            encoded([
              "deadLetterTargetArn": .expression("aws_sqs_queue.dumps_dead.arn"),
              "maxReceiveCount": .number(DumpSetup.deliveryLimit),
            ])
          ),
        ]),
      resource(
        "aws_sqs_queue_policy", "dumps",
        [
          ("queue_url", .expression("aws_sqs_queue.dumps.id")),
          ("policy", encoded(setup.queuePolicy.tree)),
        ]),
    ]
    switch setup.events {
    case .sqs: break
    case .sns: blocks += topic
    case .eventbridge: blocks += rule
    }
    blocks.append(notification)
    return blocks
  }

  private var topic: [String] {
    [
      resource("aws_sns_topic", "dumps", [("name", .text(setup.eventName))]),
      resource(
        "aws_sns_topic_policy", "dumps",
        [
          ("arn", .expression("aws_sns_topic.dumps.arn")),
          ("policy", encoded(setup.topicPolicy.tree)),
        ]),
      resource(
        "aws_sns_topic_subscription", "dumps",
        [
          ("topic_arn", .expression("aws_sns_topic.dumps.arn")), ("protocol", "sqs"),
          ("endpoint", .expression("aws_sqs_queue.dumps.arn")),
          ("raw_message_delivery", .flag(true)),
        ]),
    ]
  }

  private var rule: [String] {
    [
      resource(
        "aws_cloudwatch_event_rule", "dumps",
        [("name", .text(setup.eventName)), ("event_pattern", encoded(setup.eventPattern))]),
      resource(
        "aws_cloudwatch_event_target", "dumps",
        [
          ("rule", .expression("aws_cloudwatch_event_rule.dumps.name")), ("target_id", "queue"),
          ("arn", .expression("aws_sqs_queue.dumps.arn")),
        ]),
    ]
  }

  private var notification: String {
    var lines = [
      "# The resource holds all notifications of the bucket: those that are not here are removed.",
      "resource \"aws_s3_bucket_notification\" \"dumps\" {",
      "  bucket = aws_s3_bucket.dumps.id",
    ]
    let target: (block: String, name: String, arn: String, policy: String)?
    switch setup.events {
    case .eventbridge:
      target = nil
      lines.append("  eventbridge = true")
    case .sqs:
      target = ("queue", "queue_arn", "aws_sqs_queue.dumps.arn", "aws_sqs_queue_policy.dumps")
    case .sns:
      target = ("topic", "topic_arn", "aws_sns_topic.dumps.arn", "aws_sns_topic_policy.dumps")
    }
    if let target {
      lines += [
        "", "  \(target.block) {", "    id = \(SettingsTree.text(setup.eventName).hcl())",
        "    \(target.name) = \(target.arn)", "    events = [\"s3:ObjectCreated:*\"]",
        "    filter_prefix = \(SettingsTree.text(setup.receiptKey).hcl())", "  }", "",
        "  depends_on = [\(target.policy)]",
      ]
    }
    return lines.joined(separator: "\n") + "\n}"
  }

  // MARK: The bucket

  private var protection: [String] {
    [
      """
      resource "aws_s3_bucket_ownership_controls" "dumps" {
        bucket = aws_s3_bucket.dumps.id

        rule {
          object_ownership = "BucketOwnerEnforced"
        }
      }
      """,
      resource(
        "aws_s3_bucket_public_access_block", "dumps",
        [
          ("bucket", .expression("aws_s3_bucket.dumps.id")), ("block_public_acls", .flag(true)),
          ("block_public_policy", .flag(true)), ("ignore_public_acls", .flag(true)),
          ("restrict_public_buckets", .flag(true)),
        ]),
      resource(
        "aws_s3_bucket_policy", "dumps",
        [
          ("bucket", .expression("aws_s3_bucket.dumps.id")),
          ("policy", encoded(setup.bucketPolicy.tree)),
        ]),
    ]
  }

  // MARK: Texts

  private func encoded(_ tree: SettingsTree) -> SettingsTree {
    .expression("jsonencode(\(tree.hcl(indent: "  ")))")
  }

  private func resource(
    _ type: String, _ name: String, _ attributes: [(String, SettingsTree)]
  ) -> String {
    let lines = attributes.map { "  \($0.0) = \($0.1.hcl(indent: "  "))" }
    return "resource \"\(type)\" \"\(name)\" {\n\(lines.joined(separator: "\n"))\n}"
  }
}
