/// The forms in which a setup is handed to those who apply it.
public enum SetupFormat: String, Sendable, Hashable, CaseIterable {
  /// A shell script of AWS's command line.
  case cli
  /// A template of CloudFormation in YAML.
  case cloudformation
  /// Resources of Terraform's AWS provider.
  case terraform
  /// The policies alone, as one JSON document.
  case policies
  /// What a warehouse is told, in SQL.
  case sql

  /// The setup in this form, with a line feed at the end.
  public func text(_ setup: DumpSetup) -> String {
    switch self {
    case .cli: SetupScript(setup).text
    case .cloudformation: SetupTemplate(setup).text
    case .terraform: SetupTerraform(setup).text
    case .policies: SetupFormat.policies(setup).json + "\n"
    case .sql: SetupSQL.text(setup)
    }
  }

  private static func policies(_ setup: DumpSetup) -> SettingsTree {
    var members: [SettingsTree.Member] = []
    for role in setup.roles {
      members.append(
        .init(role.name, ["trust_policy": role.trust.tree, "policy": role.policy.tree]))
    }
    if setup.has(.bucketPolicy) {
      members.append(.init("bucket \(setup.bucket)", setup.bucketPolicy.tree))
    }
    if setup.has(.events) {
      members.append(.init("queue \(setup.queueName)", setup.queuePolicy.tree))
      if setup.events == .sns {
        members.append(.init("topic \(setup.eventName)", setup.topicPolicy.tree))
      }
    }
    return .object(members)
  }
}

/// What Snowflake or Redshift is told so that it reads the bucket by its role.
enum SetupSQL {
  static func text(_ setup: DumpSetup) -> String {
    switch setup.warehouse {
    case nil: "-- No warehouse reads this bucket; --warehouse names one.\n"
    case .redshift:
      """
      -- Attach the role to the cluster or workgroup, and name it in every COPY:
      --   aws redshift modify-cluster-iam-roles --cluster-identifier CLUSTER \\
      --     --add-iam-roles \(setup.roleARN("redshift"))
      -- COPY schema.table FROM 's3://\(setup.bucket)/\(setup.prefix)LABEL/TABLE/'
      --   IAM_ROLE '\(setup.roleARN("redshift"))' FORMAT AS PARQUET;

      """
    case .snowflake(let userARN, let externalID):
      integration(setup, isKnown: userARN != nil && externalID != nil)
    }
  }

  private static func integration(_ setup: DumpSetup, isKnown: Bool) -> String {
    let name = setup.name.uppercased().replacing("-", with: "_")
    let folder = "s3://\(setup.bucket)/\(setup.prefix)".replacing("'", with: "''")
    // A new integration has a new external id, so it is never replaced.
    return """
      CREATE STORAGE INTEGRATION IF NOT EXISTS "\(name)"
        TYPE = EXTERNAL_STAGE
        STORAGE_PROVIDER = 'S3'
        ENABLED = TRUE
        STORAGE_AWS_ROLE_ARN = '\(setup.roleARN("snowflake"))'
        STORAGE_ALLOWED_LOCATIONS = ('\(folder)');
      DESC INTEGRATION "\(name)";

      """
        + (isKnown
          ? ""
          : """
          -- The role is made once these are known: run setup again with
          --   --snowflake-user       STORAGE_AWS_IAM_USER_ARN of the answer
          --   --snowflake-external-id  STORAGE_AWS_EXTERNAL_ID of the answer

          """)
  }
}
