import AWS
import OpenSSLCrypto

/// What a statement has answered.
package struct StatementAnswer: Sendable, Hashable {
  /// The rows, values as texts.
  package var rows: [[String?]]
  /// The names of the columns, in small letters; empty where nobody needs them.
  package var columns: [String]

  /// An answer from its parts.
  package init(rows: [[String?]] = [], columns: [String] = []) {
    self.rows = rows
    self.columns = columns
  }
}

/// A step of a plan that is being run: what names its requests.
package struct StepRun: Sendable, Hashable {
  /// What identifies the run.
  package let runID: String
  /// The position of the step in the plan.
  package let step: Int
  /// How often it was begun before.
  package let attempt: Int

  /// A step of a run.
  package init(runID: String, step: Int, attempt: Int) {
    self.runID = runID
    self.step = step
    self.attempt = attempt
  }

  /// A name of 64 digits for a request: the same for the same request, and for no other.
  package func token(_ part: Int = 0) -> String {
    Hex.text(Digest.sha256(Array("\(runID)/\(step)/\(attempt)/\(part)".utf8)))
  }

  /// The same as a UUID, of version 8: made by a rule of our own (RFC 9562 §5.8).
  package func uuid(_ part: Int = 0) -> String {
    var digits = Array(token(part).utf8.prefix(32))
    digits[12] = UInt8(ascii: "8")
    digits[16] = UInt8(ascii: "a")
    let text = String(decoding: digits, as: UTF8.self)
    var rest = text[...]
    return [8, 4, 4, 4, 12].map { count in
      defer { rest = rest.dropFirst(count) }
      return String(rest.prefix(count))
    }.joined(separator: "-")
  }
}

/// A warehouse that runs statements.
package protocol WarehouseConnection: Sendable {
  /// Runs the statements of a step, one after the other.
  ///
  /// - Parameters:
  ///   - step: the step; if it is a transaction, all of it happens or nothing.
  ///   - run: what names the requests, so that none is carried out twice.
  ///   - progress: called with the number of statements done so far.
  /// - Returns: for each statement what it has answered, as far as the plan expects something.
  /// - Throws: ``WarehouseError``; if it is ambiguous, the step may have happened all the same.
  func run(
    _ step: CopyPlan.Step, as run: StepRun, progress: @Sendable (Int) -> Void
  ) async throws(WarehouseError) -> [StatementAnswer]

  /// The rows of a question.
  func rows(_ sql: String) async throws(WarehouseError) -> [[String?]]
}

extension WarehouseAccess {
  /// Opens the way; nothing is asked of anybody yet.
  ///
  /// - Parameter timeout: how long a statement may take.
  /// - Returns: the connection.
  /// - Throws: ``WarehouseError`` for settings that cannot be used.
  package func connection(
    timeout: Duration
  ) throws(WarehouseError) -> any WarehouseConnection {
    switch self {
    case .redshift(let access): try RedshiftConnection(access, timeout: timeout)
    case .snowflake(let access): try SnowflakeConnection(access, timeout: timeout)
    }
  }
}
