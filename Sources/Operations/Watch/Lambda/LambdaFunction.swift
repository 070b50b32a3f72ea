import Dump
import FoundationEssentials
public import Logging

/// The watch as a Lambda function: `receipt lambda`.
///
/// Events of S3, SQS, SNS and EventBridge are hints like all others. What could not be done is given
/// back: messages of SQS each by itself, other events as a whole, so that Lambda calls again.
public struct LambdaFunction: Sendable {
  private let watch: Watch
  private let runtime: LambdaRuntime
  private let logger: Logger
  private let metrics = WatchMetrics()

  /// Prepares the function; what cannot be used is told to Lambda.
  ///
  /// - Parameters:
  ///   - environment: the environment.
  ///   - settings: reads and checks the settings: what to do, and where logs go.
  /// - Throws: ``OperationError``.
  public init(
    environment: [String: String], _ settings: () throws -> (plan: WatchPlan, logger: Logger)
  ) async throws {
    runtime = try LambdaRuntime(environment: environment)
    do {
      let settings = try settings()
      logger = settings.logger
      watch = try Watch(settings.plan, logger: logger)
    } catch {
      let error = OperationError(error)
      try? await runtime.failToStart(error)
      throw error
    }
  }

  /// Takes calls until the process is ended.
  ///
  /// - Throws: ``OperationError`` if the runtime is gone.
  public func run() async throws -> Never {
    while true {
      let invocation = try await runtime.next()
      do {
        let answer = try await answer(to: invocation)
        await finish(invocation)
        try await runtime.respond(to: invocation, answer)
      } catch let error as OperationError {
        logger.error("\(error.message)")
        await finish(invocation)
        try await runtime.fail(invocation, error)
      }
    }
  }

  /// Time that is kept for taking back what was begun, for alerts, and for the answer.
  private static let reserve = Duration.seconds(2)
  /// Of it what the answer takes.
  private static let answerTime = Duration.milliseconds(500)
  /// How long alerts may take where there is time: the call is paid for meanwhile.
  private static let alertTime = Duration.seconds(5)

  /// Sends what is to be told: the process stands still from the answer on.
  private func finish(_ invocation: LambdaRuntime.Invocation) async {
    let left = invocation.deadline - LambdaFunction.answerTime - .now
    await watch.flushAlerts(within: max(.zero, min(LambdaFunction.alertTime, left)))
  }

  private func answer(to invocation: LambdaRuntime.Invocation) async throws -> String {
    let message = EventMessage(parsing: invocation.body)
    let router = EventRouter(watch.intakes, metrics: metrics, logger: logger)
    let end = invocation.deadline - LambdaFunction.reserve
    var failed: [String] = []
    var results: [CheckResult] = []
    for item in message.items {
      let result = await settle(item, of: invocation, router, before: end)
      results.append(result)
      if result != .settled, let id = item.messageID { failed.append(id) }
    }
    for intake in watch.intakes {
      await intake.checkSchedule()
      try? await intake.state.flushCounts()
    }
    if message.isBatch {
      return "{\"batchItemFailures\":["
        + failed.map { "{\"itemIdentifier\":\(LambdaFunction.quoted($0))}" }.joined(separator: ",")
        + "]}"
    }
    if let result = results.first(where: { $0 != .settled }) {
      throw OperationError(
        .transient, "the dump is not loaded yet (\(result)); the log says why",
        hint: "Lambda calls again; give the function more time for large dumps")
    }
    return "{\"status\":\"ok\"}"
  }

  /// Does what a piece of an event asks for, at all watches that it is for.
  private func settle(
    _ item: EventMessage.Item, of invocation: LambdaRuntime.Invocation, _ router: EventRouter,
    before end: ContinuousClock.Instant
  ) async -> CheckResult {
    do {
      let intakes = try await router.intakes(
        for: item.contents, body: invocation.body,
        way: item.messageID == nil ? "lambda" : "lambda-sqs")
      for intake in intakes {
        let result = await settle(intake, before: end)
        if result != .settled { return result }
      }
      return .settled
    } catch {
      logger.error("a message could not be kept: \(OperationError(error).message)")
      return .retrying(.zero)
    }
  }

  /// Looks until nothing is left to do, or the time is nearly over.
  private func settle(_ intake: Intake, before end: ContinuousClock.Instant) async -> CheckResult {
    while true {
      let alarm = Task {
        try await Task.sleep(until: end, clock: .continuous)
        await intake.cancelLook()
      }
      let result = await intake.check()
      alarm.cancel()
      guard case .waiting(let pause) = result, .now + pause < end,
        (try? await Task.sleep(for: pause)) != nil
      else { return result }
    }
  }

  private static func quoted(_ text: String) -> String {
    guard let bytes = try? JSONEncoder().encode(text) else { return "\"\"" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
