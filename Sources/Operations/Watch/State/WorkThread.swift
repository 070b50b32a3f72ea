import Dispatch

/// A serial queue of the system as the place where an actor does its work.
final class WorkThread: SerialExecutor {
  private let queue = DispatchQueue(label: "receipt.watch-state")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedSerialExecutor()
    queue.async { unsafe job.runSynchronously(on: executor) }
  }
}
