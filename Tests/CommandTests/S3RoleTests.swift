import CurlHTTP
import Foundation
import ObjectStorage
import TestSupport
import Testing

@testable import AWS

/// Roles, external ids and missing permissions, with a server that enforces policies.
@Suite(.serialized, .enabled(if: Peer.miniStack.url != nil)) struct S3RoleTests {
  private static let peer = Peer.miniStack
  private static let account = "arn:aws:iam::000000000000"

  private static let example = Task {
    try await S3Tests.upload(SampleDump.example, to: peer)
  }

  /// Calls IAM; what is there already stays.
  private func iam(_ action: String, _ parameters: [String: String]) async throws {
    let form = (["Action": action, "Version": "2010-05-08"].merging(parameters) { $1 })
      .map { "\($0.key)=\(PercentEncoding.component($0.value))" }.joined(separator: "&")
    let request = ServiceRequest(
      method: "POST", headers: ["Content-Type": "application/x-www-form-urlencoded"],
      body: Array(form.utf8)[...])
    try await Self.peer.send(request, service: "iam", allowing: 409)
  }

  /// A role that may be assumed with the external id `acct-7` and has one policy.
  private func makeRole(_ name: String, allowing actions: [String]) async throws -> String {
    let trust = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},\
      "Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"acct-7"}}}]}
      """
    try await iam("CreateRole", ["RoleName": name, "AssumeRolePolicyDocument": trust])
    let list = actions.map { "\"\($0)\"" }.joined(separator: ",")
    let policy = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[\(list)],"Resource":"*"}]}
      """
    try await iam(
      "PutRolePolicy", ["RoleName": name, "PolicyName": "p", "PolicyDocument": policy])
    return "\(Self.account):role/\(name)"
  }

  private func run(
    _ role: String, externalID: String?, _ command: [String] = ["verify"], in scratch: Scratch
  ) async throws -> Command.Result {
    let location = try await Self.example.value.description
    var arguments = command + [location, "--assume-role", role]
    if let externalID { arguments += ["--external-id", externalID] }
    return try Command.run(under: Self.peer.assignments, arguments, in: scratch)
  }

  @Test func `a dump is read through a role with its external id`() async throws {
    let scratch = try Scratch()
    let role = try await makeRole("reader", allowing: ["s3:GetObject", "s3:ListBucket"])
    let result = try await run(role, externalID: "acct-7", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    let location = try await Self.example.value.description
    let byEnvironment = try Command.run(
      under: Self.peer.assignments
        + ["RECEIPT_ASSUME_ROLE_ARN=\(role)", "RECEIPT_EXTERNAL_ID=acct-7"],
      ["verify", location], in: scratch)
    #expect(byEnvironment.status == 0, "\(byEnvironment.errors)")
  }

  @Test(arguments: ["wrong", nil])
  func `a wrong external id is refused with action, role and what to check`(_ id: String?)
    async throws
  {
    let scratch = try Scratch()
    let role = try await makeRole("reader", allowing: ["s3:GetObject", "s3:ListBucket"])
    let result = try await run(role, externalID: id, in: scratch)
    #expect(result.status == 30, "\(result.errors)")
    #expect(result.errors.contains("cannot assume the role \(role)"))
    #expect(result.errors.contains("sts:AssumeRole on \(role)"))
    #expect(result.errors.contains("external id"))
  }

  @Test(arguments: [("s3:GetObject", "s3:ListBucket"), ("s3:ListBucket", "s3:GetObject")])
  func `a missing permission is named with its resource`(_ has: String, _ lacks: String)
    async throws
  {
    let scratch = try Scratch()
    let role = try await makeRole(
      "only-" + has.dropFirst(3).lowercased(), allowing: [has])
    let result = try await run(role, externalID: "acct-7", in: scratch)
    #expect(result.status == 30, "\(result.output)\(result.errors)")
    #expect(result.errors.contains("\(lacks) on arn:aws:s3:::conformance"))
  }

  private static let exporting = ["s3:GetObject", "s3:ListBucket", "s3:PutObject"]

  private func export(
    _ role: String, to location: String, in scratch: Scratch
  ) throws -> Command.Result {
    try Command.run(
      under: Self.peer.assignments,
      [
        "export", "crm.sqlite", location, "--assume-role", role, "--external-id", "acct-7",
        "--session-name", "exporter",
      ], in: scratch)
  }

  @Test func `a dump is written through a role that may delete nothing`() async throws {
    let scratch = try Scratch(live: ["t": ["base"]])
    let role = try await makeRole("exporter", allowing: Self.exporting)
    let location = try await Self.peer.location().description
    let result = try export(role, to: location, in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    let verified = try Command.run(
      under: Self.peer.assignments, ["verify", location, "--level", "deep"], in: scratch)
    #expect(verified.status == 0, "\(verified.output)")
    let wrong = try Command.run(
      under: Self.peer.assignments,
      ["export", "crm.sqlite", location, "--assume-role", role, "--external-id", "acct-8"],
      in: scratch)
    #expect(wrong.status == 30, "\(wrong.errors)")
    #expect(wrong.errors.contains("sts:AssumeRole on \(role)"))
  }

  @Test(arguments: exporting)
  func `an export that lacks a permission names it, and changes nothing`(_ lacking: String)
    async throws
  {
    let scratch = try Scratch(live: ["t": ["base"]])
    let role = try await makeRole(
      "exporter-without-" + lacking.dropFirst(3).lowercased(),
      allowing: Self.exporting.filter { $0 != lacking } + ["s3:DeleteObject"])
    let store = try await Self.peer.store()
    let result = try export(role, to: store.description, in: scratch)
    #expect(result.status == 30, "\(result.output)\(result.errors)")
    #expect(result.errors.contains("\(lacking) on arn:aws:s3:::conformance"), "\(result.errors)")
    // Without ListBucket it cannot find what it has written.
    if lacking != "s3:ListBucket" { #expect(try await store.list(prefix: "") == []) }
    #expect(try await store.list(prefix: "receipt.json") == [])
  }
}
