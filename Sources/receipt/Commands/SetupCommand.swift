import ArgumentParser

/// `receipt setup`: without a subcommand it is `receipt setup bucket`.
struct SetupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "setup",
    abstract: "Prepare a bucket for dumps, and find mistakes in policies.",
    usage: """
      receipt setup [<location>] [<options>]
      receipt setup lint <file> ... [<options>]
      """,
    discussion: """
      Prints or makes what a bucket needs: roles, policies, a queue, lifecycle rules. The flags are \
      told by `receipt setup bucket --help`; the word bucket may be left out.

      EXAMPLES
        1. receipt setup s3://bucket/exports --format terraform > dumps.tf
        2. receipt setup s3://bucket/exports --dry-run
        3. receipt setup lint trust.json policy.json

      EXIT STATUS
        0   printed, made, or nothing found
        21  lint: a file is no JSON
        22  refused, or lint has found errors
        30  access denied
        31  a setting was changed by somebody else meanwhile, or a passing fault
        64  the command line is wrong, or something is missing and nobody to ask
        1   anything else
      """.laidOut,
    subcommands: [SetupBucketCommand.self, SetupLintCommand.self],
    defaultSubcommand: SetupBucketCommand.self)
}
