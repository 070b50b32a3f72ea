import Foundation
import Testing

@Suite struct HelpTests {
  /// The command with its subcommands, as `--experimental-dump-help` describes it.
  struct Node: Decodable {
    let commandName: String
    let abstract: String?
    let subcommands: [Node]?

    /// The arguments that lead to each command.
    var paths: [[String]] {
      [[]]
        + (subcommands ?? []).filter { $0.commandName != "help" }
        .flatMap { node in node.paths.map { [node.commandName] + $0 } }
    }
  }

  struct Dump: Decodable {
    let command: Node
  }

  /// Every command there is.
  static let commands: [[String]] = {
    guard let scratch = try? Scratch(),
      let text = try? Command.run("--experimental-dump-help", in: scratch).output,
      let dump = try? JSONDecoder().decode(Dump.self, from: Data(text.utf8))
    else { return [] }
    return dump.command.paths
  }()

  @Test func `all commands are found`() {
    #expect(HelpTests.commands.count >= 8)
    #expect(HelpTests.commands.contains(["parquet", "cat"]))
  }

  @Test(arguments: HelpTests.commands)
  func `every help has an abstract, two examples and the exit codes`(path: [String]) throws {
    let result = try Command.run(path + ["--help"], in: try Scratch())
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines.first?.hasPrefix("OVERVIEW: ") == true)
    #expect(lines.contains { $0.hasPrefix("USAGE: receipt") })
    let examples = lines.drop { $0 != "EXAMPLES" }.prefix { $0 != "EXIT STATUS" }
    #expect(examples.filter { $0.contains("receipt ") }.count >= 2)
    let codes = lines.drop { $0 != "EXIT STATUS" }.dropFirst().flatMap { line in
      // Several codes may stand in one line: `11, 20`.
      line.hasPrefix("  ")
        ? line.split { $0 == " " || $0 == "," }.map { Int($0) }.prefix { $0 != nil } : []
    }.compactMap(\.self)
    #expect(codes.first == 0)
    #expect(codes.contains(1))
    #expect(codes.contains(64))
    // What goes over the network may be denied, or fail for a while; what waits may wait in vain;
    // `config` only reads its file.
    let asks = path.first != "config"
    if asks, result.output.contains("--endpoint-url") {
      #expect(codes.contains(30) && codes.contains(31))
    }
    if asks, result.output.contains("--busy-timeout") { #expect(codes.contains(11)) }
  }

  @Test(arguments: HelpTests.commands)
  func `no line of help is wider than a terminal`(path: [String]) throws {
    let result = try Command.run(path + ["--help"], in: try Scratch())
    for line in result.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test(arguments: HelpTests.commands)
  func `what is indented goes on below itself`(path: [String]) throws {
    let result = try Command.run(path + ["--help"], in: try Scratch())
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { !$0.hasPrefix("USAGE:") }
    for (line, next) in zip(lines, lines.dropFirst()) where line.hasPrefix("  ") {
      let isHeading = next.wholeMatch(of: /[A-Z ]+|.*\./) != nil
      #expect(next.isEmpty || next.hasPrefix("  ") || isHeading, "\(line) | \(next)")
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions are made for each shell`(shell: String) throws {
    let result = try Command.run("--generate-completion-script", shell, in: try Scratch())
    #expect(result.status == 0)
    #expect(result.output.contains("receipt"))
    #expect(result.output.contains("page-size"))
  }

  @Test func `the version is a number`() throws {
    let result = try Command.run("--version", in: try Scratch())
    #expect(result.status == 0)
    #expect(result.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }
}
