import Foundation
import Testing

/// Settings: where they come from, and what is wrong with them.
@Suite struct ConfigTests {
  private static let file = """
    plan: paid
    every: ${PERIOD:-10m}
    alert-webhook: https://hooks.example/very-secret
    watches:
      - location: one
        into: one.sqlite
        tables: [a, b]
      - location: two
        into: ${FOLDER}/two.sqlite
        every: 1m
    """

  private func config(
    _ arguments: [String], file: String = ConfigTests.file, environment: [String] = ["FOLDER=/d"]
  ) throws -> Command.Result {
    let scratch = try Scratch()
    try scratch.write(file, to: "receipt.yaml")
    return try Command.run(
      under: ["env"] + environment, ["config"] + arguments + ["--config", "receipt.yaml"],
      in: scratch)
  }

  private func value(_ output: String, _ watch: Int, _ setting: String) -> String? {
    let parts = output.components(separatedBy: "\n\n")
    let line = parts[watch].split(separator: "\n").first { $0.hasPrefix(setting + " ") }
    return line.map {
      $0.split(separator: " ", omittingEmptySubsequences: true).dropFirst().joined(separator: " ")
    }
  }

  @Test func `flags go before variables, these before the file, and this before defaults`() throws {
    let plain = try config(["show", "--origin"])
    #expect(plain.status == 0, "\(plain.errors)")
    #expect(value(plain.output, 1, "every") == "10m receipt.yaml, line 2")
    #expect(value(plain.output, 2, "every") == "1m receipt.yaml, line 10")
    #expect(value(plain.output, 2, "into") == "/d/two.sqlite receipt.yaml, line 9")
    #expect(value(plain.output, 1, "tables") == "a,b receipt.yaml, line 7")
    #expect(value(plain.output, 1, "grace") == "2h default")
    let variable = try config(
      ["show", "--origin"], environment: ["FOLDER=/d", "RECEIPT_EVERY=2m", "PERIOD=3m"])
    #expect(value(variable.output, 2, "every") == "2m environment, RECEIPT_EVERY")
    let flag = try config(
      ["show", "--origin", "--every", "4m"], environment: ["FOLDER=/d", "RECEIPT_EVERY=2m"])
    #expect(value(flag.output, 1, "every") == "4m command line")
    // Also where it says what holds without it.
    let same = try config(
      ["show", "--origin", "--connections", "32"],
      environment: ["FOLDER=/d", "RECEIPT_CONNECTIONS=8"])
    #expect(value(same.output, 1, "connections") == "32 command line", "\(same.output)")
  }

  @Test func `what is secret is not shown`() throws {
    for arguments in [["show", "--origin"], ["show", "--json"], ["check"]] {
      let result = try config(arguments)
      #expect(result.status == 0, "\(result.errors)")
      #expect(!(result.output + result.errors).contains("very-secret"))
    }
  }

  @Test func `a location of the command line is one of the file, or one more`() throws {
    let one = try config(["show", "one"])
    #expect(value(one.output, 1, "into") == "one.sqlite")
    #expect(!one.output.contains("watch 2"))
    let other = try config(["check", "three", "--run", "true", "--state", "s"])
    #expect(other.output == "1 watch: the settings can be used\n")
  }

  @Test(arguments: [
    ("every: 5x\nwatches: [{location: a, into: b}]", "cannot use every 5x (receipt.yaml, line 1)"),
    ("evry: 5m", "receipt.yaml, line 1: there is no setting evry"),
    ("wait_complete: 5m", "receipt.yaml, line 1: there is no setting wait_complete"),
    ("into: a\ninto: b", "duplicated key(s): 'into'"),
    ("watches:\n  - into: a", "line 2: the watch has no location"),
    ("watches: [{location: a, into: b, listen: c}]", "listen holds for the whole process"),
    ("watches: [{location: a}]", "nothing is said about what to do with a dump"),
    ("watches: [{location: a, into: b, run: c}]", "--into and --run exclude each other"),
    ("watches: [{location: a, run: c}]", "a file for the state of the watch is missing"),
    ("watches: [{location: a, into: b}, {location: a, into: b}]", "is watched twice"),
    ("copy-to: oracle\nwatches: [{location: 's3://a'}]", "it is redshift or snowflake"),
    ("copy-to: redshift\nwatches: [{location: a}]", "Redshift reads dumps from S3 only"),
    ("copy-to: redshift\nwatches: [{location: 's3://a'}]", "the database of Redshift is missing"),
    (
      "{copy-to: redshift, database: d, cluster: c, workgroup: w, location: 's3://a'}",
      "needs a cluster or a workgroup, and not both"
    ),
    ("{copy-to: snowflake, location: 's3://a'}", "the account of Snowflake is missing"),
    (
      "{copy-to: snowflake, account: a, location: 's3://a', token-file: nowhere}",
      "cannot use token-file nowhere"
    ),
    (
      "{copy-to: redshift, database: d, cluster: c, switch: swap, location: 's3://a'}",
      "redshift has insert, rename"
    ),
    (
      "{copy-to: redshift, database: d, cluster: c, location: 's3://a'}",
      "a file for the state of the watch is missing"
    ),
    ("{copy-to: redshift, into: b, location: 's3://a'}", "--into and --copy-to exclude each other"),
    ("max-drop: 200%\nwatches: [{location: a, into: b}]", "cannot use max-drop 200%"),
    ("{keep-previous: 101, location: a, into: b}", "cannot use keep-previous 101 (receipt.yaml"),
    ("{keep-previous: 1, apply: changes, location: a, into: b}", "--apply changes has but one"),
    ("{preset: other, location: a, into: b}", "it is one of dreamdata"),
    ("{index: ['a(b, c)', 'd'], location: a, into: b}", "cannot make index d"),
    ("{key: events, location: a, into: b}", "cannot use events as a key"),
    ("expect: noon\nwatches: [{location: a, into: b}]", "cannot use expect noon"),
    ("plan: gold\nwatches: [{location: a, into: b}]", "it is free or paid"),
    ("log-level: loud\nwatches: [{location: a, into: b}]", "cannot use log-level loud"),
    ("alert-webhook: ftp://x\nwatches: [{location: a, into: b}]", "cannot use alert-webhook"),
    ("into: ${NOT_SET_ANYWHERE}", "the variable NOT_SET_ANYWHERE is not set"),
    ("a: [", "cannot read receipt.yaml"), ("- a", "settings should stand here"),
    ("", "there is no location to watch"),
  ])
  func `what cannot be used is named with its place`(file: String, message: String) throws {
    let result = try config(["check"], file: file)
    #expect(result.status == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test(arguments: ["", "\nsecret"])
  func `a token's file that begins with nothing is refused`(text: String) throws {
    let scratch = try Scratch()
    try scratch.write(text, to: "token")
    let result = try Command.run(
      "config", "check", "s3://bucket/exports", "--into", "crm.sqlite", "--listen", "127.0.0.1:0",
      "--webhook-token-file", "token", in: scratch)
    #expect(result.status == 64)
    #expect(result.errors.contains("it is empty"), "\(result.errors)")
  }

  @Test func `a flag of another way of delivery is refused`() throws {
    let load = try config(["check", "one", "--role", "LOADER"])
    #expect(load.status == 64)
    #expect(load.errors.contains("--role is for --copy-to, not for --into"), "\(load.errors)")
    let command = try config(["check", "one", "--run", "true", "--state", "s", "--adopt"])
    #expect(command.errors.contains("--adopt is for --into, not for --run"))
  }

  @Test func `what is about another way of delivery is not shown as a default`() throws {
    let load = try config(["show", "one"])
    #expect(load.output.contains("\nnested "))
    #expect(value(load.output, 1, "schema") == "additive")
    #expect(!load.output.contains("\ndrift "))
    let copy = try config(["show", "s3://b", "--copy-to", "redshift", "--database", "d"])
    #expect(value(copy.output, 1, "drift") == "evolve")
    #expect(value(copy.output, 1, "schema") == nil)
    #expect(!copy.output.contains("\nnested "))
  }

  @Test func `a watch of several locations loads all of them`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"]], at: "one")
    try scratch.makeDump(["a": ["half"]], at: "two")
    try scratch.write(
      """
      watches:
        - {location: one, into: one.sqlite}
        - {location: two, into: two.sqlite}
      """, to: "receipt.yaml")
    let result = try Command.run("watch", "--config", "receipt.yaml", "--once", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try LoadedDatabase(scratch, "one.sqlite").value("SELECT count(*) FROM a") == "10")
    #expect(try LoadedDatabase(scratch, "two.sqlite").value("SELECT count(*) FROM a") == "5")
    let again = try Command.run(
      "watch", "--config", "receipt.yaml", "--once", "--exit-code", in: scratch)
    #expect(again.status == 10)
    // What was said to the watch need not be said again.
    let status = try Command.run("status", "--config", "receipt.yaml", "--exit-code", in: scratch)
    #expect(status.status == 10, "\(status.errors)")
    #expect(status.output.contains("10 rows in one.sqlite\n"), "\(status.output)")
    #expect(status.output.contains("5 rows in two.sqlite\n"))
    let one = try Command.run("status", "one", "--config", "receipt.yaml", "--json", in: scratch)
    #expect(one.output.contains("one.sqlite") && !one.output.contains("two.sqlite"))
    let nothing = try Command.run("status", "one", in: scratch)
    #expect(nothing.status == 64)
    #expect(nothing.errors.contains("or --config a watch's file"), "\(nothing.errors)")
  }

  @Test(arguments: [
    (["dumps", "--queue", "https://sqs.eu-west-1.amazonaws.com/1/q"], "leave out --queue"),
    (["s3://dumps", "--topics", "arn:aws:sns:eu-west-1:1:t"], "--listen says where"),
    (["s3://dumps", "--webhook-token-file", "token"], "--listen says where"),
    (
      ["dumps", "--listen", "127.0.0.1:0", "--webhook-token-file", "token"],
      "no watch is of one (s3://...)"
    ),
    (["s3://dumps", "--listen", "127.0.0.1:0", "--webhook-token-file", "token"], nil),
    (["dumps", "--listen", "127.0.0.1:0"], nil),
  ])
  func `ways in by which no event could come are refused`(
    arguments: [String], reason: String?
  ) throws {
    let scratch = try Scratch()
    try scratch.write("secret-token", to: "token")
    let result = try Command.run(
      ["config", "check", "--into", "crm.sqlite"] + arguments, in: scratch)
    #expect(result.status == (reason == nil ? 0 : 64), "\(result.errors)")
    #expect(reason.map { result.errors.contains($0) } ?? true, "\(result.errors)")
    #expect(!result.errors.contains("secret-token"))
  }
}
