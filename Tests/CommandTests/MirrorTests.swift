import Foundation
import ObjectStorage
import TestSupport
import Testing

/// `receipt mirror`: a copy that is whole, goes on, and can be loaded from.
struct MirrorTests {
  /// The files of the dump in a directory, with their bytes.
  private func files(_ scratch: Scratch, _ name: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    let root = scratch.path(name)
    for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
      guard !path.hasPrefix(".receipt-") else { continue }
      // A folder cannot be read.
      if let bytes = try? scratch.bytes("\(name)/\(path)") { files[path] = bytes }
    }
    return files
  }

  @Test func `a mirror has every file byte for byte, and the second copy copies nothing`() throws {
    let scratch = try Scratch(exampleAs: "dump")
    let first = try Command.run("mirror", "dump", "copy", in: scratch)
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("copied 12 files"))
    #expect(try files(scratch, "copy") == files(scratch, "dump"))
    let second = try Command.run("mirror", "dump", "copy", in: scratch)
    #expect(second.output.contains("copied 0 files"))
    #expect(try Command.run("verify", "copy", "--level", "deep", in: scratch).status == 0)
  }

  @Test func `a mirror goes on where it ended and mends what was damaged`() throws {
    let scratch = try Scratch(exampleAs: "dump")
    #expect(try Command.run("mirror", "dump", "copy", in: scratch).status == 0)
    try scratch.remove("copy/receipt.json")
    try scratch.remove("copy/\(SampleDump.file("events", 1))")
    try scratch.write("cut off", to: "copy/\(SampleDump.file("stages", 0))")
    // A crash in the middle of the log's last line.
    let log = try scratch.text("copy/.receipt-mirror")
    try scratch.write(String(log.dropLast(20)), to: "copy/.receipt-mirror")
    let again = try Command.run("mirror", "dump", "copy", in: scratch)
    #expect(again.status == 0, "\(again.errors)")
    let count = again.output.firstMatch(of: /copied (\d+) files/).flatMap { Int($0.1) }
    #expect(count == 2 || count == 3)
    #expect(try files(scratch, "copy") == files(scratch, "dump"))
  }

  @Test func `names are portable on request, and every command reads them back`() throws {
    let scratch = try Scratch(exampleAs: "dump")
    let result = try Command.run("mirror", "dump", "copy", "--portable-names", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(scratch.exists("copy/2026-11-20T04%3A03/events/000000000000.parquet"))
    #expect(!scratch.exists("copy/2026-11-20T04:03"))
    for command in [
      ["verify", "copy"], ["load", "copy", "--into", "x.sqlite"], ["show", "copy"],
    ] {
      let there = try Command.run(command, in: scratch)
      #expect(there.status == 0, "\(there.errors)")
    }
    // And back.
    #expect(try Command.run("mirror", "copy", "back", in: scratch).status == 0)
    #expect(try files(scratch, "back") == files(scratch, "dump"))
    let mixed = try Command.run("mirror", "dump", "back", "--portable-names", in: scratch)
    #expect(mixed.status == 64)
    #expect(mixed.errors.contains("it has files with plain ones"))
  }

  @Test func `a dump is not mirrored onto itself, nor into a file`() throws {
    let scratch = try Scratch(exampleAs: "dump")
    try scratch.write("precious", to: "file")
    let before = try files(scratch, "dump")
    for name in ["dump", "dump/", "./dump", "dump/../dump"] {
      let result = try Command.run("mirror", "dump", name, in: scratch)
      #expect(result.status == 64)
      #expect(result.errors.contains("they are the same directory"), "\(result.errors)")
    }
    #expect(try files(scratch, "dump") == before)
    let file = try Command.run("mirror", "dump", "file", in: scratch)
    #expect(file.status == 1)
    #expect(file.errors.contains("cannot open file: it is a file"), "\(file.errors)")
    #expect(try scratch.text("file") == "precious")
  }

  @Test func `a dump that is not whole is not mirrored`() throws {
    let scratch = try Scratch(exampleAs: "dump")
    try scratch.remove("dump/\(SampleDump.file("events", 1))")
    let result = try Command.run("mirror", "dump", "copy", in: scratch)
    #expect(result.status == 20)
    #expect(!scratch.exists("copy"))
  }

  @Test(.enabled(if: Peer.strict.url != nil))
  func `a dump in a bucket is mirrored, large objects in pieces`() async throws {
    let scratch = try Scratch(exampleAs: "dump")
    // A file of 20 MB that is no Parquet: mirroring does not look into files.
    let large = Data((0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    try scratch.write(large, to: "dump/\(SampleDump.file("stages", 0))")
    let store = try await Peer.strict.store()
    let source = try DirectoryStore(path: scratch.path("dump"))
    for object in try await source.list(prefix: "") {
      try await store.put(object.key, try await source.get(object.key, limit: 1 << 30))
    }
    let result = try Command.run(
      under: Peer.strict.assignments, ["mirror", store.description, "copy"], in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try files(scratch, "copy") == files(scratch, "dump"))
    let again = try Command.run(
      under: Peer.strict.assignments, ["mirror", store.description, "copy"], in: scratch)
    #expect(again.output.contains("copied 0 files"))
  }
}
