public import Dump

/// One thing that was looked at, and how it is.
public struct DoctorCheck: Sendable, Codable {
  /// How it is.
  public enum Status: String, Sendable, Codable {
    /// As it should be.
    case ok
    /// Not as it should be.
    case failed
    /// Nobody could say, or nobody was asked.
    case unknown
  }

  /// What was looked at, as a stable word.
  public let name: String
  /// How it is.
  public let status: Status
  /// What is the case.
  public let message: String
  /// What mends it, as a command or a sentence.
  public let fix: String?
  /// Whether it is a permission that is missing.
  public let isDenied: Bool

  private enum CodingKeys: String, CodingKey {
    case name, status, message, fix
    case isDenied = "denied"
  }

  init(
    _ name: String, _ status: Status, _ message: String, fix: String? = nil, isDenied: Bool = false
  ) {
    self.name = name
    self.status = status
    self.message = message
    self.fix = fix
    self.isDenied = isDenied
  }
}

/// Everything that was looked at.
public struct DoctorReport: Sendable, Codable {
  /// The location, as it was given.
  public let location: String
  /// What was looked at, in order.
  public let checks: [DoctorCheck]

  /// How the command ends: what is unknown is no failure.
  public var outcome: Outcome {
    let failures = checks.filter { $0.status == .failed }
    if failures.isEmpty { return .done }
    return failures.contains(where: \.isDenied) ? .accessDenied : .refused
  }
}
