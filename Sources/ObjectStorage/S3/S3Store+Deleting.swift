import AWS
import CurlHTTP
import OpenSSLCrypto

extension S3Store {
  /// The keys that S3 deletes in one request.
  private static let deletionBatchCount = 1_000

  /// What is deleted: an object, or one version of it.
  struct Deletion: Sendable {
    let key: String
    var versionID: String?
  }

  /// Deletes objects, a thousand a request.
  public func delete(_ keys: [String]) async throws -> [DeletionFailure] {
    try await delete(keys.map { Deletion(key: $0) }, .delete)
  }

  func delete(_ all: [Deletion], _ action: S3Action) async throws -> [DeletionFailure] {
    var failures: [DeletionFailure] = []
    for start in stride(from: 0, to: all.count, by: S3Store.deletionBatchCount) {
      let batch = all[start..<min(start + S3Store.deletionBatchCount, all.count)]
      failures += try await explaining(action, batch.first?.key ?? "") {
        () async throws(AWSError) in
        try await delete(batch, action)
      }
    }
    return failures
  }

  private func delete(
    _ batch: ArraySlice<Deletion>, _ action: S3Action
  ) async throws(AWSError) -> [DeletionFailure] {
    let list = batch.map {
      let version = $0.versionID.map { "<VersionId>\(XMLElement.escaped($0))</VersionId>" } ?? ""
      return "<Object><Key>\(XMLElement.escaped(location.prefix + $0.key))</Key>\(version)</Object>"
    }
    let body = Array("<Delete><Quiet>true</Quiet>\(list.joined())</Delete>".utf8)
    var request = ServiceRequest(
      method: "POST", path: "/", query: [.init("delete")],
      headers: ["Content-Type": "application/xml"], body: body[...])
    request.mayFailWithSuccess = true
    request.addChecksums(of: body)
    let response = try await bucket.send(request).response
    if response.body.isEmpty { return [] }
    return try S3Store.document(response.body).all("Error").map { element throws(AWSError) in
      let code = element.text("Code") ?? "unknown"
      let key = String((element.text("Key") ?? "").trimmingPrefix(location.prefix))
      var error = AWSError(
        code == "AccessDenied" ? .accessDenied : .other,
        "\(element.text("Message") ?? "it was not deleted") (\(code))")
      error.serviceCode = code
      return DeletionFailure(key: key, error: explained(error, action, key))
    }
  }
}

extension ServiceRequest {
  /// Adds both checksums of a body where one is demanded; older servers know the first only.
  mutating func addChecksums(of body: [UInt8]) {
    if let md5 = Digest.md5(body) { headers["Content-MD5"] = Digest.base64(md5) }
    let checksum = StoredChecksum(.crc64NVME, of: body[...])
    headers[checksum.algorithm.headerName] = checksum.value
  }
}
