import Testing

@testable import Parquet

/// CSV, row by row (RFC 4180).
@Suite struct `CSV rows` {
  /// The rows of a text that comes in a few bytes at a time, and where it ends.
  private func rows(
    _ text: [UInt8], delimiter: Character = ",", limit: Int = .max, pieces: () -> Int = { 5 }
  ) throws -> (rows: [[String?]], lines: Int) {
    let block = TextBlock(capacity: 1)
    var rows = CSVRows(delimiter: delimiter.asciiValue ?? 0)
    var found: [[String?]] = []
    var offset = 0
    while !block.isAtEnd {
      let count = try rows.read(from: block, limit: limit)
      for row in 0..<count {
        var fields: [String?] = []
        for column in 0..<(rows.columnCount ?? 0) { fields.append(rows[row, column]?.string) }
        found.append(fields)
      }
      if count > 0 { continue }
      #expect(!block.isComplete, "a complete block gives all of its rows")
      if block.isComplete { break }
      try block.fill(upTo: min(pieces(), text.count - offset)) { room in
        let count = room.byteCount
        for index in 0..<count {
          room.storeBytes(of: text[offset + index], toByteOffset: index, as: UInt8.self)
        }
        offset += count
        return count
      }
    }
    return (found, block.line)
  }

  private func refusal(_ text: String) throws -> String {
    do {
      let found = try rows(Array(text.utf8))
      Issue.record("\(text) was taken: \(found)")
      return ""
    } catch let error as RowFailure {
      return "\(error.line): \(error.message)"
    }
  }

  // "Fields containing line breaks (CRLF), double quotes, and commas should be enclosed in
  // double-quotes." (RFC 4180, section 2)
  @Test(
    arguments: [
      ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
      ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
      ("\u{feff}a\n1\n", [["a"], ["1"]]),
      ("\"b \r\nbb\",\"\",\n", [["b \r\nbb", "", nil]]),
      ("\"a\"\"b\",\"\"\"\"\n", [["a\"b", "\""]]),
      ("a\n\n\"\"\nb", [["a"], [nil], [""], ["b"]]),
      (",\n", [[nil, nil]]),
      (" a , b \n", [[" a ", " b "]]),
      ("ä,𝄞\n", [["ä", "𝄞"]]),
      ("", []),
    ] as [(String, [[String?]])])
  func `fields are what the RFC says`(text: String, expected: [[String?]]) throws {
    for piece in [1, 2, 3, 1_000] {
      #expect(try rows(Array(text.utf8), pieces: { piece }).rows == expected, "pieces of \(piece)")
    }
  }

  @Test(arguments: [
    ("a,b\n1\n", "2: the row has 1 field but the header has 2"),
    ("a\n\"x\n\ny\"\n1,2\n", "5: the row has 2 fields but the header has 1"),
    ("a\nx\"y\n", "2: a quote stands in a field that does not begin with one (field 1)"),
    ("a,b\n1,\"x\"y\n", "2: something follows behind the closing quote (field 2)"),
    ("a\n\"x\ny", "2: a field begins with a quote but does not end with one"),
    ("a\rb\n", "1: a carriage return stands without a line feed, and in no quotes"),
  ])
  func `what is no row is refused with its line`(text: String, expected: String) throws {
    #expect(try refusal(text) == expected)
  }

  @Test func `bytes that are not UTF-8 are refused with their line`() throws {
    do {
      _ = try rows(Array("a\nb\n".utf8) + [0xc3, 0x0a, 0x62, 0x0a], pieces: { 100 })
      Issue.record("they were taken")
    } catch let error as RowFailure {
      #expect("\(error.line): \(error.message)" == "3: it is not UTF-8")
    }
  }

  @Test(arguments: 0..<200)
  func `any table comes back, however its bytes come in`(round: Int) throws {
    let seed = UInt64.random(in: 0...UInt64(UInt32.max))
    var random = SeededRandom(seed: seed)
    let pieces = ["\"", "\"\"", ",", "\n", "\r\n", "\r", "a", "bc", "é", "𝄞", "0123456789", " "]
    let columnCount = Int.random(in: 1...5, using: &random)
    let table = (0..<Int.random(in: 0...30, using: &random)).map { _ in
      (0..<columnCount).map { _ -> String? in
        if Int.random(in: 0..<4, using: &random) == 0 { return nil }
        return (0..<Int.random(in: 0...6, using: &random)).map { _ in
          pieces[Int.random(in: 0..<pieces.count, using: &random)]
        }.joined()
      }
    }
    var text = ""
    for row in table {
      let fields = row.map { field -> String in
        guard let field else { return "" }
        let isPlain =
          !field.isEmpty && !field.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
        if isPlain, Bool.random(using: &random) { return field }
        var quoted = ""
        for scalar in field.unicodeScalars {
          quoted.unicodeScalars.append(scalar)
          if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
        }
        return "\"" + quoted + "\""
      }
      text += fields.joined(separator: ",") + (Bool.random(using: &random) ? "\n" : "\r\n")
    }
    let limit = Int.random(in: 1...7, using: &random)
    let found = try rows(Array(text.utf8), limit: limit) { Int.random(in: 1...40, using: &random) }
    #expect(found.rows == table, "seed \(seed)")
    #expect(found.lines == 1 + text.utf8.count { $0 == 0x0a }, "seed \(seed)")
  }

  @Test(arguments: [
    ("a,b;c\n", ["a", "b;c"], ","), ("a;b\tc\n", ["a", "b\tc"], ";"), ("a\tb\n", ["a", "b"], "\t"),
    ("\"a,b\";c\n", ["a,b", "c"], ";"), ("a\n1;2\n", ["a"], ","), ("a", ["a"], ","),
  ])
  func `the header tells the delimiter`(
    text: String, names: [String], delimiter: Character
  ) throws {
    let block = TextBlock()
    var header: CSVHeader?
    var rest = Array(text.utf8)[...]
    while header == nil {
      try block.fill(upTo: rest.count) { room in
        for index in 0..<room.byteCount {
          room.storeBytes(of: rest.removeFirst(), toByteOffset: index, as: UInt8.self)
        }
        return room.byteCount
      }
      header = try CSVHeader.take(from: block, isTabbed: false)
    }
    #expect(header?.names == names)
    #expect(header?.delimiter == delimiter.asciiValue)
  }
}
