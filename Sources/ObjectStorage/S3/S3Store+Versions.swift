import AWS
import CurlHTTP

/// What a bucket keeps beside its objects: old versions, delete markers, unfinished uploads.
extension S3Store {
  /// Whether the bucket keeps versions.
  ///
  /// - Throws: ``StorageError``; asking needs a permission of its own, `s3:GetBucketVersioning`.
  public func versioning() async throws -> BucketVersioning {
    try await explaining(.getVersioning, "") { () async throws(AWSError) in
      let answer = try await bucket.send(
        ServiceRequest(method: "GET", path: "/", query: [.init("versioning")]))
      switch try S3Store.document(answer.response.body).text("Status") {
      case "Enabled": return .enabled
      case "Suspended": return .suspended
      default: return .off
      }
    }
  }

  /// All versions and delete markers whose key begins with a prefix.
  ///
  /// - Throws: ``StorageError``.
  public func listVersions(prefix: String) async throws -> [ObjectVersion] {
    try await markedPages(
      .listVersions, "versions", prefix: prefix, markers: ("key-marker", "version-id-marker"),
      elements: ["Version", "DeleteMarker"]
    ) { key, element in
      let isMarker = element.name == "DeleteMarker"
      guard let id = element.text("VersionId"),
        let size = isMarker ? 0 : element.text("Size").flatMap({ Int64($0) }), size >= 0
      else { return nil }
      return ObjectVersion(
        key: key, versionID: id, byteCount: size,
        tag: element.text("ETag").map { EntityTag(header: $0) },
        modifiedAt: S3Store.seconds(element.text("LastModified")),
        isLatest: element.text("IsLatest") == "true", isDeleteMarker: isMarker)
    }
  }

  /// All uploads in parts that were begun, and neither finished nor aborted, by prefix.
  ///
  /// - Throws: ``StorageError``.
  public func listUploads(prefix: String) async throws -> [UnfinishedUpload] {
    try await markedPages(
      .listUploads, "uploads", prefix: prefix, markers: ("key-marker", "upload-id-marker"),
      elements: ["Upload"]
    ) { key, element in
      element.text("UploadId").map {
        UnfinishedUpload(
          key: key, uploadID: $0, initiatedAt: S3Store.seconds(element.text("Initiated")))
      }
    }
  }

  /// Reads a version of a small object.
  ///
  /// - Parameters:
  ///   - key: the object's key.
  ///   - versionID: the version.
  ///   - limit: the size in bytes beyond which it is refused.
  /// - Returns: its bytes.
  /// - Throws: ``StorageError``.
  public func get(_ key: String, versionID: String, limit: Int) async throws -> [UInt8] {
    var request = ServiceRequest(
      method: "GET", path: path(key), query: [.init("versionId", versionID)])
    request.bodyLimit = limit
    return try await explaining(.getVersion, key) { [request] () async throws(AWSError) in
      try await bucket.send(request).response.body
    }
  }

  /// Deletes versions for good, a thousand a request; one that is not there counts as deleted.
  ///
  /// When the newest version of an object goes, the one before it takes its place.
  ///
  /// - Returns: what could not be deleted, with the reason for each.
  /// - Throws: ``StorageError`` if a whole request fails.
  public func delete(_ versions: [ObjectVersion]) async throws -> [DeletionFailure] {
    try await delete(
      versions.map { Deletion(key: $0.key, versionID: $0.versionID) }, .deleteVersions)
  }

  /// Aborts an upload and frees its parts; one that is not there any more counts as aborted.
  ///
  /// - Throws: ``StorageError``.
  public func abort(_ upload: UnfinishedUpload) async throws {
    let request = ServiceRequest(
      method: "DELETE", path: path(upload.key), query: [.init("uploadId", upload.uploadID)])
    try await explaining(.abortUpload, upload.key) { () async throws(AWSError) in
      do throws(AWSError) {
        _ = try await bucket.send(request)
      } catch  where error.serviceCode == "NoSuchUpload" {}
    }
  }

  /// Listings that go on from a key and a second marker.
  private func markedPages<Value>(
    _ action: S3Action, _ resource: String, prefix: String, markers: (String, String),
    elements: Set<String>, _ value: (String, XMLElement) -> Value?
  ) async throws -> [Value] {
    var values: [Value] = []
    var next: [SigningRequest.QueryItem] = []
    for _ in 0..<S3Store.pageLimit {
      var request = ServiceRequest(
        method: "GET", path: "/",
        query: [
          .init(resource), .init("encoding-type", "url"), .init("prefix", location.prefix + prefix),
        ])
      request.query += next
      request.mayFailWithSuccess = true
      let document = try await explaining(action, prefix) {
        [request] () async throws(AWSError) in
        try S3Store.document(try await bucket.send(request).response.body)
      }
      let isEncoded = document.text("EncodingType") == "url"
      for element in document.children where elements.contains(element.name) {
        guard let text = element.text("Key"), let key = isEncoded ? S3Store.decoded(text) : text,
          key.utf8.starts(with: location.prefix.utf8),
          let value = value(
            String(Substring(key.utf8.dropFirst(location.prefix.utf8.count))), element)
        else { throw malformed(action, prefix, "it has an entry without a usable key, id or size") }
        values.append(value)
      }
      guard document.text("IsTruncated") == "true" else { return values }
      let following = [("NextKeyMarker", markers.0), ("Next" + secondMarker(markers.1), markers.1)]
        .compactMap { name, parameter in
          document.text(name).map { text -> SigningRequest.QueryItem in
            let marker = isEncoded && parameter == "key-marker" ? S3Store.decoded(text) : text
            return .init(parameter, marker ?? text)
          }
        }
      guard !following.isEmpty, following != next else {
        throw malformed(action, prefix, "it goes on but does not say where")
      }
      next = following
    }
    throw malformed(action, prefix, "it has more than \(values.count) entries")
  }

  /// `VersionIdMarker` for `version-id-marker`.
  private func secondMarker(_ parameter: String) -> String {
    parameter.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  private func malformed(_ action: S3Action, _ prefix: String, _ reason: String) -> StorageError {
    StorageError(
      .system, place(prefix),
      "cannot \(action.verb) \(place(prefix)): the listing is not usable: "
        + reason)
  }
}
