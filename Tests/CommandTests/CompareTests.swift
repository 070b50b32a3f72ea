import Testing

@Suite struct CompareTests {
  /// A change since the earlier dump, with the finding and the exit code it leads to.
  struct Change: Sendable, CustomTestStringConvertible {
    let file: String
    let codes: [String]
    let status: Int32
    var says = ""
    var testDescription: String { file }

    static let all = [
      Change(file: "base", codes: [], status: 0),
      Change(
        file: "half", codes: ["rows-dropped"], status: 22,
        says: "5 rows, and the earlier dump had 10: 50% fewer, more than the 20% of --max-drop"),
      Change(file: "added", codes: ["column-added"], status: 0, says: "extra"),
      Change(file: "removed", codes: ["column-removed"], status: 22, says: "column name"),
      Change(file: "widened", codes: ["column-widened"], status: 0, says: "column small"),
      Change(file: "narrowed", codes: ["column-narrowed"], status: 22, says: "column id"),
      Change(file: "changed", codes: ["column-changed"], status: 22, says: "column name"),
      Change(file: "moved", codes: ["column-moved"], status: 0),
    ]
  }

  @Test(arguments: Change.all)
  func `each change since the earlier dump has its finding`(change: Change) throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["base"]], at: "old")
    try scratch.makeDump(["t": [change.file]], at: "new")
    for level in ["quick", "standard", "deep"] {
      let json = try Command.run(
        "verify", "new", "--against", "old", "--level", level, "--json", in: scratch)
      #expect(json.status == change.status)
      #expect(try Set(Document(json.output).codes) == Set(change.codes))
    }
    let text = try Command.run("verify", "new", "--against", "old", in: scratch)
    #expect(text.status == change.status)
    #expect(text.output.contains(change.says))
    #expect(
      text.output.contains("is sound in itself, but refused: 1 error") == (change.status == 22))
  }

  @Test func `tables that are gone are refused, new ones are not`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["a": ["base"], "b": ["base"]], at: "old")
    try scratch.makeDump(["b": ["base"], "c": ["base"]], at: "new")
    let result = try Command.run("verify", "new", "--against", "old", "--json", in: scratch)
    #expect(result.status == 22)
    let document = try Document(result.output)
    #expect(document.errorCodes == ["table-gone"])
    #expect(document.codes.contains("table-added"))
  }

  @Test(arguments: [("50%", 0), ("49.999%", 22), ("0%", 22), ("100%", 0)])
  func `--max-drop decides how many rows may be lost`(limit: String, status: Int32) throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["base"]], at: "old")
    try scratch.makeDump(["t": ["half"]], at: "new")
    let result = try Command.run(
      "verify", "new", "--against", "old", "--max-drop", limit, in: scratch)
    #expect(result.status == status)
  }

  @Test func `an earlier dump that cannot be read does not hide this one's findings`() throws {
    let scratch = try Scratch()
    try scratch.makeDump(["t": ["base", "base"]], at: "new")
    try scratch.makeFolder("old")
    let sound = try Command.run("verify", "new", "--against", "old", in: scratch)
    #expect(sound.status == 1)
    #expect(
      sound.output.contains(
        "error: file-unreadable: old: cannot compare with the earlier dump: cannot read "
          + "old/receipt.json: there is no such file"))
    try scratch.remove("new/" + SampleDump.file("t", 1))
    let bad = try Command.run("verify", "new", "--against", "old", "--json", in: scratch)
    #expect(bad.status == 20)
    #expect(try Document(bad.output).errorCodes == ["file-missing", "file-unreadable"])
  }

  @Test func `an earlier location that is not there is an error`() throws {
    let scratch = try Scratch()
    let result = try Command.run(
      "verify", SampleDump.example, "--against", "nowhere", in: scratch)
    #expect(result.status == 1)
    #expect(
      result.errors == """
        error: cannot open nowhere: there is no such file or folder
        hint: a location is the directory or the s3:// URL that holds receipt.json

        """)
  }
}
