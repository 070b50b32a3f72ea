import FoundationEssentials

/// What a watch is called in its state file: its location and its target, however both are spelled.
///
/// `exports`, `exports/` and the absolute path are one location, so that a dump that was done stays
/// so, and `receipt retry` finds what the watch has seen.
struct WatchName: Sendable, Hashable {
  /// The location: an absolute path, or a URL without slashes at its end.
  private let location: String
  private let target: Target

  enum Target: Sendable, Hashable {
    /// A database file.
    case file(String)
    /// A warehouse, by its description.
    case warehouse(String)
    /// A command, which may be written otherwise the next time; what was seen is still its own. It
    /// was once called by the state file.
    case command(state: String)
  }

  init(_ location: String, _ target: Target) {
    self.location = WatchName.place(location)
    self.target = target
  }

  /// The name.
  var text: String {
    switch target {
    case .file(let path): "\(location) → \(WatchName.place(path))"
    case .warehouse(let description): "\(location) → \(description)"
    case .command: "\(location) → a command"
    }
  }

  /// Whether an older version, or another spelling, has called this watch so.
  func wasCalled(_ old: String) -> Bool {
    guard let arrow = old.firstRange(of: " → "),
      WatchName.place(String(old[..<arrow.lowerBound])) == location
    else { return false }
    let rest = String(old[arrow.upperBound...])
    return switch target {
    case .file(let path): WatchName.place(rest) == WatchName.place(path)
    case .warehouse(let description): rest == description
    case .command(let state): WatchName.place(rest) == WatchName.place(state)
    }
  }

  /// One spelling for a path or a URL; links are not followed.
  private static func place(_ text: String) -> String {
    var place =
      text.contains("://")
      ? text : URL(filePath: text).absoluteURL.standardized.path(percentEncoded: false)
    while place.count > 1, place.last == "/" { place.removeLast() }
    return place
  }
}
