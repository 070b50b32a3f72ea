import AWS
import CurlHTTP

/// Redshift over its Data API: a step that is a transaction is one batch.
struct RedshiftConnection: WarehouseConnection {
  private let client: RedshiftData
  private let timeout: Duration

  init(_ access: RedshiftAccess, timeout: Duration) throws(WarehouseError) {
    self.timeout = timeout
    guard (access.cluster == nil) != (access.workgroup == nil) else {
      throw WarehouseError(
        .configuration, "cannot reach Redshift: it needs a cluster or a workgroup, and not both",
        hint: "name it with --cluster or --workgroup")
    }
    do throws(AWSError) {
      client = try RedshiftConnection.client(access)
    } catch {
      throw WarehouseError(
        .configuration, "cannot reach Redshift: \(error.reason)", hint: error.hint)
    }
  }

  private static func client(_ access: RedshiftAccess) throws(AWSError) -> RedshiftData {
    let settings = try Settings(environment: access.environment, profile: access.profile)
    guard let region = access.region ?? settings.region else {
      throw AWSError(
        .configuration, "its region is not known", hint: "name it with --region or AWS_REGION")
    }
    var http = HTTPOptions()
    http.certificateFile = access.certificateFile ?? settings.certificateFile
    let connections: ServiceConnections
    do throws(HTTPError) {
      connections = ServiceConnections(try HTTPClient(http))
    } catch {
      throw AWSError(.other, error.message)
    }
    var target = RedshiftData.Target(database: access.database)
    target.cluster = access.cluster
    target.workgroup = access.workgroup
    target.user = access.user
    target.secretARN = access.secretARN
    return try RedshiftData(
      settings, region: region, target: target,
      credentials: RenewingCredentials(CredentialChain.standard(settings, connections)),
      connections: connections)
  }

  func run(
    _ step: CopyPlan.Step, as run: StepRun, progress: @Sendable (Int) -> Void
  ) async throws(WarehouseError) -> [StatementAnswer] {
    if step.isTransaction {
      return try await batch(step.statements, token: run.token(), progress)
    }
    var answers: [StatementAnswer] = []
    for (index, statement) in step.statements.enumerated() {
      do throws(WarehouseError) {
        answers += try await batch([statement], token: run.token(index)) { _ in }
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
    let token = StepRun(runID: "\(UInt64.random(in: .min ... .max))", step: 0, attempt: 0).token()
    let id = try await explaining { () async throws(AWSError) in
      try await client.submit([sql], token: token)
    }
    guard try await outcome(of: id, { _ in }).hasResult == true else { return [] }
    return try await explaining { () async throws(AWSError) in try await client.rows(of: id) }
  }

  // MARK: Statements

  private func batch(
    _ statements: [CopyPlan.Statement], token: String, _ progress: @Sendable (Int) -> Void
  ) async throws(WarehouseError) -> [StatementAnswer] {
    let id = try await submit(statements.map(\.sql), token: token)
    let done = try await outcome(of: id, progress)
    let parts = done.subStatements ?? []
    var answers: [StatementAnswer] = []
    for (index, statement) in statements.enumerated() {
      guard statement.expectation != nil else {
        answers.append(StatementAnswer())
        continue
      }
      let result = parts.indices.contains(index) ? parts[index].id : id
      let rows = try await explaining { () async throws(AWSError) in
        try await client.rows(of: result)
      }
      answers.append(StatementAnswer(rows: rows))
    }
    return answers
  }

  /// Submits statements; if the task is cancelled meanwhile, none of them goes on.
  private func submit(
    _ statements: [String], token: String
  ) async throws(WarehouseError) -> String {
    if Task.isCancelled { throw WarehouseError(.cancelled, "the run was cancelled") }
    do throws(AWSError) {
      return try await client.submit(statements, token: token)
    } catch {
      if error.code == .cancelled {
        // The service may have them. The same token gives the name by which they are stopped.
        await Aside.run(within: Aside.cancellation) { [client] in
          guard let id = try? await client.submit(statements, token: token) else { return }
          try? await client.cancel(id)
        }
      }
      throw WarehouseError(error)
    }
  }

  /// Waits for the end of a statement or batch.
  ///
  /// - Throws: ``WarehouseError`` if it is not a good one.
  private func outcome(
    of id: String, _ progress: @Sendable (Int) -> Void
  ) async throws(WarehouseError) -> RedshiftData.Description {
    var patience = Patience(timeout: timeout)
    while true {
      let description: RedshiftData.Description
      do throws(WarehouseError) {
        description = try await explaining { () async throws(AWSError) in
          try await client.describe(id)
        }
        progress((description.subStatements ?? []).count { $0.status == .finished })
        guard !description.status.isFinal else { return try checked(description) }
        if patience.isOver {
          await cancel(id)
          throw WarehouseError(
            .aborted, "the statement took longer than \(timeout.components.seconds) s",
            hint: "--statement-timeout gives it longer")
        }
        try await patience.wait()
      } catch {
        // Nobody waits for it any more, and what it would do might surprise.
        if error.code == .cancelled { await cancel(id) }
        throw error
      }
    }
  }

  private func cancel(_ id: String) async {
    // It may have ended meanwhile.
    await Aside.run(within: Aside.cancellation) { [client] in try? await client.cancel(id) }
  }

  private func checked(
    _ description: RedshiftData.Description
  ) throws(WarehouseError) -> RedshiftData.Description {
    let failed = description.subStatements?.firstIndex { $0.status == .failed }
    let why =
      failed.flatMap { description.subStatements?[$0].error } ?? description.error ?? "no reason"
    switch description.status {
    case .submitted, .picked, .started, .finished: return description
    case .aborted:
      throw WarehouseError(.aborted, "Redshift stopped the statement: \(why)", statement: failed)
    case .failed:
      // <https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html>
      let isConflict = ["isolation violation", "deadlock", "concurrent", "constraint \"pg_"]
        .contains { why.contains($0) }
      throw WarehouseError(
        isConflict ? .conflict : .statement, why.prefix(1_000).description,
        hint: isConflict ? "another transaction changed the same tables; try again" : nil,
        statement: failed)
    }
  }

  // MARK: Errors

  private func explaining<Value>(
    _ ask: () async throws(AWSError) -> Value
  ) async throws(WarehouseError) -> Value {
    do throws(AWSError) {
      return try await ask()
    } catch {
      throw WarehouseError(error)
    }
  }
}

extension WarehouseError {
  /// What the Data API, or the way there, has refused.
  init(_ error: AWSError) {
    let code: Code =
      switch error.code {
      case .accessDenied, .credentials: .accessDenied
      case .configuration, .tls: .configuration
      case .unavailable: .unavailable
      case .malformed: .malformed
      case .cancelled: .cancelled
      default: .statement
      }
    self.init(code, error.reason, hint: error.hint ?? WarehouseError.hint(error))
  }

  private static func hint(_ error: AWSError) -> String? {
    switch error.serviceCode {
    case "AccessDeniedException":
      "the caller needs redshift-data:ExecuteStatement, BatchExecuteStatement, DescribeStatement, "
        + "GetStatementResult, CancelStatement, and a way to credentials of the database"
    case "ResourceNotFoundException": "check --cluster, --workgroup, --database and --region"
    default: nil
    }
  }
}
