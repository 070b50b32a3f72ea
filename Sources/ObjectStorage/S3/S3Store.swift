import AWS
import CurlHTTP

/// A bucket of S3, or of another server that speaks S3, from a prefix on.
public final class S3Store: ObjectStore {
  /// The location.
  public let location: S3Location
  /// The location as a URL.
  public let description: String
  let bucket: S3Bucket

  /// A store; nothing is asked of S3 yet.
  public init(_ location: S3Location, _ connection: S3Connection) {
    self.location = location
    description = location.description
    bucket = S3Bucket(location.bucket, connection)
  }

  /// A store of another location that goes the same way: over the same connections.
  public convenience init(_ location: S3Location, beside other: S3Store) {
    self.init(location, other.bucket.connection)
  }

  /// The key prefix of the location.
  public var locationPath: String { String(location.prefix.dropLast()) }

  /// What went over the network so far, to all locations of the connection.
  public var traffic: StorageTraffic? { bucket.connection.traffic }

  /// As many as there may be connections.
  public var parallelReadCount: Int? { options.connectionCount }

  var options: S3Options { bucket.connection.options }

  /// How an object is shown to people.
  func place(_ key: String) -> String { key.isEmpty ? description : "\(description)/\(key)" }

  /// The path of an object in the bucket.
  func path(_ key: String) -> String { "/" + location.prefix + key }

  // MARK: Reading

  /// What is known of an object without reading it.
  public func head(_ key: String) async throws -> ObjectSummary {
    try await explaining(.get, key) { () async throws(AWSError) in
      let response = try await bucket.send(
        ServiceRequest(method: "HEAD", path: path(key))
      ).response
      guard let length = response.headers["Content-Length"].flatMap({ Int64($0) }) else {
        throw AWSError(.malformed, "the answer has no Content-Length")
      }
      return ObjectSummary(
        key: key, byteCount: length,
        tag: response.headers["ETag"].map { EntityTag(header: $0) })
    }
  }

  /// An object, or a range of it; a whole object is held against its stored checksum.
  public func read(
    _ key: String, range: Range<Int64>?, ifMatch tag: EntityTag?, limit: Int
  ) async throws -> ObjectContent {
    if let range {
      guard range.count <= limit else {
        _ = try StorageError.check(range, of: .max, limit: limit, place(key))
        return ObjectContent(bytes: [], tag: EntityTag(rawValue: ""))
      }
      // HTTP has no word for a range of nothing.
      if range.isEmpty { return ObjectContent(bytes: [], tag: try await head(key).tag ?? noTag) }
    }
    var request = ServiceRequest(method: "GET", path: path(key))
    request.bodyLimit = limit
    if let tag { request.headers["If-Match"] = tag.rawValue }
    if let range {
      request.headers["Range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
    } else {
      request.headers["x-amz-checksum-mode"] = "ENABLED"
    }
    // A damaged answer is worth another try: what is stored may be whole.
    for attempt in 1...S3Store.damagedAttemptLimit {
      let answer = try await explaining(.get, key) { [request] () async throws(AWSError) in
        try await bucket.send(request).response
      }
      let content = try content(of: answer, range: range, key)
      guard let stored = range == nil ? StoredChecksum(answer.headers) : nil else { return content }
      let received = StoredChecksum(stored.algorithm, of: content.bytes[...])
      if received == stored {
        return ObjectContent(bytes: content.bytes, tag: content.tag, isChecked: true)
      }
      if attempt == S3Store.damagedAttemptLimit {
        throw StorageError(
          .checksum, place(key),
          "cannot read \(place(key)): its stored \(stored.algorithm.rawValue) is \(stored.value) "
            + "but that of the \(content.bytes.count) bytes received is \(received.value)",
          hint: "the object is damaged, or something on the way changes it")
      }
    }
    throw StorageError(.system, place(key), "cannot read \(place(key))")
  }

  /// A whole small object, in one request that says which version the caller has.
  public func read(
    _ key: String, unless tag: EntityTag?, limit: Int
  ) async throws -> ObjectContent? {
    guard let tag else { return try await read(key, range: nil, ifMatch: nil, limit: limit) }
    var request = ServiceRequest(method: "GET", path: path(key))
    request.bodyLimit = limit
    request.headers["If-None-Match"] = tag.rawValue
    request.headers["x-amz-checksum-mode"] = "ENABLED"
    let answer = try await explaining(.get, key) { [request] () async throws(AWSError) in
      try await bucket.send(request).response
    }
    if answer.status == 304 { return nil }
    let content = try content(of: answer, range: nil, key)
    if let stored = StoredChecksum(answer.headers),
      StoredChecksum(stored.algorithm, of: content.bytes[...]) != stored
    {
      return try await read(key, range: nil, ifMatch: nil, limit: limit)
    }
    return content
  }

  private static let damagedAttemptLimit = 3

  private var noTag: EntityTag { EntityTag(rawValue: "") }

  private func content(
    of response: HTTPResponse, range: Range<Int64>?, _ key: String
  ) throws(StorageError) -> ObjectContent {
    let tag = response.headers["ETag"].map { EntityTag(header: $0) } ?? noTag
    guard let range else { return ObjectContent(bytes: response.body, tag: tag) }
    guard response.body.count == range.count,
      response.status == 206 || (response.status == 200 && range.lowerBound == 0)
    else {
      throw StorageError(
        .changed, place(key),
        "cannot read \(place(key)): bytes \(range.lowerBound) to \(range.upperBound) are wanted "
          + "but \(response.body.count) came",
        hint: "the object was replaced since it was listed, or the server does not know ranges")
    }
    return ObjectContent(bytes: response.body, tag: tag)
  }

  /// Opens an object; it is asked for when it is first read.
  public func open(_ object: ObjectSummary) throws -> any ObjectReader {
    S3Object(self, object)
  }
}

/// An object of S3 that threads read by ranges, each read one request.
final class S3Object: ObjectReader {
  private let store: S3Store
  private let object: ObjectSummary

  init(_ store: S3Store, _ object: ObjectSummary) {
    self.store = store
    self.object = object
  }

  var byteCount: Int64 { object.byteCount }

  func read(at offset: Int64, into destination: inout MutableRawSpan) throws {
    let count = destination.byteCount
    if count == 0 { return }
    let content = try blocking { [store, object] in
      try await store.read(
        object.key, range: offset..<offset + Int64(count), ifMatch: object.tag, limit: count)
    }
    destination.fill(from: content.bytes[...])
  }
}
