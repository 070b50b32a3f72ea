import FoundationEssentials
import Glibc
import ObjectStorage
import Synchronization

/// Items of work that several threads take one after the other.
///
/// The first error stops the rest: no further item is handed out, and the error is what the caller
/// gets.
package final class WorkQueue<Item: Sendable>: Sendable {
  private struct State {
    var next = 0
    var error: (any Error)?
    var isStopped = false
  }

  private let items: [Item]
  private let state = Mutex(State())

  init(_ items: [Item]) { self.items = items }

  /// The next item, or `nil` when there are none left or the work was stopped.
  package func next() -> Item? {
    state.withLock { state in
      guard !state.isStopped, state.next < items.count else { return nil }
      state.next += 1
      return items[state.next - 1]
    }
  }

  /// Throws when the work was stopped; for items that take long.
  func checkStopped() throws(CancellationError) {
    if isStopped { throw CancellationError() }
  }

  var isStopped: Bool { state.withLock { $0.isStopped } }

  func stop(_ error: (any Error)? = nil) {
    state.withLock { state in
      state.isStopped = true
      if state.error == nil { state.error = error }
    }
  }

  fileprivate var error: (any Error)? { state.withLock { $0.error } }
}

/// Works through items on threads of their own.
///
/// Decoding and reading block, which Swift's own few threads are not made for.
///
/// - Parameters:
///   - items: the work, in the order in which it is begun.
///   - threadCount: the threads; no more than there are items are made.
///   - body: what a thread does from its beginning to its end: take items until there are none.
/// - Throws: the first error of any thread, after all have ended; `CancellationError` if the task
///   was cancelled.
package func onThreads<Item: Sendable>(
  _ items: [Item], threadCount: Int,
  body: @escaping @Sendable (WorkQueue<Item>) throws -> Void
) async throws {
  if items.isEmpty { return }
  let queue = WorkQueue(items)
  // What threads wait for ends with them: the first error, too, is no reason to go on waiting.
  let scope = BlockingScope()
  await withTaskCancellationHandler {
    await withTaskGroup { group in
      for _ in 0..<max(1, min(threadCount, items.count)) {
        group.addTask {
          await onThread {
            BlockingScope.$current.withValue(scope) {
              do {
                try body(queue)
              } catch {
                queue.stop(error)
                scope.cancel()
              }
            }
          }
        }
      }
    }
  } onCancel: {
    queue.stop(CancellationError())
    scope.cancel()
  }
  if let error = queue.error { throw error }
}

/// Does blocking work on a thread of its own.
///
/// - Parameter body: the work; it may ask whether the task was cancelled.
/// - Returns: what the work returns, also when the task was cancelled too late to matter.
/// - Throws: what the work throws.
func onOneThread<Result: Sendable>(
  _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Result
) async throws -> Result {
  let result = Mutex<Result?>(nil)
  do {
    try await onThreads([0], threadCount: 1) { queue in
      guard queue.next() != nil else { return }
      let value = try body { queue.isStopped }
      result.withLock { $0 = value }
    }
  } catch {
    guard let value = result.withLock({ $0 }) else { throw error }
    return value
  }
  guard let value = result.withLock({ $0 }) else { throw CancellationError() }
  return value
}

/// Runs a closure on a thread that is made for it.
private func onThread(_ body: @escaping @Sendable () -> Void) async {
  await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
    let work = ThreadWork {
      body()
      continuation.resume()
    }
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    unsafe pthread_attr_init(attributes)
    // Schemas may be nested deeply, and their readers recurse.
    unsafe pthread_attr_setstacksize(attributes, 16 << 20)
    unsafe pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer {
      unsafe pthread_attr_destroy(attributes)
      unsafe attributes.deallocate()
    }
    var thread = pthread_t()
    let argument = unsafe Unmanaged.passRetained(work).toOpaque()
    let code = unsafe pthread_create(
      &thread, attributes,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, argument)
    if code != 0 {
      // No thread is to be had: the work is done here, later rather than never.
      unsafe Unmanaged<ThreadWork>.fromOpaque(argument).release()
      work.run()
    }
  }
}

private final class ThreadWork: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// The processors that this process may use.
public var availableProcessorCount: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
