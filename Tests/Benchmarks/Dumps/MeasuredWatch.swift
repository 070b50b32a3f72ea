import FoundationEssentials
import Glibc

/// A `receipt watch`, built beside this program, that runs while it is measured.
struct MeasuredWatch {
  private let process: pid_t
  private let log: String

  /// Starts a watch with what follows `receipt watch`, and variables beside those of this process.
  init(_ arguments: [String], environment: [String: String] = [:], log: String) throws {
    self.log = log
    let here = CommandLine.arguments[0]
    var words =
      unsafe (["/usr/bin/env"] + environment.map { "\($0.key)=\($0.value)" }
      + [String(here.dropLast("Benchmarks".count)) + "receipt", "watch"] + arguments)
      .map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(
      &actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    var process = pid_t()
    let code = unsafe posix_spawnp(&process, "/usr/bin/env", &actions, nil, &words, environ)
    guard code == 0 else {
      throw MeasuredProcess.Failure(description: "cannot run \(arguments) (errno \(code))")
    }
    self.process = process
  }

  /// Ends it, and waits until it has ended.
  func end() {
    kill(process, SIGTERM)
    waitpid(process, nil, 0)
  }

  /// Waits until that many dumps are loaded.
  func waitForLoads(_ count: Int) async throws { try await wait(for: " loaded ", count) }

  /// Waits until that many lines of the log have a text.
  func wait(for text: String, _ count: Int = 1) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
      let lines = (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n") ?? []
      if lines.count(where: { $0.contains(text) }) >= count { return }
      try await Task.sleep(for: .milliseconds(1))
    }
    throw MeasuredProcess.Failure(description: "no\(text)in time; see \(log)")
  }

  /// The 14th and 15th field of `/proc/PID/stat`, in hundredths of a second.
  func processorSeconds() throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
      return 0
    }
    return (user + system) / 100
  }

  /// A line of `/proc/PID/status`, in MiB.
  func memory(_ name: String) throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    return (Double(line?.filter(\.isNumber) ?? "") ?? 0) / 1_024
  }
}
