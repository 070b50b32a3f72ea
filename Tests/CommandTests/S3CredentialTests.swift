import Foundation
import Synchronization
import TestSupport
import Testing

/// Credentials that end in the middle of a run, with a server that refuses them then.
struct S3CredentialTests {
  /// A bucket with the example dump that takes each key for some seconds from its first use on.
  private final class Bucket: Sendable {
    struct State {
      var firstUse: [String: Date] = [:]
      var refusals = 0
    }

    let state = Mutex(State())
    let life: @Sendable (String) -> Double
    private let files: [String: [UInt8]]

    init(life: @escaping @Sendable (String) -> Double) throws {
      self.life = life
      var files: [String: [UInt8]] = [:]
      for name in try FileManager.default.subpathsOfDirectory(atPath: SampleDump.example) {
        let url = URL(filePath: SampleDump.example).appending(path: name)
        if let bytes = try? Data(contentsOf: url) { files[name] = Array(bytes) }
      }
      self.files = files
    }

    func answer(_ request: ScriptedServer.Request, after seconds: Double) -> ScriptedServer.Answer {
      Thread.sleep(forTimeInterval: seconds)
      let signed = request.headers["authorization"] ?? ""
      let key = signed.firstMatch(of: /Credential=([^\/]+)/).map { String($0.1) } ?? ""
      let isExpired = state.withLock { state in
        let first = state.firstUse[key, default: Date()]
        state.firstUse[key] = first
        let isExpired = Date().timeIntervalSince(first) > life(key)
        if isExpired { state.refusals += 1 }
        return isExpired
      }
      if isExpired {
        return .response(
          400, [:], "<Error><Code>ExpiredToken</Code><Message>It has ended.</Message></Error>")
      }
      let parts = request.target.split(separator: "?", maxSplits: 1)
      if parts.count > 1 {
        let prefix =
          parts[1].firstMatch(of: /prefix=([^&]*)/)
          .flatMap { String($0.1).removingPercentEncoding } ?? ""
        let contents = files.filter { $0.key.hasPrefix(prefix) }.map {
          "<Contents><Key>\($0.key)</Key><Size>\($0.value.count)</Size></Contents>"
        }
        return .response(
          200, [:], "<ListBucketResult>\(contents.joined())</ListBucketResult>")
      }
      let name = String(parts[0].dropFirst("/bucket/".count)).removingPercentEncoding ?? ""
      guard let bytes = files[name] else {
        return .response(404, [:], "<Error><Code>NoSuchKey</Code></Error>")
      }
      guard let range = request.headers["range"]?.firstMatch(of: /bytes=(\d+)-(\d+)/),
        let from = Int(range.1), let to = Int(range.2)
      else { return .bytes(200, ["ETag": "\"a\""], bytes) }
      return .bytes(206, ["ETag": "\"a\""], Array(bytes[from...to]))
    }
  }

  /// Verifies the dump with a program that hands out a new key each time it is asked.
  private func verify(
    _ bucket: Bucket, delay: Double, life: Int, in scratch: Scratch
  ) throws -> Command.Result {
    try scratch.write(
      """
      n=$(($(cat \(scratch.path("count")) 2>/dev/null || echo 0) + 1))
      echo $n > \(scratch.path("count"))
      printf '{"Version":1,"AccessKeyId":"K%s","SecretAccessKey":"s","SessionToken":"t","Expiration":"%s"}' \
        $n "$(date -u -d '+\(life) seconds' +%Y-%m-%dT%H:%M:%SZ)"
      """, to: "process.sh")
    try scratch.write(
      "[default]\ncredential_process = /bin/sh \(scratch.path("process.sh"))\n", to: "config")
    let server = try ScriptedServer { bucket.answer($0, after: delay) }
    defer { server.stop() }
    return try Command.run(
      under: [
        "-u", "AWS_ACCESS_KEY_ID", "AWS_CONFIG_FILE=\(scratch.path("config"))",
        "AWS_ENDPOINT_URL=\(server.url)", "HOME=/nonexistent",
      ], ["verify", "s3://bucket", "--connections", "1", "--json"], in: scratch)
  }

  @Test func `credentials that live 20 seconds are renewed in the middle of a longer run`() throws {
    let scratch = try Scratch()
    let bucket = try Bucket { _ in 20 }
    // The receipt, six listings, the manifest and twelve footers: half a minute.
    let result = try verify(bucket, delay: 1.5, life: 20, in: scratch)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    let state = bucket.state.withLock { $0 }
    #expect(state.firstUse.keys.contains("K2"), "\(state.firstUse.keys)")
    #expect(state.refusals == 0)
  }

  @Test func `credentials that end before their time are renewed, and the request is made again`()
    throws
  {
    let scratch = try Scratch()
    let bucket = try Bucket { $0 == "K1" ? 0.5 : 60 }
    let result = try verify(bucket, delay: 0.1, life: 3_600, in: scratch)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    let state = bucket.state.withLock { $0 }
    #expect(state.firstUse.keys.sorted() == ["K1", "K2"])
    #expect(state.refusals >= 1)
  }

  @Test func `credentials that have ended for good are told as such`() throws {
    let scratch = try Scratch()
    let bucket = try Bucket { _ in -1 }
    let result = try verify(bucket, delay: 0, life: 3_600, in: scratch)
    #expect(result.status == 30, "\(result.output)\(result.errors)")
    #expect(result.errors.contains("cannot read s3://bucket/receipt.json"))
    #expect(result.errors.contains("(ExpiredToken)"))
    #expect(result.errors.contains("the temporary credentials have ended"))
  }
}
