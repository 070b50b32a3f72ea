public import ArgumentParser
import ObjectStorage
public import Operations

/// The flag that names an earlier dump, alike in every command that reads one.
struct DumpOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An earlier dump, whose receipt is in receipts/, such as 2026-11-20T04:03.",
      valueName: "label"))
  var dump: DumpName?

  /// A location as if that dump's receipt were in force.
  func of(_ store: any ObjectStore) async throws -> any ObjectStore {
    try await Location.holding(dump, store)
  }
}

extension DumpName: ExpressibleByArgument {
  /// Reads a label or a timestamp.
  public init?(argument: String) {
    guard let name = try? DumpName(parsing: argument) else { return nil }
    self = name
  }
}
