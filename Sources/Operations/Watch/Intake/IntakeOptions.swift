import Dump

/// How one location is watched.
struct IntakeOptions: Sendable {
  /// How often it is looked at; `nil` for events only.
  var interval: Duration?
  /// How long files that are missing are waited for.
  var completenessWait = Duration.seconds(1_800)
  /// How long between two looks at what is missing.
  var completenessPause = Duration.seconds(15)
  /// When dumps are expected; `nil` if nobody has said.
  var schedule: Schedule?
  /// How late they may be.
  var grace = Duration.seconds(7_200)
  /// What a person says to load a dump that is kept out.
  var retry: RetryHint
}

/// Numbers of logs.
enum Measured {
  /// Seconds with three digits behind the point.
  static func text(_ seconds: Double) -> String {
    let milliseconds = Int64((seconds * 1_000).rounded())
    let digits = String(1_000 + abs(milliseconds % 1_000)).dropFirst()
    return "\(milliseconds / 1_000).\(digits)"
  }
}
