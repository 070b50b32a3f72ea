import Dump
import Glibc
import Operations

/// Asks a person at the terminal for what the command line has left out.
enum Question {
  /// Whether somebody is there to answer.
  static var canAsk: Bool { isatty(0) == 1 && isatty(2) == 1 }

  /// Asks until there is an answer.
  ///
  /// - Parameters:
  ///   - text: the question.
  ///   - suggestion: what an empty line means.
  /// - Returns: the answer.
  /// - Throws: `OperationError` if nobody answers any more.
  static func ask(_ text: String, suggestion: String? = nil) throws -> String {
    while true {
      StandardError.write(text + (suggestion.map { " [\($0)]" } ?? "") + ": ")
      guard let line = readLine() else {
        throw OperationError(.usage, "the input has ended before all questions were answered")
      }
      let answer = line.drop { $0 == " " || $0 == "\t" }
      if !answer.isEmpty { return String(answer) }
      if let suggestion { return suggestion }
    }
  }
}
