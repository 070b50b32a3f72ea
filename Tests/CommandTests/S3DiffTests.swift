import Foundation
import ObjectStorage
import TestSupport
import Testing

/// Only what changed, out of a bucket.
@Suite(.enabled(if: Peer.seaweedFS.url != nil)) struct S3DiffTests {
  private static let key = ["--key", "t=id,part"]

  private struct Load: Decodable {
    struct Table: Decodable {
      struct Applied: Decodable {
        let mode: String
      }
      let files: Int
      let applied: Applied?
    }
    struct Traffic: Decodable {
      let requests: Int
    }
    let tables: [Table]
    let traffic: Traffic
  }

  private func tables(_ result: Command.Result) throws -> NSArray {
    try #require(result.status == 0, "\(result.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require((object as? NSDictionary)?["tables"] as? NSArray)
  }

  @Test func `a bucket differs as a directory does, and its changed rows are written alone`()
    async throws
  {
    var random = SeededGenerator()
    let scratch = try Scratch()
    var table = RandomTable(rowCount: 900, using: &random)
    try scratch.makeDump(of: ["t": table], timestamp: Moment.first)
    #expect(try scratch.load().status == 0)
    table.advance(share: 0.05, using: &random)
    try scratch.makeDump(of: ["t": table], timestamp: Moment.second)
    let location = try await S3Tests.upload(scratch.path("dump"), to: .seaweedFS).description
    let flags = ["--rows", "--json"] + S3DiffTests.key
    let there = try Command.run(
      under: Peer.seaweedFS.assignments, ["diff", "crm.sqlite", location] + flags, in: scratch)
    let here = try Command.run(["diff", "crm.sqlite", "dump"] + flags, in: scratch)
    #expect(try tables(there) == tables(here), "seed \(random.seed)")

    let result = try Command.run(
      under: Peer.seaweedFS.assignments,
      ["load", location, "--into", "crm.sqlite", "--apply", "changes", "--check", "--json"]
        + S3DiffTests.key, in: scratch)
    try #require(result.status == 0, "\(result.errors), seed \(random.seed)")
    let load = try JSONDecoder().decode(Load.self, from: Data(result.output.utf8))
    #expect(load.tables.map(\.applied?.mode) == ["changes"])
    // Each of the small files once, for its footer, its keys and its rows; beside them the receipt,
    // the manifest, the listing, and where the bucket is.
    #expect(load.traffic.requests <= load.tables[0].files + 5, "seed \(random.seed)")
    #expect(
      try Command.run("load", "dump", "--into", "fresh.sqlite", in: scratch).status == 0)
    #expect(
      try scratch.sortedRows(of: "t") == scratch.sortedRows(of: "t", in: "fresh.sqlite"),
      "seed \(random.seed)")
  }
}
