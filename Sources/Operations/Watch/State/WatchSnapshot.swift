public import Dump
import SQLiteTables

/// What a watch has seen, as `receipt status` and the page show it.
public struct WatchSnapshot: Sendable, Codable {
  /// A dump that was seen.
  public struct Dump: Sendable, Codable {
    /// Where it was.
    public var location: String
    /// The dump's id.
    public var timestamp: Timestamp
    /// Its folder's name, by which `receipt retry` knows it.
    public var label: DumpLabel
    /// `loading`, `waiting`, `retrying`, `loaded`, `quarantined`, `dismissed`,
    /// `superseded` or `rolled-back`.
    public var state: String
    /// How often it was tried.
    public var attempts: Int
    /// When its receipt was seen first.
    public var firstSeen: Timestamp
    /// When its state changed last.
    public var changed: Timestamp
    /// When it is tried again; `nil` if it is not.
    public var nextAttempt: Timestamp?
    /// How the last try ended, as an exit code.
    public var outcome: Outcome
    /// Why.
    public var message: String
    /// What was found wrong.
    public var findings: [Finding]

    private enum CodingKeys: String, CodingKey {
      case location, timestamp, label, state, attempts, changed, outcome, message, findings
      case firstSeen = "first_seen"
      case nextAttempt = "next_attempt"
    }
  }

  /// A message that was not understood.
  public struct UnknownMessage: Sendable, Codable {
    /// When it came.
    public var received: Timestamp
    /// How it came.
    public var source: String
    /// What is not understood of it.
    public var reason: String
    /// The message, or the beginning of it.
    public var body: String
  }

  /// The dumps, the latest first; at most twenty, and all that are kept out.
  public var dumps: [Dump]
  /// How many events of each kind there were.
  public var events: [String: Int64]
  /// The last messages that were not understood, the latest first; at most five.
  public var unknown: [UnknownMessage]
  /// Events that were acknowledged and are not done yet.
  public var pending: Int64

  /// The dumps that are kept out.
  public var quarantined: [Dump] { dumps.filter { $0.state == "quarantined" } }

  /// Reads a state file that a watch keeps.
  ///
  /// - Returns: `nil` if there is none.
  /// - Throws: ``OperationError`` if it cannot be read.
  public init?(path: String, location: String? = nil) throws {
    do {
      guard try TargetFile.exists(path, to: "read") else { return nil }
      let database = try Database(path: path, mode: .readWrite)
      try database.begin(.read, waiting: .seconds(10))
      try self.init(location, in: database)
    } catch {
      throw OperationError(error)
    }
  }

  init(_ location: String?, in database: borrowing Database) throws {
    let records = try IntakeRecord.all(of: location, in: database)
    dumps = records.enumerated().filter { $0.offset < 20 || $0.element.state == .quarantined }
      .map { Dump($0.element) }
    var events: [String: Int64] = [:]
    let counts = try database.prepare("SELECT kind, count FROM watch_counts")
    while try counts.step() { events[counts.text(0) ?? ""] = counts.int64(1) }
    self.events = events
    pending = try database.integer("SELECT count(*) FROM watch_events")
    var unknown: [UnknownMessage] = []
    let messages = try database.prepare(
      """
      SELECT received_at, source, reason, substr(body, 1, 500) FROM watch_unknown
      ORDER BY message_id DESC LIMIT 5
      """)
    while try messages.step() {
      unknown.append(
        UnknownMessage(
          received: (try? Timestamp(parsing: messages.text(0) ?? "")) ?? .earliest,
          source: messages.text(1) ?? "", reason: messages.text(2) ?? "",
          body: messages.text(3) ?? ""))
    }
    self.unknown = unknown
  }
}

extension WatchSnapshot.Dump {
  init(_ record: IntakeRecord) {
    location = record.location
    timestamp = record.timestamp
    label = DumpLabel(record.timestamp)
    state = record.state.rawValue
    attempts = record.attempts
    firstSeen = record.firstSeenAt
    changed = record.changedAt
    nextAttempt = record.nextAttemptAt
    outcome = record.outcome
    message = record.message
    findings = record.findings
  }
}
