import Foundation
import ObjectStorage
import TestSupport
import Testing

/// What holds for every store, whatever is behind it.
struct ConformanceTests {
  @Test(arguments: StoreKind.available)
  func `what is put is read, listed and deleted`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      let bytes = sampleBytes(100_000)
      let tag = try await store.put("a/b.parquet", bytes)
      let content = try await store.read("a/b.parquet", range: nil, ifMatch: tag, limit: 1 << 20)
      #expect(content.bytes == bytes)
      #expect(content.tag == tag)
      let summary = ObjectSummary(key: "a/b.parquet", byteCount: 100_000, tag: tag)
      #expect(try await store.head("a/b.parquet") == summary)
      let listed = try await store.list(prefix: "")
      #expect(listed.map(\.key) == [summary.key])
      #expect(listed.map(\.byteCount) == [summary.byteCount])
      #expect(listed.map(\.tag) == [tag])
      try await store.delete("a/b.parquet")
      #expect(try await store.list(prefix: "") == [])
      await expectError(.notFound) { _ = try await store.head("a/b.parquet") }
    }
  }

  @Test(arguments: StoreKind.available)
  func `a listing says when an object was written`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      let before = Int64(Date.now.timeIntervalSince1970)
      try await store.put("k", [1])
      let written = try await store.list(prefix: "").first?.modifiedAt
      if case .memory = kind {
        #expect(written == nil)
      } else {
        // Servers round, and may have clocks of their own.
        let after = Int64(Date.now.timeIntervalSince1970)
        #expect((before - 5...after + 5).contains(written ?? 0))
      }
    }
  }

  @Test(arguments: StoreKind.available)
  func `an object is read again only if it is another one`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.put("receipt.json", [1, 2, 3])
      let first = try #require(try await store.read("receipt.json", unless: nil, limit: 10))
      #expect(first.bytes == [1, 2, 3])
      #expect(try await store.read("receipt.json", unless: first.tag, limit: 10) == nil)
      try await store.put("receipt.json", [4, 5])
      let second = try #require(try await store.read("receipt.json", unless: first.tag, limit: 10))
      #expect(second.bytes == [4, 5])
      #expect(second.tag != first.tag)
      try await store.delete("receipt.json")
      await expectError(.notFound) {
        _ = try await store.read("receipt.json", unless: second.tag, limit: 10)
      }
    }
  }

  @Test(arguments: StoreKind.available)
  func `an empty object is an object`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.put("empty", [])
      #expect(try await store.get("empty", limit: 0) == [])
      #expect(try await store.list(prefix: "").map(\.byteCount) == [0])
    }
  }

  @Test(arguments: StoreKind.available)
  func `a put replaces the whole object`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      let first = try await store.put("k", sampleBytes(1_000))
      let second = try await store.put("k", [1, 2, 3])
      #expect(first != second)
      #expect(try await store.get("k", limit: 10) == [1, 2, 3])
    }
  }

  static let oddKeys = [
    "2026-11-20T04:03/events/000000000000.parquet", "a b", "a+b", "100%", "a%20b", "ü/ñ/漢字", "🙂",
    "e\u{301}", "a&b<c>\"d'", "q?x=1#y", "~tilde", "comma,semi;colon", "(paren)[bracket]{brace}",
    "at@equals=dollar$", "star*bang!", "pipe|caret^tick`",
  ]

  @Test(arguments: StoreKind.available)
  func `keys may hold whatever names hold`(_ kind: StoreKind) async throws {
    // SeaweedFS takes a backslash for a slash, whoever asks.
    let oddKeys = Self.oddKeys + (kind.isSeaweedFS ? [] : ["back\\slash"])
    try await kind.withStore { store in
      for (index, key) in oddKeys.enumerated() {
        try await store.put("d/" + key, [UInt8(index)])
      }
      let listed = try await store.list(prefix: "d/").map(\.key)
      let expected = oddKeys.map { "d/" + $0 }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      #expect(listed.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
      for (index, key) in oddKeys.enumerated() {
        #expect(try await store.get("d/" + key, limit: 1) == [UInt8(index)], "\(key)")
        // A prefix that is a whole key finds it.
        #expect(try await store.list(prefix: "d/" + key).contains { $0.key == "d/" + key })
      }
      #expect(try await store.delete(oddKeys.map { "d/" + $0 }) == [])
      #expect(try await store.list(prefix: "") == [])
    }
  }

  @Test(arguments: StoreKind.available)
  func `listings are sorted by the bytes of keys and cut by prefixes`(_ kind: StoreKind)
    async throws
  {
    try await kind.withStore { store in
      let keys = ["a-b/x", "a/b", "a/c/d", "ab", "a0", "b/a/x", "revenue/1", "revenue_x/1"]
      for key in keys.shuffled() { try await store.put(key, [0]) }
      #expect(
        try await store.list(prefix: "").map(\.key)
          == keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
      #expect(try await store.list(prefix: "revenue/").map(\.key) == ["revenue/1"])
      #expect(try await store.list(prefix: "revenue").map(\.key) == ["revenue/1", "revenue_x/1"])
      #expect(try await store.list(prefix: "a/").map(\.key) == ["a/b", "a/c/d"])
      #expect(try await store.list(prefix: "none/") == [])
    }
  }

  @Test(arguments: StoreKind.available)
  func `a listing of one level puts together what is in one folder`(_ kind: StoreKind)
    async throws
  {
    try await kind.withStore { store in
      let keys = [
        "2026-11-20T04:03/a/0", "2026-11-20T04:03/a/1", "2026-11-20T04:03/m.json",
        "2026-11-21T04:03/b c/0", "2027", "20 %+/x", "é/x", "receipt.json",
      ]
      for key in keys { try await store.put(key, [0]) }
      func expect(_ prefix: String, _ objects: [String], _ folders: [String]) async throws {
        let listing = try await store.list(prefix: prefix, delimiter: "/")
        #expect(listing.objects.map(\.key) == objects, "\(prefix)")
        #expect(listing.folders == folders, "\(prefix)")
      }
      let dumps = ["20 %+/", "2026-11-20T04:03/", "2026-11-21T04:03/"]
      try await expect("", ["2027", "receipt.json"], dumps + ["é/"])
      try await expect("20", ["2027"], dumps)
      try await expect("2026-11-20T04:03", [], ["2026-11-20T04:03/"])
      try await expect(
        "2026-11-20T04:03/", ["2026-11-20T04:03/m.json"], ["2026-11-20T04:03/a/"])
      try await expect("2026-11-21T04:03/b", [], ["2026-11-21T04:03/b c/"])
      try await expect("none/", [], [])
      #expect(try await store.list(prefix: "receipt.json", delimiter: "/").objects.count == 1)
    }
  }

  @Test(arguments: StoreKind.available)
  func `ranges are what they say`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      let bytes = sampleBytes(10_000)
      let tag = try await store.put("k", bytes)
      for range in [0..<1, 0..<10_000, 9_999..<10_000, 500..<7_777, 4_000..<4_000] {
        let wanted = Int64(range.lowerBound)..<Int64(range.upperBound)
        let content = try await store.read("k", range: wanted, ifMatch: tag, limit: 10_000)
        #expect(content.bytes == Array(bytes[range]))
      }
      await expectError(.changed) {
        _ = try await store.read("k", range: 9_000..<11_000, ifMatch: nil, limit: 1 << 20)
      }
      await expectError(.changed) {
        _ = try await store.read("k", range: 20_000..<20_001, ifMatch: nil, limit: 1 << 20)
      }
    }
  }

  @Test(arguments: StoreKind.available)
  func `an object that was replaced is an error of its own`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      let tag = try await store.put("k", sampleBytes(1_000))
      try await store.put("k", sampleBytes(1_000, seed: 2))
      await expectError(.changed) {
        _ = try await store.read("k", range: 0..<10, ifMatch: tag, limit: 10)
      }
    }
  }

  @Test(arguments: StoreKind.available)
  func `more than the limit is refused`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      try await store.put("k", sampleBytes(100_000))
      await expectError(.system) { _ = try await store.get("k", limit: 99_999) }
      #expect(try await store.get("k", limit: 100_000).count == 100_000)
    }
  }

  @Test(arguments: StoreKind.available)
  func `what is not there is not found`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      await expectError(.notFound) { _ = try await store.get("none", limit: 10) }
      await expectError(.notFound) { _ = try await store.head("none") }
      let failures = try await store.delete(["none", "also/none"])
      #expect(failures == [])
    }
  }

  @Test(arguments: StoreKind.available)
  func `many objects are listed and deleted over several pages`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      let keys = (0..<1_203).map { "many/\(String($0 + 10_000))" }
      try await withThrowingTaskGroup { group in
        for start in 0..<16 {
          group.addTask {
            for key in stride(from: start, to: keys.count, by: 16) {
              try await store.put(keys[key], [])
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await store.list(prefix: "many/").map(\.key) == keys)
      #expect(try await store.delete(keys) == [])
      #expect(try await store.list(prefix: "many/") == [])
    }
  }

  @Test(arguments: StoreKind.available)
  func `an open object is read by ranges, from threads`(_ kind: StoreKind) async throws {
    try await kind.withStore { store in
      let bytes = sampleBytes(50_000)
      try await store.put("k", bytes)
      let summary = try #require(try await store.list(prefix: "k").first)
      let reader = try store.open(summary)
      #expect(reader.byteCount == 50_000)
      let part = try await onThread { try read(reader, 1_000..<31_000) }
      #expect(part == Array(bytes[1_000..<31_000]))
    }
  }
}

/// Expects an error of a store with a code.
func expectError(
  _ code: StorageError.Code, _ body: () async throws -> Void,
  sourceLocation: SourceLocation = #_sourceLocation
) async {
  do {
    try await body()
    Issue.record("nothing was thrown instead of \(code)", sourceLocation: sourceLocation)
  } catch let error as StorageError {
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
}

/// The bytes of a range, read by a blocking call.
func read(_ reader: any ObjectReader, _ range: Range<Int>) throws -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: range.count)
  var span = bytes.mutableSpan
  var destination = unsafe span.mutableBytes
  try reader.read(at: Int64(range.lowerBound), into: &destination)
  return bytes
}
