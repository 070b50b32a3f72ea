import ArgumentParser
import Operations
import SQLiteTables

/// The flags about what a load makes and keeps beside the rows, of `receipt load` and of a watch.
struct LoadBuildingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An index to make and keep, such as 'events(dd_company_id, timestamp)'; repeatable.",
      valueName: "table(columns)"))
  var index: [String] = []

  @Option(help: "Make and keep indexes on the documented keys and references.")
  var preset: TablePreset?

  @Option(
    help: """
      Into a file that holds an earlier dump: all rows, changed ones, or the cheaper; auto if not \
      given.
      """)
  var apply: LoadOptions.Application?

  @Option(
    help: ArgumentHelp(
      "A table's key, for --apply; repeatable.", valueName: "table=column,column"))
  var key: [String] = []

  @Option(
    help: """
      Keep the tables of so many earlier dumps, as TABLE@LABEL, for `receipt rollback`; as many as \
      there are if not given.
      """)
  var keepPrevious: Int?

  @Flag(help: "Have SQLite check what was written (PRAGMA quick_check) before anybody sees it.")
  var check = false

  @Flag(
    inversion: .prefixedNo,
    help: "Tell SQLite's planner what is in the indexes, as ANALYZE does; so if not given.")
  var analyze: Bool?

  func validate() throws {
    // Each by itself: in a list of all a piece that is none could pass for a part of another.
    do {
      for text in index { _ = try IndexRequest(parsing: text) }
      for text in key { _ = try TableKey(parsing: text) }
    } catch {
      throw ValidationError([error.message, error.hint ?? ""].joined(separator: "; "))
    }
  }

  /// Whether something is asked for that is made only while a dump is loaded.
  var asksForMore: Bool { !index.isEmpty || preset != nil || keepPrevious ?? 0 > 0 }

  /// What the command line says, as settings.
  var flags: [WatchSetting: String] {
    var flags: [WatchSetting: String] = [:]
    if !index.isEmpty { flags[.index] = index.joined(separator: ",") }
    flags[.preset] = preset?.rawValue
    flags[.apply] = apply?.rawValue
    if !key.isEmpty { flags[.key] = key.joined(separator: ",") }
    flags[.keepPrevious] = keepPrevious.map(String.init)
    if check { flags[.check] = "true" }
    flags[.analyze] = analyze.map(String.init)
    return flags
  }

  /// Takes what the flags say into the options of a load.
  ///
  /// - Throws: `OperationError` with `usage` and the flag.
  func set(_ options: inout LoadOptions) throws {
    try options.set(flags.mapValues { SettingValue($0, .flag) })
  }
}
