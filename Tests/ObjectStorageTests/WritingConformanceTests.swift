import ObjectStorage
import TestSupport
import Testing

/// What holds for every store of writing under conditions and in pieces.
struct WritingConformanceTests {
  @Test(arguments: StoreKind.available.filter(\.hasConditionalPut))
  func `a put that wants nothing there fails where something is`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.put("k", [1], options: PutOptions(condition: .absent))
      await expectError(.conflict) {
        try await store.put("k", [2], options: PutOptions(condition: .absent))
      }
      #expect(try await store.get("k", limit: 1) == [1])
    }
  }

  @Test(arguments: StoreKind.available.filter(\.hasConditionalPut))
  func `a put that wants a version fails where there is another`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      let first = try await store.put("k", [1])
      let second = try await store.put(
        "k", [2, 2], options: PutOptions(condition: .matches(first)))
      await expectError(.conflict) {
        try await store.put("k", [3], options: PutOptions(condition: .matches(first)))
      }
      #expect(try await store.get("k", limit: 2) == [2, 2])
      try await store.delete("k")
      await expectError(.conflict) {
        try await store.put("k", [3], options: PutOptions(condition: .matches(second)))
      }
    }
  }

  @Test(arguments: StoreKind.available.filter(\.hasConditionalPut))
  func `of racing writers one wins and the others learn it`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      var tag = try await store.put("receipt.json", [0])
      for round in 1...5 {
        let tags = try await withThrowingTaskGroup(of: EntityTag?.self) { group in
          for writer in 0..<4 {
            group.addTask { [tag] in
              do {
                return try await store.put(
                  "receipt.json", [UInt8(round), UInt8(writer)],
                  options: PutOptions(condition: .matches(tag)))
              } catch let error as StorageError where error.code == .conflict {
                return nil
              }
            }
          }
          var tags: [EntityTag] = []
          for try await tag in group { if let tag { tags.append(tag) } }
          return tags
        }
        #expect(tags.count == 1, "round \(round)")
        tag = try #require(tags.first)
        #expect(try await store.head("receipt.json").tag == tag)
      }
    }
  }

  @Test(arguments: StoreKind.available)
  func `an upload in pieces is the object of all of them`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      let bytes = sampleBytes(13 << 20)
      let upload = try await store.upload("large", options: PutOptions())
      for start in stride(from: 0, to: bytes.count, by: 3_000_000) {
        try await upload.append(Array(bytes[start..<min(start + 3_000_000, bytes.count)]))
      }
      #expect(try await store.list(prefix: "") == [])
      let tag = try await upload.finish()
      let content = try await store.read("large", range: nil, ifMatch: tag, limit: 14 << 20)
      #expect(content.bytes == bytes)
      #expect(try await store.head("large").byteCount == Int64(bytes.count))
    }
  }

  @Test(arguments: StoreKind.available)
  func `an upload that is aborted leaves nothing`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      for size in [10, 11 << 20] {
        let upload = try await store.upload("k", options: PutOptions())
        try await upload.append(sampleBytes(size))
        await upload.abort()
      }
      #expect(try await store.list(prefix: "") == [])
    }
  }

  @Test(arguments: StoreKind.available.filter(\.hasConditionalPut))
  func `uploads keep conditions too`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.put("k", [1])
      for size in [10, 6 << 20] {
        let upload = try await store.upload("k", options: PutOptions(condition: .absent))
        try await upload.append(sampleBytes(size))
        await expectError(.conflict) { _ = try await upload.finish() }
        await upload.abort()
      }
      #expect(try await store.get("k", limit: 1) == [1])
    }
  }
}
