import ArgumentParser
import Dump
import Operations

struct RetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Load a dump that a watch has kept out.",
    discussion: """
      Loads the dump by the receipt that the watch has seen and kept, whatever receipt is there \
      now; its files must still be there. The settings are those of the watch: the same flags, \
      variables and configuration file. The watch may go on meanwhile.

      LABEL is the dump's folder, as `receipt status` shows it.

      EXAMPLES
        1. receipt retry 2026-11-20T04:03 exports/ --into crm.sqlite
        2. receipt retry 2026-11-20T04:03 --config receipt.yaml --max-drop 90%
        3. receipt retry 2026-11-20T04:03 exports/ --into crm.sqlite --allow-older
        4. receipt retry 2026-11-20T04:03 exports/ --into crm.sqlite --dismiss

      EXIT STATUS
        0   loaded, or the target has it; with --dismiss: dismissed
        11  another load holds the lock
        20  the dump is incomplete; nothing was changed
        21  the dump is corrupt; nothing was changed
        22  a gate refused the dump; nothing was changed
        30  access denied
        31  a passing fault; try again later
        64  the command line is wrong
        1   anything else, such as a dump that no watch has seen
      """.laidOut)

  @Argument(help: "The dump's folder, such as 2026-11-20T04:03.")
  var label: String

  @Flag(help: "Load the dump even if the target holds a later one.")
  var allowOlder = false

  @Flag(help: "Do not load it: leave it out, and tell nobody of it any more.")
  var dismiss = false

  @OptionGroup var watch: WatchOptionGroup

  func validate() throws {
    if dismiss, allowOlder { throw ValidationError("--dismiss loads nothing; --allow-older does") }
  }

  func run() async throws {
    let label: DumpLabel
    do throws(DumpError) {
      label = try DumpLabel(parsing: self.label)
    } catch {
      throw ValidationError(error.description)
    }
    let retry = Retry(try WatchOptionGroup.plan(try watch.settings))
    if dismiss {
      try await retry.dismiss(label)
      try StandardOutput.print("dismissed dump \(label): it stays out")
      return
    }
    let allowOlder = allowOlder
    let work = Task { try await retry.run(label, allowsOlder: allowOlder) }
    Interruption.watch { work.cancel() }
    let delivery: Delivery
    do {
      delivery = try await work.value
    } catch let error as OperationError where error.outcome == .interrupted {
      throw OperationError(Interruption.outcome, error.message, hint: error.hint)
    }
    let rows = delivery.rows.map { ", " + Wording.count($0, "row") } ?? ""
    try StandardOutput.print(
      (delivery.isNew ? "loaded" : "nothing new:") + " dump \(delivery.timestamp): "
        + Wording.count(delivery.tables.count, "table") + rows
        + " in \(Wording.duration(delivery.seconds))")
  }
}
