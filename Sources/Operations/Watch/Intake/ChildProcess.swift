import Dump
import Glibc

/// A command line run by the shell, in a process group of its own.
///
/// Its output goes to standard error, which is for people; its input is empty.
struct ChildProcess: Sendable {
  /// How it ended.
  enum Ending: Sendable, Hashable {
    case exit(Int32)
    case signal(Int32)
  }

  let command: String
  let environment: [String: String]
  /// How long it may go on after SIGTERM, which it gets when the task is cancelled.
  let patience: Duration

  /// Runs the command to its end.
  ///
  /// - Throws: ``OperationError`` if there is no shell.
  func run() async throws -> Ending {
    let (command, environment, patience) = (command, environment, patience)
    return try await onOneThread { isCancelled in
      let pid = try ChildProcess.spawn(command, environment)
      let clock = ContinuousClock()
      var killTime: ContinuousClock.Instant?
      var pause: UInt32 = 1_000
      while true {
        var status: Int32 = 0
        let result = unsafe waitpid(pid, &status, WNOHANG)
        if result == pid {
          return status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal(status & 0x7f)
        }
        if result < 0, errno != EINTR { return .exit(127) }
        if killTime == nil, isCancelled() {
          kill(-pid, SIGTERM)
          killTime = clock.now + patience
        }
        if let time = killTime, clock.now > time { kill(-pid, SIGKILL) }
        // Short commands are noticed at once, long ones cost nothing.
        usleep(pause)
        pause = min(pause * 2, 100_000)
      }
    }
  }

  private static func spawn(_ command: String, _ environment: [String: String]) throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, 2, 1)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe _ = posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))
    var pid: pid_t = 0
    let code = unsafe withCStrings(["/bin/sh", "-c", command]) { arguments in
      unsafe withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
        unsafe posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments, variables)
      }
    }
    guard code == 0 else {
      throw OperationError(
        .failed, "cannot run \(command): the shell cannot be started (errno \(code))")
    }
    return pid
  }

  /// Texts as C wants a list of them, for the time of a call.
  private static func withCStrings(
    _ texts: [String],
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
  ) -> Int32 {
    var pointers = unsafe texts.map { unsafe strdup($0) } + [nil]
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return ENOMEM }
      return unsafe body(base)
    }
  }
}
