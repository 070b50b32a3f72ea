public import Dump
import FoundationEssentials
import Glibc

/// The largest resident size of the process so far, in bytes.
///
/// `getrusage` counts what the parent had when it made the process, so that the kernel's own number
/// for this program is asked first, where there is one.
var peakMemoryByteCount: Int64 {
  if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
    let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let kilobytes = Int64(line.drop { !$0.isNumber }.prefix { $0.isNumber })
  {
    return kilobytes * 1_024
  }
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
  /// The time as log lines carry it: `2026-11-20T04:10:31.123Z`.
  public static var logTime: String { now.description.prefix(23) + "Z" }

  /// The system's clock.
  static var now: Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(
      secondsSinceEpoch: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec / 1_000 * 1_000))
      ?? .earliest
  }
}
