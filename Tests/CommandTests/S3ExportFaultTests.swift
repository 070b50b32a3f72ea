import Foundation
import ObjectStorage
import TestSupport
import Testing

/// Exports to a bucket behind the proxy that injects faults.
extension S3FaultTests {
  /// What must hold whatever happened to an export: the receipt in force names a whole dump, which
  /// is the old one unless the command has ended with 0, and nothing half-done lies around.
  private func check(
    _ result: Command.Result, _ store: S3Store, _ before: [String], _ name: String,
    in scratch: Scratch
  ) async throws {
    try await Self.peer.reset()
    let keys = try await store.list(prefix: "").map(\.key)
    let verified = try run(
      ["verify", store.description, "--level", "deep", "--json"], in: scratch)
    #expect(verified.status == 0, "\(name): \(verified.output)")
    let moment = try Document(verified.output).timestamp
    if result.status == 0 {
      #expect(moment == Moment.second, "\(name)")
    } else {
      #expect([1, 30, 31].contains(result.status), "\(name): \(result.errors)")
      #expect(result.errors.hasPrefix("error: cannot "), "\(name): \(result.errors)")
      #expect(moment == Moment.first, "\(name): \(result.errors)")
      // A server that fails for long does not let anything be removed either.
      let left = ["could not be removed", "another exporter"]
      if !left.contains(where: result.errors.contains) {
        #expect(keys == before, "\(name): \(result.errors)")
      }
    }
    #expect(!result.errors.contains(Self.peer.keys.secret))
    let uploads = try await Peer.seaweedFS.unfinishedUploads()
    #expect(!uploads.contains(store.locationPath), "\(name): \(uploads)")
  }

  private func exportTwice(
    _ rules: String, _ name: String, in scratch: Scratch
  ) async throws -> Command.Result {
    let store = try await Self.peer.store()
    try await Self.peer.reset()
    let first = try run(
      ["export", "crm.sqlite", store.description, "--timestamp", Moment.first, "--jobs", "1"],
      in: scratch)
    #expect(first.status == 0, "\(first.errors)")
    let before = try await store.list(prefix: "").map(\.key)
    try await Self.peer.reset()
    try await Self.peer.setRules(rules)
    let result = try run(
      [
        "export", "crm.sqlite", store.description, "--timestamp", Moment.second, "--jobs", "1",
        "-q",
      ], in: scratch)
    try await check(result, store, before, name, in: scratch)
    return result
  }

  @Test func `a fault at any request of an export changes nothing or is a clean error`()
    async throws
  {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["half"]])
    _ = try await exportTwice("[]", "without a fault", in: scratch)
    var random = SeededGenerator()
    // Receipt, listings, claim, two files with their footers, manifest, receipts, claim: at least 14.
    for index in 0..<20 {
      let fault =
        index % 7 == 3 ? Self.stall : Self.faults.randomElement(using: &random) ?? ""
      let result = try await exportTwice(
        #"[{"skip": \#(index), "times": 1, "action": \#(fault)}]"#,
        "seed \(random.seed), request \(index), \(fault)", in: scratch)
      #expect(
        result.status == 0, "seed \(random.seed), request \(index), \(fault): \(result.errors)")
    }
  }

  @Test func `faults that do not pass leave the old receipt in force`() async throws {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["half"]])
    for (path, method, fault) in [
      ("/a/0", "PUT", #"{"type": "status", "status": 403, "code": "AccessDenied"}"#),
      ("/b/0", "PUT", #"{"type": "reset"}"#),
      ("manifest.json", "PUT", #"{"type": "status", "status": 500, "code": "InternalError"}"#),
      ("sub/receipt.json", "PUT", #"{"type": "status", "status": 403, "code": "AccessDenied"}"#),
    ] {
      let rule =
        #"[{"method": "\#(method)", "path": "\#(path)", "times": 30, "action": \#(fault)}]"#
      let result = try await exportTwice(rule, path, in: scratch)
      let isDenied = fault.contains("403")
      #expect(result.status == (isDenied ? 30 : 31) || result.status == 1, "\(result.errors)")
      if isDenied { #expect(result.errors.contains("s3:PutObject on arn:aws:s3:::")) }
    }
  }

  @Test func `faults at random in an export, several at once, end well or with a clean error`()
    async throws
  {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["half"]])
    var random = SeededGenerator()
    for round in 0..<8 {
      let rules = (0..<5).map { _ in
        let fault = Self.faults.randomElement(using: &random) ?? ""
        let skip = Int.random(in: 0..<18, using: &random)
        let times = Int.random(in: 1...9, using: &random)
        return #"{"skip": \#(skip), "times": \#(times), "action": \#(fault)}"#
      }
      _ = try await exportTwice(
        "[\(rules.joined(separator: ","))]", "seed \(random.seed), round \(round)", in: scratch)
    }
  }

  @Test func `the receipt is put with the condition that it is the one that was read`()
    async throws
  {
    let scratch = try Scratch(live: ["a": ["base"]])
    let store = try await Self.peer.store()
    var conditions: [String] = []
    for moment in [Moment.first, Moment.second] {
      try await Self.peer.reset()
      let result = try run(
        [
          "export", "crm.sqlite", store.description, "--timestamp", moment, "--storage-class",
          "STANDARD_IA", "--encryption", "s3",
        ], in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      let puts = try await Self.peer.log().filter { $0.method == "PUT" }
      let receipt = try #require(puts.last { $0.path.hasSuffix("/sub/receipt.json") })
      conditions.append(
        receipt.headers["if-none-match"] ?? receipt.headers["if-match"].map { _ in "tag" } ?? "")
      for put in puts {
        #expect(put.headers["x-amz-storage-class"] == "STANDARD_IA", "\(put.path)")
        #expect(put.headers["x-amz-server-side-encryption"] == "AES256", "\(put.path)")
        #expect(put.headers["x-amz-checksum-crc64nvme"] != nil, "\(put.path)")
      }
      // The receipt comes after everything that it names.
      #expect(puts.last?.path == receipt.path)
    }
    #expect(conditions == ["*", "tag"])
    try await Self.peer.reset()
  }

  @Test func `parts of a large file are taken back when the export fails`() async throws {
    let scratch = try Scratch()
    try LoadedDatabase(scratch, "crm.sqlite").execute(
      """
      CREATE TABLE t (id INTEGER, noise BLOB);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
      INSERT INTO t SELECT i, randomblob(60000) FROM n;
      """)
    let store = try await Self.peer.store()
    try await Self.peer.reset()
    try await Self.peer.setRules(
      #"[{"query": "partNumber=4", "times": -1, "#
        + #""action": {"type": "status", "status": 403, "code": "AccessDenied"}}]"#)
    let result = try run(
      ["export", "crm.sqlite", store.description, "--files", "1", "--codec", "none"], in: scratch)
    #expect(result.status == 30, "\(result.errors)")
    let requests = try await Self.peer.log()
    #expect(requests.contains { $0.method == "DELETE" && $0.query.contains("uploadId=") })
    try await Self.peer.reset()
    #expect(try await store.list(prefix: "") == [])
    let uploads = try await Peer.seaweedFS.unfinishedUploads()
    #expect(!uploads.contains(store.locationPath), "\(uploads)")
  }
}
