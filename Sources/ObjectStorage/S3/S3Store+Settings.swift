import AWS
import CurlHTTP

extension S3Store {
  // MARK: The bucket

  /// What the bucket says of itself; `nil` if there is no such bucket.
  ///
  /// - Throws: ``StorageError``.
  public func bucketFacts() async throws -> BucketFacts? {
    try await explaining(.inspect, "") { () async throws(AWSError) in
      do throws(AWSError) {
        // A listing of nothing: unlike a HEAD its answer says why, and the location's prefix is one
        // that a role may be held to.
        let response = try await bucket.send(
          ServiceRequest(
            method: "GET", path: "/",
            query: [
              .init("list-type", "2"), .init("max-keys", "1"), .init("prefix", location.prefix),
            ])
        ).response
        let theirs = response.headers["Date"].flatMap { WallTime(httpDate: $0) }
        return BucketFacts(
          region: response.headers["x-amz-bucket-region"],
          clockDifference: theirs.map {
            $0.secondsSinceEpoch - Clock.system.secondsSinceEpoch
          })
      } catch  where error.serviceCode == "NoSuchBucket" {
        return nil
      }
    }
  }

  /// Makes the bucket.
  ///
  /// - Parameter region: the region it is to be in.
  /// - Throws: ``StorageError``.
  public func createBucket(region: String) async throws {
    let body = Array(
      """
      <CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
      <LocationConstraint>\(XMLElement.escaped(region))</LocationConstraint>\
      </CreateBucketConfiguration>
      """.utf8)
    // The first region has no name here.
    let request = ServiceRequest(
      method: "PUT", path: "/", body: region == "us-east-1" ? [] : body[...])
    try await explaining(.create, "") { () async throws(AWSError) in
      _ = try await bucket.send(request)
    }
  }

  // MARK: Its settings

  /// The bucket's policy, in JSON; `nil` if it has none.
  ///
  /// - Throws: ``StorageError``.
  public func bucketPolicy() async throws -> String? {
    try await document(.policy).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Replaces the bucket's policy.
  ///
  /// - Throws: ``StorageError``.
  public func replaceBucketPolicy(_ text: String) async throws {
    try await replace(.policy, by: Array(text.utf8), type: "application/json")
  }

  /// What is in a setting of the bucket; empty if it has none.
  ///
  /// - Throws: ``StorageError``.
  public func setting(_ setting: BucketSetting) async throws -> [SettingElement] {
    guard let bytes = try await document(setting) else { return [] }
    return try await explaining(.getSetting(setting), "") { () async throws(AWSError) in
      try S3Store.document(bytes).children.map(SettingElement.init)
    }
  }

  /// Replaces a setting of the bucket.
  ///
  /// - Throws: ``StorageError``.
  public func replace(_ setting: BucketSetting, by elements: [SettingElement]) async throws {
    let body =
      "<\(setting.root) xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      + elements.map(\.xml).joined() + "</\(setting.root)>"
    try await replace(setting, by: Array(body.utf8), type: "application/xml")
  }

  private func document(_ setting: BucketSetting) async throws -> [UInt8]? {
    try await explaining(.getSetting(setting), "") { () async throws(AWSError) in
      do throws(AWSError) {
        return try await bucket.send(
          ServiceRequest(method: "GET", path: "/", query: [.init(setting.rawValue)])
        ).response.body
      } catch  where error.serviceCode == setting.absence {
        return nil
      }
    }
  }

  private func replace(
    _ setting: BucketSetting, by body: [UInt8], type: String
  ) async throws {
    var request = ServiceRequest(
      method: "PUT", path: "/", query: [.init(setting.rawValue)],
      headers: ["Content-Type": type], body: body[...])
    request.addChecksums(of: body)
    try await explaining(.putSetting(setting), "") { [request] () async throws(AWSError) in
      _ = try await bucket.send(request)
    }
  }
}
