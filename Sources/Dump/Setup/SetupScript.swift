/// A setup as a shell script of AWS's command line, which may be run again.
///
/// The command line replaces notifications, lifecycle rules and policies of a bucket as a whole. Where
/// the bucket has some that are not the ones wanted, the script leaves them alone and says so.
struct SetupScript {
  private let setup: DumpSetup
  private var lines: [String] = []

  init(_ setup: DumpSetup) { self.setup = setup }

  var text: String {
    var script = self
    script.begin()
    for role in setup.roles { script.add(role) }
    if setup.has(.events) { script.addEvents() }
    if setup.has(.lifecycle) { script.addLifecycle() }
    if setup.has(.bucketPolicy) { script.addBucketPolicy() }
    return script.lines.joined(separator: "\n") + "\n"
  }

  private mutating func begin() {
    let bucket = quoted(setup.bucket)
    let region = quoted(setup.region)
    let place =
      setup.region == "us-east-1"
      ? "" : " --create-bucket-configuration LocationConstraint=\(region)"
    lines += [
      "#!/bin/sh",
      "# Prepares s3://\(setup.bucket)/\(setup.prefix) for dumps, in account \(setup.account).",
      "# It may be run again. Needs the aws command, and the right to write roles and the bucket.",
      "set -eu",
      "export AWS_PAGER='' AWS_REGION=\(region) AWS_DEFAULT_REGION=\(region)",
      "dir=$(mktemp -d)",
      "trap 'rm -rf \"$dir\"' EXIT",
      "# absent WHAT COMMAND...: whether the bucket has none; what it has is left as it is",
      "absent() {",
      "  what=$1; shift",
      "  if answer=$(\"$@\" --output text 2>\"$dir/errors\") && [ -n \"$answer\" ]; then",
      "    printf '%s\\n' \"the bucket has $what already: \\`receipt setup --apply\\` merges them\" >&2",
      "    return 1",
      "  fi",
      "}",
      "account=$(aws sts get-caller-identity --query Account --output text)",
      "if [ \"$account\" != \(setup.account) ]; then",
      "  echo \"these are the keys of account $account, and not of \(setup.account)\" >&2; exit 1",
      "fi",
      "",
      "# The bucket",
      "aws s3api head-bucket --bucket \(bucket) >/dev/null 2>&1 ||",
      "  aws s3api create-bucket --bucket \(bucket)\(place) >/dev/null",
    ]
  }

  private mutating func add(_ role: SetupRole) {
    lines += ["", "# The role that \(role.purpose)"]
    write("trust.json", role.trust.tree)
    write("policy.json", role.policy.tree)
    let name = quoted(role.name)
    lines += [
      "if aws iam get-role --role-name \(name) >/dev/null 2>&1; then",
      "  aws iam update-assume-role-policy --role-name \(name) \\",
      "    --policy-document \"file://$dir/trust.json\"",
      "else",
      "  aws iam create-role --role-name \(name) \\",
      "    --assume-role-policy-document \"file://$dir/trust.json\" >/dev/null",
      "fi",
      "aws iam put-role-policy --role-name \(name) --policy-name \(role.policyName) \\",
      "  --policy-document \"file://$dir/policy.json\"",
    ]
  }

  // MARK: Events

  private mutating func addEvents() {
    lines += ["", "# The queue of events, and the one for what could not be handled"]
    addQueue(setup.deadQueueName, setup.deadQueueAttributes)
    addQueue(
      setup.queueName,
      setup.queueAttributes + [("Policy", setup.queuePolicy.tree.compactJSON)])
    switch setup.events {
    case .sqs: break
    case .sns:
      lines += ["", "# The topic"]
      write("topic.json", setup.topicPolicy.tree)
      lines += [
        "aws sns create-topic --name \(quoted(setup.eventName)) >/dev/null",
        "aws sns set-topic-attributes --topic-arn \(quoted(setup.topicARN)) \\",
        "  --attribute-name Policy --attribute-value \"file://$dir/topic.json\"",
        "aws sns subscribe --topic-arn \(quoted(setup.topicARN)) --protocol sqs \\",
        "  --notification-endpoint \(quoted(setup.queueARN)) --attributes RawMessageDelivery=true \\",
        "  >/dev/null",
      ]
    case .eventbridge:
      lines += ["", "# The rule"]
      write("pattern.json", setup.eventPattern)
      let target = "Id=queue,Arn=\(setup.queueARN)"
      lines += [
        "aws events put-rule --name \(quoted(setup.eventName)) \\",
        "  --event-pattern \"file://$dir/pattern.json\" >/dev/null",
        "aws events put-targets --rule \(quoted(setup.eventName)) --targets \(quoted(target)) \\",
        "  >/dev/null",
      ]
    }
    lines += ["", "# What the bucket tells"]
    write("notification.json", setup.notificationDocument)
    let known = setup.events == .eventbridge ? "EventBridgeConfiguration" : setup.eventName
    lines += [
      "if ! aws s3api get-bucket-notification-configuration --bucket \(quoted(setup.bucket)) \\",
      "    --output json 2>/dev/null | grep -q \(quoted(known)) &&",
      "  absent notifications aws s3api get-bucket-notification-configuration \\",
      "    --bucket \(quoted(setup.bucket)); then",
      "  aws s3api put-bucket-notification-configuration --bucket \(quoted(setup.bucket)) \\",
      "    --notification-configuration \"file://$dir/notification.json\"",
      "fi",
    ]
  }

  private mutating func addQueue(_ name: String, _ attributes: [(String, String)]) {
    write("queue.json", .object(attributes.map { .init($0.0, .text($0.1)) }))
    lines += [
      "url=$(aws sqs create-queue --queue-name \(quoted(name)) --query QueueUrl --output text)",
      "aws sqs set-queue-attributes --queue-url \"$url\" --attributes \"file://$dir/queue.json\"",
    ]
  }

  // MARK: The bucket

  private mutating func addLifecycle() {
    lines += ["", "# Old dumps go; receipt.json stays"]
    let text = LifecycleFormat.json.text(setup.lifecycle.rules, bucket: setup.bucket)
    write("lifecycle.json", text: String(text.dropLast()))
    lines += [
      "if absent 'lifecycle rules' aws s3api get-bucket-lifecycle-configuration \\",
      "    --bucket \(quoted(setup.bucket)); then",
      "  aws s3api put-bucket-lifecycle-configuration --bucket \(quoted(setup.bucket)) \\",
      "    --lifecycle-configuration \"file://$dir/lifecycle.json\" >/dev/null",
      "fi",
    ]
  }

  private mutating func addBucketPolicy() {
    lines += ["", "# Objects belong to the bucket's owner, nothing is public, and all come by TLS"]
    write("bucket-policy.json", setup.bucketPolicy.tree)
    lines += [
      "aws s3api put-bucket-ownership-controls --bucket \(quoted(setup.bucket)) \\",
      "  --ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'",
      "aws s3api put-public-access-block --bucket \(quoted(setup.bucket)) \\",
      "  --public-access-block-configuration \\",
      "  BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,"
        + "RestrictPublicBuckets=true",
      "if absent 'a policy' aws s3api get-bucket-policy --bucket \(quoted(setup.bucket)); then",
      "  aws s3api put-bucket-policy --bucket \(quoted(setup.bucket)) \\",
      "    --policy \"file://$dir/bucket-policy.json\"",
      "fi",
    ]
  }

  // MARK: Texts

  private mutating func write(_ file: String, _ tree: SettingsTree) {
    write(file, text: tree.json)
  }

  private mutating func write(_ file: String, text: String) {
    lines += ["cat >\"$dir/\(file)\" <<'JSON'", text, "JSON"]
  }

  private func quoted(_ text: String) -> String {
    if text.wholeMatch(of: /[A-Za-z0-9_.\-:\/=,]+/) != nil { return text }
    return "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
