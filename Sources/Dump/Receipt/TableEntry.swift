/// What the receipt promises about one table: in which folder it is, and in how many files.
///
/// - `name` is not empty and at most ``Limits/keyByteCount`` bytes; it holds no NUL, which
///   SQL text cannot hold. Anything else may be in it, line breaks too.
///   Which names there are is the receipt's business: no name is known in advance.
/// - `folder` is relative, stays inside the location, and is at most ``Limits/keyByteCount`` bytes.
///   It is kept as it is written; ``Layout`` says where it leads.
/// - `totalFileCount` is 0 to ``Limits/fileCount``.
public struct TableEntry: Sendable, Hashable {
  /// The table's name, the key in the receipt's `tables`.
  public let name: String

  /// The table's folder as the receipt writes it, such as `2023-03-14T04:03/companies`.
  public let folder: String

  /// How many `.parquet` objects the folder holds, `total_file_count` in the receipt.
  ///
  /// 0 is allowed: some exporters write no file for an empty table.
  public let totalFileCount: Int

  /// Makes an entry after checking its parts.
  ///
  /// - Throws: ``DumpError`` with ``DumpError/Code/badTableName``, ``DumpError/Code/badFolder`` or
  ///   ``DumpError/Code/badCount``.
  public init(name: String, folder: String, totalFileCount: Int) throws(DumpError) {
    func fault(_ code: DumpError.Code, _ rule: Rule) -> DumpError {
      DumpError(
        code: code, message: "cannot describe table \(Wording.quoted(name)): \(rule.why)",
        hint: rule.hint)
    }
    if let rule = Self.brokenRule(name: name) { throw fault(.badTableName, rule) }
    if let rule = Self.brokenRule(folder: folder) { throw fault(.badFolder, rule) }
    if let rule = Self.brokenRule(count: totalFileCount) { throw fault(.badCount, rule) }
    self.name = name
    self.folder = folder
    self.totalFileCount = totalFileCount
  }

  /// The dump label in the folder, the last of its names that is one; `nil` when none is.
  public var label: DumpLabel? {
    for part in folder.utf8.split(separator: UInt8(ascii: "/")).reversed() {
      if let label = try? DumpLabel(parsing: String(Substring(part))) { return label }
    }
    return nil
  }
}

extension TableEntry {
  /// A rule that a part of an entry breaks: the reason as the end of a sentence, and what to do.
  struct Rule {
    var why: String
    var hint: String?

    init(_ why: String, hint: String? = nil) {
      self.why = why
      self.hint = hint
    }
  }

  static func brokenRule(name: String) -> Rule? {
    if name.isEmpty { return Rule("a table name is empty") }
    if let rule = brokenLengthRule("the table name", name) { return rule }
    if name.utf8.contains(0) {
      return Rule("the table name \(Wording.quoted(name)) holds a NUL")
    }
    return nil
  }

  static func brokenRule(folder: String) -> Rule? {
    if folder.isEmpty { return Rule("the folder is empty") }
    if let rule = brokenLengthRule("the folder", folder) { return rule }
    let quoted = Wording.quoted(folder)
    if folder.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return Rule("the folder \(quoted) holds a control character")
    }
    let hint = "A folder is a relative path such as \"2023-03-14T04:03/companies\"."
    if hasScheme(folder) { return Rule("the folder \(quoted) is an absolute URL", hint: hint) }
    var parts = folder.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    if parts.first?.isEmpty == true {
      return Rule("the folder \(quoted) starts with \"/\" and leaves the location", hint: hint)
    }
    // One "/" at the end says the same as none: exactly one is used.
    if parts.last?.isEmpty == true { parts.removeLast() }
    for part in parts {
      switch String(Substring(part)) {
      case "": return Rule("the folder \(quoted) has an empty name between two \"/\"", hint: hint)
      case ".", "..":
        return Rule("the folder \(quoted) leaves the location or is not plain", hint: hint)
      default: continue
      }
    }
    return nil
  }

  static func brokenRule(count: Int) -> Rule? {
    if count < 0 { return Rule("the file count \(Wording.grouped(count)) is negative") }
    if count > Limits.fileCount {
      return Rule(
        "the file count \(Wording.grouped(count)) is more than "
          + "\(Wording.grouped(Limits.fileCount)), the most that is believed")
    }
    return nil
  }

  private static func brokenLengthRule(_ what: String, _ text: String) -> Rule? {
    if text.utf8.count > Limits.keyByteCount {
      return Rule(
        "\(what) has \(Wording.grouped(text.utf8.count)) bytes, more than the "
          + "\(Wording.grouped(Limits.keyByteCount)) of the longest key")
    }
    return nil
  }

  /// Whether a text starts like `s3://`.
  private static func hasScheme(_ text: String) -> Bool {
    var rest = text.utf8[...]
    while let byte = rest.first, byte != UInt8(ascii: ":"), byte != UInt8(ascii: "/") {
      rest = rest.dropFirst()
    }
    return rest.starts(with: "://".utf8)
  }
}

extension TableEntry: Codable {
  private enum Key: String, CodingKey {
    case name, folder
    case totalFileCount = "total_file_count"
  }

  /// Reads `name`, `folder` and `total_file_count`, and checks them.
  ///
  /// - Throws: `DecodingError` when a field is missing, has another type or breaks a rule.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let name = try container.decode(String.self, forKey: .name)
    let folder = try container.decode(String.self, forKey: .folder)
    let count = try container.decode(Int.self, forKey: .totalFileCount)
    do throws(DumpError) {
      try self.init(name: name, folder: folder, totalFileCount: count)
    } catch {
      throw DecodingError.dataCorruptedError(
        forKey: .folder, in: container, debugDescription: error.message)
    }
  }

  /// Writes `name`, `folder` and `total_file_count`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(folder, forKey: .folder)
    try container.encode(totalFileCount, forKey: .totalFileCount)
  }
}
