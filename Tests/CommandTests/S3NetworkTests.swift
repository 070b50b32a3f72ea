import Foundation
import ObjectStorage
import TestSupport
import Testing

/// What lies between a user and S3: proxies, certificates, HTTP/2.
struct S3NetworkTests {
  private static let keys = [
    "-i", "AWS_ACCESS_KEY_ID=testing", "AWS_SECRET_ACCESS_KEY=testing-secret",
    "AWS_REGION=us-east-1", "HOME=/nonexistent",
  ]

  private static let missing =
    "<Error><Code>NoSuchKey</Code><Message>There is none.</Message></Error>"

  @Test func `an HTTP proxy is asked for the whole URL, and exceptions are kept`() throws {
    let scratch = try Scratch()
    let proxy = try ScriptedServer { _ in .response(404, [:], Self.missing) }
    defer { proxy.stop() }
    let arguments = [
      "show", "s3://bucket/x", "--endpoint-url", "http://s3.somewhere.invalid", "--json",
    ]
    let through = try Command.run(
      under: Self.keys + ["http_proxy=\(proxy.url)"], arguments, in: scratch)
    #expect(through.status == 20, "\(through.errors)")
    #expect(
      proxy.requests.map(\.target) == ["http://s3.somewhere.invalid/bucket/x/receipt.json"])
    for exception in ["no_proxy=.somewhere.invalid", "NO_PROXY=*"] {
      let direct = try Command.run(
        under: Self.keys + ["http_proxy=\(proxy.url)", exception], arguments, in: scratch)
      #expect(direct.status == 31, "\(direct.errors)")
      #expect(direct.errors.contains("the proxies that the environment names"))
    }
    #expect(proxy.requests.count == 1)
  }

  @Test func `a proxy that is not there is a passing fault`() throws {
    let scratch = try Scratch()
    let result = try Command.run(
      under: Self.keys + ["HTTPS_PROXY=http://127.0.0.1:1"],
      ["show", "s3://bucket/x", "--endpoint-url", "https://s3.somewhere.invalid"], in: scratch)
    #expect(result.status == 31, "\(result.errors)")
    #expect(result.errors.contains("check the endpoint, the network and the proxies"))
  }

  @Test(.enabled(if: Peer.seaweedFS.url != nil && SecureGateway.isAvailable))
  func `a dump is read over HTTP/2, directly and through a tunnel`() async throws {
    let scratch = try Scratch()
    let location = try await S3Tests.upload(SampleDump.example, to: .seaweedFS).description
    let folder = scratch.url.appending(path: "nginx")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let gateway = try SecureGateway(before: Peer.seaweedFS.url ?? "", in: folder)
    defer { gateway.stop() }
    func load(_ environment: [String], _ endpoint: String) throws -> Command.Result {
      try Command.run(
        under: Self.keys + environment,
        [
          "load", location, "--into", "x.sqlite", "--replace", "--endpoint-url", endpoint,
          "--ca-bundle", gateway.certificateFile,
        ], in: scratch)
    }
    let direct = try load([], gateway.url)
    #expect(direct.status == 0, "\(direct.errors)")
    let proxy = try TunnelProxy()
    defer { proxy.stop() }
    // The name exists for the proxy only.
    let endpoint = "https://s3.gateway.test:\(gateway.port)"
    let tunnelled = try load(["HTTPS_PROXY=\(proxy.url)", "no_proxy=127.0.0.1"], endpoint)
    #expect(tunnelled.status == 0, "\(tunnelled.errors)")
    #expect(!proxy.tunnels.isEmpty)
    #expect(proxy.tunnels.allSatisfy { $0 == "s3.gateway.test:\(gateway.port)" })
    let log = try gateway.log()
    #expect(log.count > 30)
    #expect(log.allSatisfy { $0.hasPrefix("HTTP/2.0 GET 20") || $0.hasSuffix("404") }, "\(log)")
    let untrusted = try Command.run(
      under: Self.keys, ["show", location, "--endpoint-url", gateway.url], in: scratch)
    #expect(untrusted.status == 64, "\(untrusted.errors)")
    #expect(untrusted.errors.contains("--ca-bundle or AWS_CA_BUNDLE"))
  }

  @Test(.enabled(if: Peer.seaweedFS.url != nil && SecureGateway.isAvailable))
  func `a dump is written over HTTP/2`() async throws {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["base", "half"]])
    let location = try await Peer.seaweedFS.location().description
    let folder = scratch.url.appending(path: "nginx")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let gateway = try SecureGateway(before: Peer.seaweedFS.url ?? "", in: folder)
    defer { gateway.stop() }
    let result = try Command.run(
      under: Self.keys,
      [
        "export", "crm.sqlite", location, "--endpoint-url", gateway.url, "--ca-bundle",
        gateway.certificateFile,
      ], in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try gateway.log().contains("HTTP/2.0 PUT 200"))
    let verified = try Command.run(
      under: Peer.seaweedFS.assignments, ["verify", location, "--level", "deep"], in: scratch)
    #expect(verified.status == 0, "\(verified.output)")
  }
}
