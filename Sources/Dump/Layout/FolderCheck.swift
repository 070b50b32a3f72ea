/// One table's folder held against its entry in the receipt.
struct FolderCheck {
  let table: TableEntry
  let inventory: TableInventory
  private let nested: [String]
  private let others: [String]

  init(table: TableEntry, prefix: String, objects: [ListedObject]) {
    var files: [FileEntry] = []
    var nested: [String] = []
    var others: [String] = []
    var seen: Set<[UInt8]> = []
    var byteCount: Int64 = 0
    for object in objects where seen.insert(Array(object.key.utf8)).inserted {
      switch Layout.role(of: object.key, under: prefix) {
      case .part:
        let name = String(Substring(object.key.utf8.dropFirst(prefix.utf8.count)))
        files.append(FileEntry(name: name, key: object.key, byteCount: object.byteCount))
        let (sum, overflow) = byteCount.addingReportingOverflow(object.byteCount)
        byteCount = overflow ? .max : sum
      case .nested: nested.append(object.key)
      case .other: others.append(object.key)
      case .marker, .foreign: continue
      }
    }
    self.table = table
    self.nested = nested.sorted(by: Wording.precedes)
    self.others = others.sorted(by: Wording.precedes)
    inventory = TableInventory(
      name: table.name, prefix: prefix, promisedFileCount: table.totalFileCount,
      files: files.sorted { Wording.precedes($0.name, $1.name) }, byteCount: byteCount)
  }

  /// What is not as promised.
  ///
  /// - Parameter allGone: Whether no table of the dump has a file.
  /// - Returns: The findings, the one about the number of files first.
  func findings(allGone: Bool) -> [Finding] {
    var findings: [Finding] = []
    if let finding = countFinding(allGone: allGone) { findings.append(finding) }
    for file in inventory.files where file.byteCount == 0 {
      findings.append(
        Finding(
          .fileEmpty, at: Finding.Place(table: table.name, file: file.key), "the file has 0 bytes",
          hint: "A Parquet file has at least 12; this one was never written to its end."))
    }
    for file in inventory.files where file.name.utf8.contains(where: FolderCheck.isSpecial) {
      findings.append(
        Finding(
          .keySpecial, at: Finding.Place(table: table.name, file: file.key),
          "the file's name has a character that S3's events and many tools spell otherwise"))
    }
    if !others.isEmpty {
      findings.append(
        unexpected(
          others, "is neither a Parquet file nor a known marker",
          "are neither Parquet files nor known markers"))
    }
    if !nested.isEmpty {
      findings.append(
        unexpected(
          nested, "is in a sub-folder and does not count",
          "are in sub-folders and do not count"))
    }
    return findings
  }

  /// Bytes that are not themselves in URLs and forms; of the rest of the key the label's colon is one,
  /// and known.
  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: false
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "="): false
    default: true
    }
  }

  private func countFinding(allGone: Bool) -> Finding? {
    let found = inventory.files.count
    let promised = table.totalFileCount
    let place = Finding.Place(table: table.name)
    let message =
      "\(Wording.printable(inventory.prefix)) has \(Wording.count(found, "file")), and the receipt promises "
      + Wording.grouped(promised)
    if found == 0, promised == 0 {
      return Finding(.tableEmpty, at: place, "the receipt promises no files, and there are none")
    }
    if found == 0, nested.isEmpty, others.isEmpty {
      return Finding(
        .folderMissing, at: place,
        "\(Wording.printable(inventory.prefix)) holds nothing, and the receipt promises "
          + Wording.count(promised, "file"),
        hint: allGone
          ? "No table has a file: the dump has been removed, perhaps by a lifecycle rule." : nil)
    }
    if found < promised {
      return Finding(.fileMissing, at: place, message, hint: gapHint)
    }
    if found > promised {
      return Finding(
        .fileExtra, at: place, message,
        hint: "Files of another export may be in the same folder; their rows would count twice.")
    }
    return nil
  }

  private func unexpected(_ keys: [String], _ one: String, _ many: String) -> Finding {
    Finding(
      .objectUnexpected,
      at: Finding.Place(table: table.name, file: keys.count == 1 ? keys[0] : nil),
      keys.count == 1
        ? "the object \(one)"
        : "\(Wording.count(keys.count, "object")) \(many), the first is "
          + Wording.printable(keys[0]))
  }

  /// Which names are likely to be missing: the numbers that a 12-digit counter skips, if they are
  /// exactly as many as files are missing.
  ///
  /// It is a hint and no proof, because gaps are legal.
  private var gapHint: String? {
    let missing = table.totalFileCount - inventory.files.count
    guard missing <= 1_000 else { return nil }
    let numbers = inventory.files.compactMap { Self.counter($0.name) }
    guard numbers.count == inventory.files.count, let last = numbers.last,
      last - numbers.count + 1 <= missing, Set(numbers).count == numbers.count
    else { return nil }
    let present = Set(numbers)
    // `last` is less than the promised number here, so the walk is bounded.
    let gaps = (0..<table.totalFileCount).filter { !present.contains($0) }
    let named = gaps.prefix(3).map { padded($0, 12) + ".parquet" }.joined(separator: ", ")
    return "By their numbers, \(named)\(gaps.count > 3 ? " …" : "") "
      + (gaps.count == 1 ? "is not there." : "are not there.")
  }

  /// The number in `000000000012.parquet`.
  private static func counter(_ name: String) -> Int? {
    let digits = name.utf8.prefix(12)
    guard name.utf8.count == 20, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(String(Substring(digits)))
  }
}
