import Foundation
import Testing

@Suite struct ParquetRewriteTests {
  private let file = SampleDump.example + "/" + SampleDump.file("events", 0)

  private func rows(_ name: String, in scratch: Scratch) throws -> String {
    let result = try Command.run("parquet", "cat", "--canonical", name, in: scratch)
    #expect(result.status == 0)
    return result.output
  }

  @Test(arguments: [
    [], ["--codec", "zstd", "--level", "9"], ["--codec", "none", "--data-page-version", "2"],
    ["--codec", "gzip", "--no-dictionary", "--encoding", "delta_byte_array"],
    ["--codec", "brotli", "--encoding", "delta_binary_packed", "--no-dictionary"],
    ["--codec", "lz4_raw", "--encoding", "byte_stream_split"],
    ["--page-size", "1KiB", "--page-rows", "10", "--page-index", "always"],
    ["--row-group-rows", "50"], ["--row-group-size", "10KiB"],
    ["--bloom-filter", "dd_event_id,session.channel"],
  ])
  func `rows and schema stay the same`(flags: [String]) throws {
    let scratch = try Scratch()
    let result = try Command.run(["parquet", "rewrite", file, "new.parquet"] + flags, in: scratch)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.output.hasPrefix("wrote new.parquet: 118 rows in "))
    #expect(try rows("new.parquet", in: scratch) == rows(file, in: scratch))
    #expect(
      try Command.run("parquet", "schema", "new.parquet", in: scratch).output
        == Command.run("parquet", "schema", file, in: scratch).output)
  }

  @Test func `what is asked for is in the new file's footer`() throws {
    let scratch = try Scratch()
    let result = try Command.run(
      "parquet", "rewrite", file, "new.parquet", "--codec", "zstd", "--row-group-rows", "50",
      "--json", in: scratch)
    #expect(result.output.contains("\"row_groups\":3"))
    #expect(result.output.contains("\"rows\":118"))
    #expect(result.output.filter { $0 == "\n" }.count == 1)
    let meta = try Command.run("parquet", "meta", "new.parquet", in: scratch)
    #expect(meta.output.contains("writer      receipt version "))
    #expect(meta.output.contains("ZSTD"))
    #expect(!meta.output.contains("SNAPPY"))
  }

  @Test func `the writer's name has the command's version`() throws {
    let scratch = try Scratch()
    let version = try Command.run("--version", in: scratch).output.dropLast()
    #expect(try Command.run("parquet", "rewrite", file, "new.parquet", in: scratch).status == 0)
    let meta = try Command.run("parquet", "meta", "new.parquet", in: scratch)
    #expect(meta.output.contains("writer      receipt version \(version) (build "))
  }

  @Test func `an existing file stays unless --replace is given`() throws {
    let scratch = try Scratch()
    try scratch.write("mine", to: "new.parquet")
    let refused = try Command.run("parquet", "rewrite", file, "new.parquet", in: scratch)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("error: cannot write new.parquet: the file exists"))
    #expect(refused.errors.contains("--replace"))
    #expect(try scratch.text("new.parquet") == "mine")
    let replaced = try Command.run(
      "parquet", "rewrite", file, "new.parquet", "--replace", in: scratch)
    #expect(replaced.status == 0)
    // A file may be written in its own place.
    let again = try Command.run(
      "parquet", "rewrite", "new.parquet", "new.parquet", "--replace", "--codec", "gzip",
      in: scratch)
    #expect(again.status == 0)
    #expect(try rows("new.parquet", in: scratch) == rows(file, in: scratch))
    #expect(try scratch.snapshot().keys.sorted() == ["new.parquet"])
  }

  @Test func `a file that breaks off while it is read leaves nothing behind`() throws {
    let scratch = try Scratch()
    try scratch.write(try Data(contentsOf: URL(filePath: file)), to: "broken.parquet")
    for offset in stride(from: 100, to: 20_000, by: 500) {
      try scratch.flip("broken.parquet", at: offset)
    }
    let result = try Command.run("parquet", "rewrite", "broken.parquet", "new.parquet", in: scratch)
    #expect(result.status == 21)
    #expect(result.errors.contains("cannot read broken.parquet"))
    #expect(try scratch.snapshot().keys.sorted() == ["broken.parquet"])
  }

  @Test(arguments: [
    (["--codec", "snappy", "--level", "3"], "the codec SNAPPY has no levels but 3 is asked for"),
    (["--codec", "zstd", "--level", "99"], "level 99 of ZSTD must be 1 to 22"),
    (["--page-rows", "0"], "pageRowLimit is 0 but must be 1 to"),
    (["--bloom-filter", "nope"], "the options name a column \"nope\""),
    (["--data-page-version", "3"], "--data-page-version must be 1 or 2"),
    (["--codec", "lzo"], "'lzo' is invalid"),
  ])
  func `options that cannot be are a wrong command line`(flags: [String], message: String) throws {
    let scratch = try Scratch()
    let result = try Command.run(["parquet", "rewrite", file, "new.parquet"] + flags, in: scratch)
    #expect(result.status == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(!scratch.exists("new.parquet"))
  }

  @Test func `places that cannot be written are refused`() throws {
    let scratch = try Scratch()
    try scratch.makeFolder("folder")
    let folder = try Command.run("parquet", "rewrite", file, "folder", in: scratch)
    #expect(folder.status == 1)
    #expect(folder.errors.contains("cannot write folder: it is a folder"))
    #expect(folder.errors.contains("folder/events.parquet"))
    let missing = try Command.run("parquet", "rewrite", file, "no/new.parquet", in: scratch)
    #expect(missing.status == 1)
    #expect(missing.errors.contains("there is no folder no/"))
    let nothing = try Command.run("parquet", "rewrite", "none.parquet", "new", in: scratch)
    #expect(nothing.status == 1)
    #expect(nothing.errors.contains("cannot open none.parquet"))
  }
}
