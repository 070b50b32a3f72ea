import Dump

/// What the Data API takes at once: 40 statements, 100 KB of text.
///
/// The publication must be one transaction, and a transaction is one batch. Where it has too many
/// statements, those of the tables become procedures, which are called in the batch: a procedure is
/// part of its caller's transaction.
struct RedshiftBatches {
  /// The statements of the moment at which all tables switch.
  struct Publication {
    let before: [CopyPlan.Statement]
    /// Those of each table.
    let tables: [[CopyPlan.Statement]]
    let after: [CopyPlan.Statement]
  }

  /// Statements in a batch.
  static let statementLimit = 40
  /// Bytes of text in a batch, with room for the JSON around it.
  static let byteLimit = 96_000

  private let publication: Publication
  /// What holds the statements of the tables if they are too many for a batch.
  private let procedures: [Procedure]

  init(_ draft: PlanDraft, _ publication: Publication) {
    self.publication = publication
    let changes = publication.tables.flatMap { $0 }
    if RedshiftBatches.fits(publication.before + changes + publication.after) {
      procedures = []
      return
    }
    procedures = RedshiftBatches.packed(
      changes, statementLimit: .max, byteLimit: 60_000
    ).enumerated().map { index, statements in
      Procedure(
        name: draft.schema + "."
          + draft.dialect.quoted(
            draft.dialect.folded(
              "receipt_publish_\(index + 1)"
                + StagingName.suffix(draft.timestamp, draft.options.runID))),
        statements: statements)
    }
  }

  /// The step that publishes, and what must be prepared for it.
  func publish() -> [CopyPlan.Step] {
    if procedures.isEmpty {
      return [step(publication.before + publication.tables.flatMap { $0 } + publication.after)]
    }
    return [
      CopyPlan.Step(
        purpose: .prepare, title: "procedures", isTransaction: false,
        statements: procedures.map(\.definition)),
      step(publication.before + procedures.map(\.call) + publication.after),
      CopyPlan.Step(
        purpose: .tidy, title: "procedures", isTransaction: false,
        statements: procedures.map(\.removal)),
    ]
  }

  /// What removes the procedures: one that is not there makes its step fail.
  func abandon() -> [CopyPlan.Step] {
    procedures.map {
      CopyPlan.Step(
        purpose: .tidy, title: "procedures", isTransaction: false, statements: [$0.removal])
    }
  }

  private func step(_ statements: [CopyPlan.Statement]) -> CopyPlan.Step {
    CopyPlan.Step(
      purpose: .publish, title: "all tables, at one moment", isTransaction: true,
      statements: statements)
  }

  private struct Procedure {
    let name: String
    let statements: [CopyPlan.Statement]

    var definition: CopyPlan.Statement {
      let body = statements.map { $0.sql + ";" }.joined(separator: "\n")
      // A tag that no text in the body can end.
      var tag = "$receipt$"
      while body.contains(tag) { tag = "$r" + tag.dropFirst() }
      return CopyPlan.Statement(
        "CREATE OR REPLACE PROCEDURE \(name)() AS \(tag)\nBEGIN\n\(body)\nEND;\n\(tag) "
          + "LANGUAGE plpgsql",
        comment: "a batch has at most \(RedshiftBatches.statementLimit) statements")
    }
    var call: CopyPlan.Statement { CopyPlan.Statement("CALL \(name)()") }
    var removal: CopyPlan.Statement { CopyPlan.Statement("DROP PROCEDURE \(name)()") }
  }

  /// The steps that remove what is no longer needed.
  static func tidy(_ statements: [CopyPlan.Statement]) -> [CopyPlan.Step] {
    packed(statements, statementLimit: statementLimit, byteLimit: byteLimit).map {
      CopyPlan.Step(
        purpose: .tidy, title: "staging tables", isTransaction: true, statements: $0)
    }
  }

  static func fits(_ statements: [CopyPlan.Statement]) -> Bool {
    statements.count <= statementLimit
      && statements.reduce(0) { $0 + $1.sql.utf8.count } <= byteLimit
  }

  /// Statements in their order, in as few groups as fit.
  static func packed(
    _ statements: [CopyPlan.Statement], statementLimit: Int, byteLimit: Int
  ) -> [[CopyPlan.Statement]] {
    var groups: [[CopyPlan.Statement]] = []
    var byteCount = 0
    for statement in statements {
      let size = statement.sql.utf8.count
      if let last = groups.last, last.count < statementLimit, byteCount + size <= byteLimit {
        groups[groups.count - 1].append(statement)
        byteCount += size
      } else {
        groups.append([statement])
        byteCount = size
      }
    }
    return groups
  }
}
