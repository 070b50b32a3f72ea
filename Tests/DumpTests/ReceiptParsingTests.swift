import Foundation
import Testing

@testable import Dump

/// The receipt of the vendor's page.
let vendorReceipt = """
  {
    "timestamp": "2023-03-14T04:03:07.963883Z",
    "tables": {
      "companies": { "folder": "2023-03-14T04:03/companies", "total_file_count": 58 },
      "revenue_attribution": {
        "folder": "2023-03-14T04:03/revenue_attribution", "total_file_count": 61 },
      "revenue": { "folder": "2023-03-14T04:03/revenue", "total_file_count": 51 }
    }
  }
  """

func parse(_ text: String) throws(DumpError) -> Receipt {
  try Receipt(parsing: Array(text.utf8))
}

/// A receipt with one table `t`, whose value is the given JSON.
func receipt(tables: String, timestamp: String = #""2023-03-14T04:03:07Z""#) -> String {
  #"{"timestamp":\#(timestamp),"tables":\#(tables)}"#
}

func receipt(folder: String, count: String = "1") -> String {
  receipt(tables: #"{"t":{"folder":\#(folder),"total_file_count":\#(count)}}"#)
}

@Suite struct ReceiptParsingTests {
  @Test func `the receipt of the vendor's page is read`() throws {
    let receipt = try parse(vendorReceipt)
    #expect(receipt.timestamp.description == "2023-03-14T04:03:07.963883Z")
    #expect(receipt.label.description == "2023-03-14T04:03")
    #expect(receipt.tables.map(\.name) == ["companies", "revenue", "revenue_attribution"])
    #expect(receipt.tables.map(\.totalFileCount) == [58, 51, 61])
    #expect(receipt["revenue"]?.folder == "2023-03-14T04:03/revenue")
    #expect(receipt["revenue"]?.label == receipt.label)
    #expect(receipt["sessions"] == nil)
    #expect(receipt.totalFileCount == 170)
    #expect(receipt.text == vendorReceipt)
  }

  @Test func `unknown fields, other order and spaces make no difference but in the text`() throws {
    let other = """
      \u{FEFF}\r\n{ "schema_version" : [1, -2.5e+3, {"deep": [true, false, null]}, "\\u00e9\\n"],
      "tables":{"revenue":{"total_file_count":51,"rows":1e9,"folder":"2023-03-14T04:03\\/revenue"},
      "revenue_attribution":{"folder":"2023-03-14T04:03/revenue_attribution","total_file_count":61},
      "companies":{"folder":"2023-03-14T04:03/companies","total_file_count":58}},
      "timestamp":"2023-03-14T05:03:07.963883+01:00","":{}}\t
      """
    let receipt = try parse(other)
    #expect(try receipt == parse(vendorReceipt))
    #expect(receipt.text == other)
    #expect(try Set([receipt, parse(vendorReceipt)]).count == 1)
  }

  @Test func `a table may promise no files, and names may be any text`() throws {
    let receipt = try parse(
      receipt(
        tables: #"""
          {"Ümsätze \"2023\" 😀":{"folder":"a b/\u00fc\uD83D\uDE00","total_file_count":0},
           "'; DROP TABLE x":{"folder":"s3-export/","total_file_count":10000000}}
          """#))
    #expect(receipt.tables.map(\.name) == ["'; DROP TABLE x", "Ümsätze \"2023\" 😀"])
    #expect(receipt.tables[1].folder == "a b/ü😀")
    #expect(receipt.tables[1].totalFileCount == 0)
    #expect(receipt.tables[0].label == nil)
  }

  typealias Fault = Case<String, (code: DumpError.Code, place: String, why: String)>

  static func fault(
    _ input: String, _ code: DumpError.Code, _ place: String, _ why: String
  ) -> Fault { Fault(why, input, (code, place, why)) }

  static let syntax: [Fault] = [
    fault("", .truncated, "1:1 $", "it ends after 0 bytes, where a value should follow"),
    fault(" \n ", .truncated, "2:2 $", "it ends after 3 bytes, where a value should follow"),
    fault("{", .truncated, "1:2 $", "where a name in double quotes should follow"),
    fault(#"{"timestamp""#, .truncated, "1:13 $", #"where ":" should follow"#),
    fault(#"{"timestamp":"2023"#, .truncated, "1:19 $.timestamp", "closing quote of a string"),
    fault(#"{"a":tru"#, .truncated, "1:9 $.a", #"where "true" should follow"#),
    fault(#"{"a":-"#, .truncated, "1:7 $.a", "where a digit should follow"),
    fault(#"{"a":"\u12"#, .truncated, "1:11 $.a", "where a hexadecimal digit should follow"),
    fault(#"{"a":1"#, .truncated, "1:7 $", #"where "," or "}" should follow"#),
    fault("[1,2", .wrongType, "1:1 $", "an object should stand here, not an array"),
    fault("null", .wrongType, "1:1 $", "an object should stand here, not null"),
    fault("PAR1", .notJSON, "1:1 $", #"a value should stand here, not "P""#),
    fault("{} {}", .notJSON, "1:4 $", #"the end should stand here, not "{""#),
    fault(#"{"a":1,}"#, .notJSON, "1:8 $", #"a name in double quotes should stand here, not "}""#),
    fault(#"{"a":[1,]}"#, .notJSON, "1:9 $.a", #"a value should stand here, not "]""#),
    fault("{'a':1}", .notJSON, "1:2 $", #"a name in double quotes should stand here, not "'""#),
    fault("{// x\n}", .notJSON, "1:2 $", #"a name in double quotes should stand here, not "/""#),
    fault(#"{"a":01}"#, .notJSON, "1:7 $.a", "a number without leading zero"),
    fault(#"{"a":1.}"#, .notJSON, "1:8 $.a", "a digit should stand here"),
    fault(#"{"a":NaN}"#, .notJSON, "1:6 $.a", #"a value should stand here, not "N""#),
    fault(#"{"é€":é}"#, .notJSON, "1:7 $[\"é€\"]", #"a value should stand here, not "é""#),
    fault("{\"a\n\":1}", .notJSON, "1:4 $", "without line breaks or other control characters"),
    fault(#"{"a":"\x"}"#, .notJSON, "1:8 $.a", #"one of "\/bfnrtu after a backslash"#),
    fault(#"{"a":"\ud800"}"#, .notJSON, "1:7 $.a", "half of a surrogate pair stands alone"),
    fault(#"{"a":"\udc00\ud800"}"#, .notJSON, "1:7 $.a", "half of a surrogate pair"),
    fault(#"{"a":"\ud800\ue000"}"#, .notJSON, "1:7 $.a", "half of a surrogate pair"),
    fault(#"{"a":"\ud800\u0041"}"#, .notJSON, "1:7 $.a", "half of a surrogate pair"),
    fault(
      #"{"a":"# + String(repeating: "[", count: 100_000), .notJSON, "1:69 $.a",
      "more than 64 arrays and objects in each other"),
  ]

  static let meaning: [Fault] = [
    fault("{}", .missingField, "1:1 $", #"the field "timestamp" is missing"#),
    fault(#"{"tables":{"t":{}}}"#, .missingField, "1:16 $.tables.t", #"the field "folder""#),
    fault(
      #"{"timestamp":"2023-03-14T04:03:07Z"}"#, .missingField, "1:1 $",
      #"the field "tables" is missing"#),
    fault(
      receipt(tables: #"{"t":{"folder":"x"}}"#), .missingField, "1:51 $.tables.t",
      #"the field "total_file_count" is missing"#),
    fault(receipt(tables: "{}"), .noTables, "1:46 $.tables", "it names no tables"),
    fault(receipt(tables: "[]"), .wrongType, "1:46 $.tables", "an object should stand here"),
    fault(receipt(tables: "null"), .wrongType, "1:46 $.tables", "not null"),
    fault(receipt(tables: #"{"t":"x"}"#), .wrongType, "1:51 $.tables.t", "not a string"),
    fault(
      receipt(tables: "{}", timestamp: "1678766587"), .wrongType, "1:14 $.timestamp",
      "a string should stand here, not a number"),
    fault(
      receipt(tables: "{}", timestamp: #""2023-02-30T00:00:00Z""#), .badTimestamp,
      "1:14 $.timestamp", "February 2023 has 28 days, not 30"),
    fault(receipt(folder: "1"), .wrongType, "1:61 $.tables.t.folder", "not a number"),
    fault(
      receipt(folder: #""x""#, count: #""58""#), .wrongType,
      "1:84 $.tables.t.total_file_count", "a number should stand here, not a string"),
    fault(
      receipt(folder: #""x""#, count: "-1"), .badCount, "1:84 $.tables.t.total_file_count",
      "the file count -1 is negative"),
    fault(
      receipt(folder: #""x""#, count: "58.0"), .badCount, "1:84 $.tables.t.total_file_count",
      "the file count 58.0 is not written as a whole number"),
    fault(
      receipt(folder: #""x""#, count: "10000001"), .badCount,
      "1:84 $.tables.t.total_file_count",
      "the file count 10,000,001 is more than 10,000,000, the most that is believed"),
    fault(
      receipt(folder: #""x""#, count: "99999999999999999999"), .badCount,
      "1:84 $.tables.t.total_file_count", "the file count has 20 digits"),
    fault(
      receipt(tables: #"{"":{"folder":"x","total_file_count":1}}"#), .badTableName,
      "1:47 $.tables[\"\"]", "a table name is empty"),
    fault(
      receipt(tables: #"{"a\u0000":{"folder":"x","total_file_count":1}}"#), .badTableName,
      #"1:47 $.tables["a\u{0}"]"#, #"the table name "a\u{0}" holds a NUL"#),
  ]

  static let repeats: [Fault] = [
    fault(
      receipt(
        tables: #"{"t":{"folder":"x","total_file_count":1},"#
          + "\n" + #" "t":{"folder":"y","total_file_count":1}}"#), .duplicateName,
      "2:2 $.tables.t", #""t" comes twice"#),
    fault(
      receipt(tables: #"{"t":{"folder":"x","folder":"x","total_file_count":1}}"#),
      .duplicateName, "1:65 $.tables.t.folder", #""folder" comes twice"#),
    fault(
      #"{"timestamp":"2023-03-14T04:03:07Z","timestamp":1}"#, .duplicateName,
      "1:37 $.timestamp", #""timestamp" comes twice"#),
    fault(
      receipt(
        tables:
          #"{"a":{"folder":"x","total_file_count":1},"b":{"folder":"x/","total_file_count":1}}"#),
      .sharedFolder, "1:87 $.tables.b", #"tables "a" and "b" have the same folder"#),
  ]

  @Test(arguments: syntax + meaning + repeats)
  func `a malformed receipt is refused with the place and the reason`(fault: Fault) throws {
    let error = try #require(throws: DumpError.self) { try parse(fault.input) }
    #expect(error.code == fault.expected.code)
    let place = try #require(error.place)
    #expect("\(place.line):\(place.column) \(place.path)" == fault.expected.place)
    #expect(error.message.contains(fault.expected.why), "\(error)")
    #expect(error.message.hasPrefix("cannot read receipt.json, \(place): "))
    #expect(error.message.utf8.count < 1_000)
  }

  @Test(arguments: [
    (#""""#, "the folder is empty"),
    (#""/x""#, #"the folder "/x" starts with "/" and leaves the location"#),
    (#""s3://bucket/x""#, #"the folder "s3://bucket/x" is an absolute URL"#),
    (#""..""#, #"the folder ".." leaves the location"#),
    (#""../x""#, "leaves the location"),
    (#""a/../../x""#, "leaves the location"),
    (#""a/..""#, "leaves the location"),
    (#""./x""#, "leaves the location or is not plain"),
    (#""a//x""#, "has an empty name between two"),
    (#""a//""#, "has an empty name between two"),
    (#""/""#, "starts with \"/\""),
    (#""a\nb""#, "holds a control character"),
    (#""a\u007fb""#, "holds a control character"),
    ("\"" + String(repeating: "x", count: 1_025) + "\"", "has 1,025 bytes"),
  ])
  func `a folder that is not a plain relative path is refused`(folder: String, why: String) throws {
    let error = try #require(throws: DumpError.self) { try parse(receipt(folder: folder)) }
    #expect(error.code == .badFolder)
    #expect(error.place?.path == "$.tables.t.folder")
    #expect(error.message.contains(why), "\(error)")
  }

  @Test(
    arguments: [
      ([0xFF, 0xFE, 0x7B, 0x00], "1:1", "0xFF"), ([0x7B, 0x0A, 0x22, 0x80], "2:2", "0x80"),
      ([0x22, 0xC3, 0xA9, 0xED, 0xA0, 0x80], "1:3", "0xED"), ([0x1F, 0x8B, 0x08], "1:2", "0x8B"),
      ([0x7B, 0x05], "", ""),
    ] as [([UInt8], String, String)])
  func `bytes that are not UTF-8 are refused with their place`(
    bytes: [UInt8], place: String, byte: String
  ) throws {
    let error = try #require(throws: DumpError.self) { try Receipt(parsing: bytes) }
    guard !byte.isEmpty else {
      #expect(error.code == .notJSON)
      return
    }
    #expect(error.code == .notUTF8)
    #expect(error.place.map { "\($0.line):\($0.column)" } == place)
    #expect(error.message.hasSuffix("byte \(byte) is not UTF-8 there"))
  }

  @Test func `a receipt that is too large is refused before it is looked at`() throws {
    let bytes = [UInt8](repeating: 0xFF, count: Limits.receiptByteCount + 1)
    let error = try #require(throws: DumpError.self) { try Receipt(parsing: bytes) }
    #expect(error.code == .tooLarge)
    #expect(
      error.message
        == "cannot read receipt.json: it has 4,194,305 bytes, and a receipt at most 4,194,304")
  }

  @Test func `the name of the text and the hint are in the description`() throws {
    let error = try #require(throws: DumpError.self) {
      try Receipt(parsing: Array("{".utf8), name: "s3://b/receipt.json")
    }
    #expect(
      error.description == """
        cannot read s3://b/receipt.json, line 1, column 2 ($): it ends after 1 byte, \
        where a name in double quotes should follow
        hint: The receipt was cut short or is being written; read it again.
        """)
  }
}
