import AWS
import Dump
import Logging

/// Takes messages of a queue of SQS, one at a time.
///
/// A message is deleted once what it hints at is committed, or known not to matter. While that takes
/// its time, nobody else gets it: its time is put off at every third of it. When something fails that
/// may go better later the queue keeps it for the pause before the next try, so that the queue's own
/// rule for messages that never succeed still holds. On shutdown it is given back at once.
struct QueueConsumer: Sendable {
  let queue: SimpleQueueService
  let router: EventRouter
  let health: QueueHealth
  let pulse: Pulse
  let logger: Logger
  /// How long a request may wait for a message.
  let waitSeconds: Int

  /// Takes messages until the task is cancelled.
  func run() async {
    var visibility: Int?
    var failures = 0
    while !Task.isCancelled {
      // Tries, and the pauses between them, are within the time of a look.
      pulse.expect(queue.queueURL, within: .seconds(waitSeconds) + Pulse.lookTime)
      do throws(AWSError) {
        if visibility == nil { visibility = try await visibilityTimeout() }
        let message = try await queue.receive(waitSeconds: waitSeconds)
        if failures > 0 { logger.notice("the queue answers again") }
        failures = 0
        await health.answered()
        if let message {
          // What it leads to is a look, which is answered for by the one who looks.
          pulse.forget(queue.queueURL)
          await take(message, visibility: .seconds(visibility ?? 30))
        }
      } catch {
        if error.code == .cancelled { return }
        failures += 1
        visibility = nil
        let pause = min(IntakeFailure.pause(failures, Double.random(in: 0...1)), .seconds(60))
        logger.warning(
          "\(error.reason); next try in \(Measured.text(pause.inSeconds)) s",
          metadata: error.hint.map { ["hint": "\($0)"] } ?? [:])
        await health.failed(error, count: failures)
        try? await Task.sleep(for: pause)
      }
    }
  }

  /// What the queue says, or the service's default if it may not be asked.
  private func visibilityTimeout() async throws(AWSError) -> Int {
    do throws(AWSError) {
      return max(1, try await queue.visibilityTimeout())
    } catch {
      guard error.code == .accessDenied else { throw error }
      return 30
    }
  }

  private func take(_ message: SimpleQueueService.Message, visibility: Duration) async {
    let body = Array(message.body.utf8)
    let event = EventMessage(parsing: body)
    let result: CheckResult
    do {
      let intakes = try await router.intakes(for: event, body: body, way: "sqs")
      result = await keepingInvisible(message, for: visibility) {
        await QueueConsumer.settle(intakes)
      }
    } catch {
      logger.error("a message could not be kept: \(OperationError(error).message)")
      result = .retrying(
        IntakeFailure.pause(message.receiveCount, Double.random(in: 0...1)))
    }
    // What is done must be said although the task may be cancelled.
    await Task.detached { [queue, logger] in
      do throws(AWSError) {
        switch result {
        case .settled: try await queue.delete(message)
        case .waiting(let pause), .retrying(let pause):
          let seconds = Int(pause.components.seconds) + 1
          try await queue.changeVisibility(of: message, seconds: seconds)
        case .stopped: try await queue.changeVisibility(of: message, seconds: 0)
        }
      } catch {
        // It comes again, and there is nothing to do then.
        logger.warning("\(error.reason)")
      }
    }.value
  }

  /// Looks until nothing is left to do but to try again later.
  private static func settle(_ intakes: [Intake]) async -> CheckResult {
    for intake in intakes {
      while true {
        let result = await intake.check()
        if case .waiting(let pause) = result {
          guard (try? await Task.sleep(for: pause)) != nil else { return .stopped }
          continue
        }
        if result == .settled { break }
        return result
      }
    }
    return .settled
  }

  private func keepingInvisible(
    _ message: SimpleQueueService.Message, for visibility: Duration,
    _ work: @escaping @Sendable () async -> CheckResult
  ) async -> CheckResult {
    let beat = Task {
      while true {
        try await Task.sleep(for: visibility / 3)
        do throws(AWSError) {
          try await queue.changeVisibility(
            of: message, seconds: Int(visibility.components.seconds))
        } catch {
          logger.warning("cannot keep a message: \(error.reason)")
        }
      }
    }
    defer { beat.cancel() }
    return await work()
  }
}
