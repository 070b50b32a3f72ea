import AWS
import Dump
import ObjectStorage

extension Patient {
  /// Names for an object beside the receipt that takes the same way; whoever loads dumps passes over
  /// it.
  ///
  /// It begins like the receipt's key. Where only keys that end like it are told of, the second one
  /// does that too.
  static func probeNames(_ prefix: String) -> [String] {
    let name = "\(DumpKeys.receipt).probe-\(String(UInt32.random(in: 0 ... .max), radix: 16))"
    return [name, "\(name)/\(prefix)\(DumpKeys.receipt)"]
  }

  /// Writes an object, waits for its event, and takes it away again.
  func probe(
    through theirs: S3Store, mustNotDelete: Bool, queue: EventQueue?
  ) async -> [DoctorCheck] {
    var checks: [DoctorCheck] = []
    let names = Patient.probeNames(store.location.prefix)
    let told = queue.flatMap { queue in
      names.first { queue.tells(of: store.location.prefix + $0) }
    }
    let key = told ?? names[0]
    do {
      try await theirs.put(key, Array("{}".utf8))
      checks.append(DoctorCheck("probe-write", .ok, "\(key) was written"))
    } catch {
      return [Doctor.failure("probe-write", error)]
    }
    if let queue, told != nil {
      checks.append(await event(of: store.location.prefix + key, in: queue.service))
    } else if queue != nil {
      checks.append(
        DoctorCheck(
          "probe-event", .unknown,
          "only receipt.json itself is told of: the next dump shows whether its event comes",
          fix: "receipt watch \(location) --queue \(queue?.service.queueURL ?? "URL") --once"))
    } else {
      checks.append(
        DoctorCheck(
          "probe-event", .unknown, "no queue is known",
          fix: "receipt doctor \(location) --probe --queue URL"))
    }
    if mustNotDelete { checks.append(await deletion(key, by: theirs)) }
    do {
      try await remove(key)
    } catch {
      checks.append(
        DoctorCheck(
          "probe-removal", .failed, "\(key) is left behind: \(OperationError(error).message)",
          fix: "aws s3 rm \(location)/\(key)"))
    }
    return checks
  }

  /// Deletes the probe, with its versions where the bucket keeps some.
  private func remove(_ key: String) async throws {
    try await store.delete(key)
    guard let versioning = try? await store.versioning(), versioning != .off else { return }
    let versions = try await store.listVersions(prefix: key).filter { $0.key == key }
    if let failure = try await store.delete(versions).first {
      throw OperationError(.failed, "an old version of it: \(failure.error.message)")
    }
  }

  private func deletion(_ key: String, by theirs: S3Store) async -> DoctorCheck {
    do {
      try await theirs.delete(key)
      return DoctorCheck(
        "probe-delete", .failed, "the role could delete what it had written", fix: setup)
    } catch {
      return OperationError(error).outcome == .accessDenied
        ? DoctorCheck("probe-delete", .ok, "the role cannot delete")
        : Doctor.failure("probe-delete", error)
    }
  }

  /// Waits for the event of a key; messages about others are given back.
  private func event(of key: String, in queue: SimpleQueueService) async -> DoctorCheck {
    var others: [SimpleQueueService.Message] = []
    var check = DoctorCheck(
      "probe-event", .failed,
      "no event has come within \(options.waitSeconds) s; a watch that is running may have taken it",
      fix: setup)
    let end = ContinuousClock.now + .seconds(options.waitSeconds)
    do throws(AWSError) {
      search: while ContinuousClock.now < end {
        let left = (end - .now).components.seconds
        guard
          let message = try await queue.receive(
            waitSeconds: Int(max(1, min(left, 20))), visibilitySeconds: options.waitSeconds + 30)
        else { continue }
        let contents = EventMessage(parsing: Array(message.body.utf8)).contents
        for case .event(let event) in contents where event.isAbout(bucket: bucket, key: key) {
          try await queue.delete(message)
          check = DoctorCheck("probe-event", .ok, "its event came into the queue")
          break search
        }
        others.append(message)
      }
      for message in others { try await queue.changeVisibility(of: message, seconds: 0) }
    } catch {
      return Doctor.failure("probe-event", error)
    }
    return check
  }
}
