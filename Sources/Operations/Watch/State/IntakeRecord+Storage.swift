import Dump
import FoundationEssentials
import SQLiteTables

extension IntakeRecord {
  private static let columns = """
    location, timestamp, state, receipt, attempts, first_seen_at, changed_at, next_attempt_at,
    outcome, message, findings
    """

  /// What is known of a dump; `nil` if it was never seen.
  init?(_ timestamp: Timestamp, of location: String, in database: borrowing Database) throws {
    let select = try database.prepare(
      "SELECT \(IntakeRecord.columns) FROM watch_dumps WHERE location = ? AND timestamp = ?")
    try select.bind(location, at: 1)
    try select.bind(timestamp.description, at: 2)
    guard try select.step(), let record = IntakeRecord(row: select) else { return nil }
    self = record
  }

  /// All dumps that were seen, the latest first; at most a thousand.
  static func all(
    of location: String? = nil, in database: borrowing Database
  ) throws -> [IntakeRecord] {
    let select = try database.prepare(
      """
      SELECT \(columns) FROM watch_dumps WHERE location = ?1 OR ?1 IS NULL
      ORDER BY timestamp DESC LIMIT 1000
      """)
    if let location { try select.bind(location, at: 1) } else { try select.bindNull(at: 1) }
    var records: [IntakeRecord] = []
    while try select.step() {
      if let record = IntakeRecord(row: select) { records.append(record) }
    }
    return records
  }

  /// The latest dump that was seen.
  static func latest(
    of location: String, in database: borrowing Database
  ) throws -> IntakeRecord? {
    let select = try database.prepare(
      """
      SELECT \(columns) FROM watch_dumps WHERE location = ? ORDER BY timestamp DESC LIMIT 1
      """)
    try select.bind(location, at: 1)
    return try select.step() ? IntakeRecord(row: select) : nil
  }

  /// The latest dump that is known to be loaded.
  static func latestLoaded(
    of location: String, in database: borrowing Database
  ) throws -> IntakeRecord? {
    let select = try database.prepare(
      """
      SELECT \(columns) FROM watch_dumps WHERE location = ? AND state = 'loaded'
      ORDER BY timestamp DESC LIMIT 1
      """)
    try select.bind(location, at: 1)
    return try select.step() ? IntakeRecord(row: select) : nil
  }

  /// Writes the record, in the caller's transaction.
  func write(to database: borrowing Database) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // More findings than these tell nobody anything.
    let findings = try encoder.encode(Array(findings.prefix(50)))
    let replace = try database.prepare(
      "INSERT OR REPLACE INTO watch_dumps (\(IntakeRecord.columns), label) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    try replace.bind(location, at: 1)
    try replace.bind(timestamp.description, at: 2)
    try replace.bind(state.rawValue, at: 3)
    try replace.bind(receipt, at: 4)
    try replace.bind(Int64(attempts), at: 5)
    try replace.bind(firstSeenAt.description, at: 6)
    try replace.bind(changedAt.description, at: 7)
    if let nextAttemptAt { try replace.bind(nextAttemptAt.description, at: 8) }
    try replace.bind(Int64(outcome.rawValue), at: 9)
    try replace.bind(message, at: 10)
    try replace.bind(String(decoding: findings, as: UTF8.self), at: 11)
    try replace.bind(DumpLabel(timestamp).description, at: 12)
    try replace.run()
  }

  /// Marks dumps that nobody has loaded before a later one was; `retry` still knows them.
  static func supersede(
    before timestamp: Timestamp, of location: String, in database: borrowing Database
  ) throws {
    try run(
      """
      UPDATE watch_dumps SET state = 'superseded', next_attempt_at = NULL
      WHERE location = ? AND timestamp < ?
        AND state IN ('loading', 'waiting', 'retrying', 'quarantined')
      """, [location, timestamp.description], in: database)
  }

  /// Calls watches as they are called now.
  static func rename(_ name: (String) -> String?, in database: borrowing Database) throws {
    try database.transaction { database in
      let select = try database.prepare(
        "SELECT location FROM watch_dumps UNION SELECT location FROM watch_events")
      var names: [(old: String, new: String)] = []
      while try select.step() {
        if let old = select.text(0), let new = name(old), new != old { names.append((old, new)) }
      }
      for (old, new) in names {
        // Of two that are one now what was loaded says more than what was seen.
        try run(
          "UPDATE OR REPLACE watch_dumps SET location = ? WHERE location = ? AND state = 'loaded'",
          [new, old], in: database)
        for table in ["watch_dumps", "watch_events"] {
          try run(
            "UPDATE OR IGNORE \(table) SET location = ? WHERE location = ?", [new, old],
            in: database)
          try run("DELETE FROM \(table) WHERE location = ?", [old], in: database)
        }
      }
    }
  }

  private static func run(
    _ statement: String, _ texts: [String], in database: borrowing Database
  ) throws {
    let change = try database.prepare(statement)
    for (index, text) in texts.enumerated() { try change.bind(text, at: index + 1) }
    try change.run()
  }

  /// A row; `nil` if it holds what this tool does not write.
  private init?(row: borrowing Statement) {
    func time(_ column: Int) -> Timestamp? {
      row.text(column).flatMap { try? Timestamp(parsing: $0) }
    }
    guard let timestamp = time(1), let state = State(rawValue: row.text(2) ?? "") else {
      return nil
    }
    let findings = try? JSONDecoder().decode([Finding].self, from: Data(row.bytes(10)))
    self.init(
      location: row.text(0) ?? "", timestamp: timestamp, state: state,
      receipt: row.text(3) ?? "", attempts: Int(clamping: row.int64(4)),
      firstSeenAt: time(5) ?? timestamp, changedAt: time(6) ?? timestamp,
      nextAttemptAt: time(7),
      outcome: Outcome(rawValue: Int32(clamping: row.int64(8))) ?? .failed,
      message: row.text(9) ?? "", findings: findings ?? [])
  }
}
