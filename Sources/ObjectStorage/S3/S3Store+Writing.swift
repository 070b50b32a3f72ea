import AWS
import CurlHTTP
import OpenSSLCrypto

extension S3Store {
  /// Writes an object: in one request, or in parts if it is large.
  @discardableResult
  public func put(_ key: String, _ bytes: [UInt8], options: PutOptions) async throws -> EntityTag {
    if bytes.count <= self.options.multipartByteCount {
      return try await putWhole(key, bytes[...], options)
    }
    let upload = S3Upload(self, key, options)
    do {
      try await upload.append(bytes)
      return try await upload.finish()
    } catch {
      await upload.abort()
      throw error
    }
  }

  /// Begins to write an object piece by piece; it is sent in parts once it is large.
  public func upload(_ key: String, options: PutOptions) async throws -> any ObjectUpload {
    S3Upload(self, key, options)
  }

  func putWhole(
    _ key: String, _ bytes: ArraySlice<UInt8>, _ options: PutOptions
  ) async throws(StorageError) -> EntityTag {
    var request = ServiceRequest(method: "PUT", path: path(key), body: bytes)
    request.headers = S3Store.headers(options)
    request.headers.add(options.condition)
    let checksum = StoredChecksum(.crc64NVME, of: bytes)
    request.headers[checksum.algorithm.headerName] = checksum.value
    do throws(AWSError) {
      let answer = try await bucket.send(request)
      return try S3Store.tag(answer.response.headers["ETag"])
    } catch {
      // The answer to an earlier try may have been lost, so that it is our own object that stands
      // in the way now.
      if error.code == .preconditionFailed, error.attempts > 1,
        let there = try? await head(key), there.byteCount == bytes.count, let tag = there.tag,
        let md5 = Digest.md5(Array(bytes)), tag.rawValue == "\"\(Hex.text(md5))\""
      {
        return tag
      }
      throw try await conflict(error, key, options.condition)
    }
  }

  /// A failed write, with what is there now where that matters.
  func conflict(
    _ error: AWSError, _ key: String, _ condition: PutOptions.Condition
  ) async throws(StorageError) -> StorageError {
    switch condition {
    case .none: return explained(error, .put, key)
    case .absent where error.code == .preconditionFailed:
      return StorageError.conflict(place(key), condition, there: EntityTag(rawValue: ""))
    case .matches where error.code == .preconditionFailed:
      return StorageError.conflict(place(key), condition, there: EntityTag(rawValue: ""))
    // The version that was to be replaced is gone.
    case .matches where error.code == .notFound && error.serviceCode != "NoSuchBucket":
      return StorageError.conflict(place(key), condition, there: nil)
    case .absent, .matches: return explained(error, .put, key)
    }
  }

  static func tag(_ text: String?) throws(AWSError) -> EntityTag {
    guard let text, !text.isEmpty else { throw AWSError(.malformed, "the answer has no ETag") }
    return EntityTag(header: text)
  }

  static func headers(_ options: PutOptions) -> HTTPHeaders {
    var headers = HTTPHeaders()
    headers["Content-Type"] = options.contentType ?? "application/octet-stream"
    if let storageClass = options.storageClass { headers["x-amz-storage-class"] = storageClass }
    switch options.encryption {
    case .bucketDefault: break
    case .s3: headers["x-amz-server-side-encryption"] = "AES256"
    case .kms(let keyID):
      headers["x-amz-server-side-encryption"] = "aws:kms"
      if let keyID { headers["x-amz-server-side-encryption-aws-kms-key-id"] = keyID }
    }
    return headers
  }

  // MARK: Deleting

  /// The keys that S3 deletes in one request.
  private static let deletionBatchCount = 1_000

  /// Deletes objects, a thousand a request.
  public func delete(_ keys: [String]) async throws -> [DeletionFailure] {
    var failures: [DeletionFailure] = []
    for start in stride(from: 0, to: keys.count, by: S3Store.deletionBatchCount) {
      let batch = keys[start..<min(start + S3Store.deletionBatchCount, keys.count)]
      failures += try await explaining(.delete, batch.first ?? "") { () async throws(AWSError) in
        try await delete(batch)
      }
    }
    return failures
  }

  private func delete(_ keys: ArraySlice<String>) async throws(AWSError) -> [DeletionFailure] {
    let list = keys.map {
      "<Object><Key>\(XMLElement.escaped(location.prefix + $0))</Key></Object>"
    }
    let body = Array("<Delete><Quiet>true</Quiet>\(list.joined())</Delete>".utf8)
    var request = ServiceRequest(
      method: "POST", path: "/", query: [.init("delete")],
      headers: ["Content-Type": "application/xml"], body: body[...])
    request.mayFailWithSuccess = true
    // One of both is demanded; older servers know the first only.
    if let md5 = Digest.md5(body) { request.headers["Content-MD5"] = Digest.base64(md5) }
    let checksum = StoredChecksum(.crc64NVME, of: body[...])
    request.headers[checksum.algorithm.headerName] = checksum.value
    let response = try await bucket.send(request).response
    if response.body.isEmpty { return [] }
    return try S3Store.document(response.body).all("Error").map { element throws(AWSError) in
      let code = element.text("Code") ?? "unknown"
      let key = String((element.text("Key") ?? "").trimmingPrefix(location.prefix))
      var error = AWSError(
        code == "AccessDenied" ? .accessDenied : .other,
        "\(element.text("Message") ?? "it was not deleted") (\(code))")
      error.serviceCode = code
      return DeletionFailure(key: key, error: explained(error, .delete, key))
    }
  }
}

extension HTTPHeaders {
  /// Adds what must hold of the object that is there.
  mutating func add(_ condition: PutOptions.Condition) {
    switch condition {
    case .none: break
    case .absent: self["If-None-Match"] = "*"
    case .matches(let tag): self["If-Match"] = tag.rawValue
    }
  }
}
