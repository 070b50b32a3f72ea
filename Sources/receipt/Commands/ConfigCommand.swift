import ArgumentParser
import Dump
import Operations

struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show and check the settings of `receipt watch`.",
    discussion: """
      Settings come from flags, then variables (RECEIPT_EVERY), then a file in YAML, then \
      defaults. A file holds settings for all watches, and a list of them:

        plan: paid
        watches:
          - location: s3://bucket/exports
            into: ${DATA}/crm.sqlite

      EXAMPLES
        1. receipt config show --config receipt.yaml --origin
        2. receipt config check --config receipt.yaml

      EXIT STATUS
        0   shown, or everything can be used
        64  a setting cannot be used; the message says which, and where it stands
        1   anything else
      """.laidOut,
    subcommands: [ShowCommand.self, CheckCommand.self])

  struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show what holds, and with --origin where each value comes from.",
      discussion: """
        Tokens, and URLs that are as good as one, are not shown. Nothing is checked.

        EXAMPLES
          1. receipt config show --config receipt.yaml --origin
          2. RECEIPT_EVERY=1m receipt config show exports/ --into crm.sqlite --origin

        EXIT STATUS
          0   shown
          64  the file cannot be used
          1   anything else
        """.laidOut)

    @OptionGroup var watch: WatchOptionGroup

    @Flag(help: "Show where each value comes from.")
    var origin = false

    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    func run() async throws {
      let settings = try watch.settings
      if json {
        try JSONOutput.print(SettingsDocument(settings))
        return
      }
      try print("for the process", settings.process)
      for (index, values) in settings.watches.enumerated() {
        try StandardOutput.print("")
        try print("watch \(index + 1)", values)
      }
    }

    private func print(_ title: String, _ values: [WatchSetting: SettingValue]) throws {
      try StandardOutput.print(title)
      var text = TextTable(
        [("setting", .left), ("value", .left)] + (origin ? [("from", .left)] : []))
      for setting in WatchSetting.allCases {
        guard let value = values[setting] else { continue }
        let shown = setting.isSecret ? "<hidden>" : value.text
        text.add([setting.rawValue, shown] + (origin ? [value.origin.description] : []))
      }
      try StandardOutput.write(Array(text.text.utf8))
    }
  }

  struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Check that the settings can be used.",
      discussion: """
        Reads all settings as `receipt watch` would. Nothing is opened and nobody is asked.

        EXAMPLES
          1. receipt config check --config receipt.yaml
          2. receipt config check exports/ --into crm.sqlite --every 10m

        EXIT STATUS
          0   everything can be used
          64  a setting cannot be used; the message says which, and where it stands
          1   anything else
        """.laidOut)

    @OptionGroup var watch: WatchOptionGroup

    func run() async throws {
      let plan = try WatchOptionGroup.plan(try watch.settings)
      try StandardOutput.print(
        "\(Wording.count(plan.watchCount, "watch")): the settings can be used")
    }
  }
}

/// The settings as JSON.
private struct SettingsDocument: Encodable {
  struct Line: Encodable {
    let value: String
    let origin: String
  }

  let process: [String: Line]
  let watches: [[String: Line]]

  init(_ settings: WatchSettings) {
    process = SettingsDocument.lines(settings.process)
    watches = settings.watches.map(SettingsDocument.lines)
  }

  private static func lines(_ values: [WatchSetting: SettingValue]) -> [String: Line] {
    Dictionary(
      uniqueKeysWithValues: values.map { setting, value in
        (
          setting.rawValue,
          Line(
            value: setting.isSecret ? "<hidden>" : value.text, origin: value.origin.description)
        )
      })
  }
}
