import Dump
import FoundationEssentials
import Glibc
import Synchronization

/// The right to work on the dumps of a state file, which one process has at a time.
///
/// It is for targets that keep no ledger: only the state says what was done for them, and two
/// processes would both find that a dump is not. The system keeps the lock and drops it with the
/// process, however that ends. It is a file of its own (`STATE.lock`), since SQLite loses its locks
/// on the state when the process closes that file elsewhere.
final class StateLock: Sendable {
  private struct Holding {
    var descriptor: Int32 = -1
    /// The watches of this process that are at work.
    var count = 0
  }

  private let statePath: String
  private let holding = Mutex(Holding())

  private var path: String { statePath + ".lock" }

  init(besides statePath: String) { self.statePath = statePath }

  /// Does some work while no other process works on the dumps of the state.
  ///
  /// - Parameters:
  ///   - patience: how long to wait for another process.
  ///   - work: what is done; several of one process may go on at once.
  /// - Returns: what the work returns.
  /// - Throws: ``OperationError`` with `locked` if another process has the right; what the work
  ///   throws.
  func hold<Value>(
    waiting patience: Duration, _ work: () async throws -> Value
  ) async throws -> Value {
    let end = ContinuousClock.now + patience
    while !take() {
      guard ContinuousClock.now < end else { throw locked }
      try await Task.sleep(for: .milliseconds(50))
    }
    defer { release() }
    return try await work()
  }

  private func take() -> Bool {
    holding.withLock { holding in
      if holding.count == 0 {
        holding.descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        // A file system without locks keeps nobody out.
        if holding.descriptor >= 0, flock(holding.descriptor, LOCK_EX | LOCK_NB) != 0,
          errno == EWOULDBLOCK
        {
          close(holding.descriptor)
          return false
        }
        let holder = "process \(getpid()) on \(ThisProcess.hostName), since \(Timestamp.now)"
        try? Data(holder.utf8).write(to: URL(filePath: path))
      }
      holding.count += 1
      return true
    }
  }

  private func release() {
    holding.withLock { holding in
      holding.count -= 1
      guard holding.count == 0, holding.descriptor >= 0 else { return }
      close(holding.descriptor)
    }
  }

  private var locked: OperationError {
    let text = (try? Data(contentsOf: URL(filePath: path))).map {
      String(decoding: $0.prefix(200), as: UTF8.self)
    }
    return OperationError(
      .locked,
      "cannot work on the dumps of \(statePath): \(text ?? "another process") is at it",
      hint: "wait for it, or end it; the system drops its lock when it ends")
  }
}

extension WatchState {
  /// Does work on dumps: of a target without a ledger one process at a time, of others at once.
  ///
  /// - Parameters:
  ///   - target: where the dumps go.
  ///   - patience: how long to wait for another process.
  ///   - work: what is done.
  /// - Returns: what the work returns.
  /// - Throws: ``OperationError`` with `locked`; what the work throws.
  nonisolated func working<Value>(
    for target: any DumpTarget, waiting patience: Duration = .zero,
    _ work: () async throws -> Value
  ) async throws -> Value {
    if target.keepsLedger { return try await work() }
    return try await lock.hold(waiting: patience, work)
  }
}
