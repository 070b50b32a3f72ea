/// How long to wait before a statement is asked for again: a little longer each time.
struct Patience {
  private var delay = Duration.milliseconds(100)
  private let start = ContinuousClock.now
  private let timeout: Duration

  /// The longest pause; statements of warehouses take seconds to hours.
  private static let longest = Duration.seconds(5)

  init(timeout: Duration) { self.timeout = timeout }

  /// Whether the statement has taken longer than it may.
  var isOver: Bool { start.duration(to: .now) > timeout }

  /// Waits.
  ///
  /// - Throws: ``WarehouseError`` with code `cancelled`.
  mutating func wait() async throws(WarehouseError) {
    do {
      try await Task.sleep(for: delay)
    } catch {
      throw WarehouseError(.cancelled, "the run was cancelled")
    }
    delay = min(delay * 3 / 2, Patience.longest)
  }
}
