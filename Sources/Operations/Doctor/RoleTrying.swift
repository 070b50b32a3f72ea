import AWS
import Dump
import ObjectStorage

/// What a role may do, and must not.
///
/// What only reads is tried; what would change something is asked of IAM's simulation, and where
/// nobody may ask that it stays unknown.
struct RoleTrying: Sendable {
  let patient: Patient
  let arn: String
  /// The location with the role's own credentials; `nil` if it could not be assumed.
  let theirs: S3Store?
  let account: Account?
  let queue: EventQueue?

  /// What came of a trial.
  private enum Verdict: Sendable, Hashable {
    case allowed
    case denied
    case unknown(String)
  }

  /// Tries everything that the role needs, and must not have: a check for each action.
  func checks() async -> [DoctorCheck] {
    var rights = RoleRights(
      bucketARN: "arn:\(partition):s3:::\(patient.bucket)",
      prefix: patient.store.location.prefix)
    rights.queueARN = queue?.arn
    rights.encryptionKey = await patient.encryptionKey()
    let trials = rights.trials(
      of: patient.options.role, file: patient.file ?? "2026-01-01T00:00/events/000000000000.parquet"
    )
    var verdicts: [RoleTrial: Verdict] = [:]
    for trial in trials { verdicts[trial] = await attempt(trial) }
    await simulate(trials.filter { verdicts[$0] == nil }, &verdicts)
    var names: [String] = []
    var groups: [String: [RoleTrial]] = [:]
    for trial in trials {
      let name = "\(trial.isNeeded ? "may" : "must-not")-\(trial.action.split(separator: ":")[1])"
      if groups[name] == nil { names.append(name) }
      groups[name, default: []].append(trial)
    }
    return names.map { name in
      check(name, (groups[name] ?? []).map { ($0, verdicts[$0] ?? .unknown("nobody was asked")) })
    }
  }

  /// The partition that the role and so the bucket is in: `aws`, `aws-cn`, `aws-us-gov`.
  private var partition: String { String(arn.split(separator: ":")[1]) }

  // MARK: Trying

  /// Does what only reads, as the role; `nil` where that says nothing.
  private func attempt(_ trial: RoleTrial) async -> Verdict? {
    guard trial.isNeeded, let theirs, let account else { return nil }
    do {
      switch (trial.action, trial.key) {
      case ("s3:GetObject", let key?):
        _ = try await theirs.read(key, range: 0..<1, ifMatch: nil, limit: 1)
      case ("s3:ListBucket", _):
        guard try await theirs.bucketFacts() != nil else { return nil }
      case ("s3:ListBucketVersions", _): _ = try await theirs.listVersions(prefix: DumpKeys.receipt)
      case ("s3:ListBucketMultipartUploads", _):
        _ = try await theirs.listUploads(prefix: DumpKeys.receipt)
      case ("s3:GetBucketVersioning", _): _ = try await theirs.versioning()
      case ("s3:GetLifecycleConfiguration", _): _ = try await theirs.lifecycle()
      case ("sqs:GetQueueAttributes", _):
        guard let queue else { return nil }
        _ = try await account.queues.attributes(ofQueue: queue.service.queueURL)
      case ("sqs:GetQueueUrl", _):
        guard let name = trial.resource.split(separator: ":").last else { return nil }
        _ = try await account.queues.url(ofQueue: String(name))
      default: return nil
      }
      return .allowed
    } catch {
      return Doctor.operation(error).outcome == .accessDenied ? .denied : nil
    }
  }

  /// Asks IAM, resource by resource.
  private func simulate(
    _ trials: [RoleTrial], _ verdicts: inout [RoleTrial: Verdict]
  ) async {
    var refusal: String?
    var resources: [String] = []
    for trial in trials where !resources.contains(trial.resource) {
      resources.append(trial.resource)
    }
    for resource in resources {
      let here = trials.filter { $0.resource == resource }
      for trial in here where trial.isConditional {
        verdicts[trial] = .unknown(
          "it depends on what is asked for, and could only be tried as the role")
      }
      let asked = here.filter { !$0.isConditional }
      if asked.isEmpty { continue }
      do throws(AWSError) {
        if let refusal { throw AWSError(.accessDenied, refusal) }
        let allowed = try await patient.account.identity.allowed(
          asked.map(\.action), on: resource, arn)
        for trial in asked {
          verdicts[trial] = allowed.contains(trial.action) ? .allowed : .denied
        }
      } catch {
        if error.code == .accessDenied { refusal = error.reason }
        for trial in asked {
          verdicts[trial] = .unknown(
            "it cannot be tried without changing something, and IAM does not say: \(error.reason)")
        }
      }
    }
  }

  // MARK: What came of it

  private func check(
    _ name: String, _ outcomes: [(trial: RoleTrial, verdict: Verdict)]
  ) -> DoctorCheck {
    let first = outcomes[0].trial
    func resources(_ verdict: Verdict) -> [String] {
      outcomes.filter { $0.verdict == verdict }.map { $0.trial.key ?? $0.trial.resource }
    }
    let bad = resources(first.isNeeded ? .denied : .allowed)
    if !bad.isEmpty {
      let list = bad.joined(separator: ", ")
      return DoctorCheck(
        name, .failed,
        first.isNeeded
          ? "\(first.action) on \(list) is needed, and not allowed"
          : "\(first.action) on \(list) is allowed, and must not be",
        fix: patient.setup, isDenied: first.isNeeded)
    }
    for (trial, verdict) in outcomes {
      guard case .unknown(let reason) = verdict else { continue }
      return DoctorCheck(
        name, .unknown,
        "whether \(trial.action) on \(trial.key ?? trial.resource) is allowed: \(reason)",
        fix: "aws iam simulate-principal-policy --policy-source-arn \(arn) "
          + "--action-names \(trial.action) --resource-arns '\(trial.resource)'")
    }
    let good = resources(first.isNeeded ? .allowed : .denied).joined(separator: ", ")
    return DoctorCheck(
      name, .ok, "\(first.action) on \(good) is \(first.isNeeded ? "" : "not ")allowed")
  }
}
