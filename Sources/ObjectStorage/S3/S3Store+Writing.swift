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
    request.headers = headers(options)
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

  func headers(_ options: PutOptions) -> HTTPHeaders {
    var headers = HTTPHeaders()
    headers["Content-Type"] = options.contentType ?? "application/octet-stream"
    if let storageClass = options.storageClass ?? self.options.storageClass {
      headers["x-amz-storage-class"] = storageClass
    }
    let own = options.encryption
    switch own == .bucketDefault ? self.options.encryption : own {
    case .bucketDefault: break
    case .s3: headers["x-amz-server-side-encryption"] = "AES256"
    case .kms(let keyID):
      headers["x-amz-server-side-encryption"] = "aws:kms"
      if let keyID { headers["x-amz-server-side-encryption-aws-kms-key-id"] = keyID }
    }
    return headers
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
