import Foundation
import ObjectStorage
import Synchronization
import TestSupport
import Testing

/// What goes over the wire to S3, and what is made of its answers, with a server that plays it.
struct S3RequestTests {
  private func store(
    _ server: ScriptedServer, _ location: String = "s3://bucket/sub",
    _ change: (inout S3Options) -> Void = { _ in }
  ) throws -> S3Store {
    var options = S3Options(environment: [
      "AWS_ENDPOINT_URL_S3": server.url, "AWS_ACCESS_KEY_ID": "AKID",
      "AWS_SECRET_ACCESS_KEY": "s3cr3t", "HOME": "/nonexistent",
    ])
    options.attemptLimit = 3
    options.stallSeconds = 1
    change(&options)
    return S3Store(try S3Location(location), try S3Connection(options))
  }

  private static func error(_ code: String, _ more: String = "") -> String {
    "<Error><Code>\(code)</Code><Message>Words</Message>\(more)</Error>"
  }

  // MARK: Regions and addresses

  @Test func `the region is found by a redirection, and kept`() async throws {
    let server = try ScriptedServer { request in
      request.headers["authorization"]?.contains("/eu-west-3/s3/") == true
        ? .response(200, ["ETag": "\"a\""], "hello")
        : .response(
          301, ["x-amz-bucket-region": "eu-west-3"], Self.error("PermanentRedirect"))
    }
    defer { server.stop() }
    let store = try store(server)
    #expect(try await store.get("k", limit: 10) == Array("hello".utf8))
    #expect(try await store.get("k", limit: 10) == Array("hello".utf8))
    #expect(server.requests.count == 3)
    #expect(server.requests.allSatisfy { $0.target == "/bucket/sub/k" })
  }

  @Test func `the region is found in an answer to a malformed authorization`() async throws {
    let server = try ScriptedServer { request in
      request.headers["authorization"]?.contains("/ap-south-1/s3/") == true
        ? .response(200, ["ETag": "\"a\""], "hello")
        : .response(
          400, [:], Self.error("AuthorizationHeaderMalformed", "<Region>ap-south-1</Region>"))
    }
    defer { server.stop() }
    #expect(try await store(server).get("k", limit: 10).count == 5)
  }

  @Test func `the region is found for a head request, whose answers have no body`() async throws {
    let server = try ScriptedServer { request in
      request.headers["authorization"]?.contains("/eu-west-3/s3/") == true
        ? .response(200, ["ETag": "\"a\"", "Content-Length": "5"])
        : .response(400, ["x-amz-bucket-region": "eu-west-3"])
    }
    defer { server.stop() }
    #expect(try await store(server).head("k").byteCount == 5)
  }

  @Test func `a circle of redirections ends`() async throws {
    let server = try ScriptedServer { request in
      let isWest = request.headers["authorization"]?.contains("/eu-west-3/") == true
      return .response(
        301, ["x-amz-bucket-region": isWest ? "us-east-1" : "eu-west-3"],
        Self.error("PermanentRedirect"))
    }
    defer { server.stop() }
    await expectError(.configuration) { _ = try await store(server).get("k", limit: 10) }
    #expect(server.requests.count <= 4)
  }

  @Test func `a bucket stands in the host where that is wanted`() async throws {
    let server = try ScriptedServer { _ in .response(200, ["ETag": "\"a\""]) }
    defer { server.stop() }
    let store = try store(server) {
      // libcurl takes every name below localhost for this machine.
      $0.endpointURL = "http://localhost:\(server.port)"
      $0.usesPathStyle = false
    }
    _ = try await store.get("a:b", limit: 10)
    let request = try #require(server.requests.first)
    #expect(request.target == "/sub/a%3Ab")
    #expect(request.headers["host"] == "bucket.localhost:\(server.port)")
  }

  // MARK: Reading

  @Test func `a damaged answer is read again, and one that stays damaged is an error`()
    async throws
  {
    let count = Mutex(0)
    let server = try ScriptedServer { _ in
      let number = count.withLock { count in
        count += 1
        return count
      }
      return .response(
        200, ["ETag": "\"a\"", "x-amz-checksum-crc32c": "4waSgw=="],
        number == 2 ? "123456789" : "123456780")
    }
    defer { server.stop() }
    let store = try store(server)
    let content = try await store.read("k", range: nil, ifMatch: nil, limit: 10)
    #expect(content.isChecked)
    #expect(server.requests.first?.headers["x-amz-checksum-mode"] == "ENABLED")
    await expectError(.checksum) { _ = try await store.get("k", limit: 10) }
    #expect(server.requests.count == 5)
  }

  @Test func `a read names its range and version, and no other answer is taken`() async throws {
    let server = try ScriptedServer { request in
      request.target.hasSuffix("ignored")
        ? .response(200, ["ETag": "\"a\""], "0123456789")
        : .response(206, ["ETag": "\"a\""], "56")
    }
    defer { server.stop() }
    let store = try store(server)
    let tag = EntityTag(rawValue: "\"a\"")
    let content = try await store.read("k", range: 5..<7, ifMatch: tag, limit: 10)
    #expect(content.bytes == Array("56".utf8))
    let request = try #require(server.requests.first)
    #expect(request.headers["range"] == "bytes=5-6")
    #expect(request.headers["if-match"] == "\"a\"")
    // A server that does not know ranges sends all.
    await expectError(.changed) {
      _ = try await store.read("ignored", range: 5..<15, ifMatch: nil, limit: 10)
    }
  }

  @Test(arguments: [
    (
      403, "AccessDenied", StorageError.Code.accessDenied,
      "s3:GetObject on arn:aws:s3:::bucket/sub/receipt.json"
    ),
    (
      403, "AccessDenied", .accessDenied,
      "without s3:ListBucket on arn:aws:s3:::bucket this may also mean"
    ),
    (403, "SignatureDoesNotMatch", .accessDenied, "secret access key does not belong"),
    (403, "InvalidAccessKeyId", .accessDenied, "no such access key"),
    (404, "NoSuchBucket", .system, "check its name"),
    (503, "SlowDown", .unavailable, ""),
  ])
  func `a refusal says what is needed`(
    _ status: Int, _ word: String, _ code: StorageError.Code, _ hint: String
  ) async throws {
    let server = try ScriptedServer { _ in .response(status, [:], Self.error(word)) }
    defer { server.stop() }
    do {
      _ = try await store(server).get("receipt.json", limit: 10)
      Issue.record("nothing was thrown")
    } catch let error as StorageError {
      #expect(error.code == code)
      #expect(error.message.hasPrefix("cannot read s3://bucket/sub/receipt.json: "))
      #expect(hint.isEmpty || error.hint?.contains(hint) == true, "\(error.hint ?? "none")")
      #expect(!"\(error.message)\(error.hint ?? "")".contains("s3cr3t"))
    }
  }

  // MARK: Listing

  @Test func `a listing goes on until its end`() async throws {
    let server = try ScriptedServer { request in
      let isSecond = request.target.contains("continuation-token=t%2F1")
      return .response(
        200, [:],
        """
        <ListBucketResult><EncodingType>url</EncodingType><IsTruncated>\(!isSecond)</IsTruncated>
        <NextContinuationToken>t/1</NextContinuationToken><Contents><Key>sub/\(isSecond ? "b%2Bc" : "a+b")</Key>
        <Size>7</Size><ETag>\(isSecond ? "bare" : "&quot;e&quot;")</ETag></Contents></ListBucketResult>
        """)
    }
    defer { server.stop() }
    let objects = try await store(server).list(prefix: "")
    #expect(objects.map(\.key) == ["a b", "b+c"])
    // Some servers leave the quotes out, and would not know the version without them.
    #expect(objects.map { $0.tag?.rawValue } == ["\"e\"", "\"bare\""])
    #expect(server.requests.first?.target.contains("encoding-type=url") == true)
  }

  @Test(arguments: [
    "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
    "<ListBucketResult><Contents><Key>sub/a</Key><Size>-1</Size></Contents></ListBucketResult>",
    "<ListBucketResult><Contents><Key>other/a</Key><Size>1</Size></Contents></ListBucketResult>",
    "<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>", "<html>", "",
  ])
  func `a listing that makes no sense is an error`(_ body: String) async throws {
    let server = try ScriptedServer { _ in .response(200, [:], body) }
    defer { server.stop() }
    await expectError(.system) { _ = try await store(server).list(prefix: "") }
  }

  // MARK: Writing

  @Test func `a put carries its checksum, its condition and how it is kept`() async throws {
    let server = try ScriptedServer { _ in .response(200, ["ETag": "\"new\""]) }
    defer { server.stop() }
    var options = PutOptions(condition: .matches(EntityTag(rawValue: "\"old\"")))
    options.contentType = "application/json"
    options.storageClass = "STANDARD_IA"
    options.encryption = .kms(keyID: "alias/dumps")
    let tag = try await store(server).put("k", Array("123456789".utf8), options: options)
    #expect(tag == EntityTag(rawValue: "\"new\""))
    let headers = try #require(server.requests.first?.headers)
    #expect(headers["x-amz-checksum-crc64nvme"] == "rosUhgp5mIg=")
    #expect(headers["if-match"] == "\"old\"")
    #expect(headers["content-type"] == "application/json")
    #expect(headers["x-amz-storage-class"] == "STANDARD_IA")
    #expect(headers["x-amz-server-side-encryption"] == "aws:kms")
    #expect(headers["x-amz-server-side-encryption-aws-kms-key-id"] == "alias/dumps")
    let signed = headers["authorization"] ?? ""
    #expect(signed.contains("if-match;") && signed.contains("x-amz-checksum-crc64nvme;"))
  }

  @Test(arguments: [false, true])
  func `a conditional put whose first answer was lost knows its own object`(
    isOnKeptConnection: Bool
  ) async throws {
    let isWritten = Mutex(false)
    let server = try ScriptedServer { request in
      isWritten.withLock { isWritten in
        if request.method == "HEAD" {
          // The MD5 of "123456789".
          return .response(
            200, ["ETag": "\"25f9e794323b453885f5181f1b624d0b\"", "Content-Length": "9"])
        }
        defer { isWritten = true }
        return isWritten ? .response(412, [:], Self.error("PreconditionFailed")) : .reset
      }
    }
    defer { server.stop() }
    let writing = try store(server)
    // libcurl sends anew by itself what is lost with a connection that it had kept.
    if isOnKeptConnection { _ = try await writing.head("k") }
    let tag = try await writing.put(
      "k", Array("123456789".utf8), options: PutOptions(condition: .absent))
    #expect(tag.rawValue == "\"25f9e794323b453885f5181f1b624d0b\"")
    isWritten.withLock { $0 = false }
    // Another object stands there: somebody else was quicker.
    await expectError(.conflict) {
      try await store(server).put(
        "k", Array("12345678x".utf8), options: PutOptions(condition: .absent))
    }
  }

  @Test func `parts that cannot be sent are forgotten`() async throws {
    let server = try ScriptedServer { request in
      if request.method == "POST" {
        return .response(200, [:], "<R><UploadId>id 1</UploadId></R>")
      }
      return request.method == "DELETE"
        ? .response(204) : .response(403, [:], Self.error("AccessDenied"))
    }
    defer { server.stop() }
    let store = try store(server) {
      $0.multipartByteCount = 1_000
      $0.partByteCount = 1_000
    }
    await expectError(.accessDenied) { try await store.put("k", sampleBytes(5_000)) }
    #expect(server.requests.last?.method == "DELETE")
    #expect(server.requests.last?.target == "/bucket/sub/k?uploadId=id%201")
  }

  @Test func `a completion that fails with a status of success is made again`() async throws {
    let count = Mutex(0)
    let server = try ScriptedServer { request in
      switch (request.method, request.target.contains("uploads")) {
      case ("POST", true): return .response(200, [:], "<R><UploadId>id</UploadId></R>")
      case ("POST", false):
        let number = count.withLock { count in
          count += 1
          return count
        }
        return .response(
          200, [:], number == 1 ? Self.error("InternalError") : "<R><ETag>\"x-2\"</ETag></R>")
      default: return .response(200, ["ETag": "\"p\""])
      }
    }
    defer { server.stop() }
    let store = try store(server) {
      $0.multipartByteCount = 1_000
      $0.partByteCount = 1_000
    }
    #expect(try await store.put("k", sampleBytes(2_000)).rawValue == "\"x-2\"")
    #expect(count.withLock { $0 } == 2)
  }

  @Test func `what could not be deleted is named with the reason`() async throws {
    let server = try ScriptedServer { _ in
      .response(
        200, [:],
        "<DeleteResult><Error><Key>sub/a&amp;b</Key><Code>AccessDenied</Code>"
          + "<Message>No.</Message></Error></DeleteResult>")
    }
    defer { server.stop() }
    let failures = try await store(server).delete(["a&b", "c"])
    #expect(failures.map(\.key) == ["a&b"])
    #expect(failures.first?.error.code == .accessDenied)
    #expect(failures.first?.error.hint?.contains("s3:DeleteObject") == true)
    let request = try #require(server.requests.first)
    #expect(request.bodyText.contains("<Key>sub/a&amp;b</Key>"))
    #expect(request.headers["content-md5"] != nil)
    #expect(request.target == "/bucket?delete=" || request.target == "/bucket/?delete=")
  }
}
