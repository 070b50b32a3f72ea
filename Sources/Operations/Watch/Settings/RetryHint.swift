public import Dump

/// The command that loads a dump which a watch has kept out, to be copied as it stands.
public struct RetryHint: Sendable, Hashable {
  private var arguments = ""

  /// The command with the settings of a watch.
  ///
  /// What the command line said stands there again; what a file says is said by the file. Variables
  /// are named where the command could not do without them.
  init(_ settings: [WatchSetting: SettingValue]) {
    if let location = settings[.location] { add(location.text) }
    for case .file(let path, _) in settings.values.map(\.origin) {
      add("--config", path)
      break
    }
    for setting in WatchSetting.allCases where setting != .location {
      guard let value = settings[setting], !RetryHint.ofWatching.contains(setting) else { continue }
      switch value.origin {
      case .flag: add(setting, value.text)
      case .environment:
        if RetryHint.required.contains(setting) { add(setting, value.text) }
      case .file, .defaulted: break
      }
    }
  }

  /// The command of a watch that loads into a database.
  ///
  /// - Parameters:
  ///   - location: where its dumps are.
  ///   - path: the database file.
  ///   - state: the state file, unless it is the one beside the database.
  public init(_ location: String, into path: String, state: String?) {
    var settings = [
      WatchSetting.location: SettingValue(location, .flag), .into: SettingValue(path, .flag),
    ]
    settings[.state] = state.map { SettingValue($0, .flag) }
    self.init(settings)
  }

  /// The command for a dump.
  public func command(_ label: DumpLabel) -> String { "receipt retry \(label)\(arguments)" }

  /// What a command that loads one dump has no use for.
  private static let ofWatching: Set<WatchSetting> = [
    .every, .queue, .waitComplete, .plan, .expect, .grace,
  ]

  /// What tells a watch from others.
  private static let required: Set<WatchSetting> = [.into, .run, .copyTo, .state]

  /// Settings whose flags have no value.
  private static let switches: Set<WatchSetting> = [
    .adopt, .assumeUTC, .check, .analyze, .pathStyle,
  ]

  private mutating func add(_ setting: WatchSetting, _ text: String) {
    if RetryHint.switches.contains(setting) {
      add(text == "true" ? setting.flag : "--no-\(setting.rawValue)")
    } else {
      add(setting.flag, text)
    }
  }

  private mutating func add(_ words: String...) {
    for word in words {
      let isPlain = word.wholeMatch(of: /[A-Za-z0-9_.\/:=@%+,\-]+/) != nil
      arguments += isPlain ? " \(word)" : " '\(word.replacing("'", with: "'\\''"))'"
    }
  }
}
