import ArgumentParser

/// The flags about the database, alike in every command.
struct TargetOptions: ParsableArguments {
  @Option(help: "The SQLite file.")
  var into: String

  @Option(help: "How long to wait for other users of the database, such as 30s or 5m.")
  var busyTimeout = Interval(seconds: 60)

  func validate() throws {
    if into.isEmpty { throw ValidationError("--into must name a file") }
  }
}

/// A span of time such as `500ms`, `30s`, `5m`, `2h`, `7d` or `2w`.
struct Interval: ExpressibleByArgument, CustomStringConvertible {
  let value: Duration
  private let text: String

  init(seconds: Int64) {
    value = .seconds(seconds)
    text = "\(seconds)s"
  }

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits), number <= 1_000_000_000 else { return nil }
    switch argument.dropFirst(digits.count) {
    case "ms": value = .milliseconds(number)
    case "s": value = .seconds(number)
    case "m", "min": value = .seconds(number * 60)
    case "h": value = .seconds(number * 3_600)
    case "d": value = .seconds(number * 86_400)
    case "w": value = .seconds(number * 7 * 86_400)
    default: return nil
    }
    text = argument
  }

  var description: String { text }
  var defaultValueDescription: String { text }
}
