extension Receipt {
  /// Reads the bytes of a `receipt.json`.
  ///
  /// What is not an error: unknown fields, any order of fields, spaces, a byte order mark at the
  /// start, a table that promises 0 files. Everything else that is not as documented is refused
  /// with line, column and JSON path; nothing is repaired, because a repaired receipt proves
  /// nothing.
  ///
  /// - Parameters:
  ///   - bytes: The whole object; at most ``Limits/receiptByteCount`` bytes.
  ///   - name: What to call it in messages.
  /// - Throws: ``DumpError``; its code tells the kind of fault, its place where it is.
  public init(parsing bytes: [UInt8], name: String = "receipt.json") throws(DumpError) {
    self = try ReceiptParser(bytes: bytes, name: name).receipt()
  }
}

/// Reads a receipt and turns a fault's offset into a place that people find.
private struct ReceiptParser {
  let bytes: [UInt8]
  let name: String

  func receipt() throws(DumpError) -> Receipt {
    guard bytes.count <= Limits.receiptByteCount else {
      throw DumpError(
        code: .tooLarge,
        message: "cannot read \(name): it has \(Wording.grouped(bytes.count)) bytes, and a receipt "
          + "at most \(Wording.grouped(Limits.receiptByteCount))",
        hint: "Look at what was written under this name: a receipt is a few hundred bytes of JSON.")
    }
    let text = try validatedText()
    do throws(JSONScanner.Fault) {
      return try receipt(text)
    } catch {
      throw located(error)
    }
  }

  private func validatedText() throws(DumpError) -> String {
    do throws(UTF8.ValidationError) {
      return String(copying: try UTF8Span(validating: bytes.span))
    } catch {
      let offset = error.byteOffsets.lowerBound
      let byte = padded2(String(bytes[offset], radix: 16, uppercase: true))
      throw located(
        JSONScanner.Fault(
          code: .notUTF8, offset: offset, path: [], why: "byte 0x\(byte) is not UTF-8 there",
          hint: "JSON is always UTF-8; the file may be in UTF-16, compressed, or something else."))
    }
  }

  private func receipt(_ text: String) throws(JSONScanner.Fault) -> Receipt {
    var scanner = JSONScanner(bytes)
    var timestamp: Timestamp?
    var tables: [TableEntry]?
    try scanner.object { scanner, name, offset throws(JSONScanner.Fault) in
      switch name {
      case "timestamp":
        guard timestamp == nil else { throw Self.repeated(name, offset, scanner) }
        timestamp = try Self.timestamp(&scanner)
      case "tables":
        guard tables == nil else { throw Self.repeated(name, offset, scanner) }
        tables = try Self.tables(&scanner)
      default: try scanner.skip()
      }
    }
    try scanner.end()
    let start = bytes.firstIndex(of: UInt8(ascii: "{")) ?? 0
    guard let timestamp else { throw Self.missing("timestamp", start, scanner) }
    guard let tables else { throw Self.missing("tables", start, scanner) }
    return Receipt(checkedTimestamp: timestamp, tables: Receipt.sorted(tables), text: text)
  }

  private static func timestamp(
    _ scanner: inout JSONScanner
  ) throws(JSONScanner.Fault) -> Timestamp {
    try scanner.expect(.string)
    let offset = scanner.position
    let text = try scanner.string()
    do throws(DumpError) {
      return try Timestamp(parsing: text)
    } catch {
      throw scanner.fault(
        .badTimestamp, at: offset, error.message, hint: "RFC 3339, such as \(Self.example).")
    }
  }

  private static let example = "2023-03-14T04:03:07.963883Z"

  private static func tables(
    _ scanner: inout JSONScanner
  ) throws(JSONScanner.Fault) -> [TableEntry] {
    var tables: [TableEntry] = []
    var names: Set<String> = []
    var folders: [String: String] = [:]
    try scanner.expect(.object)
    let start = scanner.position
    try scanner.object { scanner, name, offset throws(JSONScanner.Fault) in
      guard names.insert(name).inserted else { throw Self.repeated(name, offset, scanner) }
      if let rule = TableEntry.brokenRule(name: name) {
        throw scanner.fault(.badTableName, at: offset, rule.why)
      }
      let entry = try Self.entry(name, &scanner)
      if let other = folders.updateValue(name, forKey: Layout.plain(entry.folder)) {
        throw scanner.fault(
          .sharedFolder, at: offset,
          "tables \(Wording.quoted(other)) and \(Wording.quoted(name)) have the same folder")
      }
      tables.append(entry)
    }
    if tables.isEmpty { throw scanner.fault(.noTables, at: start, "it names no tables") }
    return tables
  }

  private static func entry(
    _ name: String, _ scanner: inout JSONScanner
  ) throws(JSONScanner.Fault) -> TableEntry {
    var folder: String?
    var count: Int?
    try scanner.expect(.object)
    let start = scanner.position
    try scanner.object { scanner, field, offset throws(JSONScanner.Fault) in
      switch field {
      case "folder":
        guard folder == nil else { throw Self.repeated(field, offset, scanner) }
        folder = try Self.folder(&scanner)
      case "total_file_count":
        guard count == nil else { throw Self.repeated(field, offset, scanner) }
        count = try Self.fileCount(&scanner)
      default: try scanner.skip()
      }
    }
    guard let folder else { throw missing("folder", start, scanner) }
    guard let count else { throw missing("total_file_count", start, scanner) }
    do throws(DumpError) {
      return try TableEntry(name: name, folder: folder, totalFileCount: count)
    } catch {
      throw scanner.fault(error.code, at: start, error.message, hint: error.hint)
    }
  }

  private static func folder(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) -> String {
    try scanner.expect(.string)
    let offset = scanner.position
    let text = try scanner.string()
    if let rule = TableEntry.brokenRule(folder: text) {
      throw scanner.fault(.badFolder, at: offset, rule.why, hint: rule.hint)
    }
    return text
  }

  private static func fileCount(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) -> Int {
    try scanner.expect(.number)
    let offset = scanner.position
    let text = try scanner.number()
    guard let count = Int(text) else {
      let isWhole = text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
      throw scanner.fault(
        .badCount, at: offset,
        isWhole
          ? "the file count has \(text.utf8.count) digits, and the most that is believed is "
            + Wording.grouped(Limits.fileCount)
          : "the file count \(text.prefix(40)) is not written as a whole number")
    }
    if let rule = TableEntry.brokenRule(count: count) {
      throw scanner.fault(.badCount, at: offset, rule.why)
    }
    return count
  }

  private static func repeated(
    _ name: String, _ offset: Int, _ scanner: JSONScanner
  ) -> JSONScanner.Fault {
    scanner.fault(
      .duplicateName, at: offset, "\(Wording.quoted(name)) comes twice",
      hint: "Readers would disagree about which of the two counts.")
  }

  private static func missing(
    _ field: String, _ offset: Int, _ scanner: JSONScanner
  ) -> JSONScanner.Fault {
    scanner.fault(.missingField, at: offset, "the field \"\(field)\" is missing")
  }

  /// A fault with the name of the text, and its offset as line and column.
  private func located(_ fault: JSONScanner.Fault) -> DumpError {
    let before = bytes.prefix(fault.offset)
    let line = before.count { $0 == 0x0A } + 1
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    // Continuation bytes of UTF-8 do not count.
    let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
    let place = TextPlace(line: line, column: column, path: Self.jsonPath(fault.path))
    var hint = fault.hint
    if hint == nil, fault.code == .truncated {
      hint = "The receipt was cut short or is being written; read it again."
    }
    return DumpError(
      code: fault.code, place: place, message: "cannot read \(name), \(place): \(fault.why)",
      hint: hint)
  }

  /// `$.tables.revenue`, with names that are not plain words as `$.tables["paid ads"]`.
  private static func jsonPath(_ names: [String]) -> String {
    names.reduce("$") { path, name in
      let isWord =
        !name.isEmpty
        && name.utf8.allSatisfy {
          (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            || $0 == UInt8(ascii: "_")
        }
      return path + (isWord ? ".\(name)" : "[\(Wording.quoted(name))]")
    }
  }

  private func padded2(_ digits: String) -> String { digits.utf8.count < 2 ? "0" + digits : digits }
}
