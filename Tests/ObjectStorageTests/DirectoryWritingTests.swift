import Foundation
import ObjectStorage
import Testing

/// What a directory does that a bucket need not: links, folders, names, half-written files.
struct DirectoryWritingTests {
  private func withDirectory(_ body: (URL, DirectoryStore) async throws -> Void) async throws {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "DirectoryWritingTests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url.appending(path: "store"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try await body(url, try DirectoryStore(path: url.appending(path: "store").path))
  }

  @Test(arguments: [
    "../x", "a/../../x", "/etc/x", "a//b", "a/./b", "", "a/", "a\0b", ".receipt-part-1",
  ])
  func `keys do not lead out of the directory`(_ key: String) async throws {
    try await withDirectory { url, store in
      await expectError(.system) { try await store.put(key, [1]) }
      await expectError(.system) { _ = try await store.get(key, limit: 10) }
      #expect(try await store.delete([key]).count == 1)
      let left = try FileManager.default.subpathsOfDirectory(atPath: url.path)
      #expect(left == ["store"])
    }
  }

  @Test func `nothing is written through a link`() async throws {
    try await withDirectory { url, store in
      let outside = url.appending(path: "outside")
      try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
      let link = url.appending(path: "store/link")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: outside)
      await expectError(.system) { try await store.put("link/x", [1]) }
      #expect(try await store.delete(["link/x"]).count == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == [])
      // A link in the place of a file is replaced, and what it points to stays.
      let target = outside.appending(path: "target")
      try Data("old".utf8).write(to: target)
      try FileManager.default.createSymbolicLink(
        at: url.appending(path: "store/file"), withDestinationURL: target)
      try await store.put("file", Array("new".utf8))
      #expect(try Data(contentsOf: target) == Data("old".utf8))
      #expect(try await store.get("file", limit: 10) == Array("new".utf8))
    }
  }

  @Test func `a half-written file is neither listed nor left`() async throws {
    try await withDirectory { url, store in
      let upload = try await store.upload("a/b", options: PutOptions())
      try await upload.append([1, 2, 3])
      #expect(try await store.list(prefix: "") == [])
      await upload.abort()
      let left = try FileManager.default.contentsOfDirectory(
        atPath: url.appending(path: "store/a").path)
      #expect(left == [])
    }
  }

  @Test func `folders are gone with their last file`() async throws {
    try await withDirectory { url, store in
      try await store.put("é/b/c", [1])
      try await store.put("é/d", [1])
      try await store.delete("é/b/c")
      #expect(!FileManager.default.fileExists(atPath: url.appending(path: "store/é/b").path))
      try await store.delete("é/d")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: url.appending(path: "store").path) == []
      )
    }
  }

  @Test func `a file in the way of a folder is an error`() async throws {
    try await withDirectory { _, store in
      try await store.put("a", [1])
      await expectError(.system) { try await store.put("a/b", [1]) }
    }
  }
}
