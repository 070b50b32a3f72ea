import Dump

/// Findings as people read them: one line each, what to do below it.
enum FindingText {
  /// Prints findings, the gravest first.
  static func print(_ findings: [Finding]) throws {
    for severity in Finding.Severity.allCases {
      for finding in findings where finding.severity == severity {
        try StandardOutput.print("\(severity.rawValue): \(finding.description)")
        if let hint = finding.hint { try StandardOutput.print("  hint: \(hint)") }
      }
    }
  }

  /// `2 errors, 1 warning`; what there is none of is left out.
  static func counts(_ findings: [Finding]) -> String {
    [Finding.Severity.error, .warning].compactMap { severity in
      let count = findings.filter { $0.severity == severity }.count
      return count == 0 ? nil : Wording.count(count, severity.rawValue)
    }.joined(separator: ", ")
  }
}
