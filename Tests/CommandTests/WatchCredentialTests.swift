import Foundation
import Synchronization
import TestSupport
import Testing

/// Keys that come to their end while a watch runs.
@Suite struct WatchCredentialTests {
  /// A bucket with an empty dump that takes one key.
  private final class Bucket: Sendable {
    let key = Mutex("K1")
    let moment = Mutex(Moment.first)
    let refusal: String

    init(refusal: String) { self.refusal = refusal }

    func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Answer {
      let signed = request.headers["authorization"] ?? ""
      guard signed.contains("Credential=\(key.withLock { $0 })/") else {
        return .response(
          403, [:], "<Error><Code>\(refusal)</Code><Message>It has ended.</Message></Error>")
      }
      guard request.target.hasPrefix("/dumps/receipt.json") else {
        return .response(
          200, [:], "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")
      }
      let moment = moment.withLock { $0 }
      let tag = "\"\(moment)\""
      if request.headers["if-none-match"] == tag { return .response(304, ["ETag": tag]) }
      return .response(200, ["ETag": tag], SampleDump.receipt(["a": 0], timestamp: moment))
    }
  }

  @Test(arguments: ["ExpiredToken", "InvalidAccessKeyId"])
  func `a watch goes on when its profile has new keys, and is not ready until then`(
    refusal: String
  ) throws {
    let scratch = try Scratch()
    let bucket = Bucket(refusal: refusal)
    let server = try ScriptedServer { bucket.answer($0) }
    defer { server.stop() }
    func write(_ key: String) throws {
      try scratch.write(
        "[default]\naws_access_key_id = \(key)\naws_secret_access_key = s3cret\n", to: "keys")
    }
    try write("K1")
    let daemon = try Daemon(
      [
        "watch", "s3://dumps", "--run", "echo $RECEIPT_TIMESTAMP >> calls", "--state", "s.sqlite",
        "--verify", "quick", "--every", "100ms", "--listen", "127.0.0.1:0",
      ],
      environment: [
        "AWS_SHARED_CREDENTIALS_FILE": scratch.path("keys"), "AWS_ENDPOINT_URL": server.url,
        "AWS_REGION": "us-east-1", "HOME": "/nonexistent", "AWS_ACCESS_KEY_ID": "",
        "AWS_EC2_METADATA_DISABLED": "true",
      ], in: scratch)
    let url = try daemon.address()
    _ = try daemon.line(with: " loaded ")
    #expect(try HTTP.get(url + "/readyz").status == 200)
    bucket.key.withLock { $0 = "K2" }
    bucket.moment.withLock { $0 = Moment.second }
    _ = try daemon.line(with: "cannot look at the receipt")
    #expect(try HTTP.get(url + "/readyz").status == 503)
    #expect(try HTTP.get(url + "/healthz").status == 200)
    try write("K2")
    _ = try daemon.line(with: " loaded ", count: 2)
    #expect(try HTTP.get(url + "/readyz").status == 200)
    #expect(daemon.end() == 143)
    #expect(try scratch.text("calls") == "\(Moment.first)\n\(Moment.second)\n")
    #expect(!daemon.lines.contains { $0.contains("s3cret") })
  }
}
