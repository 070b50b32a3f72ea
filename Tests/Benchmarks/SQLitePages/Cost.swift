import Foundation

/// What a run took, in nanoseconds.
struct Cost {
  var cpu: Double
  var wall: Double

  static func of(_ body: () throws -> Void) rethrows -> Cost {
    let clock = ContinuousClock()
    let cpu = cpuNanoseconds()
    let wall = try clock.measure(body)
    return Cost(cpu: cpuNanoseconds() - cpu, wall: wall / .nanoseconds(1))
  }

  func minimum(_ other: Cost) -> Cost {
    Cost(cpu: min(cpu, other.cpu), wall: min(wall, other.wall))
  }

  private static func cpuNanoseconds() -> Double {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    return Double(seconds) * 1e9 + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e3
  }
}

/// Runs `body` on so many threads and waits for all of them.
func inParallel(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let group = DispatchGroup()
  for index in 0..<count {
    group.enter()
    Thread.detachNewThread {
      body(index)
      group.leave()
    }
  }
  group.wait()
}
