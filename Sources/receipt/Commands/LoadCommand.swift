import ArgumentParser
import Operations

struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Load a dump into a SQLite file.")

  @Argument(help: "The directory that holds receipt.json.")
  var location: String

  @Option(help: "The SQLite file to make.")
  var into: String

  @Flag(help: "Replace the file if it exists.")
  var replace = false

  @Option var jobs: Int?
  @Option var pageSize: Int?

  func run() async throws {
    var options = LoadOptions()
    options.replaces = replace
    if let jobs { options.threadCount = jobs }
    if let pageSize { options.pageByteCount = pageSize }
    let report = try await Load(options: options).run(Location.store(location), into: into)
    print(report)
  }
}
