import ArgumentParser
import Dump
import Operations

/// A command that does not exist, and the one that may have been meant.
struct UnknownCommand {
  /// The commands that lead to it, and it itself.
  private let path: [String]
  private let known: [String]

  /// Looks for the command that a command line names; `nil` if there is such a command, or none is
  /// named.
  ///
  /// - Parameters:
  ///   - words: a command line, behind the program's name.
  ///   - root: the program.
  init?(_ words: some Collection<String>, of root: any ParsableCommand.Type) {
    var path = [UnknownCommand.name(of: root)]
    var command = root
    for word in words {
      let subcommands = command.configuration.subcommands
      guard !subcommands.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
      path.append(word)
      if let subcommand = subcommands.first(where: { UnknownCommand.name(of: $0) == word }) {
        command = subcommand
      } else if command.configuration.defaultSubcommand == nil {
        self.path = path
        known = subcommands.map(UnknownCommand.name)
        return
      } else {
        return nil
      }
    }
    return nil
  }

  /// What is said of it.
  var error: OperationError {
    let parents = path.dropLast().joined(separator: " ")
    let meant = known.map { (name: $0, edits: edits(from: path.last ?? "", to: $0)) }
      .min { $0.edits < $1.edits }
      .flatMap { $0.edits <= 2 ? "did you mean `\(parents) \($0.name)`? " : nil }
    return OperationError(
      .usage, "there is no command `\(path.joined(separator: " "))`",
      hint: "\(meant ?? "")`\(parents) --help` lists the commands")
  }

  private static func name(of command: any ParsableCommand.Type) -> String {
    command.configuration.commandName ?? command._commandName
  }

  /// How many letters must be put in, left out or replaced.
  private func edits(from word: String, to other: String) -> Int {
    var row = Array(0...other.count)
    for letter in word {
      let previous = row
      row[0] += 1
      for (index, wanted) in other.enumerated() {
        let replaced = previous[index] + (letter == wanted ? 0 : 1)
        row[index + 1] = min(replaced, previous[index + 1] + 1, row[index] + 1)
      }
    }
    return row[other.count]
  }
}
