import Dump
import Synchronization
import Warehouse

/// The steps of a plan, run one after the other.
///
/// A step that another transaction or a fault has undone is run again. Where nobody can tell whether
/// the new rows are live, the target's ledger is asked: its row is part of the same step.
struct CopyRun {
  /// What it led to.
  struct Outcome {
    var statementCount = 0
    var repetitionCount = 0
    var publishSeconds = 0.0
    /// Whether another run has made tables of the same dump live meanwhile, and this one none.
    var wasOvertaken = false
    var findings: [Finding] = []
  }

  /// Another run has made tables of the dump live.
  private struct Overtaken: Error {}

  let plan: CopyPlan
  let connection: any WarehouseConnection
  let questions: TargetQuestions
  /// Whether the ledger may have the dump from an earlier run.
  let reloads: Bool
  let progress: Progress

  /// How often a step is begun.
  private static let attemptLimit = 3

  /// Runs all steps.
  ///
  /// - Throws: ``OperationError``; what was staged is removed then, as far as possible.
  func run() async throws -> Outcome {
    var outcome = Outcome()
    // From then on the stage may hold what was live before: it stays for the next run.
    var mayHaveSwitched = false
    let total = plan.steps.reduce(0) { $0 + $1.statements.count }
    do {
      for index in plan.steps.indices {
        let step = plan.steps[index]
        let start = ContinuousClock.now
        progress.begin(step.title, total: Int64(total), unit: .statements)
        progress.add(Int64(outcome.statementCount))
        if step.purpose == .publish, !step.isTransaction { mayHaveSwitched = true }
        do {
          try await run(step, at: index, &outcome)
        } catch  where step.purpose == .tidy {
          // The new rows are live; what is left over takes room and nothing else.
          outcome.findings.append(leftOver(step, error))
        }
        outcome.statementCount += step.statements.count
        if step.purpose == .publish { outcome.publishSeconds = start.duration(to: .now).inSeconds }
      }
    } catch is Overtaken {
      if !mayHaveSwitched { await abandon() }
      outcome.wasOvertaken = true
      return outcome
    } catch {
      if !mayHaveSwitched { await abandon() }
      throw error
    }
    await removeLeftOvers()
    return outcome
  }

  private func run(_ step: CopyPlan.Step, at index: Int, _ outcome: inout Outcome) async throws {
    var attempt = 0
    while true {
      do {
        let shown = Mutex(0)
        let answers = try await connection.run(
          step, as: StepRun(runID: plan.runID, step: index, attempt: attempt)
        ) { [progress] count in
          let more = shown.withLock { shown in
            defer { shown = max(shown, count) }
            return max(0, count - shown)
          }
          progress.add(Int64(more))
        }
        return try check(answers, step)
      } catch let error as WarehouseError {
        if let load = try await load(after: error, step) {
          if load.runID == plan.runID { return }
          throw Overtaken()
        }
        attempt += 1
        let mayHelp = [.conflict, .aborted, .unavailable].contains(error.code)
        // Tables that have changed places must not do so again.
        let mayRepeat = step.isTransaction || step.purpose != .publish
        guard mayHelp, mayRepeat, attempt < CopyRun.attemptLimit, step.purpose != .tidy else {
          throw failure(error, step)
        }
        outcome.repetitionCount += 1
        // Two runs that were in each other's way do not come back together.
        try await Task.sleep(for: .milliseconds(Int.random(in: 100...1_000) << attempt))
      }
    }
  }

  // MARK: Checks

  /// Holds what the target has answered against what the footers promise.
  ///
  /// - Throws: ``OperationError`` with `refused`; ``WarehouseError`` with `conflict` if all files were
  ///   loaded as they should be, and the table has other rows all the same.
  private func check(_ answers: [StatementAnswer], _ step: CopyPlan.Step) throws {
    var hasLoaded = false
    for (statement, answer) in zip(step.statements, answers) {
      guard let expected = statement.expectation else { continue }
      let found = CopyRun.count(answer, isLoad: expected.files != nil)
      let files = expected.files.map { _ in answer.rows.count }
      if found == expected.rows, files == expected.files {
        hasLoaded = hasLoaded || expected.files != nil
        continue
      }
      if hasLoaded, expected.files == nil {
        throw WarehouseError(.conflict, "another run has changed the staging table")
      }
      throw refusal(statement, expected, found, files)
    }
  }

  private func refusal(
    _ statement: CopyPlan.Statement, _ expected: CopyPlan.Statement.Expectation, _ found: Int64?,
    _ files: Int?
  ) -> OperationError {
    var what = "\(found.map(String.init) ?? "an unknown number of") rows"
    if let files { what += " of \(files) files" }
    var promised = "\(expected.rows)"
    if let files = expected.files { promised += " of \(files)" }
    let finding = Finding(
      .copiedRowsDiffer, at: Finding.Place(table: statement.table),
      "\(plan.target.title) loaded \(what), and the footers promise \(promised)")
    return OperationError(
      .refused, "cannot copy table \(statement.table ?? ""): \(finding.message)",
      hint: "the rows of the live tables are as they were", findings: [finding])
  }

  /// The number of rows in an answer: the one value of a count, or the sum of a load's files.
  private static func count(_ answer: StatementAnswer, isLoad: Bool) -> Int64? {
    guard isLoad else { return answer.rows.first?.first.flatMap { $0 }.flatMap { Int64($0) } }
    guard let column = answer.columns.firstIndex(of: "rows_loaded") else { return nil }
    var sum: Int64 = 0
    for row in answer.rows {
      guard row.indices.contains(column), let count = row[column].flatMap({ Int64($0) }) else {
        return nil
      }
      sum += count
    }
    return sum
  }

  // MARK: Failures

  /// The run that has made the dump live, although this step seems to have failed.
  ///
  /// - Throws: ``OperationError`` if nobody can tell.
  private func load(
    after error: WarehouseError, _ step: CopyPlan.Step
  ) async throws -> TargetQuestions.Load? {
    guard error.isAmbiguous || [.statement, .conflict].contains(error.code) else { return nil }
    // In a task of its own: this one may be cancelled already. Another run of the same dump may have
    // been faster; its guard, or its tidying, has then ended this one, and the effect is the same.
    let question = Task { [connection, questions, plan, reloads] in
      TargetQuestions.loads(try await connection.rows(questions.loads))
        .first { $0.runID == plan.runID || !reloads && $0.timestamp == plan.timestamp }
    }
    switch await question.result {
    case .success(let load): return load
    case .failure where !error.isAmbiguous || step.purpose != .publish: return nil
    case .failure:
      throw OperationError(
        .transient,
        "cannot tell whether dump \(plan.timestamp) is live in \(plan.target.title): "
          + "\(error.message)",
        hint:
          "run the same command again: the target's ledger decides whether anything is left to do")
    }
  }

  private func failure(_ error: WarehouseError, _ step: CopyPlan.Step) -> OperationError {
    var what = step.title
    if let index = error.statement, step.statements.indices.contains(index) {
      let sql = step.statements[index].sql.prefix { !$0.isNewline }.prefix(120)
      what += ", statement \(index + 1) (\(sql))"
    }
    var cause = OperationError(error)
    cause.message = "cannot copy into \(plan.target.title): \(what): \(error.message)"
    if step.purpose == .publish, !step.isTransaction {
      cause.hint =
        (plan.switching == .schema
          ? "the new schema may be live" : "some tables may have switched and others not")
        + ": run the same command again"
    } else if step.purpose == .publish, error.isAmbiguous {
      // The ledger has been asked, and what was stopped may still have been at work.
      cause.hint = "run the same command again: the target's ledger decides what is left to do"
    } else if cause.hint == nil {
      cause.hint = "the rows of the live tables are as they were"
    }
    return cause
  }

  private func leftOver(_ step: CopyPlan.Step, _ error: any Error) -> Finding {
    Finding(
      .stagingLeft, "\(step.title) could not be removed: \(OperationError(error).message)",
      hint: "Run by hand: " + step.statements.map { $0.sql + ";" }.joined(separator: " "))
  }

  /// Removes what killed runs have left, of this dump and earlier ones; whether that works changes
  /// nothing.
  private func removeLeftOvers() async {
    var steps: [CopyPlan.Step] = []
    for kind in questions.leftOvers {
      guard let rows = try? await connection.rows(kind.question) else { continue }
      steps += rows.compactMap { $0.first.flatMap { $0 } }
        .filter { StagingName.isLeftOver($0, of: plan.timestamp) }.prefix(100)
        .map {
          CopyPlan.Step(
            purpose: .tidy, title: "left over", isTransaction: false, statements: [kind.drop($0)])
        }
    }
    await attempt(steps)
  }

  /// Runs steps of which none needs to succeed.
  private func attempt(_ steps: [CopyPlan.Step]) async {
    for (index, step) in steps.enumerated() {
      let name = StepRun(runID: plan.runID, step: plan.steps.count + index, attempt: 0)
      _ = try? await connection.run(step, as: name) { _ in }
    }
  }

  /// Removes what was staged, after a failure; whether that works changes nothing any more.
  private func abandon() async {
    // Nobody wants to wait for it long.
    await Aside.run(within: .seconds(10)) { await attempt(plan.abandon) }
  }
}
