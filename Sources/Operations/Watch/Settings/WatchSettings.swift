import Dump

/// All settings of a process that watches, each with its origin: the command line over the
/// environment over the file over what holds otherwise.
public struct WatchSettings: Sendable {
  /// The settings of the process.
  public private(set) var process: [WatchSetting: SettingValue] = [:]
  /// The settings of each watch.
  public private(set) var watches: [[WatchSetting: SettingValue]] = []

  /// Resolves the settings.
  ///
  /// - Parameters:
  ///   - flags: what the command line says.
  ///   - environment: the environment.
  ///   - path: the path of the configuration file; `nil` for `RECEIPT_CONFIG`, or none.
  /// - Throws: ``OperationError`` with `usage` if the file cannot be used.
  public init(
    flags: [WatchSetting: String], environment: [String: String], file path: String? = nil
  ) throws {
    let path = path ?? environment["RECEIPT_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    let file = try path.map { try ConfigurationFile(path: $0, environment: environment) }
    var above: [WatchSetting: SettingValue] = [:]
    for setting in WatchSetting.allCases {
      if let text = flags[setting] {
        above[setting] = SettingValue(text, .flag)
      } else if let text = environment[setting.variable], !text.isEmpty {
        above[setting] = SettingValue(text, .environment(setting.variable))
      }
    }
    let location = above[.location]
    var own = file?.watches ?? []
    if let location {
      // One of the file, or one more beside none of it.
      own = own.filter { $0[.location]?.text == location.text }
      if own.isEmpty { own = [[:]] }
    }
    if own.isEmpty, file?.common[.location] != nil { own = [[:]] }
    for setting in WatchSetting.allCases where setting.isOfProcess {
      process[setting] =
        above[setting] ?? file?.common[setting]
        ?? setting.defaultText.map { SettingValue($0, .defaulted) }
    }
    watches = own.map { own in
      var values: [WatchSetting: SettingValue] = [:]
      for setting in WatchSetting.allCases where !setting.isOfProcess {
        values[setting] =
          above[setting] ?? own[setting] ?? file?.common[setting]
          ?? setting.defaultText.map { SettingValue($0, .defaulted) }
      }
      // Which of several opposites holds is said by whoever stands higher.
      WatchSettings.choose(&values, [.into, .run, .copyTo], above, own)
      WatchSettings.choose(&values, [.plan, .expect], above, own)
      return WatchSettings.withoutForeignDefaults(values)
    }
  }

  /// Of settings that exclude each other keeps those from the higher place.
  private static func choose(
    _ values: inout [WatchSetting: SettingValue], _ settings: [WatchSetting],
    _ layers: [WatchSetting: SettingValue]...
  ) {
    guard let layer = layers.first(where: { layer in settings.contains { layer[$0] != nil } })
    else { return }
    for setting in settings where layer[setting] == nil { values[setting] = nil }
  }

  /// Leaves out what nobody has said and what is about another way of delivery.
  private static func withoutForeignDefaults(
    _ values: [WatchSetting: SettingValue]
  ) -> [WatchSetting: SettingValue] {
    values.filter { setting, value in
      guard value.origin == .defaulted else { return true }
      // To a load it is a rule, to a copy the name of a schema.
      if setting == .schema { return values[.into] != nil }
      return setting.delivery.map { values[$0] != nil } ?? true
    }
  }
}
