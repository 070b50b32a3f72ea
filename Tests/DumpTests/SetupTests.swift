import Testing

@testable import Dump

@Suite struct SetupTests {
  static func setup(
    prefix: String = "exports/", events: DumpSetup.Events = .sqs,
    _ change: (inout DumpSetup) -> Void = { _ in }
  ) throws -> DumpSetup {
    var setup = try DumpSetup(
      bucket: "customer-dumps", prefix: prefix, account: "123456789012", region: "eu-west-1",
      vendorRole: "arn:aws:iam::485801740390:role/exporter", externalID: "acct-7")
    setup.events = events
    change(&setup)
    return setup
  }

  /// All documents of a setup, each with its name.
  private func documents(_ setup: DumpSetup) -> [(String, PolicyDocument)] {
    setup.roles.flatMap { [($0.name + " trust", $0.trust), ($0.name, $0.policy)] }
      + [
        ("bucket", setup.bucketPolicy), ("queue", setup.queuePolicy), ("topic", setup.topicPolicy),
      ]
  }

  @Test(arguments: DumpSetup.Events.allCases, ["", "exports/", "a b/c/"])
  func `the linter finds no fault with what setup makes`(
    _ events: DumpSetup.Events, _ prefix: String
  ) throws {
    let setup = try Self.setup(prefix: prefix, events: events) { setup in
      setup.warehouse = .snowflake(userARN: "arn:aws:iam::999988887777:user/x", externalID: "ab_1")
      setup.encryptionKey = "arn:aws:kms:eu-west-1:123456789012:key/0a"
    }
    for (name, document) in documents(setup) {
      let findings = PolicyLint.findings(
        in: Array(document.tree.json.utf8), file: name, ownAccount: setup.account)
      #expect(findings.map(\.description) == [])
    }
    for text in [
      LifecycleFormat.json.text(setup.lifecycle.rules, bucket: setup.bucket),
      setup.notificationDocument.json, SetupFormat.policies.text(setup),
    ] where events != .eventbridge || !text.contains("EventBridge") {
      let findings = PolicyLint.findings(
        in: Array(text.utf8), file: "x", ownAccount: setup.account)
      #expect(findings.map(\.description) == [])
    }
  }

  @Test func `no role but the pruner's may delete, and that one not the receipt`() throws {
    let setup = try Self.setup { $0.warehouse = .redshift }
    for role in setup.roles {
      let deletes = role.policy.statements.filter { statement in
        statement.actions.contains { $0.contains("Delete") && $0.hasPrefix("s3:") }
      }
      if role.name.hasSuffix("-pruner") {
        #expect(deletes.map(\.effect) == [.allow, .deny])
        #expect(deletes[1].resources == ["arn:aws:s3:::customer-dumps/exports/receipt.json"])
        #expect(!deletes[0].resources.contains("arn:aws:s3:::customer-dumps/exports/*"))
      } else {
        #expect(deletes == [])
      }
    }
    #expect(setup.roles.count == 4)
  }

  @Test func `in a sub-folder nothing is allowed beside it`() throws {
    for role in try Self.setup(prefix: "a/b/").roles {
      for statement in role.policy.statements where !statement.id.hasPrefix("ReadQueue") {
        for resource in statement.resources {
          #expect(
            resource == "arn:aws:s3:::customer-dumps"
              || resource.hasPrefix("arn:aws:s3:::customer-dumps/a/b/"), "\(resource)")
        }
        let lists = statement.actions.contains("s3:ListBucket")
        #expect(statement.condition?.compactJSON.contains("\"a/b/*\"") == (lists ? true : nil))
      }
    }
  }

  @Test(arguments: [
    ("Bucket", "x/", "role", "bucket"), ("bucket", "a*/", "role", "sub-folder"),
    ("bucket", "a$b/", "role", "sub-folder"), ("bucket", "x/", "user", "vendor role"),
    (String(repeating: "b", count: 60), "x/", "role", "name"),
  ])
  func `a value that policies would take for something else is refused`(
    _ bucket: String, _ prefix: String, _ kind: String, _ setting: String
  ) {
    let error = #expect(throws: SetupError.self) {
      try DumpSetup(
        bucket: bucket, prefix: prefix, account: "123456789012", region: "eu-west-1",
        vendorRole: "arn:aws:iam::485801740390:\(kind)/exporter", externalID: "acct-7")
    }
    #expect(error?.setting == setting)
  }

  @Test func `documents that mean the same are the same`() throws {
    let policy = try #require(try Self.setup().roles.first).trust
    let other = """
      {"Statement":{"Condition":{"StringEquals":{"sts:ExternalId":["acct-7"]}},
      "Action":"sts:AssumeRole","Effect":"Allow","Sid":"ExporterAssumesRole",
      "Principal":{"AWS":["arn:aws:iam::485801740390:role/exporter"]}},"Version":"2012-10-17"}
      """
    #expect(policy.isSame(as: other))
    #expect(!policy.isSame(as: other.replacing("acct-7", with: "acct-8")))
    #expect(!policy.isSame(as: "{}"))
    #expect(!policy.isSame(as: "no JSON"))
  }

  @Test func `statements of others stay, ours are replaced`() throws {
    let policy = try Self.setup().bucketPolicy
    let present = """
      {"Version":"2012-10-17","Statement":[{"Sid":"Theirs","Effect":"Deny"},
      {"Sid":"DenyWithoutTLS","Effect":"Allow"}]}
      """
    let merged = try #require(policy.merged(into: present))
    let statements = try #require(JSONValue(parsing: Array(merged.json.utf8))?["Statement"]?.items)
    #expect(statements.map { $0["Sid"]?.text } == ["Theirs", "DenyWithoutTLS"])
    #expect(statements[1]["Effect"]?.text == "Deny")
    #expect(policy.merged(into: merged.json)?.json == merged.json)
    #expect(policy.merged(into: "[]") == nil)
  }

  @Test(arguments: DumpSetup.Events.allCases)
  func `a notification takes its own place and no other's`(_ events: DumpSetup.Events) throws {
    let setup = try Self.setup(events: events)
    let theirs = RuleElement(
      "QueueConfiguration", [RuleElement("Id", text: "theirs"), RuleElement("Queue", text: "q")])
    let first = NotificationMerge(setup.notification, into: [theirs])
    #expect(first.after == [theirs, setup.notification])
    #expect(first.changes)
    let again = NotificationMerge(setup.notification, into: first.after)
    #expect(!again.changes)
    #expect(again.difference.isEmpty)
  }

  @Test func `a filter that is spelled otherwise is the same`() throws {
    let setup = try Self.setup()
    func spelled(_ element: RuleElement) -> RuleElement {
      RuleElement(
        element.name, text: element.text == "prefix" ? "Prefix" : element.text,
        children: element.children.map(spelled).reversed())
    }
    #expect(!NotificationMerge(setup.notification, into: [spelled(setup.notification)]).changes)
  }
}
