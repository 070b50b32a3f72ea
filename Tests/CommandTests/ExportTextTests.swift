import Foundation
import TestSupport
import Testing

/// `receipt export` from CSV files and JSON lines, through its binary.
@Suite struct ExportTextTests {
  /// The rows of a table that was exported, as `parquet cat` writes them.
  private func rows(of table: String, in scratch: Scratch) throws -> [String] {
    let files = try scratch.snapshot().keys.filter {
      $0.hasPrefix("out/") && $0.contains("/\(table)/") && $0.hasSuffix(".parquet")
    }.sorted()
    let result = try Command.run(["parquet", "cat"] + files, in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    return result.output.split(separator: "\n").map(String.init)
  }

  private func export(
    _ arguments: String..., in scratch: Scratch
  ) throws -> Command.Result {
    try scratch.makeFolder("out")
    return try Command.run(["export"] + arguments + ["out"], in: scratch)
  }

  // MARK: CSV

  @Test func `columns of CSV get the types that their fields have`() throws {
    let scratch = try Scratch()
    try scratch.write(
      "id,name,price,day,at,local,ok,zip,none\r\n"
        + "1,\"a, \"\"b\"\"\nc\",1.5,2024-01-02,2024-01-02T03:04:05Z,2024-01-02 03:04:05.25,true,007,\r\n"
        + "2,,-0,,,,,,\r\n"
        + "-3,\"\",Infinity,2024-02-29,2024-01-02T03:04:05.5+02:00,2024-01-02T00:00:00,false,1,",
      to: "t.csv")
    let result = try export("t.csv", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.contains(
        "t has, by its first rows: id int64, name string, price double, day date, "
          + "at timestamp(us,utc), local timestamp(us), ok boolean"))
    #expect(
      try rows(of: "t", in: scratch) == [
        #"{"id":1,"name":"a, \"b\"\nc","price":1.5,"day":"2024-01-02","#
          + #""at":"2024-01-02T03:04:05.000000Z","local":"2024-01-02T03:04:05.250000","#
          + #""ok":true,"zip":"007","none":null}"#,
        #"{"id":2,"name":null,"price":-0.0,"day":null,"at":null,"local":null,"ok":null,"#
          + #""zip":null,"none":null}"#,
        #"{"id":-3,"name":"","price":"Infinity","day":"2024-02-29","#
          + #""at":"2024-01-02T01:04:05.500000Z","local":"2024-01-02T00:00:00.000000","#
          + #""ok":false,"zip":"1","none":null}"#,
      ])
    #expect(try Command.run("verify", "out", "--level", "deep", in: scratch).status == 0)
  }

  @Test func `compressed text is read as it comes, member by member`() throws {
    let scratch = try Scratch()
    let lines = (0..<40_000).map { "\($0),name \($0)" }
    try scratch.write("id,name\n" + lines[..<25_000].joined(separator: "\n") + "\n", to: "a")
    try scratch.write(lines[25_000...].joined(separator: "\n"), to: "b")
    try scratch.write(#"{"id":7}"#, to: "n.jsonl")
    let packed = try Command.shell(
      "mkdir in && cat <(gzip -c a) <(gzip -c b) > in/t.csv.gz && gzip n.jsonl", in: scratch)
    #expect(packed.status == 0, "\(packed.errors)")
    #expect(try export("csv:in", "--timestamp", Moment.first, in: scratch).status == 0)
    let read = try rows(of: "t", in: scratch)
    #expect(read.count == 40_000)
    #expect(read.last == #"{"id":39999,"name":"name 39999"}"#)
    #expect(try export("n.jsonl.gz", "--timestamp", Moment.second, in: scratch).status == 0)
    #expect(try rows(of: "n", in: scratch) == [#"{"id":7}"#])
    for (cut, why) in [
      ("head -c 60000 in/t.csv.gz", "the file ends inside of the compressed data"),
      ("cat a", "not gzip: incorrect header check"),
    ] {
      #expect(try Command.shell("\(cut) > u.csv.gz", in: scratch).status == 0)
      let result = try export("u.csv.gz", in: scratch)
      #expect(result.status == 1)
      #expect(result.errors.contains("cannot export u.csv.gz: \(why)"), "\(result.errors)")
    }
  }

  @Test func `a header alone is a table without rows`() throws {
    let scratch = try Scratch()
    try scratch.write("a,b", to: "t.csv")
    #expect(try export("t.csv", in: scratch).status == 0)
    #expect(try rows(of: "t", in: scratch).isEmpty)
    #expect(try Command.run("verify", "out", in: scratch).status == 0)
  }

  @Test(arguments: [
    ("", "cannot export t.csv: line 1: it is empty, but should begin with a line of column names"),
    ("a,a\n", "cannot export t.csv: line 1: the header has the column \"a\" twice"),
    ("a,,c\n", "cannot export t.csv: line 1: column 2 of the header has no name"),
    ("a,b\n1,2,3\n", "cannot export t.csv: line 2: the row has 3 fields but the header has 2"),
  ])
  func `what is no table is refused with its line`(text: String, expected: String) throws {
    let scratch = try Scratch()
    try scratch.write(text, to: "t.csv")
    let result = try export("t.csv", in: scratch)
    #expect(result.status == 1)
    #expect(result.errorLines.first == "error: \(expected)")
    #expect(!scratch.exists("out/receipt.json"))
  }

  @Test func `a field that comes later and does not fit is refused with its place`() throws {
    let scratch = try Scratch()
    let numbers = (1...30_000).map { "\"\n\",\($0)\n" }.joined()
    try scratch.write("text,number\n" + numbers + "x,1.5\n", to: "t.csv")
    let result = try export("t.csv", in: scratch)
    #expect(result.status == 1)
    #expect(
      result.errorLines == [
        "error: cannot export t.csv: line 60002, column number: \"1.5\" is no INT64",
        "hint: without --schema the first 20000 rows say what the others must be",
      ])
  }

  @Test func `files of a folder are tables, and a sub-folder is one`() throws {
    let scratch = try Scratch()
    try scratch.write("a\tb\n1\tx,y\n", to: "in/first.tsv")
    try scratch.write("a;b\n1;2\n", to: "in/second.CSV")
    try scratch.write("n\n3\n", to: "in/parts/b.csv")
    try scratch.write("n\n1\n2\n", to: "in/parts/a.csv")
    try scratch.write("no table", to: "in/README.md")
    try scratch.write("no table", to: "in/.hidden.csv")
    #expect(try export("csv:in", "--timestamp", Moment.first, in: scratch).status == 0)
    #expect(try rows(of: "first", in: scratch) == [#"{"a":1,"b":"x,y"}"#])
    #expect(try rows(of: "second", in: scratch) == [#"{"a":1,"b":2}"#])
    #expect(try rows(of: "parts", in: scratch) == [#"{"n":1}"#, #"{"n":2}"#, #"{"n":3}"#])
    try scratch.write("m\n1\n", to: "in/parts/c.csv")
    let refused = try Command.run("export", "csv:in", "other", in: scratch)
    #expect(refused.status == 1)
  }

  @Test func `files of one table must have one header`() throws {
    let scratch = try Scratch()
    try scratch.write("a,b\n1,2\n", to: "in/t/1.csv")
    try scratch.write("a,c\n1,2\n", to: "in/t/2.csv")
    let result = try export("csv:in", in: scratch)
    #expect(
      result.errorLines.first
        == "error: cannot export in/t/2.csv: line 1: the header is \"a,c\", but that of the table's "
        + "files before is \"a,b\"")
  }

  @Test func `a random table in CSV is the same table in the dump`() throws {
    let scratch = try Scratch()
    var random = SeededGenerator()
    var text = "id,text,number,truth\n"
    var expected: [String] = []
    for id in 0..<5_000 {
      let words = ["a", "é", ",", "\"", "\n", "\\", "𝄞", " ", "x y z 0123456789"]
      let value = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        words[Int.random(in: 0..<words.count, using: &random)]
      }.joined()
      let number = Double(Int.random(in: -1_000_000...1_000_000, using: &random)) / 64
      let truth = Bool.random(using: &random)
      let isNull = Int.random(in: 0..<5, using: &random) == 0
      let quoted = value.replacingOccurrences(of: "\"", with: "\"\"")
      text += "\(id),\(isNull ? "" : "\"\(quoted)\""),\(number),\(isNull ? "" : "\(truth)")\n"
      let json = value.replacingOccurrences(of: "\\", with: "\\\\")
        .replacingOccurrences(of: "\"", with: "\\\"").replacingOccurrences(of: "\n", with: "\\n")
      expected.append(
        "{\"id\":\(id),\"text\":\(isNull ? "null" : "\"\(json)\""),\"number\":\(number),"
          + "\"truth\":\(isNull ? "null" : "\(truth)")}")
    }
    try scratch.write(text, to: "t.csv")
    #expect(try export("t.csv", in: scratch).status == 0, "seed \(random.seed)")
    #expect(try rows(of: "t", in: scratch) == expected, "seed \(random.seed)")
  }

  // MARK: JSON lines

  @Test func `members of JSON lines become fields, nested ones too`() throws {
    let scratch = try Scratch()
    try scratch.write(
      #"""
      {"a":1,"b":{"c":[1,2.5],"d":"2024-01-01"},"mixed":1,"json":{"x":[1]},"n":null,"e":{}}
      {"mixed":"x","json":"s","big":18446744073709551616,"b":null,"t":[[1],[null]],"e":{}}

      {"mixed":true,"json":[1, 2],"at":"2024-01-01T00:00:00Z","b":{"c":[]},"local":"2024-01-01T00:00:00"}
      """#, to: "t.ndjson")
    let result = try export("t.ndjson", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try rows(of: "t", in: scratch) == [
        #"{"a":1,"b":{"c":[1.0,2.5],"d":"2024-01-01"},"mixed":"1","json":"{\"x\":[1]}","n":null,"#
          + #""e":"{}","big":null,"t":null,"at":null,"local":null}"#,
        #"{"a":null,"b":null,"mixed":"x","json":"\"s\"","n":null,"e":"{}","#
          + #""big":"18446744073709551616","t":[[1],[null]],"at":null,"local":null}"#,
        #"{"a":null,"b":{"c":[],"d":null},"mixed":"true","json":"[1, 2]","n":null,"e":null,"#
          + #""big":null,"t":null,"at":"2024-01-01T00:00:00.000000Z","local":"2024-01-01T00:00:00"}"#,
      ])
  }

  @Test func `a JSON line of any length may cross blocks`() throws {
    let scratch = try Scratch()
    let lines = [10, 300_000, 1, 262_144, 700_000].map { count in
      "{\"x\":\"\(String(repeating: "é\\n", count: count))\"}"
    }
    try scratch.write(lines.joined(separator: "\r\n"), to: "t.jsonl")
    #expect(try export("t.jsonl", in: scratch).status == 0)
    #expect(try rows(of: "t", in: scratch) == lines)
  }

  @Test(arguments: [
    ("", "cannot export table t: t.ndjson has no rows, so its fields are not known"),
    ("[1]\n", "cannot export t.ndjson: line 1: a row should be an object but is an array"),
    ("{\"a\":1}\n{\"a\":1\n", "cannot export t.ndjson: line 2: there should be \",\" or \"}\""),
    ("{\"a\":1,\"a\":2}\n", "cannot export t.ndjson: line 1: the member \"a\" occurs twice"),
  ])
  func `what are no JSON lines is refused`(text: String, expected: String) throws {
    let scratch = try Scratch()
    try scratch.write(text, to: "t.ndjson")
    let result = try export("t.ndjson", in: scratch)
    #expect(result.status == 1)
    #expect(result.errorLines.first?.hasPrefix("error: \(expected)") == true, "\(result.errors)")
  }

  @Test(arguments: [
    ("{\"a\":{\"b\":\"x\"}}", "member a.b: \"x\" is no INT64 (byte 10 of the JSON text)"),
    (
      "{\"a\":[]}",
      "member a: the value should be an object but is an array (byte 5 of the JSON text)"
    ),
    ("{\"a\":{\"c\":1}}", "member a.c: there is no field \"c\" (byte 6 of the JSON text)"),
  ])
  func `a line that comes later and does not fit is refused with its place`(
    line: String, expected: String
  ) throws {
    let scratch = try Scratch()
    let rows = (1...20_000).map { "{\"a\":{\"b\":\($0)}}\n" }.joined()
    try scratch.write(rows + line, to: "t.ndjson")
    let result = try export("t.ndjson", in: scratch)
    #expect(result.status == 1)
    #expect(result.errorLines.first == "error: cannot export t.ndjson: line 20001, \(expected)")
    #expect(result.errorLines.last?.contains("--schema") == true)
  }
}
