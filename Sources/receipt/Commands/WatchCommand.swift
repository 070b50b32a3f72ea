import ArgumentParser
import Dump
import Operations

struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Load every new dump once, whatever tells of it, however often.",
    discussion: """
      Looks at receipt.json every few minutes, and at once when a directory, a queue of SQS, or a \
      post to --listen tells of it. An event is only a hint: the receipt's timestamp says which \
      dump it is, and the ledger in the target whether it is loaded already. A crash at any moment \
      loses nothing and loads nothing twice.

      A dump is loaded into a SQLite file (--into), copied into Redshift or Snowflake as by \
      `receipt copy --run` (--copy-to), or given to a command (--run).

      Missing files are waited for. A dump that is corrupt, incomplete for too long, or refused by \
      a gate is kept out: the old data stays, `receipt status` and an alert say why, and \
      `receipt retry` loads it later. Anything else is tried again after growing pauses.

      Every flag is also a variable (--wait-complete: RECEIPT_WAIT_COMPLETE) and a key of the \
      configuration file, which may list several watches; flags go before variables, and these \
      before the file. What was seen is kept in FILE.sqlite.watch, or in \
      the file of --state.

      SIGTERM and SIGINT let a load end within --stop-grace, or take it back; a second one ends \
      at once.

      EXAMPLES
        1. receipt watch exports/ --into crm.sqlite
        2. receipt watch s3://bucket/exports --into crm.sqlite --every 10m --plan paid
        3. receipt watch s3://bucket/exports --into crm.sqlite --queue \
      https://sqs.eu-west-1.amazonaws.com/123456789012/dumps
        4. receipt watch s3://bucket/exports --run './import.sh' --state watch.sqlite
        5. receipt watch s3://bucket/exports --copy-to redshift --workgroup main \\
             --database crm --schema dreamdata --iam-role default \\
             --manifest-prefix s3://bucket/manifests --state watch.sqlite
        6. receipt watch --config receipt.yaml --log-format json
        7. receipt watch exports/ --into crm.sqlite --once --metrics-file receipt.prom

      EXIT STATUS
        0   with --once: loaded, or there was nothing new
        10  with --once and --exit-code: there was nothing new
        11, 20, 21, 22, 30, 31
            with --once: as `receipt load`; the dump is not loaded
        64  the command line or the configuration is wrong
        130, 143
            ended by SIGINT or SIGTERM
        1   anything else
      """.laidOut)

  @OptionGroup var watch: WatchOptionGroup

  @Flag(
    help: "Look once, load what is new, and end; missing files are waited for (--wait-complete).")
  var once = false

  @Flag(help: "With --once: end with 10 if there was nothing new.")
  var exitCode = false

  func validate() throws {
    if exitCode, !once { throw ValidationError("--exit-code needs --once") }
  }

  func run() async throws {
    let settings = try watch.settings
    let plan = try WatchOptionGroup.plan(settings)
    let watch = try Watch(plan, logger: try WatchOptionGroup.logger(settings))
    if once {
      let work = Task { try await watch.runOnce() }
      Interruption.watch {
        watch.cancel()
        work.cancel()
      }
      let isNew = try await value(of: work)
      if exitCode, !isNew { throw ExitCode(Outcome.nothingNew.rawValue) }
      return
    }
    Interruption.watch(patience: plan.patience) { watch.stop() }
    try await watch.run()
    throw ExitCode(Interruption.outcome.rawValue)
  }

  private func value(of work: Task<Bool, any Error>) async throws -> Bool {
    do {
      return try await work.value
    } catch let error as OperationError where error.outcome == .interrupted {
      throw OperationError(Interruption.outcome, error.message, hint: error.hint)
    }
  }
}
