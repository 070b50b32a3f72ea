/// A role of the bucket's account: who may assume it, and what it may do.
package struct SetupRole: Sendable, Hashable {
  /// The role's name.
  package let name: String
  /// What it is for, in a few words.
  package let purpose: String
  /// Who may assume it.
  package let trust: PolicyDocument
  /// The name of its own policy.
  package let policyName = "dumps"
  /// What it may do.
  package let policy: PolicyDocument
}

extension DumpSetup {
  /// The roles that are wanted.
  package var roles: [SetupRole] {
    var roles: [SetupRole] = []
    if has(.exporter) {
      roles.append(
        SetupRole(
          name: "\(name)-exporter", purpose: "writes dumps", trust: exporterTrust,
          policy: PolicyDocument(rights.statements(of: .exporter))))
    }
    if has(.consumer) {
      roles.append(
        SetupRole(
          name: "\(name)-consumer", purpose: "reads dumps and their events", trust: ownTrust,
          policy: PolicyDocument(rights.statements(of: .consumer))))
    }
    if has(.pruner) {
      roles.append(
        SetupRole(
          name: "\(name)-pruner", purpose: "deletes old dumps", trust: ownTrust,
          policy: PolicyDocument(rights.statements(of: .pruner))))
    }
    if let warehouse, let trust = warehouseTrust(warehouse) {
      roles.append(
        SetupRole(
          name: "\(name)-\(warehouse.word)", purpose: "lets \(warehouse.title) read dumps",
          trust: trust, policy: PolicyDocument(rights.statements(of: .warehouse))))
    }
    return roles
  }

  // MARK: Who may assume them

  private var exporterTrust: PolicyDocument {
    PolicyDocument([
      PolicyStatement(
        "ExporterAssumesRole", principal: ["AWS": .text(vendorRole)], ["sts:AssumeRole"],
        condition: ["StringEquals": ["sts:ExternalId": .text(externalID)]])
    ])
  }

  /// Whom the account's own policies allow it.
  private var ownTrust: PolicyDocument {
    PolicyDocument([
      PolicyStatement(
        "OwnAccountAssumesRole",
        principal: ["AWS": .text("arn:\(partition):iam::\(account):root")], ["sts:AssumeRole"])
    ])
  }

  private func warehouseTrust(_ warehouse: Warehouse) -> PolicyDocument? {
    switch warehouse {
    case .redshift:
      PolicyDocument([
        PolicyStatement(
          "RedshiftAssumesRole", principal: ["Service": "redshift.amazonaws.com"],
          ["sts:AssumeRole"])
      ])
    case .snowflake(let userARN, let externalID):
      if let userARN, let externalID {
        PolicyDocument([
          PolicyStatement(
            "SnowflakeAssumesRole", principal: ["AWS": .text(userARN)], ["sts:AssumeRole"],
            condition: ["StringEquals": ["sts:ExternalId": .text(externalID)]])
        ])
      } else {
        nil
      }
    }
  }

  // MARK: What they may do

  private var rights: RoleRights {
    var rights = RoleRights(bucketARN: bucketARN, prefix: prefix)
    rights.queueARN = has(.events) ? queueARN : nil
    rights.encryptionKey = encryptionKey
    rights.exporterReads = exporterReads
    return rights
  }

  // MARK: The bucket's own policy

  /// The policy that refuses whoever comes without TLS.
  package var bucketPolicy: PolicyDocument {
    PolicyDocument([
      PolicyStatement(
        "DenyWithoutTLS", effect: .deny, principal: "*", ["s3:*"],
        on: [bucketARN, "\(bucketARN)/*"],
        condition: ["Bool": ["aws:SecureTransport": "false"]])
    ])
  }
}

extension DumpSetup.Warehouse {
  /// How it is spelled in names.
  var word: String {
    switch self {
    case .redshift: "redshift"
    case .snowflake: "snowflake"
    }
  }

  /// How people call it.
  var title: String {
    switch self {
    case .redshift: "Redshift"
    case .snowflake: "Snowflake"
    }
  }
}
