import ArgumentParser

/// The flags about the files that Redshift reads.
struct RedshiftOptions: ParsableArguments {
  @Option(help: "The role with which Redshift reads S3: an ARN, or `default`.")
  var iamRole: String?

  @Option(help: "The s3:// URL below which manifests lie, outside of the dumps.")
  var manifestPrefix: String?

  @Flag(help: "Write the manifests without --run.")
  var writeManifests = false
}
