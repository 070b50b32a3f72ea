import AWS
import Dump
import FoundationEssentials
import ObjectStorage
import SQLiteTables
import Warehouse

/// What a process that watches is to do: the settings, read and checked.
public struct WatchPlan: Sendable {
  /// One location with its target.
  struct Entry: Sendable {
    var location: String
    var s3: S3Options
    var delivery: Delivery
    var statePath: String
    var intake: IntakeOptions
    var queueURL: String?

    /// What is done with a dump; a further way of delivery is a further case.
    enum Delivery: Sendable {
      case load(into: String, LoadOptions)
      case command(String, VerifyOptions.Level)
      case copy(
        CopyOptions, @Sendable () throws -> WarehouseAccess, description: String)
    }

    /// What tells it from others.
    var name: String { identity.text }

    var identity: WatchName {
      switch delivery {
      case .load(let path, _): WatchName(location, .file(path))
      case .command: WatchName(location, .command(state: statePath))
      case .copy(_, _, let description): WatchName(location, .warehouse(description))
      }
    }

    /// Where dumps go; with `allowsOlder` also those that have a later one there, with `reloads` those
    /// that a rollback has taken back.
    func target(
      _ plan: WatchPlan, allowsOlder: Bool = false, reloads: Bool = false
    ) -> any DumpTarget {
      switch delivery {
      case .load(let path, var options):
        options.allowsOlder = allowsOlder
        options.reloads = reloads
        return DatabaseTarget(path: path, options: options)
      case .command(let command, let level):
        return CommandTarget(
          command: command, environment: plan.environment, level: level, patience: .seconds(10))
      case .copy(var options, let access, let description):
        options.allowsOlder = allowsOlder
        return WarehouseTarget(options: options, access: access, description: description)
      }
    }
  }

  /// Who may send events over HTTP.
  struct Listening: Sendable {
    var address: String
    var topics: [String]
    var snsEndpoint: String?
    var token: Secret?
  }

  var entries: [Entry] = []
  var listening: Listening?
  var alerts = AlertOptions()
  var metricsFile: String?
  var stopGrace: Duration
  var environment: [String: String]
  var toolVersion: String

  /// Opens a state file; its watches are found there whatever they were called.
  func state(at path: String) throws -> WatchState {
    try WatchState(path: path) { old in
      entries.first { $0.statePath == path && $0.identity.wasCalled(old) }?.name
    }
  }

  /// How many locations are watched.
  public var watchCount: Int { entries.count }

  /// How long a command that is run once waits for another process with the same state.
  static let lockPatience = Duration.seconds(5)

  /// How long the process may take to end once it was told to: what is being loaded has its time, and
  /// what must be taken back then some more.
  public var patience: Duration { stopGrace + .seconds(15) }

  /// Reads and checks settings.
  ///
  /// - Parameters:
  ///   - settings: the settings.
  ///   - environment: the environment, for credentials and commands.
  ///   - version: the tool's.
  /// - Throws: ``OperationError`` with `usage`, the setting and its origin.
  public init(
    _ settings: WatchSettings, environment: [String: String], version: String
  ) throws {
    self.environment = environment
    toolVersion = version
    let reader = SettingReader(values: settings.process)
    stopGrace = try reader.duration(.stopGrace) ?? .seconds(30)
    metricsFile = reader.text(.metricsFile)
    alerts.webhook = try WatchPlan.url(reader, .alertWebhook)
    alerts.heartbeat = try WatchPlan.url(reader, .heartbeat)
    alerts.command = reader.text(.alertCommand)
    if let address = reader.text(.listen) {
      var token = reader.text(.webhookToken).map { Secret($0) }
      if let path = reader.text(.webhookTokenFile) {
        guard let data = try? Data(contentsOf: URL(filePath: path)),
          let text = String(validating: data, as: UTF8.self)
        else { throw reader.fault(.webhookTokenFile, "it cannot be read") }
        token = Secret(String(text.prefix { !$0.isNewline }))
        // Whoever sent none would pass.
        if token?.exposed.isEmpty == true { throw reader.fault(.webhookTokenFile, "it is empty") }
      }
      listening = Listening(
        address: address, topics: reader.list(.topics), snsEndpoint: reader.text(.snsEndpoint),
        token: token)
    }
    guard !settings.watches.isEmpty else {
      throw OperationError(
        .usage, "there is no location to watch",
        hint: "name one: `receipt watch LOCATION --into FILE.sqlite`, or list watches in a file")
    }
    for values in settings.watches {
      entries.append(try WatchPlan.entry(SettingReader(values: values), self))
    }
    for (index, entry) in entries.enumerated()
    where entries[..<index].contains(where: { $0.name == entry.name }) {
      throw OperationError(.usage, "\(entry.name) is watched twice")
    }
    try checkWays(reader)
  }

  private static func url(_ reader: SettingReader, _ setting: WatchSetting) throws -> String? {
    guard let text = reader.text(setting) else { return nil }
    guard text.wholeMatch(of: /https?:\/\/[!-~]+/) != nil else {
      throw reader.fault(setting, "it is no http:// or https:// URL")
    }
    return text
  }

  private static func entry(_ reader: SettingReader, _ plan: WatchPlan) throws -> Entry {
    let location = try reader.required(.location, "the location to watch")
    var intake = IntakeOptions(retry: RetryHint(reader.values))
    let queueURL = reader.text(.queue)
    // With events the clock only has to find what they have lost.
    intake.interval =
      try reader.duration(.every)
      ?? (queueURL != nil || plan.listening != nil ? .seconds(900) : .seconds(300))
    if let interval = intake.interval, interval < .milliseconds(100) {
      throw reader.fault(.every, "it is at least 100ms")
    }
    intake.completenessWait = try reader.duration(.waitComplete) ?? .seconds(1_800)
    intake.completenessPause = max(
      .milliseconds(200), min(.seconds(15), intake.completenessWait / 20))
    intake.schedule = try schedule(reader)
    intake.grace = try reader.duration(.grace) ?? .seconds(7_200)
    let s3 = try s3Options(reader, plan.environment)
    let delivery = try delivery(reader, plan)
    return Entry(
      location: location, s3: s3, delivery: delivery,
      statePath: try reader.text(.state) ?? statePath(delivery, reader), intake: intake,
      queueURL: queueURL)
  }

  /// Beside the database; commands and warehouses have no such place.
  private static func statePath(
    _ delivery: Entry.Delivery, _ reader: SettingReader
  ) throws -> String {
    switch delivery {
    case .load(let path, _): return defaultStatePath(for: path)
    case .command, .copy:
      return try reader.required(.state, "a file for the state of the watch")
    }
  }

  /// The state file of a watch that loads into a database, unless another is named.
  public static func defaultStatePath(for target: String) -> String { target + ".watch" }

  private static func schedule(_ reader: SettingReader) throws -> Schedule? {
    let expected = try reader.parsed(.expect) { text throws(DumpError) in
      try Schedule(parsing: text)
    }
    switch reader.text(.plan) {
    case nil: return expected
    case "free": return expected ?? .free
    case "paid": return expected ?? .paid
    default: throw reader.fault(.plan, "it is free or paid; --expect takes other times")
    }
  }

  private static func delivery(
    _ reader: SettingReader, _ plan: WatchPlan
  ) throws -> Entry.Delivery {
    let ways: [WatchSetting] = [.into, .run, .copyTo]
    let chosen = ways.filter { reader.text($0) != nil }
    guard let way = chosen.first else {
      throw OperationError(
        .usage, "nothing is said about what to do with a dump",
        hint: "--into FILE.sqlite loads it, --copy-to redshift or snowflake copies it, "
          + "--run 'COMMAND' runs a command for it")
    }
    guard chosen.count == 1 else {
      throw OperationError(
        .usage,
        chosen.map(\.flag).joined(separator: " and ") + " exclude each other: use two watches")
    }
    for setting in WatchSetting.allCases where reader.values[setting]?.origin == .flag {
      guard let other = setting.delivery, other != way else { continue }
      throw OperationError(.usage, "\(setting.flag) is for \(other.flag), not for \(way.flag)")
    }
    if let target = reader.text(.copyTo) { return try warehouseDelivery(target, reader, plan) }
    if let path = reader.text(.into) {
      return .load(into: path, try loadOptions(reader, plan.toolVersion))
    }
    return .command(
      reader.text(.run) ?? "", try reader.choice(.verify, VerifyOptions.Level.self) ?? .standard)
  }

  private static func loadOptions(
    _ reader: SettingReader, _ version: String
  ) throws -> LoadOptions {
    var options = LoadOptions()
    options.conversion.nesting =
      try reader.choice(.nested, ConversionOptions.Nesting.self) ?? .columns
    options.conversion.decimals =
      try reader.choice(.decimal, ConversionOptions.DecimalForm.self) ?? .text
    options.conversion.uint64 =
      try reader.choice(.uint64, ConversionOptions.UInt64Form.self) ?? .error
    options.conversion.assumesUTC = try reader.flag(.assumeUTC)
    let tables = reader.list(.tables)
    options.tables = tables.isEmpty ? nil : tables
    options.verification =
      try reader.choice(.verify, LoadOptions.Verification.self) ?? .standard
    options.rowDropRule = RowDropRule(maxDrop: try maxDrop(reader))
    options.emptiedTables = reader.list(.allowEmpty)
    options.schemaRule = try reader.choice(.schema, LoadOptions.SchemaRule.self) ?? .additive
    options.adoptsTables = try reader.flag(.adopt)
    try options.set(reader.values)
    options.busyTimeout = try reader.duration(.busyTimeout) ?? .seconds(60)
    options.leaseDuration = max(.seconds(1), try reader.duration(.lease) ?? .seconds(120))
    options.toolVersion = version
    if let jobs = try reader.number(.jobs, 1...1_024) { options.threadCount = jobs }
    if let limit = try reader.byteCount(.maxMemory) { options.maxMemoryByteCount = limit }
    return options
  }

  static func maxDrop(_ reader: SettingReader) throws -> Percentage {
    try reader.parsed(.maxDrop) { text throws(DumpError) in try Percentage(parsing: text) } ?? .half
  }

  static func s3Options(
    _ reader: SettingReader, _ environment: [String: String]
  ) throws -> S3Options {
    var options = S3Options(environment: environment)
    options.region = reader.text(.region)
    options.endpointURL = reader.text(.endpointURL)
    options.profile = reader.text(.profile)
    options.roleARN = reader.text(.assumeRole)
    options.externalID = reader.text(.externalID)
    options.sessionName = reader.text(.sessionName)
    options.certificateFile = reader.text(.caBundle)
    options.connectionCount = try reader.number(.connections, 1...1_000) ?? 32
    options.stallSeconds = try reader.number(.timeout, 1...3_600) ?? 30
    if try reader.flag(.pathStyle) { options.usesPathStyle = true }
    return options
  }
}
