/// A thing that a setup makes or changes, with what it takes to do so.
struct SetupStep: Sendable {
  /// What becomes of it.
  enum Change: String, Sendable, Codable {
    case create
    case update
    case keep
  }

  /// What it is: `role dumps-exporter`.
  let resource: String
  let change: Change
  /// What changes, as lines: `+` for what comes, `-` for what goes.
  let difference: [String]
  /// The document that the change replaces, with the name of a file for it.
  var before: (file: String, text: String)?
  /// Makes the change.
  let perform: @Sendable () async throws -> Void

  init(
    _ resource: String, _ change: Change, _ difference: [String] = [],
    perform: @escaping @Sendable () async throws -> Void = {}
  ) {
    self.resource = resource
    self.change = change
    self.difference = difference
    self.perform = perform
  }

  /// Two texts as lines that go and lines that come; what stands in both is left out.
  static func difference(_ before: String?, _ after: String) -> [String] {
    let old = (before ?? "").split(separator: "\n").map(String.init)
    let new = after.split(separator: "\n").map(String.init)
    guard before != nil else { return new.map { "+ " + $0 } }
    return new.difference(from: old).map { change in
      switch change {
      case .remove(_, let line, _): "- " + line
      case .insert(_, let line, _): "+ " + line
      }
    }
  }
}

/// What a setup would do, or has done.
public struct SetupReport: Sendable, Encodable {
  /// A thing, and what becomes of it.
  public struct Entry: Sendable, Encodable {
    /// What it is.
    public let resource: String
    /// `create`, `update` or `keep`.
    public let change: String
    /// What changes, as lines.
    public let difference: [String]
  }

  /// The location.
  public let location: String
  /// The things, in the order in which they are made.
  public let entries: [Entry]
  /// What is worth knowing.
  public var warnings: [String]
  /// The folder with the documents that were replaced; `nil` if none was.
  public var undoFolder: String?
  /// Whether it was done.
  public var isApplied = false

  /// Whether there is anything to do.
  public var changes: Bool { entries.contains { $0.change != SetupStep.Change.keep.rawValue } }

  private enum CodingKeys: String, CodingKey {
    case location, entries, warnings
    case undoFolder = "undo_folder"
    case isApplied = "applied"
  }

  init(location: String, _ steps: [SetupStep], warnings: [String]) {
    self.location = location
    entries = steps.map {
      Entry(resource: $0.resource, change: $0.change.rawValue, difference: $0.difference)
    }
    self.warnings = warnings
  }
}
