import AWS
import Dump
import ObjectStorage

extension Patient {
  /// Everything about a role: who may assume it, what it may do, and what not.
  func role(_ arn: String, queue: EventQueue?) async -> [DoctorCheck] {
    guard let role = try? AssumedRole(arn: arn, externalID: options.externalID) else {
      return [
        DoctorCheck(
          "assume-role", .failed, "\(arn) is no ARN of a role",
          fix: "receipt doctor \(location) --assume-role arn:aws:iam::ACCOUNT:role/NAME")
      ]
    }
    var checks: [DoctorCheck] = []
    var theirs: S3Store?
    var theirAccount: Account?
    if options.role == .warehouse {
      checks.append(
        DoctorCheck("assume-role", .unknown, "only the warehouse itself can assume \(arn)"))
    } else if await assuming(role, &checks) {
      do {
        let connection = try S3Connection(options.s3)
        theirs = S3Store(store.location, connection)
        theirAccount = try Account(connection, region: region)
      } catch {
        checks.append(Doctor.failure("role", error))
      }
    }
    checks += await RoleTrying(
      patient: self, arn: arn, theirs: theirs, account: theirAccount, queue: queue
    ).checks()
    guard let theirs else { return checks }
    checks.append(await Doctor(location, options).receipt(theirs, "role-reads-receipt"))
    if options.probes {
      let isExporter = options.role == .exporter
      checks += await probe(
        through: isExporter ? theirs : store, mustNotDelete: isExporter, queue: queue)
    }
    return checks
  }

  private func assuming(_ role: AssumedRole, _ checks: inout [DoctorCheck]) async -> Bool {
    var isAssumed = false
    do throws(AWSError) {
      _ = try await account.tokens.assumeRole(role)
      isAssumed = true
      checks.append(DoctorCheck("assume-role", .ok, "\(role.arn) can be assumed"))
    } catch {
      checks.append(Doctor.failure("assume-role", error))
    }
    // Where the right id does not help, a refusal without it proves nothing.
    guard isAssumed, role.externalID != nil else { return isAssumed }
    var other = role
    other.externalID = nil
    checks.append(await refusal("assume-without-external-id", "without its external id", other))
    other.externalID = "receipt-doctor-\(UInt32.random(in: 0 ... .max))"
    checks.append(await refusal("assume-with-other-id", "with any other external id", other))
    return true
  }

  private func refusal(
    _ name: String, _ how: String, _ role: AssumedRole
  ) async -> DoctorCheck {
    do throws(AWSError) {
      _ = try await account.tokens.assumeRole(role)
      return DoctorCheck(
        name, .failed, "\(role.arn) can be assumed \(how): others can use it through the exporter",
        fix: setup)
    } catch {
      return error.code == .accessDenied
        ? DoctorCheck(name, .ok, "refused \(how)")
        : Doctor.failure(name, error)
    }
  }
}
