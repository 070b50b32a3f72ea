import Testing

@Suite struct ParquetCommandTests {
  private let file = SampleDump.example + "/" + SampleDump.file("events", 0)

  @Test func `parquet schema prints the schema in Parquet's own notation`() throws {
    let result = try Command.run("parquet", "schema", file, in: try Scratch())
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.output.hasPrefix("message "))
    #expect(result.output.contains("optional group session {"))
  }

  @Test func `parquet meta prints rows, codecs and encodings`() throws {
    let result = try Command.run("parquet", "meta", file, in: try Scratch())
    #expect(result.status == 0)
    #expect(result.output.contains("rows        118\n"))
    #expect(result.output.contains("session.channel"))
    let document = try Command.run("parquet", "meta", "--json", file, in: try Scratch())
    #expect(document.output.contains("\"rows\":118"))
    #expect(document.output.filter { $0 == "\n" }.count == 1)
  }

  @Test func `parquet cat prints the asked rows and columns as JSON lines`() throws {
    let result = try Command.run(
      "parquet", "cat", file, "--head", "2", "--columns", "dd_event_id,session.channel",
      in: try Scratch())
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.hasPrefix("{\"dd_event_id\":\"") })
    #expect(lines.allSatisfy { $0.contains("\"session\":{\"channel\":") })
  }

  @Test func `parquet cat --canonical prints one array a row`() throws {
    let result = try Command.run("parquet", "cat", "--canonical", file, in: try Scratch())
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 118)
    #expect(lines.allSatisfy { $0.hasPrefix("[") && $0.hasSuffix("]") })
  }

  @Test func `a column that is not there is a wrong command line`() throws {
    let result = try Command.run("parquet", "cat", file, "--columns", "nope", in: try Scratch())
    #expect(result.status == 64)
    #expect(result.errors.contains("there is no column \"nope\""))
    #expect(result.errors.contains("hint: `receipt parquet schema FILE` lists the columns"))
  }

  @Test(arguments: ["schema", "meta", "cat"])
  func `files that are not Parquet end with 21, missing ones with 1`(verb: String) throws {
    let scratch = try Scratch()
    try scratch.write("this is a text and not Parquet", to: "text")
    let text = try Command.run("parquet", verb, "text", in: scratch)
    #expect(text.status == 21)
    #expect(text.errors.hasPrefix("error: cannot read text: "))
    let missing = try Command.run("parquet", verb, "nowhere", in: scratch)
    #expect(missing.status == 1)
    #expect(missing.errors == "error: cannot open nowhere: there is no such file or folder\n")
  }

  @Test func `a codec that is not supported is named`() throws {
    let scratch = try Scratch()
    try scratch.write(try SampleDump.fixture("unsupported"), to: "lzo.parquet")
    let result = try Command.run("parquet", "cat", "lzo.parquet", in: scratch)
    #expect(result.status == 1)
    #expect(result.errors.contains("LZO"))
    #expect(result.errors.contains("lzo.parquet"))
  }
}
