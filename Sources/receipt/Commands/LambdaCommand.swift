import ArgumentParser
import FoundationEssentials
import Operations

struct LambdaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lambda",
    abstract: "Run as an AWS Lambda function that loads every new dump once.",
    discussion: """
      Speaks the interface of custom runtimes (provided.al2023) with events of S3, SQS, SNS and \
      EventBridge. Settings come from the function's variables, as of `receipt watch`: \
      RECEIPT_LOCATION, RECEIPT_INTO, RECEIPT_COPY_TO or RECEIPT_RUN, RECEIPT_STATE, or a file that \
      RECEIPT_CONFIG names. Logs are JSON, unless RECEIPT_LOG_FORMAT says text. Messages of SQS that could not be done are given back each by itself \
      (ReportBatchItemFailures); other events fail as a whole, and Lambda calls again. A schedule of \
      EventBridge is a look at all locations, which finds what events have lost. Alerts are sent \
      before the answer.

      examples/lambda/package.sh packs the function.

      EXAMPLES
        1. RECEIPT_LOCATION=s3://bucket/exports RECEIPT_INTO=/mnt/efs/crm.sqlite receipt lambda
        2. RECEIPT_LOCATION=s3://bucket/exports RECEIPT_COPY_TO=redshift RECEIPT_WORKGROUP=main \\
             RECEIPT_DATABASE=crm RECEIPT_IAM_ROLE=default RECEIPT_STATE=/tmp/watch.sqlite \\
             RECEIPT_MANIFEST_PREFIX=s3://bucket/manifests receipt lambda
        3. RECEIPT_CONFIG=/var/task/receipt.yaml receipt lambda

      EXIT STATUS
        0   never; Lambda ends it
        64  the configuration is wrong; Lambda is told
        1   anything else, such as no runtime to talk to
      """.laidOut)

  @Option(help: "A configuration file in YAML; RECEIPT_CONFIG if not given.")
  var config: String?

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let config = config
    let function = try await LambdaFunction(environment: environment) {
      let settings = try WatchSettings(flags: [:], environment: environment, file: config)
      return (
        try WatchOptionGroup.plan(settings), try WatchOptionGroup.logger(settings, unsaid: .json)
      )
    }
    try await function.run()
  }
}
