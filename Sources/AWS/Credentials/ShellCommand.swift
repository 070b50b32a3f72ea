import Glibc

/// A command line that the user has set up, run by the shell for what it prints.
struct ShellCommand: Sendable {
  let text: String
  let environment: [String: String]

  struct Failure: Error, Sendable, Hashable {
    let reason: String
  }

  /// More output than this is no document of credentials.
  private static let outputLimit = 64 << 10

  /// Runs the command to its end, on a thread of its own.
  func run() async -> Result<[UInt8], Failure> {
    await withCheckedContinuation { continuation in
      let work = Work { continuation.resume(returning: runBlocking()) }
      let argument = unsafe Unmanaged.passRetained(work).toOpaque()
      var thread = pthread_t()
      let code = unsafe pthread_create(
        &thread, nil,
        { argument in
          guard let argument = unsafe argument else { return nil }
          unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
          return nil
        }, argument)
      if code == 0 {
        pthread_detach(thread)
      } else {
        unsafe Unmanaged<Work>.fromOpaque(argument).release()
        continuation.resume(
          returning: .failure(Failure(reason: "the system gives no further thread")))
      }
    }
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private func runBlocking() -> Result<[UInt8], Failure> {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else {
      return .failure(Failure(reason: "there is no pipe (errno \(errno))"))
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    // This thread may have all signals blocked; the command must not.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe _ = posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var pid: pid_t = 0
    let code = unsafe withCStrings(["/bin/sh", "-c", text]) { arguments in
      unsafe withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
        unsafe posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments, variables)
      }
    }
    close(ends[1])
    guard code == 0 else { return .failure(Failure(reason: "there is no shell (errno \(code))")) }
    let output = ShellCommand.output(of: ends[0])
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
    guard output.count <= ShellCommand.outputLimit else {
      return .failure(
        Failure(reason: "it printed more than \(ShellCommand.outputLimit) bytes"))
    }
    guard status == 0 else {
      let isExit = status & 0x7f == 0
      return .failure(
        Failure(
          reason: isExit ? "it ended with status \(status >> 8 & 0xff)" : "a signal ended it"))
    }
    return .success(output)
  }

  private static func output(of descriptor: Int32) -> [UInt8] {
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return output }
      // What is too much is read all the same, or the program would wait for ever.
      if output.count <= outputLimit { output += buffer[..<count] }
    }
  }

  /// Texts as C wants a list of them, for the time of a call.
  private func withCStrings(
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
