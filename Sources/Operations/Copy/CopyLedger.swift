import Dump
import Warehouse

/// What a target says of the dumps that it has.
struct CopyLedger {
  private let connection: any WarehouseConnection
  private let target: CopyTarget
  private let questions: TargetQuestions
  private let loads: [TargetQuestions.Load]

  /// Asks a target; one without a ledger has no dumps.
  init(_ connection: any WarehouseConnection, _ options: WarehouseOptions) async throws {
    self.connection = connection
    target = options.target
    questions = TargetQuestions(options)
    let tables = try TargetQuestions.tables(
      try await connection.ask(questions.ledgerColumns, target, "which tables it has"))
    loads =
      tables.count == 2
      ? TargetQuestions.loads(
        try await connection.ask(questions.loads, target, "which dumps it has")) : []
  }

  /// The tables of some names that the target has.
  func present(_ names: [String]) async throws -> [TargetTable] {
    try TargetQuestions.tables(
      try await connection.ask(
        questions.columns(ofTables: names), target, "which columns it has"))
  }

  /// The dumps that it has, or has had.
  var timestamps: [Timestamp] { loads.map(\.timestamp) }

  /// The latest dump.
  var latest: TargetQuestions.Load? { loads.max { $0.timestamp < $1.timestamp } }

  /// The run that has copied a dump.
  subscript(timestamp: Timestamp) -> TargetQuestions.Load? {
    loads.first { $0.timestamp == timestamp }
  }

  /// The tables that were copied of a dump, with their rows.
  func tables(of timestamp: Timestamp) async throws -> [String: Int64] {
    let runs = loads.filter { $0.timestamp == timestamp }.map(\.runID)
    if runs.isEmpty { return [:] }
    var counts: [String: Int64] = [:]
    let rows = try await connection.ask(
      questions.tables(ofRuns: runs), target, "how many rows it has")
    for row in rows {
      guard row.count == 3, let name = row[0], let count = row[1].flatMap({ Int64($0) }) else {
        continue
      }
      counts[name] = count
    }
    return counts
  }
}

extension WarehouseConnection {
  /// The rows of a question, or an error that says what was asked.
  fileprivate func ask(
    _ sql: String, _ target: CopyTarget, _ what: String
  ) async throws -> [[String?]] {
    do {
      return try await rows(sql)
    } catch {
      var cause = OperationError(error)
      cause.message = "cannot ask \(target.title) \(what): \(error.message)"
      throw cause
    }
  }
}
