import Foundation
import TestSupport
import Testing

/// Secrets are in no output, whatever goes wrong, and on no command line.
struct S3SecretTests {
  private static let secret = "s3cr3t-Key+/=0123456789"
  private static let token = "t0ken-IQoJb3JpZ2luX2VjE"
  private static let processSecret = "pr0cess-s3cr3t"

  /// What must not be seen, also as it stands in URLs and in signatures.
  private static let hidden = [
    secret, "s3cr3t-Key%2B%2F%3D", token, processSecret, "Signature=", "X-Amz-Signature",
    "X-Amz-Security-Token=",
  ]

  private func expectNothing(_ result: Command.Result, _ name: String) {
    for word in Self.hidden {
      #expect(!result.output.contains(word), "\(name): \(result.output)")
      #expect(!result.errors.contains(word), "\(name): \(result.errors)")
    }
    #expect(result.status != 0, "\(name)")
  }

  private static let answers:
    [(name: String, answer: @Sendable (ScriptedServer.Request) -> ScriptedServer.Answer)] = [
      ("denied", { _ in .response(403, [:], error("AccessDenied")) }),
      (
        "echoes what it was sent",
        { request in
          .response(
            403, [:],
            "<Error><Code>SignatureDoesNotMatch</Code><Message>It does not match.</Message>"
              + "<Token-0>\(request.headers["x-amz-security-token"] ?? "")</Token-0>"
              + "<StringToSign>\(request.headers["authorization"] ?? "")</StringToSign></Error>")
        }
      ),
      ("expired", { _ in .response(400, [:], error("ExpiredToken")) }),
      ("gone", { _ in .response(404, [:], error("NoSuchBucket")) }),
      (
        "redirected",
        { _ in .response(301, ["x-amz-bucket-region": "eu-west-3"], error("PermanentRedirect")) }
      ),
      ("no HTTP", { _ in .raw("nonsense") }),
      ("no receipt", { _ in .response(200, ["ETag": "\"a\""], "{}") }),
      ("down", { _ in .response(503, ["Retry-After": "0"], error("SlowDown")) }),
    ]

  private static func error(_ code: String) -> String {
    "<Error><Code>\(code)</Code><Message>Words.</Message></Error>"
  }

  @Test func `no failing run shows a secret, in words or in JSON`() throws {
    let scratch = try Scratch(live: ["t": ["base"]])
    for (name, answer) in Self.answers {
      let server = try ScriptedServer { answer($0) }
      defer { server.stop() }
      let environment = [
        "AWS_ENDPOINT_URL=\(server.url)", "AWS_ACCESS_KEY_ID=AKID",
        "AWS_SECRET_ACCESS_KEY=\(Self.secret)", "AWS_SESSION_TOKEN=\(Self.token)",
        "HOME=/nonexistent",
      ]
      for command in [
        ["show", "s3://bucket/x"], ["verify", "s3://bucket/x", "--json"],
        ["load", "s3://bucket/x", "--into", "x.sqlite", "--json"],
        ["mirror", "s3://bucket/x", "copy"], ["status", "s3://bucket/x", "--into", "crm.sqlite"],
        ["export", "crm.sqlite", "s3://bucket/x", "--json"],
        ["parquet", "meta", "s3://bucket/x/0.parquet"],
        [
          "show", "s3://bucket/x", "--assume-role", "arn:aws:iam::1:role/r", "--external-id", "e",
          "--json",
        ],
      ] {
        // Eight tries of a service that is down take their time; one command is enough.
        if ["down", "no HTTP"].contains(name), command[0] != "show" { continue }
        let result = try Command.run(under: environment, command, in: scratch)
        expectNothing(result, "\(name): \(command.joined(separator: " "))")
      }
    }
  }

  /// The process looks at the command, the shell that it started, and itself only: other tests, at
  /// the same moment, start their commands by `env NAME=SECRET`.
  @Test func `what a credential process prints is not shown, nor is anything on a command line`()
    throws
  {
    let scratch = try Scratch()
    try scratch.write(
      """
      #!/bin/sh
      command=$(ps -o ppid= -p $PPID)
      ps -o args= -p $command -p $PPID -p $$ > seen
      printf '{"Version":1,"AccessKeyId":"K","SecretAccessKey":"\(Self.processSecret)"}'
      """, to: "process.sh")
    try scratch.write(
      "[profile p]\ncredential_process = /bin/sh \(scratch.path("process.sh"))\n", to: "config")
    let server = try ScriptedServer { _ in .response(403, [:], Self.error("AccessDenied")) }
    defer { server.stop() }
    let result = try Command.run(
      under: [
        "AWS_CONFIG_FILE=\(scratch.path("config"))", "AWS_ENDPOINT_URL=\(server.url)",
        "HOME=/nonexistent",
      ], ["show", "s3://bucket/x", "--profile", "p", "--json"], in: scratch)
    #expect(result.status == 30, "\(result.errors)")
    expectNothing(result, "credential process")
    let seen = try scratch.text("seen")
    #expect(seen.contains("process.sh"))
    #expect(seen.contains("show s3://bucket/x"))
    for word in Self.hidden { #expect(!seen.contains(word)) }
  }

  @Test func `no flag takes a secret`() throws {
    let scratch = try Scratch()
    for command in ["show", "verify", "load", "export", "mirror", "status"] {
      let help = try Command.run(command, "--help", in: scratch)
      #expect(help.output.firstMatch(of: /--(secret|access-key|session-token|password)/) == nil)
    }
  }
}
