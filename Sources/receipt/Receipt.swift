import ArgumentParser
import Dump
import FoundationEssentials
import Glibc
import Operations

@main
struct Receipt: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "receipt",
    abstract: "Verify and load dumps: Parquet folders and the receipt that says they are complete.",
    discussion: """
      A dump is a set of tables, each a folder of Parquet files, and a receipt.json that is written \
      last and says which folders belong together.

      EXAMPLES
        1. What is in the dump?
             receipt show exports/
        2. Is it complete and readable?
             receipt verify exports/
        3. All tables into one SQLite file, which may be in use:
             receipt load exports/ --into crm.sqlite
        4. Is there anything newer than what the file holds?
             receipt status exports/ --into crm.sqlite

      EXIT STATUS
      \(Outcome.plainTable)\
      Any other number is a failure.
      """.laidOut,
    version: version,
    subcommands: [
      ShowCommand.self, VerifyCommand.self, LoadCommand.self, StatusCommand.self,
      HistoryCommand.self, DiffCommand.self, ReportCommand.self, RollbackCommand.self,
      WatchCommand.self,
      RetryCommand.self, LambdaCommand.self, ConfigCommand.self, CopyCommand.self,
      ExportCommand.self, MirrorCommand.self, DumpsCommand.self, PruneCommand.self,
      LifecycleCommand.self, SetupCommand.self, DoctorCommand.self, ParquetCommand.self,
    ])

  static func main() async {
    StandardStreams.open()
    do {
      var command = try parseAsRoot()
      do {
        if var command = command as? any AsyncParsableCommand {
          try await command.run()
        } else {
          try command.run()
        }
      } catch let error as ValidationError {
        // ArgumentParser would show how the program is used, and not the command.
        throw OperationError(.usage, error.message)
      }
    } catch let error as ExitCode {
      exit(withError: error)
    } catch let error where isOfArgumentParser(error) {
      if exitCode(for: error) == .validationFailure {
        let words = CommandLine.arguments.dropFirst()
        if let unknown = UnknownCommand(words, of: Receipt.self) { report(unknown.error) }
        if wantsJSON { report(OperationError(.usage, message(for: error))) }
      }
      exit(withError: error)
    } catch {
      report(OperationError(error))
    }
  }

  /// Whether ArgumentParser words the error itself: help, version, a wrong command line.
  private static func isOfArgumentParser(_ error: any Error) -> Bool {
    error is CleanExit || error is ValidationError
      || exitCode(for: error) == .validationFailure || exitCode(for: error) == .success
  }

  /// Whether errors are JSON too; a command line that is wrong cannot be asked otherwise.
  private static var wantsJSON: Bool { CommandLine.arguments.dropFirst().contains("--json") }

  /// Prints an error and what to do about it, and ends.
  private static func report(_ error: OperationError) -> Never {
    if wantsJSON {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      if let document = try? encoder.encode(FatalError(error)) {
        StandardError.print(String(decoding: document, as: UTF8.self))
      }
    } else {
      let codes =
        error.wordsFindings ? error.findings.map { " (\($0.code.rawValue))" }.joined() : ""
      StandardError.print("error: \(error.message)\(codes)")
      for finding in error.findings where finding.severity == .error && !error.wordsFindings {
        StandardError.print("  \(finding.description)")
        if let hint = finding.hint { StandardError.print("    hint: \(hint)") }
      }
      if let hint = error.hint { StandardError.print("hint: \(hint)") }
    }
    Glibc.exit(error.outcome.rawValue)
  }
}

/// An error as JSON, on standard error.
private struct FatalError: Encodable {
  let messageType = "exit_error"
  let code: Int32
  let message: String
  let hint: String?
  let findings: [Finding]

  init(_ error: OperationError) {
    code = error.outcome.rawValue
    message = error.message
    hint = error.hint
    findings = error.findings
  }

  private enum CodingKeys: String, CodingKey {
    case code, message, hint, findings
    case messageType = "message_type"
  }
}
