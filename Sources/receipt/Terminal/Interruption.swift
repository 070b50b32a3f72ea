import Dump
import Glibc
import Synchronization

/// SIGINT and SIGTERM as a request to stop, so that the work can take back what it has begun.
///
/// The first signal cancels the work; a second one, or a minute, end the program. A handler may do
/// next to nothing, so it only writes into a pipe that a thread reads. (Blocked signals and
/// `sigwait` would not do: Dispatch's main thread waits with all signals let through.)
enum Interruption {
  private static let received = Atomic<Int32>(0)
  private static let pipeEnd = Atomic<Int32>(-1)

  /// How the program ends when its work was cancelled.
  static var outcome: Outcome {
    received.load(ordering: .relaxed) == SIGTERM ? .terminated : .interrupted
  }

  /// Calls a closure when a signal comes; to be called once.
  ///
  /// Without a pipe or a thread signals do what they always do.
  ///
  /// - Parameters:
  ///   - patience: how long the work may take to end.
  ///   - cancel: asks it to.
  static func watch(
    patience: Duration = .seconds(60), _ cancel: @escaping @Sendable () -> Void
  ) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return }
    pipeEnd.store(ends[1], ordering: .relaxed)
    let watcher = Watcher(
      reading: ends[0], patience: Int32(clamping: Int64(patience / .milliseconds(1))), cancel)
    var thread = pthread_t()
    let argument = unsafe Unmanaged.passRetained(watcher).toOpaque()
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Watcher>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, argument)
    guard code == 0 else {
      unsafe Unmanaged<Watcher>.fromOpaque(argument).release()
      return
    }
    pthread_detach(thread)
    for signal in [SIGINT, SIGTERM] { handle(signal) }
  }

  /// Sends a signal down the pipe, unless whoever started the program has it ignored.
  private static func handle(_ signal: Int32) {
    var action = sigaction()
    guard unsafe sigaction(signal, nil, &action) == 0,
      unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        != unsafeBitCast(SIG_IGN, to: Int.self)
    else { return }
    action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { signal in
      let code = errno
      var byte = UInt8(truncatingIfNeeded: signal)
      unsafe _ = write(Interruption.pipeEnd.load(ordering: .relaxed), &byte, 1)
      errno = code
    }
    action.sa_flags = SA_RESTART
    unsafe _ = sigaction(signal, &action, nil)
  }

  private final class Watcher: Sendable {
    let descriptor: Int32
    /// Milliseconds that cancelled work may take to end.
    let patience: Int32
    let cancel: @Sendable () -> Void

    init(
      reading descriptor: Int32, patience: Int32, _ cancel: @escaping @Sendable () -> Void
    ) {
      self.descriptor = descriptor
      self.patience = patience
      self.cancel = cancel
    }

    func run() {
      let signal = next()
      received.store(signal, ordering: .relaxed)
      cancel()
      // A thread may wait for a disk or a server that no longer answers.
      var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      unsafe _ = poll(&event, 1, patience)
      _exit(128 + signal)
    }

    private func next() -> Int32 {
      var byte: UInt8 = 0
      while unsafe read(descriptor, &byte, 1) != 1 {}
      return Int32(byte)
    }
  }
}
