import Dump
import ObjectStorage

extension Setup {
  func bucketStep(isThere: Bool) -> SetupStep {
    if isThere { return SetupStep("bucket \(setup.bucket)", .keep) }
    return SetupStep("bucket \(setup.bucket)", .create, ["+ in region \(setup.region)"]) {
      [store, setup] in try await store.createBucket(region: setup.region)
    }
  }

  // MARK: Notifications

  func notificationStep(isThere: Bool) async throws -> SetupStep {
    let resource = "notifications of \(setup.bucket)"
    let present = isThere ? try await notifications() : []
    let merge = NotificationMerge(setup.notification, into: present)
    guard merge.changes else { return SetupStep(resource, .keep) }
    var step = SetupStep(resource, present.isEmpty ? .create : .update, merge.difference) {
      // S3 knows no condition for this; asking again makes the gap as small as it can be.
      guard try await notifications() == present else { throw changed(resource) }
      try await replaceNotifications(by: merge.after)
      guard try await NotificationMerge(setup.notification, into: notifications()).changes == false
      else { throw changed(resource) }
    }
    step.before = Setup.document(of: .notification, present)
    return step
  }

  private func notifications() async throws -> [RuleElement] {
    try await store.setting(.notification).map(RuleElement.init)
  }

  /// Writes them; S3 tries the way at once, and a queue that was just made may not be known everywhere.
  private func replaceNotifications(by elements: [RuleElement]) async throws {
    for attempt in 1... {
      do {
        return try await store.replace(.notification, by: elements.map(SettingElement.init))
      } catch let error as StorageError {
        guard attempt < 6, error.message.contains("Unable to validate") else { throw error }
        try await Task.sleep(for: .seconds(attempt))
      }
    }
  }

  private func changed(_ resource: String) -> OperationError {
    OperationError(
      .transient, "cannot write the \(resource): they have changed since they were read",
      hint: "somebody else may be writing them; run it again and look at the difference")
  }

  // MARK: Lifecycle

  func lifecycleStep(isThere: Bool) async throws -> SetupStep {
    let resource = "lifecycle rules of \(setup.bucket)"
    var lifecycle = try Lifecycle(store.location)
    lifecycle.rules = setup.lifecycle
    guard isThere else {
      let merge = LifecycleMerge(lifecycle.rules.rules, into: [])
      return SetupStep(resource, .create, merge.difference) { [lifecycle] in
        _ = try await lifecycle.apply(try await lifecycle.merge(store), to: store, undoFile: nil)
      }
    }
    let report = try await lifecycle.merge(store)
    guard report.merge.changes else { return SetupStep(resource, .keep) }
    var step = SetupStep(
      resource, report.merge.before.isEmpty ? .create : .update,
      report.merge.difference + report.warnings.map { "! " + $0 }
    ) { [lifecycle] in
      _ = try await lifecycle.apply(report, to: store, undoFile: nil)
    }
    step.before = (
      "lifecycle.xml",
      UndoFile.text(
        LifecycleSetting(
          rules: report.merge.before.map { SettingElement($0.element) },
          transitionMinimum: report.transitionMinimum))
    )
    return step
  }

  // MARK: Ownership, public access, TLS

  func protectionSteps(isThere: Bool) async throws -> [SetupStep] {
    [
      try await settingStep(
        .ownership, "ownership of objects in \(setup.bucket)", isThere: isThere,
        [
          SettingElement(
            "Rule",
            children: [SettingElement("ObjectOwnership", text: "BucketOwnerEnforced")])
        ]),
      try await settingStep(
        .publicAccess, "block of public access to \(setup.bucket)", isThere: isThere,
        ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
          .map { SettingElement($0, text: "true") }),
      try await policyStep(isThere: isThere),
    ]
  }

  private func settingStep(
    _ setting: BucketSetting, _ resource: String, isThere: Bool, _ wanted: [SettingElement]
  ) async throws -> SetupStep {
    let present = isThere ? try await store.setting(setting) : []
    if Set(present) == Set(wanted) { return SetupStep(resource, .keep) }
    let difference =
      present.map(RuleElement.init).flatMap(\.lines).map { "- " + $0 }
      + wanted.map(RuleElement.init).flatMap(\.lines).map { "+ " + $0 }
    var step = SetupStep(resource, present.isEmpty ? .create : .update, difference) { [store] in
      try await store.replace(setting, by: wanted)
    }
    step.before = Setup.document(of: setting, present.map(RuleElement.init))
    return step
  }

  /// A setting as S3 writes it, with the name of a file for it.
  private static func document(
    of setting: BucketSetting, _ elements: [RuleElement]
  ) -> (file: String, text: String) {
    let root = RuleElement(setting.root, children: elements)
    return ("\(setting.rawValue).xml", root.lines.joined(separator: "\n") + "\n")
  }

  private func policyStep(isThere: Bool) async throws -> SetupStep {
    let resource = "policy of \(setup.bucket)"
    let present = isThere ? try await store.bucketPolicy() : nil
    guard let merged = setup.bucketPolicy.merged(into: present) else {
      throw OperationError(
        .failed,
        "cannot write the policy of \(setup.bucket): the one that is there is not understood",
        hint: "look at it with `aws s3api get-bucket-policy --bucket \(setup.bucket)`")
    }
    if Setup.isSame(present, merged.compactJSON) { return SetupStep(resource, .keep) }
    var step = SetupStep(
      resource, present == nil ? .create : .update, Setup.difference(present, merged)
    ) { [store] in
      guard try await store.bucketPolicy() == present else { throw changed(resource) }
      try await store.replaceBucketPolicy(merged.compactJSON)
    }
    step.before = present.map { ("bucket-policy.json", $0) }
    return step
  }
}
