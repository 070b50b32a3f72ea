import Foundation
import ObjectStorage
import TestSupport
import Testing

/// The verbs on a bucket behind a proxy that does to their requests what networks and services do.
///
/// One test at a time: the proxy's rules are for all that passes.
@Suite(.serialized, .enabled(if: Peer.faultProxy.url != nil)) struct S3FaultTests {
  static let peer = Peer.faultProxy

  private static let example = Task {
    try await S3Tests.upload(SampleDump.example, to: peer)
  }

  func run(_ arguments: [String], in scratch: Scratch) throws -> Command.Result {
    try Tool.run(
      "/usr/bin/env",
      Self.peer.assignments + [Command.path] + arguments + ["--timeout", "1"], in: scratch)
  }

  static let faults = [
    #"{"type": "status", "status": 503, "code": "SlowDown"}"#,
    #"{"type": "status", "status": 500, "code": "InternalError"}"#,
    #"{"type": "reset"}"#, #"{"type": "reset_after"}"#, #"{"type": "truncate"}"#,
    #"{"type": "truncate", "rst": true}"#, #"{"type": "garbage"}"#, #"{"type": "close"}"#,
    #"{"type": "drip", "bytes": 8000, "ms": 20, "limit": 40000}"#,
  ]
  static let stall = #"{"type": "hang", "ms": 5000}"#

  /// Runs a command once for each of its requests with a fault at that one.
  private func walk(
    _ name: String, _ arguments: [String], in scratch: Scratch,
    check: (Command.Result) throws -> Void
  ) async throws {
    try await Self.peer.reset()
    try check(try run(arguments, in: scratch))
    let count = try await Self.peer.log().count
    #expect(count > 10)
    var random = SeededGenerator()
    for index in 0..<count {
      let isStall = index % 9 == 4
      let fault = isStall ? Self.stall : Self.faults.randomElement(using: &random) ?? ""
      try await Self.peer.setRules(#"[{"skip": \#(index), "times": 1, "action": \#(fault)}]"#)
      let result = try run(arguments, in: scratch)
      #expect(
        result.status == 0,
        "\(name), seed \(random.seed), request \(index), \(fault): \(result.errors)")
      try check(result)
    }
    try await Self.peer.reset()
  }

  @Test func `a fault at any request of a verification changes nothing`() async throws {
    let scratch = try Scratch()
    let location = try await Self.example.value.description
    try await walk("verify", ["verify", location, "--json"], in: scratch) { result in
      let document = try Document(result.output)
      #expect(document.tables?.reduce(0) { $0 + ($1.rows ?? 0) } == 797)
      #expect(document.findings.isEmpty)
    }
  }

  @Test func `a fault at any request of a load changes nothing`() async throws {
    let scratch = try Scratch()
    let location = try await Self.example.value.description
    let here = try Command.run("load", SampleDump.example, "--into", "here.sqlite", in: scratch)
    #expect(here.status == 0)
    let arguments = ["load", location, "--into", "there.sqlite", "--replace"]
    try await walk("load", arguments, in: scratch) { _ in
      try S3Tests.expectSameRows("here.sqlite", "there.sqlite", in: scratch)
    }
  }

  @Test func `faults at random, several at once, end well or with a clean error`() async throws {
    let scratch = try Scratch()
    let location = try await Self.example.value.description
    var random = SeededGenerator()
    for round in 0..<10 {
      let rules = (0..<6).map { _ in
        let fault = Self.faults.randomElement(using: &random) ?? ""
        let skip = Int.random(in: 0..<20, using: &random)
        let times = Int.random(in: 1...4, using: &random)
        return #"{"skip": \#(skip), "times": \#(times), "action": \#(fault)}"#
      }
      try await Self.peer.setRules("[\(rules.joined(separator: ","))]")
      let result = try run(["verify", location, "--level", "deep", "--json"], in: scratch)
      let name = "seed \(random.seed), round \(round): \(result.errors)"
      #expect(result.status == 0 || result.status == 31, "\(name)")
      if result.status == 0 {
        #expect(
          try Document(result.output).tables?.reduce(0) { $0 + ($1.rows ?? 0) } == 797, "\(name)")
      }
    }
    try await Self.peer.reset()
  }

  @Test func `a bit that flips on the way is noticed and read again`() async throws {
    let scratch = try Scratch()
    let location = try await Self.example.value.description
    try await Self.peer.setRules(
      #"[{"path": "events/000000000001", "headers": {"range": "^$"}, "times": 1, "#
        + #""action": {"type": "corrupt"}}]"#)
    let result = try run(["verify", location, "--level", "deep", "--json"], in: scratch)
    #expect(result.status == 0, "\(result.output)")
    let log = try await Self.peer.log()
    let reads = log.filter {
      $0.path.contains("events/000000000001") && $0.headers["x-amz-checksum-mode"] != nil
    }
    // Its values are read from what came with its footer.
    #expect(reads.map(\.outcome) == ["corrupt", "ok"])
    try await Self.peer.reset()
  }

  @Test func `a service that stays away is a passing fault, with the place and the tries`()
    async throws
  {
    let scratch = try Scratch()
    let location = try await Self.example.value.description
    try await Self.peer.setRules(
      #"[{"path": "companies", "times": -1, "action": {"type": "status", "status": 503}}]"#)
    let result = try run(["verify", location], in: scratch)
    #expect(result.status == 31, "\(result.errors)")
    #expect(result.errors.contains("cannot"))
    #expect(result.errors.contains("companies"))
    #expect(result.errors.contains("(SlowDown)"))
    #expect(result.errors.contains("after 8 tries"))
    try await Self.peer.reset()
  }

  @Test func `a dump that is replaced while it is read is no corrupt dump`() async throws {
    let scratch = try Scratch()
    let location = try await Self.example.value.description
    // What S3 says when the version that was listed is not there any more.
    try await Self.peer.setRules(
      #"[{"path": "stages/0", "headers": {"if-match": ".+"}, "times": -1, "#
        + #""action": {"type": "status", "status": 412, "code": "PreconditionFailed"}}]"#)
    for command in [
      ["verify", location], ["verify", location, "--level", "deep"], ["show", location],
      ["load", location, "--into", "x.sqlite"], ["mirror", location, "copy"],
    ] {
      let result = try run(command, in: scratch)
      #expect(result.status == 31, "\(command): \(result.output)\(result.errors)")
      #expect(!scratch.exists("x.sqlite") && !scratch.exists("copy/receipt.json"))
      #expect(result.errors.contains("the object was replaced since it was listed"))
    }
    try await Self.peer.reset()
  }

  @Test func `Ctrl-C ends a run that waits for a server within a second`() async throws {
    let scratch = try Scratch()
    let location = try await Self.example.value.description
    try await Self.peer.setRules(
      #"[{"path": "stages/0", "times": -1, "action": {"type": "hang", "ms": 30000}}]"#)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      Self.peer.assignments + [Command.path, "load", location, "--into", "x.sqlite"]
    process.currentDirectoryURL = scratch.url
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    try await Task.sleep(for: .seconds(1))
    #expect(process.isRunning)
    let start = ContinuousClock.now
    process.interrupt()
    while process.isRunning, ContinuousClock.now - start < .seconds(10) {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(ContinuousClock.now - start < .seconds(1))
    #expect(!process.isRunning)
    #expect(!scratch.exists("x.sqlite"))
    try await Self.peer.reset()
  }
}
