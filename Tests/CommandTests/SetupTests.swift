import Foundation
import TestSupport
import Testing

/// What setup prints, held against the tools that it is for.
@Suite struct SetupTests {
  private static let python = ProcessInfo.processInfo.environment["RECEIPT_PYTHON"]
  private static let arguments = [
    "setup", "s3://customer-dumps/exports", "--region", "eu-west-1", "--account", "123456789012",
    "--vendor-role", "arn:aws:iam::485801740390:role/dreamdata_destination_s3",
    "--vendor-external-id", "acct-7",
  ]

  /// Whether the interpreter has a module.
  private static func has(_ module: String) -> Bool {
    guard let python else { return false }
    return Tool.works(python, "-c", "import \(module)")
  }

  /// Combinations of flags that shape what is printed.
  static let variants: [[String]] = [
    [], ["--events", "sns"], ["--events", "eventbridge"], ["--warehouse", "redshift"],
    [
      "--warehouse", "snowflake", "--snowflake-user", "arn:aws:iam::999988887777:user/x-y",
      "--snowflake-external-id", "AB_SFCRole=2_x=",
    ],
    [
      "--kms-key",
      "arn:aws:kms:eu-west-1:123456789012:key/1b2c3d4e-0000-1111-2222-333344445555", "--days", "30",
    ],
    ["--without", "pruner,consumer,lifecycle,bucket-policy"], ["--without", "events,exporter"],
  ]

  @Test(.enabled(if: has("cfnlint"), "cfn-lint is not installed"), arguments: variants)
  func `cfn-lint finds nothing in the template`(_ flags: [String]) throws {
    let scratch = try Scratch()
    let result = try Command.run(
      Self.arguments + ["--format", "cloudformation"] + flags, in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    try scratch.write(result.output, to: "template.yaml")
    let lint = try Tool.run(
      "/usr/bin/env",
      [
        Self.python ?? "", "-c", "import sys; from cfnlint.runner import main; sys.exit(main())",
        "--regions",
        "eu-west-1",
        "--", "template.yaml",
      ],
      in: scratch)
    #expect(lint.status == 0, "\(lint.output)\(lint.errors)")
  }

  @Test(.enabled(if: has("hcl2"), "python-hcl2 is not installed"), arguments: variants)
  func `another parser of HCL reads the resources, and their policies are what they should be`(
    _ flags: [String]
  ) throws {
    let scratch = try Scratch()
    let result = try Command.run(Self.arguments + ["--format", "terraform"] + flags, in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    try scratch.write(result.output, to: "dumps.tf")
    try scratch.write(
      """
      import hcl2, sys
      resources = hcl2.load(open("dumps.tf"))["resource"]
      for resource in resources:
        for kind, named in resource.items():
          for name, body in named.items():
            print(kind.strip('"'), name.strip('"'), len(body))
      """, to: "read.py")
    let read = try Tool.run("/usr/bin/env", [Self.python ?? "", "read.py"], in: scratch)
    #expect(read.status == 0, "\(read.errors)")
    #expect(read.output.contains("aws_s3_bucket dumps"))
    let hasQueue = !flags.joined().contains("events,")
    #expect(read.output.contains("aws_sqs_queue dumps_dead") == hasQueue)
    #expect(read.output.contains("aws_sns_topic dumps") == flags.contains("sns"))
    #expect(read.output.contains("aws_iam_role redshift") == flags.contains("redshift"))
  }

  @Test(arguments: variants)
  func `the script is one that a shell reads, and says the same each time`(
    _ flags: [String]
  ) throws {
    let scratch = try Scratch()
    let result = try Command.run(Self.arguments + flags, in: scratch)
    try scratch.write(result.output, to: "setup.sh")
    #expect(try Tool.run("/bin/sh", ["-n", "setup.sh"], in: scratch).status == 0)
    #expect(try Command.run(Self.arguments + flags, in: scratch).output == result.output)
  }

  @Test func `the SQL for Snowflake names the role, and says what is still missing`() throws {
    let result = try Command.run(
      Self.arguments + ["--format", "sql", "--warehouse", "snowflake"], in: try Scratch())
    #expect(
      result.output.contains("arn:aws:iam::123456789012:role/customer-dumps-exports-snowflake"))
    #expect(result.output.contains("('s3://customer-dumps/exports/')"))
    #expect(result.output.contains("--snowflake-external-id"))
  }

  // MARK: Command lines

  @Test func `where nobody can be asked, all that is missing is named`() throws {
    let result = try Command.run(["setup", "--region", "eu-west-1"], in: try Scratch())
    #expect(result.status == 64)
    for name in ["<location>", "--vendor-role", "--vendor-external-id"] {
      #expect(result.errors.contains(name))
    }
    #expect(result.output.isEmpty)
  }

  @Test func `a missing region and a missing account are named`() throws {
    let scratch = try Scratch()
    let bare = ["HOME=/nonexistent", "AWS_EC2_METADATA_DISABLED=true"]
    var arguments = Self.arguments
    arguments.removeSubrange(2...3)
    let region = try Command.run(under: ["-i"] + bare, arguments, in: scratch)
    #expect(region.status == 64)
    #expect(region.errors.contains("--region"))
    arguments = Self.arguments
    arguments.removeSubrange(4...5)
    let account = try Command.run(under: ["-i"] + bare, arguments, in: scratch)
    #expect(account.status == 64, "\(account.errors)")
    #expect(account.errors.contains("--account"))
  }

  @Test(arguments: [
    ["--days", "0"], ["--without", "everything"], ["--apply", "--dry-run"],
    ["--kms-key", "alias/x"], ["--snowflake-user", "arn:aws:iam::123456789012:user/x"],
    ["--account", "12"], ["--vendor-role", "nobody"], ["--name", "a b"],
  ])
  func `a value that cannot be is a wrong command line`(_ flags: [String]) throws {
    let result = try Command.run(Self.arguments + flags, in: try Scratch())
    #expect(result.status == 64, "\(result.output)\(result.errors)")
  }

  @Test(.enabled(if: Tool.hasTerminals, "there is no script command"))
  func `on a terminal it asks for what is missing`() throws {
    let scratch = try Scratch()
    try scratch.write(
      "customer-dumps\nexports\narn:aws:iam::485801740390:role/exporter\nacct-7\n", to: "answers")
    let line =
      "script -qec '\(Command.path) setup --region eu-west-1 --account 123456789012 "
      + "--format policies' /dev/null < answers"
    let result = try Tool.run("/bin/bash", ["-c", line], in: scratch)
    #expect(result.output.contains("External id that the exporter uses"))
    #expect(result.output.contains("customer-dumps-exports-exporter"))
  }

  // MARK: Lint

  @Test func `lint says file, line and code, and ends by what it finds`() throws {
    let scratch = try Scratch()
    try scratch.write("{\"Version\": \"2012-10-17\",\n// ours\n\"Statement\": []}", to: "a.json")
    try scratch.write(
      "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\",\n"
        + "\"Action\": \"s3:PutObject\", \"Resource\": \"arn:aws:s3:::b\"}]}", to: "b.json")
    try scratch.write("{\"Statement\": []}", to: "c.json")
    let all = try Command.run("setup", "lint", "a.json", "b.json", "c.json", in: scratch)
    #expect(all.status == 21, "\(all.errors)")
    #expect(all.output.contains("a.json:2:1: "))
    #expect(all.output.contains("b.json:2:11: "))
    #expect(all.output.contains("[object-action-on-bucket]"))
    #expect(all.output.hasSuffix("3 files: 2 errors, 1 warning\n"))
    #expect(try Command.run("setup", "lint", "b.json", in: scratch).status == 22)
    #expect(try Command.run("setup", "lint", "c.json", in: scratch).status == 0)
    #expect(try Command.run("setup", "lint", "nowhere.json", in: scratch).status == 1)
    let json = try Command.run("setup", "lint", "b.json", "--json", in: scratch)
    #expect(json.output.contains("\"code\":\"object-action-on-bucket\""))
    #expect(json.output.contains("\"line\":2"))
  }

  @Test func `lint has no word against the policies that setup prints`() throws {
    let scratch = try Scratch()
    let policies = try Command.run(Self.arguments + ["--format", "policies"], in: scratch)
    try scratch.write(policies.output, to: "policies.json")
    let result = try Command.run(
      "setup", "lint", "policies.json", "--account", "123456789012", in: scratch)
    #expect(result.output == "1 file: 0 errors, 0 warnings\n")
  }
}
