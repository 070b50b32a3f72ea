/// Finds the mistakes that are made again and again in policies for dumps.
///
/// Policies of roles, trust policies, policies of buckets, queues and topics, lifecycle rules and
/// notifications are told apart by what is in them.
public struct PolicyLint {
  private let file: String
  private let bytes: [UInt8]
  /// The account whose own root is no stranger; `nil` if it is not known.
  let ownAccount: String?
  private(set) var findings: [PolicyFinding] = []

  private init(_ file: String, _ bytes: [UInt8], _ ownAccount: String?) {
    self.file = file
    self.bytes = bytes
    self.ownAccount = ownAccount
  }

  /// Looks at a file.
  ///
  /// - Parameters:
  ///   - bytes: What is in it.
  ///   - file: How it is called.
  ///   - ownAccount: The account in which the documents are used, if it is known.
  /// - Returns: What is wrong, from front to back.
  public static func findings(
    in bytes: [UInt8], file: String, ownAccount: String? = nil
  ) -> [PolicyFinding] {
    var lint = PolicyLint(file, bytes, ownAccount)
    lint.look()
    var seen: Set<PolicyFinding> = []
    return lint.findings.filter { seen.insert($0).inserted }
      .sorted { ($0.line, $0.column) < ($1.line, $1.column) }
  }

  private mutating func look() {
    guard bytes.count <= Limits.messageByteCount,
      (try? UTF8Span(validating: bytes.span)) != nil
    else {
      return add(
        .jsonMalformed, at: 0,
        "it has more than \(Wording.grouped(Limits.messageByteCount)) bytes, or is not UTF-8")
    }
    let text = CommentlessText(bytes)
    for offset in text.comments {
      add(
        .jsonComment, at: offset, "a comment stands here, and JSON has none",
        hint: "remove it; AWS answers MalformedPolicyDocument")
    }
    do throws(JSONScanner.Fault) {
      let root = try PolicyNode(parsing: text.bytes)
      lookForPlaceholders(root)
      look(at: root)
    } catch {
      add(.jsonMalformed, at: error.offset, "this is no JSON: \(error.why)", hint: error.hint)
    }
  }

  /// Tells the documents apart; one may hold several policies, each under a name.
  private mutating func look(at root: PolicyNode) {
    if let statements = root["Statement"] {
      lookAtPolicy(root, statements)
    } else if let rules = root["Rules"] {
      for rule in rules.items { lookAtRule(rule) }
    } else if root.members.contains(where: { $0.name.hasSuffix("Configurations") }) {
      for member in root.members { for item in member.node.items { lookAtNotification(item) } }
    } else {
      let inner = root.members.filter { !$0.node.members.isEmpty }
      guard !inner.isEmpty else {
        return add(
          .documentUnknown, at: root.offset,
          "this has no Statement, no Rules and no notification",
          hint: "lint looks at policies, lifecycle rules and notifications, as JSON")
      }
      for member in inner { look(at: member.node) }
    }
  }

  // MARK: What people leave in

  private mutating func lookForPlaceholders(_ root: PolicyNode) {
    // In Unicode's sense there is no boundary between letters and a colon.
    let pattern =
      /<[A-Za-z][A-Za-z0-9 _\-]*>|\{\{[^}]*\}\}|(?i:your)[_\-][A-Za-z_\-]+|\b(?i:change[_\-]?me|xxxx+)\b|[A-Z]+_ACCOUNT_ID/
      .wordBoundaryKind(.simple)
    for (text, node) in root.texts {
      guard let match = text.firstMatch(of: pattern) else { continue }
      add(
        .placeholder, at: node.offset,
        "\(Wording.quoted(String(match.output))) is still to be filled in",
        hint: "put the real value in its place")
    }
  }

  // MARK: Other documents

  private mutating func lookAtRule(_ rule: PolicyNode) {
    let isEnabled = rule["Status"]?.text.map { $0 == "Enabled" } ?? true
    guard isEnabled, let expiration = rule["Expiration"],
      expiration["Days"] != nil || expiration["Date"] != nil
    else { return }
    let filter = rule["Filter"]
    let prefix =
      filter?["Prefix"] ?? filter?["And"]?["Prefix"] ?? rule["Prefix"]
    let text = prefix?.text ?? ""
    let receipt = DumpKeys.receipt
    let name = text.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init)
    if receipt.hasPrefix(name ?? "") {
      let folder = text.dropLast(name?.count ?? 0)
      add(
        .ruleTakesReceipt, at: prefix?.offset ?? rule.offset,
        "the prefix \(Wording.quoted(text)) means receipt.json too: when dumps stop, it goes",
        hint: "all dumps begin with their year: use the prefix \(Wording.quoted(folder + "20"))")
    }
  }

  private mutating func lookAtNotification(_ item: PolicyNode) {
    guard let events = item["Events"] ?? item["Event"] else { return }
    let names = events.items.compactMap(\.text)
    let written = names.filter { $0.hasPrefix("s3:ObjectCreated:") }
    if !written.isEmpty, !written.contains("s3:ObjectCreated:*") {
      add(
        .eventTooNarrow, at: events.offset,
        "\(written.joined(separator: ", ")) leaves out other ways to write a receipt",
        hint: "use s3:ObjectCreated:*, which has uploads in parts and copies too")
    }
  }

  // MARK: Telling

  /// Adds a finding at a byte.
  mutating func add(
    _ code: PolicyFinding.Code, at offset: Int, severity: PolicyFinding.Severity? = nil,
    _ message: String, hint: String? = nil
  ) {
    let before = bytes.prefix(offset)
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    // Continuation bytes of UTF-8 are no characters of their own.
    let column = before[lineStart...].reduce(1) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    findings.append(
      PolicyFinding(
        code: code, severity: severity ?? code.severity, file: file,
        line: before.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }, column: column,
        message: message, hint: hint))
  }
}
