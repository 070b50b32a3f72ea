import Dump
import FoundationEssentials
import Logging
import Operations

/// How log lines look.
enum LogFormat: String, CaseIterable {
  case text
  case json
}

/// Writes log lines to standard error: one line each, as text or as JSON.
struct LogLines: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private let format: LogFormat

  /// A logger of the command.
  static func logger(_ format: LogFormat, _ level: Logger.Level) -> Logger {
    Logger(label: "receipt") { _ in LogLines(format, level) }
  }

  private init(_ format: LogFormat, _ level: Logger.Level) {
    self.format = format
    logLevel = level
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    let fields = all.map { ($0.key, $0.value.description) }.sorted { $0.0 < $1.0 }
    let message = event.message.description
    StandardError.print(
      format == .text
        ? LogLines.text(event.level, message, fields)
        : LogLines.json(event.level, message, fields))
  }

  /// `2026-11-20T04:10:31.123Z info    loaded dump=… rows=797`.
  private static func text(
    _ level: Logger.Level, _ message: String, _ fields: [(String, String)]
  ) -> String {
    let word = level.rawValue
    var line = "\(time) \(word)" + String(repeating: " ", count: max(1, 9 - word.count))
    line += TextTable.printable(message)
    for (name, value) in fields {
      let isWord = !value.isEmpty && !value.contains { $0 == " " || $0 == "\"" || $0 == "=" }
      let shown = TextTable.printable(value)
      line += " \(name)=" + (isWord ? shown : "\"\(shown.replacing("\"", with: "\\\""))\"")
    }
    return line
  }

  private static func json(
    _ level: Logger.Level, _ message: String, _ fields: [(String, String)]
  ) -> String {
    var document = ["time": time, "level": level.rawValue, "message": message]
    for (name, value) in fields where document[name] == nil { document[name] = value }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(document) else { return message }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static var time: String { Timestamp.logTime }
}
