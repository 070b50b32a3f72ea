import ObjectStorage
import TestSupport
import Testing

/// What only buckets have, on every server that has it.
struct BucketTests {
  private static let peers = [Peer.strict, .miniStack].filter { $0.url != nil }

  private func versionedStore(_ peer: Peer) async throws -> S3Store {
    let store = S3Store(try await peer.location("versions"), try S3Connection(peer.options))
    try await peer.enableVersioning("versions")
    return store
  }

  @Test(arguments: peers)
  func `versions are listed, read, and deleted for good`(_ peer: Peer) async throws {
    #expect(try await peer.store().versioning() == .off)
    let store = try await versionedStore(peer)
    #expect(try await store.versioning() == .enabled)
    let key = "2026-11-20T04:03/a b+ü&<x>/000000000000.parquet"
    for bytes in [[1], [1, 2], [1, 2, 3]] as [[UInt8]] { try await store.put(key, bytes) }
    try await store.put("other", [9])
    try await store.delete(key)
    let versions = try await store.listVersions(prefix: "2026")
    #expect(Set(versions.map(\.key)) == [key])
    #expect(versions.filter { !$0.isDeleteMarker }.map(\.byteCount).sorted() == [1, 2, 3])
    #expect(versions.filter(\.isLatest).map(\.isDeleteMarker) == [true])
    #expect(versions.allSatisfy { $0.modifiedAt != nil })
    let middle = try #require(versions.first { $0.byteCount == 2 })
    #expect(try await store.get(key, versionID: middle.versionID, limit: 10) == [1, 2])
    #expect(try await store.list(prefix: "").map(\.key) == ["other"])
    #expect(try await store.delete(versions.filter { !$0.isDeleteMarker }) == [])
    #expect(try await store.listVersions(prefix: "2026").map(\.isDeleteMarker) == [true])
    // With the marker the object would come back, if there were one.
    #expect(try await store.delete(versions) == [])
    #expect(try await store.listVersions(prefix: "2026") == [])
    #expect(try await store.listVersions(prefix: "").map(\.key) == ["other"])
  }

  @Test(arguments: peers)
  func `listings of versions go on where a page ends`(_ peer: Peer) async throws {
    let store = try await versionedStore(peer)
    // More than a page, and the border is in the middle of a key's versions.
    for number in 0..<4 {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<351 {
          group.addTask { _ = try await store.put("k\(1_000 + index)", [UInt8(number)]) }
        }
        try await group.waitForAll()
      }
    }
    let versions = try await store.listVersions(prefix: "k")
    #expect(versions.count == 4 * 351)
    #expect(Set(versions).count == versions.count)
    #expect(versions.count(where: \.isLatest) == 351)
    #expect(try await store.delete(versions) == [])
    #expect(try await store.listVersions(prefix: "") == [])
  }

  @Test(arguments: peers)
  func `unfinished uploads are listed and aborted`(_ peer: Peer) async throws {
    let store = try await peer.store()
    // No plus: SeaweedFS says that keys are encoded here when they are not.
    for key in ["a/ü 1.parquet", "b"] { try await peer.beginUpload(of: key, in: store) }
    let uploads = try await store.listUploads(prefix: "a/")
    #expect(uploads.map(\.key) == ["a/ü 1.parquet"])
    let upload = try #require(uploads.first)
    #expect(upload.initiatedAt != nil)
    try await store.abort(upload)
    // Somebody else was faster: that is as well.
    try await store.abort(upload)
    #expect(try await store.listUploads(prefix: "").map(\.key) == ["b"])
  }

  @Test func `a missing permission is named`() async throws {
    let server = try ScriptedServer { _ in
      .response(
        403, [:], "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")
    }
    defer { server.stop() }
    let store = S3Store(
      try S3Location("s3://bucket/sub"),
      try S3Connection(
        S3Options(environment: [
          "AWS_ENDPOINT_URL_S3": server.url, "AWS_ACCESS_KEY_ID": "AKID",
          "AWS_SECRET_ACCESS_KEY": "s3cr3t", "AWS_REGION": "us-east-1", "HOME": "/nonexistent",
        ])))
    let version = ObjectVersion(
      key: "k", versionID: "v", byteCount: 1, tag: nil, modifiedAt: nil, isLatest: true,
      isDeleteMarker: false)
    let upload = UnfinishedUpload(key: "k", uploadID: "u", initiatedAt: nil)
    for (hint, request) in [
      (
        "s3:GetBucketVersioning on arn:aws:s3:::bucket is needed",
        { _ = try await store.versioning() }
      ),
      (
        "s3:ListBucketVersions on arn:aws:s3:::bucket is needed",
        { _ = try await store.listVersions(prefix: "") }
      ),
      (
        "s3:GetObjectVersion on arn:aws:s3:::bucket/sub/k is needed",
        { _ = try await store.get("k", versionID: "v", limit: 1) }
      ),
      (
        "s3:DeleteObjectVersion on arn:aws:s3:::bucket/sub/k is needed",
        { _ = try await store.delete([version]) }
      ),
      (
        "s3:ListBucketMultipartUploads on arn:aws:s3:::bucket is needed",
        { _ = try await store.listUploads(prefix: "") }
      ),
      (
        "s3:AbortMultipartUpload on arn:aws:s3:::bucket/sub/k is needed",
        { try await store.abort(upload) }
      ),
      (
        "s3:GetLifecycleConfiguration on arn:aws:s3:::bucket is needed",
        { _ = try await store.lifecycle() }
      ),
      (
        "s3:PutLifecycleConfiguration on arn:aws:s3:::bucket is needed",
        { try await store.replaceLifecycle(LifecycleSetting(rules: [])) }
      ),
    ] as [(String, () async throws -> Void)] {
      do {
        try await request()
        Issue.record("\(hint)")
      } catch let error as StorageError {
        #expect(error.code == .accessDenied)
        #expect(error.hint == hint)
      }
    }
  }
}
