import Testing

@Suite struct VerifyTests {
  @Test(arguments: ["quick", "standard", "deep"])
  func `the example dump is sound at every level`(level: String) throws {
    let scratch = try Scratch()
    let result = try Command.run("verify", SampleDump.example, "--level", level, in: scratch)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(
      result.output.contains("\ndump \(SampleDump.timestamp) is sound (level \(level), "))
    let json = try Command.run(
      "verify", SampleDump.example, "--level", level, "--json", in: scratch)
    #expect(json.status == 0)
    #expect(try Document(json.output).findings.isEmpty)
  }

  @Test func `without page checksums the verdict says that content is not provable`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["one": ["no-crc", "base"], "two": ["base"]])
    let deep = try Command.run("verify", "dump", "--level", "deep", in: scratch)
    #expect(deep.status == 0)
    #expect(!deep.output.contains("is sound"))
    #expect(deep.output.contains("but its content is not provable: 4 of 12 pages have no CRC"))
    #expect(
      deep.output.contains("info: page-crc-absent: one: 4 of 8 pages in 1 of 2 files have no CRC"))
    let json = try Document(
      try Command.run("verify", "dump", "--level", "deep", "--json", in: scratch).output)
    #expect(json.codes == ["page-crc-absent"])
    #expect(json.tables?.first?.uncheckedPages == 4)
    // Who has not looked at the pages claims nothing about them.
    let standard = try Command.run("verify", "dump", in: scratch)
    #expect(standard.output.contains("is sound (level standard"))
  }

  @Test func `several bad files are all reported`() throws {
    let scratch = try Scratch(exampleAs: "dump")
    try scratch.remove("dump/" + SampleDump.file("spend", 0))
    try scratch.cut("dump/" + SampleDump.file("events", 0), by: 20)
    try scratch.flip("dump/" + SampleDump.file("events", 2), at: 60)
    try scratch.write("", to: "dump/" + SampleDump.file("companies", 0))
    try scratch.copy(
      "dump/" + SampleDump.file("stages", 0), to: "dump/" + SampleDump.file("attribution", 1))
    let result = try Command.run("verify", "dump", "--level", "deep", "--json", in: scratch)
    #expect(result.status == 21)
    let document = try Document(result.output)
    func files(_ code: String) -> Set<String?> {
      Set(document.findings.filter { $0.code == code }.map { $0.place.file ?? $0.place.table })
    }
    #expect(files("file-missing") == ["spend"])
    #expect(files("file-empty") == [SampleDump.file("companies", 0)])
    #expect(
      files("footer-unreadable")
        == [SampleDump.file("companies", 0), SampleDump.file("events", 0)])
    #expect(files("page-crc-mismatch") == [SampleDump.file("events", 2)])
    #expect(files("schema-differs") == [SampleDump.file("attribution", 1)])
  }

  @Test(arguments: [1, 4])
  func `the number of threads changes nothing`(jobs: Int) throws {
    let scratch = try Scratch(exampleAs: "dump")
    try scratch.flip("dump/" + SampleDump.file("events", 1), at: 60)
    try scratch.cut("dump/" + SampleDump.file("spend", 1), by: 1)
    let result = try Command.run(
      "verify", "dump", "--level", "deep", "--json", "--jobs", String(jobs), in: scratch)
    #expect(result.status == 21)
    #expect(try Document(result.output).errorCodes == ["footer-unreadable", "page-crc-mismatch"])
  }

  @Test func `verify writes nothing into the dump`() throws {
    let scratch = try Scratch(exampleAs: "dump")
    let before = try scratch.snapshot()
    _ = try Command.run("verify", "dump", "--level", "deep", in: scratch)
    #expect(try scratch.snapshot() == before)
  }
}
