/// Work that is done although the task that wants it may be cancelled already.
package enum Aside {
  /// Does something in a task of its own, and waits for it.
  ///
  /// - Parameters:
  ///   - limit: after how long it is cancelled.
  ///   - work: what is done.
  package static func run(
    within limit: Duration, _ work: @escaping @Sendable () async -> Void
  ) async {
    let task = Task { await work() }
    let timer = Task {
      try await Task.sleep(for: limit)
      task.cancel()
    }
    await task.value
    timer.cancel()
  }

  /// How long a service may take to stop a statement; nobody wants to wait for it long.
  static let cancellation = Duration.seconds(3)
}
