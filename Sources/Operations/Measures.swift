import Dump
import Glibc

/// The largest resident size of the process so far, in bytes.
var peakMemoryByteCount: Int64 {
  var usage = rusage()
  guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
  return Int64(usage.ru_maxrss) * 1_024
}

extension Duration {
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

extension Timestamp {
  /// The system's clock.
  static var now: Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(
      secondsSinceEpoch: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec / 1_000 * 1_000))
      ?? .earliest
  }
}
