import ArgumentParser
import FoundationEssentials

/// What `receipt watch` costs while nothing happens, and how long it takes when something does.
struct Idle: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idle",
    abstract: "Measure a watch of the example dump: idle cost, and receipt to commit.",
    discussion: """
      EXAMPLES
        1. swift run -c release Benchmarks idle
        2. swift run -c release Benchmarks idle --seconds 60 --every 1s
      """)

  @Option(help: "How long it is looked at.")
  var seconds = 600

  @Option(help: "How often the watch looks at the receipt.")
  var every = "5s"

  @Option(help: "How many receipts are put for the latency.")
  var rounds = 20

  func run() async throws {
    let folder = ".build/benchmarks/idle"
    let files = FileManager.default
    try? files.removeItem(atPath: folder)
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try files.copyItem(atPath: "examples/dump", toPath: folder + "/dump")
    let log = folder + "/log"
    let watch = try MeasuredWatch(
      [folder + "/dump", "--into", folder + "/crm.sqlite", "--every", every], log: log)
    defer { watch.end() }
    try await watch.waitForLoads(1)
    let receipt = try String(contentsOfFile: folder + "/dump/receipt.json", encoding: .utf8)
    var latencies: [Double] = []
    for round in 1...rounds {
      let digits = String(1_000 + round).dropFirst()
      let next = receipt.replacing("07.963883", with: "08.\(digits)000")
      let start = ContinuousClock.now
      try Data(next.utf8).write(to: URL(filePath: folder + "/dump/receipt.json"), options: .atomic)
      try await watch.waitForLoads(round + 1)
      latencies.append((ContinuousClock.now - start) / .milliseconds(1))
    }
    let before = try watch.processorSeconds()
    try await Task.sleep(for: .seconds(seconds))
    let used = try watch.processorSeconds() - before
    let memory = try watch.memory("VmRSS")
    let ownMemory = try watch.memory("RssAnon")
    latencies.sort()
    print(
      "| receipt watch | CPU % | memory MiB | without code MiB | receipt to commit ms, median "
        + "| worst |")
    print("|---|--:|--:|--:|--:|--:|")
    print(
      "| idle for \(seconds) s, every \(every) | \(rounded(used / Double(seconds) * 100, 1_000)) | "
        + "\(rounded(memory, 10)) | \(rounded(ownMemory, 10)) | \(rounded(latencies[rounds / 2], 1)) | "
        + "\(rounded(latencies[rounds - 1], 1)) |")
  }

  private func rounded(_ value: Double, _ scale: Double) -> Double {
    (value * scale).rounded() / scale
  }
}
