import ArgumentParser
import Dump
import ObjectStorage
import Operations

struct SetupBucketCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bucket",
    abstract: "Prepare a bucket for dumps: roles, policies, a queue, lifecycle rules.",
    usage: "receipt setup [<location>] [<options>]",
    discussion: """
      Prints what is to be made, as a script of the aws command, a template of CloudFormation, \
      resources of Terraform, or the policies alone. On a terminal it asks for what the flags leave \
      out. Nothing is asked of AWS but the number of the account.

      WHAT IS MADE
        a role for the exporter, which the vendor's role assumes with an external id
        roles to read and to prune, for your own account; one for a warehouse
        a queue and one for failures, told of every new receipt.json
        lifecycle rules that spare receipt.json
        objects of the bucket's owner, nothing public, nothing without TLS

      Each role may do what its work needs: the exporter cannot delete, the pruner cannot delete \
      receipt.json. --dry-run looks at the account and shows what would change; --apply shows it and \
      does it, after the documents that it replaces were written into a new folder here. What others \
      have put into notifications, rules and policies stays. A second run changes nothing.

      EXAMPLES
        1. As a script, to be read before it is run:
             receipt setup s3://bucket/exports --region eu-west-1 > setup.sh \\
               --vendor-external-id acct-7 \\
               --vendor-role arn:aws:iam::485801740390:role/dreamdata_destination_s3
        2. receipt setup s3://bucket/exports --format terraform > dumps.tf
        3. What would change, and then change it:
             receipt setup s3://bucket/exports --dry-run
             receipt setup s3://bucket/exports --apply
        4. Are policies of your own sound?
             receipt setup lint trust.json policy.json

      EXIT STATUS
        0   printed, or made
        22  refused: the policy that demands TLS would shut this command out
        30  access denied
        31  a setting was changed by somebody else meanwhile, or a passing fault
        64  the command line is wrong, or something is missing and nobody to ask
        1   anything else
      """.laidOut)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case cli, cloudformation, terraform, policies, sql

    var format: SetupFormat {
      switch self {
      case .cli: .cli
      case .cloudformation: .cloudformation
      case .terraform: .terraform
      case .policies: .policies
      case .sql: .sql
      }
    }
  }

  @Argument(help: "The s3:// URL that dumps will be written to.")
  var location: String?

  @Option(help: "The form to print.")
  var format: Format?

  @Flag(help: "Make it, by AWS's interface.")
  var apply = false

  @Flag(help: "Look at the account, and say what --apply would do.")
  var dryRun = false

  @OptionGroup(title: "Setup options") var setup: SetupOptionGroup

  @OptionGroup(title: "S3 options") var s3: S3OptionGroup

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if [apply, dryRun, format != nil].filter({ $0 }).count > 1 {
      throw ValidationError("only one of --format, --apply and --dry-run can be given")
    }
    if let location, !location.hasPrefix("s3://") {
      throw ValidationError("\(location) is no s3:// URL: only buckets are set up")
    }
  }

  func run() async throws {
    let (setup, connection) = try await setup.setup(location, s3.options)
    if dryRun { return try print(try await Setup(setup, connection).plan()) }
    if apply {
      let isText = !output.json
      let report = try await Setup(setup, connection).apply(
        undoFolder: LifecycleText.undoName(setup.bucket, "setup", "")
      ) { plan in
        if isText { try SetupText.print(plan) }
      }
      if isText {
        if let folder = report.undoFolder {
          try StandardOutput.print("what was replaced is in \(folder)")
        }
        return try StandardOutput.print(
          report.changes ? "done; `receipt doctor` looks at it" : "everything is as it should be")
      }
      return try JSONOutput.print(report)
    }
    let format = (format ?? .cli).format
    let text = format.text(setup)
    if output.json {
      try JSONOutput.print(SetupFormText(format: format.rawValue, text: text))
    } else {
      try StandardOutput.write(Array(text.utf8))
    }
  }

  private func print(_ report: SetupReport) throws {
    if output.json { return try JSONOutput.print(report) }
    try SetupText.print(report)
    try StandardOutput.print(
      report.changes
        ? "nothing was changed; --apply does it" : "everything is as it should be")
  }
}

/// A setup in one of its forms, for `--json`.
private struct SetupFormText: Encodable {
  let format: String
  let text: String
}
