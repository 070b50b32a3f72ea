import AWS
import CurlHTTP

/// An object of S3 that is being written piece by piece.
///
/// What is small enough is kept until the end and sent in one request. Of what is larger the parts
/// are sent as they fill, some at once; memory is bounded by those on their way.
actor S3Upload: ObjectUpload {
  private struct Part: Sendable {
    let number: Int
    let tag: EntityTag
    let check: UInt64
    let byteCount: Int
  }

  private let store: S3Store
  private let key: String
  private let options: PutOptions
  /// What is not sent yet.
  private var buffer: [UInt8] = []
  private var uploadID: String?
  private var partCount = 0
  private var sending: [Task<Part, any Error>] = []
  private var parts: [Part] = []

  /// Parts on their way at once.
  private static let parallelPartCount = 4
  /// The parts that an object may have.
  private static let partLimit = 10_000

  init(_ store: S3Store, _ key: String, _ options: PutOptions) {
    self.store = store
    self.key = key
    self.options = options
  }

  /// The size of the next part: later ones are larger, so that their number is enough for 1 TB.
  private var partByteCount: Int {
    store.options.partByteCount << (partCount / (S3Upload.partLimit / 5))
  }

  func append(_ bytes: [UInt8]) async throws {
    let limit = uploadID == nil ? store.options.multipartByteCount : partByteCount
    if buffer.count + bytes.count > buffer.capacity, buffer.count > limit / 4 {
      // Growing by itself it would come to twice the room.
      buffer.reserveCapacity(max(limit, buffer.count) + bytes.count)
    }
    buffer += bytes
    guard buffer.count > limit || uploadID != nil && buffer.count == limit else { return }
    // Parts are views of it, so that nothing is copied but the rest.
    let full = buffer
    buffer = []
    var start = 0
    while full.count - start >= partByteCount {
      let size = partByteCount
      try await send(full[start..<start + size])
      start += size
    }
    buffer = Array(full[start...])
  }

  func finish() async throws -> EntityTag {
    guard let uploadID else { return try await store.putWhole(key, buffer[...], options) }
    if !buffer.isEmpty {
      let part = buffer
      buffer = []
      try await send(part[...])
    }
    while !sending.isEmpty { try await collect() }
    return try await complete(uploadID)
  }

  func abort() async {
    for task in sending { task.cancel() }
    // A part that arrives after the abortion would stay.
    for task in sending { _ = await task.result }
    sending = []
    buffer = []
    guard let uploadID else { return }
    self.uploadID = nil
    let request = ServiceRequest(
      method: "DELETE", path: store.path(key), query: [.init("uploadId", uploadID)])
    // Its own task: the caller's may be cancelled, and the parts cost money.
    let bucket = store.bucket
    await Task { _ = try? await bucket.send(request) }.value
  }

  // MARK: Parts

  private func send(_ bytes: ArraySlice<UInt8>) async throws {
    let uploadID = try await begun()
    while sending.count >= S3Upload.parallelPartCount { try await collect() }
    partCount += 1
    let number = partCount
    guard number <= S3Upload.partLimit else {
      throw StorageError(
        .system, store.place(key),
        "cannot write \(store.place(key)): it has more than \(S3Upload.partLimit) parts")
    }
    sending.append(
      Task { [store, key] in
        let check = CRC.crc64NVME.check(bytes)
        var request = ServiceRequest(
          method: "PUT", path: store.path(key),
          query: [.init("partNumber", String(number)), .init("uploadId", uploadID)],
          body: bytes)
        request.headers[StoredChecksum.Algorithm.crc64NVME.headerName] =
          StoredChecksum.text(check, byteCount: 8)
        return try await store.explaining(.put, key) { [request] () async throws(AWSError) in
          let response = try await store.bucket.send(request).response
          return Part(
            number: number, tag: try S3Store.tag(response.headers["ETag"]), check: check,
            byteCount: bytes.count)
        }
      })
  }

  /// Takes in the oldest part on its way.
  private func collect() async throws {
    let task = sending.removeFirst()
    parts.append(
      try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      })
  }

  private func begun() async throws(StorageError) -> String {
    if let uploadID { return uploadID }
    var request = ServiceRequest(
      method: "POST", path: store.path(key), query: [.init("uploads")],
      headers: store.headers(options), body: [])
    request.headers["x-amz-checksum-algorithm"] = "CRC64NVME"
    request.headers["x-amz-checksum-type"] = "FULL_OBJECT"
    request.mayFailWithSuccess = true
    let id = try await store.explaining(.put, key) { [request] () async throws(AWSError) in
      let document = try S3Store.document(try await store.bucket.send(request).response.body)
      guard let id = document.text("UploadId"), !id.isEmpty else {
        throw AWSError(.malformed, "the answer has no UploadId")
      }
      return id
    }
    uploadID = id
    return id
  }

  private func complete(_ uploadID: String) async throws(StorageError) -> EntityTag {
    var check: UInt64 = 0
    var list = ""
    for part in parts {
      check = CRC.crc64NVME.combine(check, part.check, byteCount: Int64(part.byteCount))
      list +=
        "<Part><PartNumber>\(part.number)</PartNumber>"
        + "<ETag>\(XMLElement.escaped(part.tag.rawValue))</ETag>"
        + "<ChecksumCRC64NVME>\(StoredChecksum.text(part.check, byteCount: 8))</ChecksumCRC64NVME>"
        + "</Part>"
    }
    var request = ServiceRequest(
      method: "POST", path: store.path(key), query: [.init("uploadId", uploadID)],
      headers: ["Content-Type": "application/xml"],
      body: Array("<CompleteMultipartUpload>\(list)</CompleteMultipartUpload>".utf8)[...])
    request.headers.add(options.condition)
    request.headers["x-amz-checksum-type"] = "FULL_OBJECT"
    request.mayFailWithSuccess = true
    do throws(AWSError) {
      let answer = try await store.bucket.send(request)
      self.uploadID = nil
      let document = try S3Store.document(answer.response.body)
      // The parts were checked one by one as they came; this is that they are all and in order.
      let whole = StoredChecksum.text(check, byteCount: 8)
      if let stored = document.text("ChecksumCRC64NVME"), !stored.contains("-"), stored != whole {
        throw AWSError(
          .malformed, "its stored crc64nvme is \(stored) but that of its parts \(whole)")
      }
      if let tag = document.text("ETag"), !tag.isEmpty { return EntityTag(header: tag) }
    } catch {
      // The answer to an earlier try may have been lost: the upload is gone and the object there.
      let size = parts.reduce(0) { $0 + Int64($1.byteCount) }
      if error.serviceCode == "NoSuchUpload",
        let there = try? await store.head(key), there.byteCount == size, let tag = there.tag,
        tag.rawValue.hasSuffix("-\(parts.count)\"")
      {
        self.uploadID = nil
        return tag
      }
      throw try await store.conflict(error, key, options.condition)
    }
    // Older gateways of Ceph do not say which version it is.
    return try await store.explaining(.get, key) { () async throws(AWSError) in
      let response = try await store.bucket.send(
        ServiceRequest(method: "HEAD", path: store.path(key))
      ).response
      return try S3Store.tag(response.headers["ETag"])
    }
  }
}
