import ArgumentParser
import Dump
import Operations

struct SetupLintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Find the classic mistakes in policies, lifecycle rules and notifications.",
    usage: "receipt setup lint <file> ... [<options>]",
    discussion: """
      Reads JSON files: policies of roles, trust policies, policies of buckets and queues, and what \
      the aws command takes for lifecycle rules and notifications. Asks nobody and writes nothing.

      CODES
      \(PolicyFinding.Code.plainTable)
      EXAMPLES
        1. receipt setup lint trust.json policy.json
        2. With the number of your own account, whose principals are no strangers:
             receipt setup lint trust.json --account 123456789012
        3. aws iam get-role --role-name dumps --query Role.AssumeRolePolicyDocument |
             receipt setup lint - --json | jq -r '.findings[].code'

      EXIT STATUS
        0   no errors; warnings do not count
        21  a file is no JSON, or has comments in it
        22  a file has other errors
        64  the command line is wrong
        1   a file cannot be read
      """.laidOut)

  @Argument(help: "The files; - for standard input.")
  var files: [String]

  @Option(help: "The number of the account in which they are used.")
  var account: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let account, account.wholeMatch(of: /\d{12}/) == nil {
      throw ValidationError("--account wants the 12 digits of an account's number")
    }
  }

  func run() throws {
    let findings = try files.flatMap { file in
      PolicyLint.findings(
        in: try InputFile.read(file == "-" ? "/dev/stdin" : file), file: file, ownAccount: account)
    }
    if output.json {
      try JSONOutput.print(LintReport(files: files, findings: findings))
    } else {
      for finding in findings {
        try StandardOutput.print(
          "\(finding.severity.rawValue): \(TextTable.printable(finding.description))")
        if let hint = finding.hint {
          try StandardOutput.print("  hint: \(TextTable.printable(hint))")
        }
      }
      let errors = findings.filter { $0.severity == .error }.count
      let counts = [
        Wording.count(errors, "error"), Wording.count(findings.count - errors, "warning"),
      ]
      try StandardOutput.print(
        "\(Wording.count(files.count, "file")): \(counts.joined(separator: ", "))")
    }
    if let outcome = PolicyFinding.outcome(of: findings) { throw ExitCode(outcome.rawValue) }
  }
}

extension PolicyFinding {
  /// How the command ends because of findings; `nil` if there is no error among them.
  fileprivate static func outcome(of findings: [PolicyFinding]) -> Outcome? {
    let errors = findings.filter { $0.severity == .error }
    if errors.isEmpty { return nil }
    return errors.contains { [.jsonComment, .jsonMalformed].contains($0.code) }
      ? .corrupt : .refused
  }
}

/// The findings of all files, for `--json`.
private struct LintReport: Encodable {
  let files: [String]
  let findings: [PolicyFinding]
}
