import Testing

@Suite struct ShowTests {
  @Test func `show prints tables, files and rows with their sums`() throws {
    let scratch = try Scratch()
    let result = try Command.run("show", SampleDump.example, in: scratch)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.output.hasPrefix("dump 2026-11-20T04:03:07.963883Z, "))
    #expect(result.output.contains("events           3         3   354   132 kB       81\n"))
    #expect(result.output.contains("6 tables        12        12   797   279 kB\n"))
  }

  @Test func `show --json is one document on one line`() throws {
    let scratch = try Scratch()
    let result = try Command.run("show", SampleDump.example, "--json", in: scratch)
    #expect(result.status == 0)
    #expect(result.output.filter { $0 == "\n" }.count == 1)
    let document = try Document(result.output)
    #expect(document.schemaVersion == 1)
    #expect(document.timestamp == SampleDump.timestamp)
    #expect(document.tables?.first { $0.name == "events" }?.rows == 354)
    #expect(document.tables?.map(\.name).sorted() == document.tables?.map(\.name))
  }

  @Test func `show ends with 0 whatever is missing, and says it`() throws {
    let scratch = try Scratch(exampleAs: "dump")
    try scratch.remove("dump/" + SampleDump.file("events", 1))
    let result = try Command.run("show", "dump", in: scratch)
    #expect(result.status == 0)
    #expect(result.output.contains("error: file-missing: events: "))
    #expect(result.output.contains("000000000001.parquet is not there."))
  }

  @Test func `show without a receipt ends with 20, with a broken one with 21`() throws {
    let scratch = try Scratch()
    let missing = try Command.run("show", ".", in: scratch)
    #expect(missing.status == 20)
    #expect(missing.output.isEmpty)
    #expect(
      missing.errorLines == [
        "error: cannot read ./receipt.json: there is no such file (receipt-missing)",
        "hint: Name the location that holds receipt.json; before the first dump there is none.",
      ])

    try scratch.write("{\"timestamp\": \"yesterday\"}", to: "receipt.json")
    let broken = try Command.run("show", ".", in: scratch)
    #expect(broken.status == 21)
    #expect(broken.errors.ranges(of: "column 15").count == 1, "\(broken.errors)")
    let json = try Command.run("show", ".", "--json", in: scratch)
    #expect(json.errors.contains("\"code\":\"receipt-malformed\""), "\(json.errors)")
    #expect(
      broken.errorLines.first?.hasPrefix("error: cannot read ./receipt.json, line 1, column 15")
        == true)
  }

  @Test func `a location that is not there, or a file, or a URL, is told apart`() throws {
    let scratch = try Scratch()
    try scratch.write("", to: "file")
    let missing = try Command.run("show", "nowhere", in: scratch)
    #expect(missing.status == 1)
    #expect(
      missing.errors == """
        error: cannot open nowhere: there is no such file or folder
        hint: a location is the directory or the s3:// URL that holds receipt.json

        """)
    let file = try Command.run("show", "file", in: scratch)
    #expect(file.status == 1)
    #expect(file.errors.contains("it is a file, and a location is a directory"))
    let bucket = try Command.run("show", "gs://bucket/dumps", in: scratch)
    #expect(bucket.status == 64)
    #expect(bucket.errors.contains("gs locations are not supported"))
  }
}
