import Glibc
import Synchronization

/// The system's clock, corrected by what services say of it.
package final class Clock: Sendable {
  private let offset = Mutex<Int64>(0)

  /// The system's clock as it is.
  package init() {}

  /// The moment, as services have it.
  package var now: WallTime {
    WallTime(secondsSinceEpoch: Clock.system.secondsSinceEpoch + offset.withLock { $0 })
  }

  /// The moment, as the system has it.
  package static var system: WallTime { WallTime(secondsSinceEpoch: Int64(time(nil))) }

  /// Takes over a service's time.
  ///
  /// - Returns: whether that changes anything: a difference of more than a minute.
  package func correct(by serviceTime: WallTime) -> Bool {
    offset.withLock { offset in
      let difference = serviceTime.secondsSinceEpoch - Clock.system.secondsSinceEpoch
      guard abs(difference - offset) > 60 else { return false }
      offset = difference
      return true
    }
  }
}
