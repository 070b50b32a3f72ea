import Dump
import Logging
import ObjectStorage

extension Intake {
  // MARK: Telling

  func alert(
    _ severity: Finding.Severity, _ code: String, _ dump: Timestamp?, _ message: String,
    _ error: OperationError? = nil
  ) -> Alert {
    Alert(
      severity: severity, code: code, location: store.description, target: target.description,
      dump: dump, message: message, hint: error?.hint, findings: error?.findings ?? [])
  }

  func reason(_ error: OperationError) -> String {
    guard let finding = error.findings.first(where: { $0.severity == .error }) else {
      return error.message
    }
    let others = error.findings.count { $0.severity == .error } - 1
    return "\(error.message): \(finding.description)"
      + (others > 0 ? " and \(others) more" : "")
  }

  func log(_ finding: Finding, _ dump: Timestamp?) {
    var metadata: Logger.Metadata = ["code": "\(finding.code)"]
    if let table = finding.place.table { metadata["table"] = "\(table)" }
    log(
      finding.severity == .error ? .error : .warning, dump, finding.description, metadata)
  }

  nonisolated func log(
    _ level: Logger.Level, _ dump: Timestamp?, _ message: String,
    _ metadata: Logger.Metadata = [:], code: Outcome? = nil
  ) {
    var metadata = metadata
    metadata["location"] = "\(store.description)"
    if let dump { metadata["dump"] = "\(dump)" }
    if let code { metadata["exit"] = "\(code.rawValue)" }
    logger.log(level: level, "\(message)", metadata: metadata)
  }
}
