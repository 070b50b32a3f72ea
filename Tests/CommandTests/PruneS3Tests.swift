import Foundation
import ObjectStorage
import TestSupport
import Testing

/// `receipt prune` on buckets of a real server, behind a proxy that checks signatures.
@Suite(.enabled(if: Peer.strict.url != nil)) struct PruneS3Tests {
  private static let peer = Peer.strict

  private func run(_ arguments: [String], in scratch: Scratch) throws -> Command.Result {
    try Command.run(under: Self.peer.assignments, arguments, in: scratch)
  }

  private func prune(
    _ store: S3Store, _ arguments: String..., in scratch: Scratch
  ) throws -> Command.Result {
    try run(["prune", store.description, "--orphan-grace", "0s"] + arguments, in: scratch)
  }

  private func keys(_ store: S3Store) async throws -> Set<String> {
    Set(try await store.list(prefix: "").map(\.key))
  }

  /// A store in a bucket that keeps versions.
  private func versionedStore() async throws -> S3Store {
    let store = S3Store(
      try await Self.peer.location("versioned"), try S3Connection(Self.peer.options))
    try await Self.peer.enableVersioning("versioned")
    return store
  }

  @Test func `what was planned is what is deleted`() async throws {
    let scratch = try Scratch()
    let store = try await Self.peer.store()
    try await DumpSeries.example.upload(to: store)
    try await store.put("2026-11-01T04:03/a/notes & <mine>.txt", [1])
    let before = try await keys(store)
    let plan = try PlanDocument(try prune(store, "--json", in: scratch).output)
    #expect(plan.removed == ["2026-11-01T04:03", "2026-11-02T04:03", "2026-11-10T04:03"])
    #expect(try await keys(store) == before)
    let result = try prune(store, "--apply", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try await keys(store) == before.subtracting(plan.keys))
  }

  @Test func `a pin is seen in a bucket, too`() async throws {
    let scratch = try Scratch()
    let store = try await Self.peer.store()
    try await DumpSeries.example.upload(to: store)
    let result = try prune(store, "--pin", "2026-11-01T04:03", "--apply", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try await keys(store).contains("2026-11-01T04:03/a/000000000000.parquet"))
    #expect(try await keys(store).contains("pins/2026-11-01T04:03"))
  }

  /// 12,000 and 7,000 objects that go, and 1,000 that stay.
  @Test func `20,000 objects take a request for each thousand`() async throws {
    let scratch = try Scratch()
    // Past the proxies, which would take longer than all the rest.
    let store = try await Peer.seaweedFS.store()
    let series = DumpSeries(dumps: [
      DumpSeries.Dump(
        label: "2026-11-01T04:03", tables: ["a": 4_000, "b": 4_000, "c": 4_000]),
      DumpSeries.Dump(label: "2026-11-02T04:03", tables: ["a": 6_999, "b": 1]),
      DumpSeries.Dump(label: "2026-11-20T04:03", tables: ["a": 1_000]),
    ])
    try await series.upload(to: store)
    let result = try Command.run(
      under: Peer.seaweedFS.assignments,
      ["prune", store.description, "--apply", "--json"], in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    let lines = try PruneLine.lines(result.output)
    #expect(lines.count { $0.messageType == "deleted" } == 19_000)
    #expect(lines.last?.objects == 19_000)
    // Receipt, versioning, 21 pages, uploads, 3 old receipts; and for each dump the receipt, its pin,
    // 12 or 7 deletions, and whether it is gone.
    #expect(lines.last?.traffic?.retries == 0)
    #expect(lines.last?.traffic?.requests == 1 + 1 + 21 + 1 + 3 + (3 + 12) + (3 + 7))
    let left = try await keys(store).filter { $0.hasPrefix("20") }
    #expect(left == Set(series.dumps[2].keys))
    _ = try await store.delete(left.sorted())
  }

  @Test func `with versions nothing is freed, unless they are asked for`() async throws {
    let scratch = try Scratch()
    let store = try await versionedStore()
    try await DumpSeries.example.upload(to: store)
    // Some objects have older versions.
    try await DumpSeries.example.upload(to: store)
    let first = try prune(store, "--apply", in: scratch)
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("nothing is freed without --all-versions"))
    #expect(first.output.contains("0 B freed"))
    #expect(!(try await keys(store)).contains { $0.hasPrefix("2026-11-01T04:03/") })
    var versions = try await store.listVersions(prefix: "2026-11-01T04:03/")
    #expect(versions.count { $0.isDeleteMarker } == 3)
    #expect(versions.count { !$0.isDeleteMarker } == 6)
    let dumps = try DumpsDocument(
      try run(["dumps", store.description, "--json"], in: scratch).output)
    #expect(dumps.state("2026-11-01T04:03") == "deleted")
    #expect(dumps.dumps.first { $0.label == "2026-11-01T04:03" }?.oldVersions == 6)
    #expect(dumps.dumps.first { $0.label == "2026-11-01T04:03" }?.deleteMarkers == 3)
    // The plan does not speak of them until they are asked for.
    #expect(try PlanDocument(try prune(store, "--json", in: scratch).output).removed == [])
    let all = try prune(store, "--apply", "--all-versions", in: scratch)
    #expect(all.status == 0, "\(all.errors)")
    for label in ["2026-11-01T04:03", "2026-11-02T04:03", "2026-11-10T04:03"] {
      #expect(try await store.listVersions(prefix: label + "/") == [], "\(label)")
    }
    versions = try await store.listVersions(prefix: "2026-11-20T04:03/")
    #expect(versions.count == 6)
    #expect(try await store.listVersions(prefix: "receipt.json").count == 2)
  }

  @Test func `whole dumps go with all versions at once`() async throws {
    let scratch = try Scratch()
    let store = try await versionedStore()
    try await DumpSeries.example.upload(to: store)
    let result = try prune(store, "--apply", "--all-versions", "--json", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    let lines = try PruneLine.lines(result.output)
    #expect(lines.count { $0.messageType == "deleted" } == 8)
    // The objects and the marks that were put on them.
    #expect(lines.count { $0.messageType == "version_deleted" } == 16)
    #expect((lines.last?.freedBytes ?? 0) > 300)
    #expect(try await store.listVersions(prefix: "2026-11-0") == [])
  }

  @Test func `old versions of the receipt prove dumps complete`() async throws {
    let scratch = try Scratch()
    let store = try await versionedStore()
    var dumps: [DumpSeries.Dump] = []
    for label in ["2026-11-17T04:03", "2026-11-18T04:03", "2026-11-19T04:03"] {
      dumps.append(DumpSeries.Dump(label: label, isArchived: false))
      try await DumpSeries(dumps: dumps).upload(to: store)
    }
    let states = try DumpsDocument(
      try run(["dumps", store.description, "--json"], in: scratch).output)
    // The server's clock says now, which is later than the labels of these dumps or about then.
    #expect(states.dumps.map(\.state) == ["complete", "complete", "complete"])
  }

  @Test func `unfinished uploads are listed, and aborted when they are old enough`() async throws {
    let scratch = try Scratch()
    let store = try await Self.peer.store()
    try await DumpSeries.example.upload(to: store)
    let key = "2026-11-01T04:03/a/000000000009.parquet"
    for name in [key, "backup.tar"] { try await Self.peer.beginUpload(of: name, in: store) }
    let dumps = try run(["dumps", store.description], in: scratch)
    #expect(dumps.output.contains("unfinished upload of \(key), begun at "))
    #expect(!dumps.output.contains("backup.tar"))
    let early = try prune(store, "--apply", "--abort-uploads", "1d", in: scratch)
    #expect(early.status == 0)
    #expect(try await store.listUploads(prefix: "").count == 2)
    pause(.seconds(2))
    let late = try prune(store, "--apply", "--abort-uploads", "1s", in: scratch)
    #expect(late.output.contains("1 upload aborted"))
    #expect(try await store.listUploads(prefix: "").map(\.key) == ["backup.tar"])
  }

  @Test func `who may only read is told which permission is missing`() async throws {
    let scratch = try Scratch()
    let store = try await Self.peer.store()
    try await DumpSeries.example.upload(to: store)
    let before = try await keys(store)
    let result = try Tool.run(
      "/usr/bin/env",
      Self.peer.assignments + [
        "AWS_ACCESS_KEY_ID=reader", "AWS_SECRET_ACCESS_KEY=reader-secret", Command.path, "prune",
        store.description, "--apply", "--orphan-grace", "0s",
      ], in: scratch)
    #expect(result.status == 30, "\(result.output) \(result.errors)")
    #expect(try await keys(store) == before)
  }
}
