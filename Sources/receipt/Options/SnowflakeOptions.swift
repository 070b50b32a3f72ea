import ArgumentParser

/// The flags about the stage from which Snowflake reads files.
struct SnowflakeOptions: ParsableArguments {
  @Option(help: "The stage: STAGE, SCHEMA.STAGE or DATABASE.SCHEMA.STAGE.")
  var stage: String?

  @Option(help: "The URL of the stage; the location if not given.")
  var stageURL: String?

  @Option(help: "Make the stage with this storage integration if it is not there.")
  var storageIntegration: String?
}
