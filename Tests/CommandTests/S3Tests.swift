import Foundation
import ObjectStorage
import TestSupport
import Testing

/// The verbs on locations in S3, with a real server behind a proxy that checks signatures.
@Suite(.enabled(if: Peer.strict.url != nil)) struct S3Tests {
  private static let peer = Peer.strict

  /// The example dump in a folder of a bucket of its own, uploaded once.
  private static let example = Task {
    try await upload(SampleDump.example, to: peer)
  }

  /// Puts a dump into an empty location.
  static func upload(_ directory: String, to peer: Peer) async throws -> S3Store {
    let store = try await peer.store()
    let source = try DirectoryStore(path: directory)
    for object in try await source.list(prefix: "") {
      try await store.put(object.key, try await source.get(object.key, limit: 1 << 20))
    }
    return store
  }

  private func run(_ arguments: String..., in scratch: Scratch) throws -> Command.Result {
    try Tool.run(
      "/usr/bin/env", Self.peer.assignments + [Command.path] + arguments, in: scratch)
  }

  @Test func `show and verify say the same of a bucket as of a directory`() async throws {
    let scratch = try Scratch()
    let location = try await Self.example.value.description
    for command in [["show"], ["verify"], ["verify", "--level", "deep"]] {
      let there = try Tool.run(
        "/usr/bin/env", Self.peer.assignments + [Command.path] + command + [location, "--json"],
        in: scratch)
      let here = try Command.run(command + [SampleDump.example, "--json"], in: scratch)
      #expect(there.status == 0, "\(there.errors)")
      let left = try Document(there.output)
      let right = try Document(here.output)
      #expect(left.tables?.map(\.rows) == right.tables?.map(\.rows))
      #expect(left.findings.map(\.code) == right.findings.map(\.code))
      #expect(left.timestamp == right.timestamp)
    }
  }

  @Test func `a load from a bucket gives the rows of a load from a directory`() async throws {
    let scratch = try Scratch()
    let location = try await Self.example.value.description
    let there = try run("load", location, "--into", "there.sqlite", in: scratch)
    #expect(there.status == 0, "\(there.errors)")
    #expect(there.output.contains("S3: "))
    let here = try Command.run("load", SampleDump.example, "--into", "here.sqlite", in: scratch)
    #expect(here.status == 0)
    try S3Tests.expectSameRows("here.sqlite", "there.sqlite", in: scratch)
  }

  @Test func `a load with little memory reads ahead block by block, and gives the same rows`()
    async throws
  {
    let scratch = try Scratch()
    let location = try await Self.example.value.description
    let there = try run(
      "load", location, "--into", "there.sqlite", "--max-memory", "64KiB", in: scratch)
    #expect(there.status == 0, "\(there.errors)")
    let here = try Command.run("load", SampleDump.example, "--into", "here.sqlite", in: scratch)
    #expect(here.status == 0)
    try S3Tests.expectSameRows("here.sqlite", "there.sqlite", in: scratch)
  }

  /// Compares all tables of the dump, row for row.
  static func expectSameRows(_ left: String, _ right: String, in scratch: Scratch) throws {
    let database = try LoadedDatabase(scratch, left)
    try database.execute("ATTACH '\(scratch.path(right))' AS other")
    let tables = try database.values(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'receipt%'"
    ).compactMap { $0 }
    #expect(tables.count == 6)
    for table in tables {
      for (one, two) in [("main", "other"), ("other", "main")] {
        let difference = try database.value(
          "SELECT count(*) FROM (SELECT rowid, * FROM \(one).\"\(table)\" "
            + "EXCEPT SELECT rowid, * FROM \(two).\"\(table)\")")
        #expect(difference == "0", "\(table)")
      }
      #expect(try database.value("SELECT count(*) > 0 FROM other.\"\(table)\"") == "1")
    }
  }

  @Test func `verifying asks for no more than it needs`() async throws {
    let scratch = try Scratch()
    let location = try await Self.example.value.description
    struct Report: Decodable { let traffic: StorageTraffic }
    func requests(_ level: String) throws -> Int64 {
      let result = try run("verify", location, "--level", level, "--json", in: scratch)
      let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
      return report.traffic.requests
    }
    // The receipt, a manifest that is not there, six listings, and for twelve files one request each.
    #expect(try requests("quick") == 8)
    #expect(try requests("standard") == 20)
    // These files are so small that their values are in what came with their footers.
    #expect(try requests("deep") == 20)
  }

  @Test func `a file is looked into by its URL, without its data pages`() async throws {
    let scratch = try Scratch()
    let store = try await Self.example.value
    let key = SampleDump.file("events", 0)
    let here = try Command.run(
      "parquet", "cat", "\(SampleDump.example)/\(key)", "--head", "3", in: scratch)
    let there = try run("parquet", "cat", "\(store.description)/\(key)", "--head", "3", in: scratch)
    #expect(there.output == here.output)
    let meta = try run("parquet", "meta", "\(store.description)/\(key)", in: scratch)
    #expect(meta.status == 0)
    #expect(meta.output.contains("rows        118"))
    let missing = try run("parquet", "meta", "\(store.description)/none.parquet", in: scratch)
    #expect(missing.status == 1)
    #expect(missing.errors.contains("there is no such object"))
  }

  @Test func `a location without a receipt is incomplete, as in a directory`() async throws {
    let scratch = try Scratch()
    let location = try await Self.peer.location().description
    let result = try run("verify", location, in: scratch)
    #expect(result.status == 20)
    #expect(result.output.contains("receipt-missing"))
    let nowhere = try run("verify", "s3://there-is-no-such-bucket/x", in: scratch)
    #expect(nowhere.status == 1)
    #expect(nowhere.errors.contains("there is no bucket there-is-no-such-bucket"))
  }

  @Test func `who may not is told what is needed, without secrets`() async throws {
    let scratch = try Scratch()
    let location = try await Self.example.value.description
    let wrong = Self.peer.assignments.filter { !$0.hasPrefix("AWS_SECRET_ACCESS_KEY=") }
    let result = try Tool.run(
      "/usr/bin/env",
      wrong + ["AWS_SECRET_ACCESS_KEY=wr0ng-secret", Command.path, "show", location], in: scratch)
    #expect(result.status == 30)
    #expect(result.errors.contains("SignatureDoesNotMatch"))
    #expect(result.errors.contains("hint: the secret access key does not belong to the key id"))
    #expect(!(result.errors + result.output).contains("wr0ng-secret"))
    let without = try Tool.run(
      "/usr/bin/env",
      [
        "-i", "HOME=/nonexistent", "AWS_EC2_METADATA_DISABLED=true", Command.path, "show", location,
      ], in: scratch)
    #expect(without.status == 30)
    #expect(without.errors.contains("there are no AWS credentials"))
  }

  @Test func `settings that cannot be used are told as such`() throws {
    let scratch = try Scratch()
    for arguments in [
      ["show", "s3://"], ["show", "s3://b"], ["show", "s3://bucket//x"],
      ["show", "s3://bucket", "--endpoint-url", "nowhere"],
      ["show", "s3://bucket", "--profile", "none"],
      ["show", "s3://bucket", "--external-id", "x"],
      ["show", "s3://bucket", "--assume-role", "me"],
      ["show", "s3://bucket", "--connections", "0"],
      ["show", "s3://bucket", "--session-name", "x"],
    ] {
      let result = try Command.run(
        under: ["HOME=/nonexistent", "AWS_EC2_METADATA_DISABLED=true"], arguments, in: scratch)
      #expect(result.status == 64, "\(arguments): \(result.errors)")
    }
  }
}
