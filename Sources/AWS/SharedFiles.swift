import FoundationEssentials

/// The files `config` and `credentials` that AWS's tools share.
///
///     [profile loader]              ; in config; [loader] in credentials
///     role_arn = arn:aws:iam::1:role/loader
///     s3 =                          ; a block: lines that are indented below a name without value
///       addressing_style = path
///     [sso-session company]
///     [services local]
struct SharedFiles: Sendable {
  /// The settings of each profile; those of `credentials` win.
  private(set) var profiles: [String: [String: String]] = [:]
  /// The blocks of each profile, such as that for S3.
  private(set) var blocks: [String: [String: [String: String]]] = [:]
  /// The sections of single sign-on.
  private(set) var sessions: [String: [String: String]] = [:]
  /// For each services section, the settings of each service.
  private(set) var services: [String: [String: [String: String]]] = [:]

  /// Files beyond this size are something else.
  private static let byteLimit = 4 << 20

  /// Reads both files; one that is not there is empty.
  init(environment: [String: String]) throws(AWSError) {
    let home = environment["HOME"] ?? "/"
    let config = environment["AWS_CONFIG_FILE"] ?? "\(home)/.aws/config"
    let credentials = environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "\(home)/.aws/credentials"
    addConfig(try SharedFiles.text(at: SharedFiles.expanded(config, home: home)))
    addCredentials(try SharedFiles.text(at: SharedFiles.expanded(credentials, home: home)))
  }

  /// Takes the texts of both files.
  init(config: String, credentials: String) {
    addConfig(config)
    addCredentials(credentials)
  }

  private static func expanded(_ path: String, home: String) -> String {
    path.hasPrefix("~/") ? home + path.dropFirst() : path
  }

  private static func text(at path: String) throws(AWSError) -> String {
    guard FileManager.default.fileExists(atPath: path) else { return "" }
    guard let bytes = FileManager.default.contents(atPath: path), bytes.count <= byteLimit,
      let text = String(validating: bytes, as: UTF8.self)
    else {
      throw AWSError(
        .configuration, "the file \(path) cannot be read",
        hint: "check its owner and mode, and that it is a text file")
    }
    return text
  }

  private mutating func addConfig(_ text: String) {
    for section in IniSection.parse(text) {
      let words = section.name.split(whereSeparator: \.isWhitespace)
      let name = words.dropFirst().joined(separator: " ")
      switch words.first {
      case "profile" where words.count > 1:
        merge(section.values, into: &profiles[name])
        blocks[name] = section.blocks
      case "sso-session" where words.count > 1: merge(section.values, into: &sessions[name])
      case "services" where words.count > 1: services[name] = section.blocks
      case "default" where words.count == 1:
        merge(section.values, into: &profiles["default"])
        blocks["default"] = section.blocks
      default: break
      }
    }
  }

  private mutating func addCredentials(_ text: String) {
    for section in IniSection.parse(text) { merge(section.values, into: &profiles[section.name]) }
  }

  private func merge(_ values: [String: String], into section: inout [String: String]?) {
    section = (section ?? [:]).merging(values) { _, new in new }
  }
}

/// A section of such a file.
struct IniSection: Sendable, Hashable {
  var name: String
  var values: [String: String] = [:]
  /// The blocks: indented settings below a name without a value.
  var blocks: [String: [String: String]] = [:]

  static func parse(_ text: String) -> [IniSection] {
    var sections: [IniSection] = []
    var block: String?
    for line in text.split(whereSeparator: \.isNewline) {
      let isIndented = line.first?.isWhitespace == true
      let content = trimmed(line)
      if content.isEmpty || content.hasPrefix("#") || content.hasPrefix(";") { continue }
      if content.hasPrefix("[") {
        guard let end = content.firstIndex(of: "]") else { continue }
        let name = content[content.index(after: content.startIndex)..<end]
        sections.append(IniSection(name: trimmed(name)))
        block = nil
        continue
      }
      guard !sections.isEmpty, let equals = content.firstIndex(of: "=") else { continue }
      let name = trimmed(content[..<equals])
      let value = trimmed(withoutComment(content[content.index(after: equals)...]))
      if isIndented, let block {
        sections[sections.count - 1].blocks[block, default: [:]][name] = value
      } else {
        sections[sections.count - 1].values[name] = value
        block = value.isEmpty ? name : nil
      }
    }
    return sections
  }

  private static func withoutComment(_ value: Substring) -> Substring {
    let comment = value.firstRange(of: /\s[#;]/)
    return comment.map { value[..<$0.lowerBound] } ?? value
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var text = Substring(text)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
