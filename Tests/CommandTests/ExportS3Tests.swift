import Foundation
import ObjectStorage
import TestSupport
import Testing

/// Dumps that are written to buckets, with real servers.
@Suite(.enabled(if: Peer.strict.url != nil)) struct ExportS3Tests {
  private static let peers = [Peer.strict, .miniStack].filter { $0.url != nil }

  private func export(
    _ peer: Peer, _ arguments: String..., in scratch: Scratch
  ) throws -> Command.Result {
    try Command.run(
      under: peer.assignments, ["export", "crm.sqlite"] + arguments, in: scratch)
  }

  @Test(arguments: peers)
  func `a dump in a bucket is what the same dump in a directory is`(_ peer: Peer) async throws {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["base", "half"]])
    let store = try await peer.store()
    let flags = ["--timestamp", Moment.first, "--files", "2"]
    let there = try Command.run(
      under: peer.assignments, ["export", "crm.sqlite", store.description] + flags, in: scratch)
    #expect(there.status == 0, "\(there.errors)")
    let here = try Command.run(["export", "crm.sqlite", "out"] + flags, in: scratch)
    #expect(here.status == 0, "\(here.errors)")
    let keys = try await store.list(prefix: "").map(\.key)
    #expect(keys == (try scratch.files("out")))
    for key in keys {
      let bytes = try await store.get(key, limit: 1 << 24)
      #expect(Data(bytes) == (try scratch.bytes("out/\(key)")), "\(key)")
    }
    let second = try export(peer, store.description, "--timestamp", Moment.second, in: scratch)
    #expect(second.output.contains("its receipt took the place of dump \(Moment.first)"))
    let verified = try Command.run(
      under: peer.assignments, ["verify", store.description, "--level", "deep"], in: scratch)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    #expect(verified.output.contains("dump \(Moment.second) is sound"))
  }

  @Test func `a table of more than 64 MB is sent in parts, and memory stays small`() async throws {
    let peer = Peer.strict
    let scratch = try Scratch()
    try LoadedDatabase(scratch, "crm.sqlite").execute(
      """
      CREATE TABLE t (id INTEGER, noise BLOB);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
      INSERT INTO t SELECT i, randomblob(60000) FROM n;
      """)
    let store = try await peer.store()
    struct Report: Decodable { let peakMemoryBytes: Int64 }
    func peak(_ location: String) throws -> Int64 {
      let result = try Command.run(
        under: peer.assignments,
        [
          "export", "crm.sqlite", location, "--files", "1", "--codec", "none",
          "--row-group-size", "8MiB", "--json",
        ], in: scratch)
      #expect(result.status == 0, "\(result.errors)")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(Report.self, from: Data(result.output.utf8)).peakMemoryBytes
    }
    // What has come together before it is known to be large, and a few parts on their way.
    let difference = try peak(store.description) - peak("out")
    #expect(difference < 160 << 20, "\(difference)")
    let file = try #require(try await store.list(prefix: "2").first { $0.byteCount > 90_000_000 })
    #expect(file.tag?.rawValue.contains("-") == true, "it was sent in one part")
    let verified = try Command.run(
      under: peer.assignments, ["verify", store.description, "--level", "deep"], in: scratch)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    #expect(try await peer.unfinishedUploads().contains(file.key) == false)
  }

  @Test(arguments: [false, true])
  func `of two exporters at once one wins and the other says so`(sameMinute: Bool) async throws {
    let peer = Peer.strict
    let scratch = try Scratch(live: ["a": ["base"], "b": ["base", "half"]])
    let store = try await peer.store()
    let location = store.description
    #expect(
      try export(peer, location, "--timestamp", Moment.first, in: scratch).status == 0)
    var raced = 0
    // How the system orders the two is up to it: some rounds are no race.
    for round in 10..<30 where raced < 2 {
      // A label is a minute: these are two dumps of one label, or of two.
      let moments =
        sameMinute
        ? ["2026-12-01T10:\(round):01Z", "2026-12-01T10:\(round):02Z"]
        : ["2026-12-01T10:\(round):00Z", "2026-12-02T10:\(round):00Z"]
      let results = try await withThrowingTaskGroup(of: Command.Result.self) { group in
        for moment in moments {
          group.addTask {
            try Command.run(
              under: peer.assignments,
              [
                "export", "crm.sqlite", location, "--files", "3", "-q", "--timestamp", moment,
                "--allow-older",
              ], in: scratch)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let statuses = results.map(\.status)
      #expect(statuses.contains(0), "\(results.map(\.errors))")
      if let loser = results.first(where: { $0.status != 0 }) {
        raced += 1
        #expect(loser.status == 31 || sameMinute && loser.status == 1, "\(loser.errors)")
        #expect(
          loser.errors.contains("another exporter")
            || sameMinute && loser.errors.contains("there is a dump"), "\(loser.errors)")
      } else {
        #expect(!sameMinute, "both have written one folder")
      }
      let verified = try Command.run(
        under: peer.assignments, ["verify", location, "--level", "deep"], in: scratch)
      #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    }
    #expect(raced > 0)
    // Nothing is left of those that lost.
    let labels = Set(try await store.list(prefix: "20").map { $0.key.prefix(16) })
    let archived = try await store.list(prefix: "receipts/")
    #expect(labels.count == archived.count, "\(labels), \(archived.map(\.key))")
  }

  @Test func `flags about S3 are for S3`() throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    for flags in [
      ["out", "--storage-class", "STANDARD_IA"], ["out", "--encryption", "kms"],
      ["s3://bucket", "--storage-class", "GLACIER"], ["s3://bucket", "--storage-class", "x y"],
      ["s3://bucket", "--kms-key", "k"],
    ] {
      let result = try Command.run(["export", "crm.sqlite"] + flags, in: scratch)
      #expect(result.status == 64, "\(flags): \(result.errors)")
    }
  }
}
