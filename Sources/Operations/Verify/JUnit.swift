import Dump

/// A verification as JUnit XML, which CI systems show: one suite a table, one case a check.
///
/// Findings that weigh as errors are failures; others are in the suite's output.
public struct JUnit: Sendable {
  private let report: VerifyReport

  /// The XML of a report.
  public init(_ report: VerifyReport) { self.report = report }

  /// The document, UTF-8.
  public var xml: String {
    let names = report.tables.map(\.name)
    let suites =
      [suite("receipt", report.findings.filter { !names.contains($0.place.table ?? "") })]
      + names.map { name in suite(name, report.findings.filter { $0.place.table == name }) }
    let failures = report.findings.filter { $0.severity == .error }.count
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="receipt verify" failures="\(failures)" time="\(report.seconds)">
      \(suites.joined(separator: "\n"))
      </testsuites>

      """
  }

  private func suite(_ name: String, _ findings: [Finding]) -> String {
    let errors = findings.filter { $0.severity == .error }
    let others = findings.filter { $0.severity != .error }
    var cases = errors.map { finding in
      """
          <testcase classname="\(escaped(name))" name="\(escaped(finding.description))">
            <failure type="\(escaped(finding.code.rawValue))" message="\(escaped(finding.message))">\
      \(escaped(finding.hint ?? ""))</failure>
          </testcase>
      """
    }
    if errors.isEmpty {
      cases.append(
        "    <testcase classname=\"\(escaped(name))\" name=\"\(report.level.rawValue)\"/>")
    }
    let output = others.map { escaped($0.description) }.joined(separator: "\n")
    let tail = output.isEmpty ? "" : "\n    <system-out>\(output)</system-out>"
    return """
        <testsuite name="\(escaped(name))" tests="\(cases.count)" failures="\(errors.count)">
      \(cases.joined(separator: "\n"))\(tail)
        </testsuite>
      """
  }

  private func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "&#10;"
      case "\t": result += "&#9;"
      // XML 1.0 has no other control characters and not these two, not even as references.
      case _ where scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff:
        result += "\u{fffd}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
