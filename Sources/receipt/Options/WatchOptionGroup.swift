import ArgumentParser
import Dump
import FoundationEssentials
import Logging
import Operations

/// The flags of a watch: each is also a variable and a key of the configuration file, so that their
/// values are read in one place (`receipt config show --origin`).
struct WatchOptionGroup: ParsableArguments {
  @Argument(help: "The directory or s3:// URL that holds receipt.json.")
  var location: String?

  @Option(help: "A configuration file in YAML; RECEIPT_CONFIG if not given.")
  var config: String?

  @Option(help: "Load dumps into this SQLite file.")
  var into: String?

  @Option(help: "Run this command for each complete dump, with RECEIPT_* variables.")
  var run: String?

  @Option(help: "Copy dumps into this warehouse: redshift or snowflake.")
  var copyTo: String?

  @Option(help: "The file that keeps what was seen; FILE.sqlite.watch if not given.")
  var state: String?

  @Option(help: "How often the receipt is looked at; 5m, or 15m behind events.")
  var every: String?

  @Option(help: "The URL of a queue of SQS that gets the bucket's events.")
  var queue: String?

  @Option(help: "How long missing files are waited for; 30m if not given.")
  var waitComplete: String?

  @Option(help: "The vendor's plan, which says when dumps come: free or paid.")
  var plan: String?

  @Option(help: "When dumps come, in UTC, such as 04:00,15:00.")
  var expect: String?

  @Option(help: "How late a dump may be; 2h if not given.")
  var grace: String?

  @Option(help: "Take events over HTTP at this address, such as 127.0.0.1:8080.")
  var listen: String?

  @Option(help: "ARNs of topics of SNS that may send events, separated by commas.")
  var topics: String?

  @Option(help: "Another server that speaks SNS, such as http://127.0.0.1:4566.")
  var snsEndpoint: String?

  @Option(help: "A file with the token that other senders must show.")
  var webhookTokenFile: String?

  @Option(help: "A URL that alerts are posted to, as JSON.")
  var alertWebhook: String?

  @Option(help: "A command that is run for each alert.")
  var alertCommand: String?

  @Option(help: "A URL that is asked for after each success.")
  var heartbeat: String?

  @Option(help: "A file that gets the metrics, for Prometheus's node exporter.")
  var metricsFile: String?

  @Option(help: "How long a load may go on after SIGTERM; 30s if not given.")
  var stopGrace: String?

  @Option(help: "Log lines as text or json.")
  var logFormat: String?

  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel: String?

  @OptionGroup(title: "Load options") var load: WatchLoadOptionGroup

  @OptionGroup(title: "Copy options") var copy: WatchCopyOptionGroup

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  /// What the command line says.
  var flags: [WatchSetting: String] {
    var flags: [WatchSetting: String] = [:]
    flags[.location] = location
    flags[.into] = into
    flags[.run] = run
    flags[.copyTo] = copyTo
    flags[.state] = state
    flags[.every] = every
    flags[.queue] = queue
    flags[.waitComplete] = waitComplete
    flags[.plan] = plan
    flags[.expect] = expect
    flags[.grace] = grace
    flags[.listen] = listen
    flags[.topics] = topics
    flags[.snsEndpoint] = snsEndpoint
    flags[.webhookTokenFile] = webhookTokenFile
    flags[.alertWebhook] = alertWebhook
    flags[.alertCommand] = alertCommand
    flags[.heartbeat] = heartbeat
    flags[.metricsFile] = metricsFile
    flags[.stopGrace] = stopGrace
    flags[.logFormat] = logFormat
    flags[.logLevel] = logLevel
    return [load.flags, copy.flags, s3.flags].reduce(flags) { flags, group in
      flags.merging(group) { one, _ in one }
    }
  }

  /// All settings.
  var settings: WatchSettings {
    get throws {
      try WatchSettings(
        flags: flags, environment: ProcessInfo.processInfo.environment, file: config)
    }
  }

  /// What is to be done.
  static func plan(_ settings: WatchSettings) throws -> WatchPlan {
    _ = try logger(settings)
    return try WatchPlan(
      settings, environment: ProcessInfo.processInfo.environment, version: Receipt.version)
  }

  /// The logger that the settings ask for.
  ///
  /// - Parameters:
  ///   - settings: the settings.
  ///   - unsaid: the format if nobody has said any; `nil` for what the settings hold then.
  /// - Returns: the logger.
  /// - Throws: ``OperationError`` with `usage` for a word that is none.
  static func logger(_ settings: WatchSettings, unsaid: LogFormat? = nil) throws -> Logger {
    let said = settings.process[.logFormat]
    let format = (said?.origin == .defaulted ? unsaid?.rawValue : nil) ?? said?.text ?? ""
    let level = settings.process[.logLevel]?.text ?? ""
    guard let format = LogFormat(rawValue: format) else {
      throw OperationError(.usage, "cannot use log-format \(format): it is text or json")
    }
    guard let level = Logger.Level(rawValue: level) else {
      let words = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
      throw OperationError(.usage, "cannot use log-level \(level): it is one of \(words)")
    }
    return LogLines.logger(format, level)
  }
}
