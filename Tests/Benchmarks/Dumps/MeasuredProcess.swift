import Glibc

/// What a whole process took, as the system counts it.
struct Cost: Comparable {
  var wallSeconds: Double
  var cpuSeconds: Double
  var peakByteCount: Int

  static func < (left: Cost, right: Cost) -> Bool { left.wallSeconds < right.wallSeconds }
}

/// A command that is run and measured from outside.
enum MeasuredProcess {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs a command; what it prints to standard output is thrown away.
  static func run(_ arguments: [String]) throws -> Cost {
    var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    let start = ContinuousClock.now
    var process = pid_t()
    let code = unsafe posix_spawnp(&process, arguments[0], &actions, nil, &words, environ)
    guard code == 0 else {
      throw Failure(
        description: unsafe "cannot run \(arguments[0]): \(String(cString: strerror(code)))")
    }
    var status: Int32 = 0
    var usage = rusage()
    while unsafe wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
    let wall = (ContinuousClock.now - start) / .seconds(1)
    guard status == 0 else {
      throw Failure(description: "\(arguments.joined(separator: " ")) ended with status \(status)")
    }
    return Cost(
      wallSeconds: wall, cpuSeconds: usage.ru_utime.inSeconds + usage.ru_stime.inSeconds,
      peakByteCount: usage.ru_maxrss * 1_024)
  }
}

extension timeval {
  fileprivate var inSeconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}
