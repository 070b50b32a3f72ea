import AWS
import Dump
import ObjectStorage
import SQLiteTables

/// Tries everything that dumps at a location need, and that must not be possible: `receipt doctor`.
///
/// One thing that is wrong hides no other. Nothing is changed, unless probes are allowed.
public struct Doctor: Sendable {
  let text: String
  let options: DoctorOptions

  /// Prepares to look at a location.
  public init(_ location: String, _ options: DoctorOptions) {
    text = location
    self.options = options
  }

  /// Looks at everything.
  ///
  /// - Throws: ``OperationError`` only if the location, or a setting, is none.
  public func run() async throws -> DoctorReport {
    do {
      var checks: [DoctorCheck] = []
      var dump: DumpListing?
      if text.hasPrefix("s3://") {
        let connection = try S3Connection(options.own)
        let store = S3Store(try S3Location(text), connection)
        let facts = try await bucket(store, connection, &checks)
        let region = facts?.region ?? connection.configuredRegion ?? "us-east-1"
        if facts != nil {
          checks.append(await receipt(store, "receipt"))
          dump = try? await DumpListing(store)
          let patient = Patient(
            store: store, account: try Account(connection, region: region),
            connection: connection, region: region, options: options,
            file: dump?.check.tables.lazy.compactMap(\.files.first).first?.key)
          checks += await patient.settings()
          let queue = await patient.queue(&checks)
          if let arn = options.roleARN {
            checks += await patient.role(arn, queue: queue)
          } else if options.probes {
            checks += await patient.probe(through: store, mustNotDelete: false, queue: queue)
          }
        }
      } else {
        let store = try Location.store(text, options.s3)
        checks.append(await receipt(store, "receipt"))
        dump = try? await DumpListing(store)
      }
      checks += local(dump)
      return DoctorReport(location: text, checks: checks)
    } catch let error as AWSError {
      throw OperationError(error, "cannot look at \(text)")
    } catch {
      throw OperationError(error)
    }
  }

  // MARK: The bucket

  /// Whether there is a bucket, where, and whether its clock is ours.
  ///
  /// - Throws: `StorageError` if it cannot be reached.
  private func bucket(
    _ store: S3Store, _ connection: S3Connection, _ checks: inout [DoctorCheck]
  ) async throws -> BucketFacts? {
    do {
      guard let facts = try await store.bucketFacts() else {
        checks.append(
          DoctorCheck(
            "bucket", .failed, "there is no bucket \(store.location.bucket)",
            fix: "receipt setup \(text) --vendor-role VENDOR-ROLE-ARN "
              + "--vendor-external-id EXTERNAL-ID --apply"))
        return nil
      }
      checks.append(DoctorCheck("bucket", .ok, "it is there, and can be listed"))
      if let region = facts.region, let configured = connection.configuredRegion,
        region != configured
      {
        checks.append(
          DoctorCheck(
            "region", .failed, "the bucket is in \(region), but \(configured) is set up",
            fix: "export AWS_REGION=\(region)"))
      } else {
        let region = facts.region ?? connection.configuredRegion
        checks.append(
          DoctorCheck("region", region == nil ? .unknown : .ok, region ?? "nobody says it"))
      }
      checks.append(Doctor.clock(facts.clockDifference))
      return facts
    } catch {
      // Who reaches nobody can say nothing.
      if Doctor.operation(error).outcome == .transient { throw error }
      checks.append(Doctor.failure("bucket", error))
      return nil
    }
  }

  /// S3 refuses what is signed fifteen minutes off.
  private static func clock(_ difference: Int64?) -> DoctorCheck {
    guard let difference else { return DoctorCheck("clock", .unknown, "the server says no time") }
    let side = difference > 0 ? "behind" : "ahead of"
    guard abs(difference) > 60 else { return DoctorCheck("clock", .ok, "it agrees with S3's") }
    return DoctorCheck(
      "clock", .failed,
      "this machine is \(abs(difference)) s \(side) S3, which refuses what is 900 s off",
      fix: "timedatectl set-ntp true")
  }

  /// Whether the receipt is there and can be read.
  func receipt(_ store: any ObjectStore, _ name: String) async -> DoctorCheck {
    do {
      guard let current = try await CurrentReceipt(of: store) else {
        return DoctorCheck(
          name, .unknown, "there is no receipt.json yet",
          fix: "receipt export SOURCE \(text)")
      }
      return DoctorCheck(name, .ok, "it can be read, and names dump \(current.receipt.timestamp)")
    } catch let error as DumpError {
      return DoctorCheck(name, .failed, error.message, fix: "receipt verify \(text)")
    } catch {
      return Doctor.failure(name, error)
    }
  }

  // MARK: This machine

  private func local(_ dump: DumpListing?) -> [DoctorCheck] {
    var checks = [DoctorCheck("sqlite", .ok, "the library is SQLite \(SQLiteVersion.text)")]
    if let database = options.database { checks.append(disk(database, dump)) }
    return checks
  }

  /// Whether the disk has room for a load of the dump, by what the last one took.
  private func disk(_ database: String, _ dump: DumpListing?) -> DoctorCheck {
    guard let free = DiskSpace.available(at: database) else {
      let folder = database.lastIndex(of: "/").map { String(database[..<$0]) } ?? "."
      return DoctorCheck(
        "disk", .failed, "there is no folder for \(database)", fix: "mkdir -p \(folder)")
    }
    guard let dump else {
      return DoctorCheck(
        "disk", .unknown,
        "\(DiskSpace.megabytes(free)) are free, and no dump says how many it takes")
    }
    let loads = (try? loads(in: database)) ?? []
    let staged = LoadRecord.likelyByteCount(
      of: dump.check.tables.reduce(0) { $0 + $1.byteCount }, after: loads)
    // Beside a database that is there the new pages are built first, and then copied into it.
    let (needed, overflow) = staged.multipliedReportingOverflow(by: loads.isEmpty ? 1 : 2)
    let isEnough = !overflow && free >= needed
    return DoctorCheck(
      "disk", isEnough ? .ok : .failed,
      "a load may take \(DiskSpace.megabytes(overflow ? .max : needed)), and "
        + "\(DiskSpace.megabytes(free)) are free",
      fix: isEnough ? nil : "receipt doctor \(text) --into PATH-ON-ANOTHER-DISK")
  }

  private func loads(in path: String) throws -> [LoadRecord] {
    guard try TargetFile.exists(path, to: "read") else { return [] }
    let database = try Database(path: TargetFile.resolved(path), mode: .readWrite)
    try database.begin(.read, waiting: .seconds(5))
    return try Ledger.entries(in: database).map(\.record)
  }

  // MARK: Failures

  /// An error as a check: what is denied is a failure, unless only the look at it is.
  static func failure(
    _ name: String, _ error: any Error, denied: DoctorCheck.Status = .failed
  ) -> DoctorCheck {
    let error = operation(error)
    let isDenied = error.outcome == .accessDenied
    let isPassing = error.outcome == .transient || error.outcome == .interrupted
    // A server that is not AWS's may lack a setting altogether.
    let isUnknown = isPassing || error.message.contains("(NotImplemented)")
    return DoctorCheck(
      name, isDenied ? denied : isUnknown ? .unknown : .failed, error.message, fix: error.hint,
      isDenied: isDenied && denied == .failed)
  }

  /// An error of any service as one of ours.
  static func operation(_ error: any Error) -> OperationError {
    (error as? AWSError).map { OperationError($0, "cannot ask AWS") } ?? OperationError(error)
  }
}
