import Glibc
import Synchronization

/// Waits on threads of their own for what is done in tasks.
///
/// Readers of Parquet are synchronous. A thread that belongs to no task has nothing to be cancelled
/// by, so that whoever owns the threads binds a scope to each and cancels that.
package final class BlockingScope: Sendable {
  private struct State {
    var isCancelled = false
    var next = 0
    var cancellations: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  /// The scope of the current thread.
  @TaskLocal package static var current: BlockingScope?

  /// A scope in which nothing is waited for yet.
  package init() {}

  /// Ends all waits of this scope, and those that come.
  package func cancel() {
    let cancellations = state.withLock { state in
      state.isCancelled = true
      return state.cancellations.values
    }
    for cancellation in cancellations { cancellation() }
  }

  /// Whether the scope has been cancelled.
  package var isCancelled: Bool { state.withLock { $0.isCancelled } }

  fileprivate func add(_ cancellation: @escaping @Sendable () -> Void) -> Int? {
    state.withLock { state in
      if state.isCancelled { return nil }
      state.next += 1
      state.cancellations[state.next] = cancellation
      return state.next
    }
  }

  fileprivate func remove(_ id: Int) {
    state.withLock { _ = $0.cancellations.removeValue(forKey: id) }
  }
}

/// Runs an asynchronous operation and blocks the thread until it ends.
///
/// Must not be called on a thread of Swift's tasks.
///
/// - Throws: what the operation throws; `CancellationError` if the thread's scope is cancelled.
package func blocking<Result: Sendable>(
  _ operation: @escaping @Sendable () async throws -> Result
) throws -> Result {
  let outcome = Outcome<Result>()
  let scope = BlockingScope.current
  let task = Task.detached {
    do {
      outcome.set(.success(try await operation()))
    } catch {
      outcome.set(.failure(error))
    }
  }
  guard let scope else { return try outcome.wait().get() }
  guard let id = scope.add({ task.cancel() }) else {
    // It has begun: what it writes must be there before anybody takes it back.
    task.cancel()
    _ = outcome.wait()
    throw CancellationError()
  }
  defer { scope.remove(id) }
  let result = outcome.wait()
  // Whatever a cancelled operation says, that it was cancelled is why.
  if scope.isCancelled, case .failure = result { throw CancellationError() }
  return try result.get()
}

/// A result that one thread waits for, once.
@safe
private final class Outcome<Value: Sendable>: @unchecked Sendable {  // Sendable: semaphores are.
  private let value = Mutex<Result<Value, any Error>?>(nil)
  private let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    unsafe semaphore = .allocate(capacity: 1)
    unsafe sem_init(semaphore, 0, 0)
  }

  deinit {
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  func set(_ result: sending Result<Value, any Error>) {
    value.withLock { $0 = result }
    unsafe _ = sem_post(semaphore)
  }

  func wait() -> Result<Value, any Error> {
    while unsafe sem_wait(semaphore) != 0 {}
    return value.withLock { $0 } ?? .failure(CancellationError())
  }
}
