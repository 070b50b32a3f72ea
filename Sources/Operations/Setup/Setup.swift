import AWS
public import Dump
import FoundationEssentials
public import ObjectStorage

/// Makes what a bucket needs to receive dumps, and changes nothing else: `receipt setup --apply`.
///
/// Everything is looked at first; what is as it should be stays. Where S3 replaces a document as a
/// whole it is read, merged, compared once more, written, and what others put there stays.
public struct Setup: Sendable {
  let setup: DumpSetup
  let store: S3Store
  let account: Account
  private let isEncrypted: Bool

  /// Prepares a setup; nothing is asked of anybody yet.
  ///
  /// - Throws: ``OperationError`` with outcome `usage` if an endpoint that is set up is no URL.
  public init(_ setup: DumpSetup, _ connection: S3Connection) throws {
    self.setup = setup
    do {
      store = S3Store(
        try S3Location("s3://\(setup.bucket)/\(setup.prefix)"), connection)
      account = try Account(connection, region: setup.region)
      isEncrypted = connection.isEncrypted
    } catch let error as AWSError {
      throw OperationError(error, "cannot reach the account")
    }
  }

  /// The number of the account whose credentials a connection has.
  ///
  /// - Throws: ``OperationError``.
  public static func accountNumber(_ connection: S3Connection, region: String) async throws
    -> String
  {
    try await Account.number(connection, region: region)
  }

  /// Looks at everything, and says what there is to do.
  ///
  /// - Throws: ``OperationError``.
  public func plan() async throws -> SetupReport {
    let steps = try await steps()
    return SetupReport(location: store.description, steps, warnings: warnings)
  }

  /// Looks at everything, and makes what is missing or different.
  ///
  /// - Parameters:
  ///   - undoFolder: a folder that is not there yet, for the documents that are replaced as a whole.
  ///   - announce: is told of what will be done, before it is.
  /// - Returns: what was done.
  /// - Throws: ``OperationError``; what was done before stays, and a further run goes on.
  public func apply(
    undoFolder: String, announce: @Sendable (SetupReport) throws -> Void = { _ in }
  ) async throws -> SetupReport {
    try checkTransport()
    let steps = try await steps()
    var report = SetupReport(location: store.description, steps, warnings: warnings)
    try announce(report)
    let replaced = steps.filter { $0.change == .update }.compactMap(\.before)
    if !replaced.isEmpty {
      do {
        try FileManager.default.createDirectory(
          atPath: undoFolder, withIntermediateDirectories: true)
        for (file, text) in replaced { try UndoFile.write(text, to: "\(undoFolder)/\(file)") }
      } catch {
        throw OperationError(error)
      }
      report.undoFolder = undoFolder
    }
    for step in steps where step.change != .keep {
      do {
        try await step.perform()
      } catch let error as AWSError {
        throw OperationError(error, "cannot \(step.change.rawValue) \(step.resource)")
      } catch {
        throw OperationError(error)
      }
    }
    report.isApplied = true
    return report
  }

  /// The policy that demands TLS would shut out this very run.
  private func checkTransport() throws {
    if setup.has(.bucketPolicy), !isEncrypted {
      throw OperationError(
        .refused,
        "cannot write the policy of bucket \(setup.bucket): it refuses whoever comes without TLS, "
          + "and the endpoint is one without",
        hint: "use an https endpoint, or leave it out by --without bucket-policy")
    }
  }

  private var warnings: [String] {
    guard case .snowflake(nil, _) = setup.warehouse else { return [] }
    return [
      "Snowflake's role is made once its user is known: run the SQL of --format sql, and then again "
        + "with --snowflake-user and --snowflake-external-id"
    ]
  }

  private func steps() async throws -> [SetupStep] {
    do {
      let isThere = try await store.bucketFacts() != nil
      var steps = [bucketStep(isThere: isThere)]
      for role in setup.roles { steps.append(try await step(for: role)) }
      if setup.has(.events) {
        steps += try await eventSteps()
        steps.append(try await notificationStep(isThere: isThere))
      }
      if setup.has(.lifecycle) { steps.append(try await lifecycleStep(isThere: isThere)) }
      if setup.has(.bucketPolicy) {
        steps += try await protectionSteps(isThere: isThere)
      }
      return steps
    } catch let error as AWSError {
      throw OperationError(error, "cannot look at account \(setup.account)")
    } catch {
      throw OperationError(error)
    }
  }

  // MARK: Roles

  private func step(for role: SetupRole) async throws(AWSError) -> SetupStep {
    let identity = account.identity
    let (name, policyName) = (role.name, role.policyName)
    let (trust, policy) = (role.trust.tree, role.policy.tree)
    guard let presentTrust = try await identity.trustPolicy(ofRole: name) else {
      return SetupStep(
        "role \(name)", .create,
        SetupStep.difference(nil, "\(trust.json)\n\(policy.json)")
      ) {
        try await identity.createRole(
          name, trustPolicy: trust.compactJSON, description: role.purpose)
        try await identity.putPolicy(policyName, ofRole: name, policy.compactJSON)
      }
    }
    let presentPolicy = try await identity.policy(policyName, ofRole: name)
    let trustIsSame = role.trust.isSame(as: presentTrust)
    let policyIsSame = presentPolicy.map(role.policy.isSame) ?? false
    if trustIsSame, policyIsSame { return SetupStep("role \(name)", .keep) }
    var difference: [String] = []
    if !trustIsSame { difference += Self.difference(presentTrust, trust) }
    if !policyIsSame { difference += Self.difference(presentPolicy, policy) }
    var step = SetupStep("role \(name)", .update, difference) {
      if !trustIsSame { try await identity.replaceTrustPolicy(ofRole: name, by: trust.compactJSON) }
      if !policyIsSame {
        try await identity.putPolicy(policyName, ofRole: name, policy.compactJSON)
      }
    }
    // What a trust policy and a policy were, in one document.
    step.before = (
      "role-\(name).json",
      "{\"trust\": \(presentTrust), \"\(policyName)\": \(presentPolicy ?? "null")}\n"
    )
    return step
  }

  /// Two documents in one spelling, as lines that go and come.
  static func difference(_ before: String?, _ after: SettingsTree) -> [String] {
    // What was read has its members in the order of their names; so must the other.
    let after = SettingsTree(json: after.compactJSON) ?? after
    return SetupStep.difference(
      before.map { SettingsTree(json: $0)?.json ?? $0 }, after.json)
  }
}
