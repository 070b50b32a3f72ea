/// Snowflake over its SQL API: a step that is a transaction is one block.
struct SnowflakeConnection: WarehouseConnection {
  private let client: SnowflakeClient
  private let timeout: Duration

  init(_ access: SnowflakeAccess, timeout: Duration) throws(WarehouseError) {
    client = try SnowflakeClient(access)
    self.timeout = timeout
  }

  func run(
    _ step: CopyPlan.Step, as run: StepRun, progress: @Sendable (Int) -> Void
  ) async throws(WarehouseError) -> [StatementAnswer] {
    if step.isTransaction {
      _ = try await answer(to: SnowflakeBlock.text(step.statements), run.uuid())
      progress(step.statements.count)
      return step.statements.map { _ in StatementAnswer() }
    }
    var answers: [StatementAnswer] = []
    for (index, statement) in step.statements.enumerated() {
      do throws(WarehouseError) {
        answers.append(try await answer(to: statement.sql, run.uuid(index)))
      } catch {
        var failure = error
        failure.statement = index
        throw failure
      }
      progress(index + 1)
    }
    return answers
  }

  func rows(_ sql: String) async throws(WarehouseError) -> [[String?]] {
    // A question may be asked twice; its name need only be new.
    let run = StepRun(runID: "\(UInt64.random(in: .min ... .max))", step: 0, attempt: 0)
    return try await answer(to: sql, run.uuid()).rows
  }

  private func answer(
    to sql: String, _ requestID: String
  ) async throws(WarehouseError) -> StatementAnswer {
    var (answer, isDone) = try await submit(sql, requestID)
    guard let handle = answer.statementHandle else {
      throw WarehouseError(.malformed, "Snowflake's answer names no statement")
    }
    var patience = Patience(timeout: timeout + .seconds(60))
    do throws(WarehouseError) {
      while !isDone {
        (answer, isDone) = try await client.ask(handle)
        if isDone { break }
        if patience.isOver {
          throw WarehouseError(
            .aborted, "the statement took longer than \(timeout.components.seconds) s",
            hint: "--statement-timeout gives it longer")
        }
        try await patience.wait()
      }
    } catch {
      if [.cancelled, .aborted].contains(error.code) {
        await Aside.run(within: Aside.cancellation) { [client] in try? await client.cancel(handle) }
      }
      throw error
    }
    return try await whole(answer, handle)
  }

  /// Submits a statement; if the task is cancelled meanwhile, it does not go on.
  private func submit(
    _ sql: String, _ requestID: String
  ) async throws(WarehouseError) -> (answer: SnowflakeClient.Answer, isDone: Bool) {
    if Task.isCancelled { throw WarehouseError(.cancelled, "the run was cancelled") }
    do throws(WarehouseError) {
      return try await client.submit(sql, requestID: requestID, timeout: timeout)
    } catch {
      if error.code == .cancelled {
        // The service may have it. The same request gives the name by which it is stopped.
        await Aside.run(within: Aside.cancellation) { [client, timeout] in
          let again = try? await client.submit(sql, requestID: requestID, timeout: timeout)
          guard let handle = again?.answer.statementHandle else { return }
          try? await client.cancel(handle)
        }
      }
      throw error
    }
  }

  /// An answer with all parts of its rows.
  private func whole(
    _ answer: SnowflakeClient.Answer, _ handle: String
  ) async throws(WarehouseError) -> StatementAnswer {
    var rows = answer.data ?? []
    let count = answer.resultSetMetaData?.partitionInfo?.count ?? 1
    guard count <= 10_000 else {
      throw WarehouseError(.malformed, "Snowflake's answer has \(count) parts, more than 10,000")
    }
    for partition in 1..<max(1, count) {
      rows += try await client.ask(handle, partition: partition).answer.data ?? []
    }
    let names = answer.resultSetMetaData?.rowType?.map { ASCIICase.lower($0.name) } ?? []
    return StatementAnswer(rows: rows, columns: names)
  }
}
