import Foundation
import ObjectStorage
import Synchronization
import TestSupport
import Testing

/// `receipt lifecycle`: the forms of the rules, and what becomes of those of a bucket.
struct LifecycleTests {
  private func text(_ arguments: String...) throws -> String {
    let result = try Command.run(["lifecycle"] + arguments, in: try Scratch())
    #expect(result.status == 0, "\(result.errors)")
    return result.output
  }

  @Test func `the rules are printed without asking anybody`() throws {
    let json = try text("s3://bucket/exports")
    #expect(json.contains("\"Prefix\": \"exports/20\""))
    #expect(try text("s3://bucket/exports", "--format", "json") == json)
    let xml = try text("s3://bucket", "--format", "xml", "--days", "14")
    #expect(xml.hasPrefix("<LifecycleConfiguration>\n  <Rule>\n    <ID>receipt dumps</ID>\n"))
    #expect(xml.contains("<Days>14</Days>"))
    #expect(xml.contains("<Prefix>20</Prefix>"))
  }

  @Test(
    .enabled(if: Tool.works("cfn-lint", "--version"), "cfn-lint is not there"),
    arguments: ["s3://bucket", "s3://bucket/exports", "s3://a.b-c/odd: name's/x \"y\""])
  func `the CloudFormation template passes cfn-lint`(_ location: String) throws {
    let scratch = try Scratch()
    try scratch.write(try text(location, "--format", "cloudformation"), to: "t.yaml")
    let result = try Tool.run("/usr/bin/env", ["cfn-lint", "t.yaml"], in: scratch)
    #expect(result.status == 0, "\(result.output)")
    // The check can fail.
    let broken = try scratch.text("t.yaml").replacing("ExpirationInDays", with: "ExpireInDays")
    try scratch.write(broken, to: "t.yaml")
    #expect(try Tool.run("/usr/bin/env", ["cfn-lint", "t.yaml"], in: scratch).status != 0)
  }

  @Test(
    .enabled(if: Tool.works("terraform", "version"), "terraform is not there"),
    arguments: ["s3://bucket", "s3://bucket/exports", "s3://bucket/odd ${name}/%{x}/\"y\""])
  func `the Terraform resource is well formed, and formatted as Terraform does`(
    _ location: String
  ) throws {
    let scratch = try Scratch()
    try scratch.write(try text(location, "--format", "terraform"), to: "t.tf")
    let result = try Tool.run(
      "/usr/bin/env", ["terraform", "fmt", "-check", "-diff", "t.tf"], in: scratch)
    #expect(result.status == 0, "\(result.output) \(result.errors)")
    try scratch.write(try scratch.text("t.tf") + "}", to: "t.tf")
    let broken = try Tool.run("/usr/bin/env", ["terraform", "fmt", "-check", "t.tf"], in: scratch)
    #expect(broken.status != 0)
  }

  @Test(arguments: [
    ["here/"], ["s3://bucket", "--apply"], ["s3://bucket", "--merge", "--simulate"],
    ["s3://bucket", "--days", "0"], ["s3://bucket", "--receipt-versions", "101"],
    ["s3://bucket", "--as-is"], ["s3://bucket", "--merge", "--undo-out", "x"],
    ["s3://bucket/" + String(repeating: "x", count: 250)],
  ])
  func `a command line that makes no sense is refused`(_ arguments: [String]) throws {
    let result = try Command.run(["lifecycle"] + arguments, in: try Scratch())
    #expect(result.status == 64, "\(result.errors)")
  }

  // MARK: Buckets

  private static let peer = Peer.miniStack
  private static let other = """
    <Rule><ID>theirs</ID><Filter><And><Prefix>logs/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And>\
    </Filter><Status>Enabled</Status><Transition><Days>30</Days><StorageClass>GLACIER</StorageClass>\
    </Transition></Rule>
    """

  /// A bucket of this test's own with a rule of somebody else's.
  private func bucket(_ rules: String) async throws -> S3Store {
    let name = "lifecycle-\(UUID().uuidString.lowercased())"
    try await Self.peer.makeBucket(name)
    if !rules.isEmpty { try await Self.peer.setLifecycle(of: name, rules) }
    return S3Store(try S3Location("s3://\(name)/exports"), try S3Connection(Self.peer.options))
  }

  private func run(
    _ store: S3Store, _ arguments: String..., in scratch: Scratch
  ) throws -> Command.Result {
    try Command.run(
      under: Self.peer.assignments, ["lifecycle", store.description] + arguments, in: scratch)
  }

  @Test(.enabled(if: Peer.miniStack.url != nil))
  func `a merge shows the difference, keeps the others' rules, and can be undone`() async throws {
    let scratch = try Scratch()
    let store = try await bucket(Self.other)
    let before = try await store.lifecycle()
    let shown = try run(store, "--merge", in: scratch)
    #expect(shown.status == 0, "\(shown.errors)")
    #expect(shown.output.contains("  rule \"theirs\" stays"))
    #expect(shown.output.contains("+     <Prefix>exports/20</Prefix>"))
    #expect(shown.output.contains("nothing was written; --apply does it"))
    #expect(try await store.lifecycle() == before)

    let applied = try run(
      store, "--merge", "--apply", "--undo-out", "old.xml", in: scratch)
    #expect(applied.status == 0, "\(applied.errors)")
    #expect(applied.output.contains("written and read back; the old rules are in old.xml"))
    let after = try await store.lifecycle()
    #expect(after.rules.count == 4)
    #expect(after.rules.filter { before.rules.contains($0) } == before.rules)
    #expect(after.transitionMinimum == before.transitionMinimum)
    #expect(try scratch.text("old.xml").contains("<ID>theirs</ID>"))

    let again = try run(store, "--merge", "--apply", in: scratch)
    #expect(again.output.contains("are as they should be"))
    #expect(try scratch.names() == ["old.xml"])
    // An undo file that is there is not written over.
    let other = try run(
      store, "--merge", "--apply", "--days", "9", "--undo-out", "old.xml", in: scratch)
    #expect(other.status == 1)
    #expect(try await store.lifecycle() == after)

    let undone = try run(store, "--restore", "old.xml", "--apply", in: scratch)
    #expect(undone.status == 0, "\(undone.errors)")
    #expect(try await store.lifecycle() == before)
    // It has an undo file of its own, with a name of its own.
    #expect(try scratch.names().contains { $0.hasPrefix("receipt-lifecycle-lifecycle-") })
  }

  @Test(.enabled(if: Peer.miniStack.url != nil))
  func `a bucket without rules gets some, and has none again`() async throws {
    let scratch = try Scratch()
    let store = try await bucket("")
    #expect(try await store.lifecycle().rules == [])
    let applied = try run(
      store, "--merge", "--apply", "--undo-out", "none.xml", "--json", in: scratch)
    #expect(applied.status == 0, "\(applied.errors)")
    #expect(applied.output.contains("\"applied\":true"))
    #expect(try await store.lifecycle().rules.count == 3)
    #expect(try run(store, "--restore", "none.xml", "--apply", in: scratch).status == 0)
    #expect(try await store.lifecycle().rules == [])
    try scratch.write("<Rule/>", to: "other.xml")
    try scratch.write("no XML", to: "no.xml")
    #expect(try run(store, "--restore", "other.xml", in: scratch).status == 1)
    #expect(try run(store, "--restore", "no.xml", in: scratch).errors.contains("it is no XML"))
  }

  @Test(.enabled(if: Peer.miniStack.url != nil))
  func `a rule that takes the receipt is told, and simulated`() async throws {
    let scratch = try Scratch()
    let all =
      "<Rule><ID>all</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>"
      + "<Expiration><Days>3</Days></Expiration></Rule>"
    let store = try await bucket(all)
    try await DumpSeries.example.upload(to: store)
    let merge = try run(store, "--merge", in: scratch)
    #expect(merge.output.contains("warning: rule \"all\" takes receipt.json with all"))
    let asIs = try run(store, "--simulate", "--as-is", in: scratch)
    #expect(asIs.status == 0, "\(asIs.errors)")
    let day = Date.now.addingTimeInterval(4 * 86_400).formatted(.iso8601.year().month().day())
    #expect(asIs.output.contains("if no dump comes, receipt.json goes on \(day)"))
    #expect(asIs.output.contains("2026-11-20T04:03, goes on \(day)"))
    #expect(asIs.output.contains("by \"all\", if nothing more is written"))
  }

  @Test(.enabled(if: Peer.miniStack.url != nil))
  func `a simulation says when the last good dump goes`() async throws {
    let scratch = try Scratch()
    let store = try await bucket("")
    try await DumpSeries.example.upload(to: store)
    let result = try run(store, "--simulate", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    let day = Date.now.addingTimeInterval(8 * 86_400).formatted(.iso8601.year().month().day())
    #expect(result.output.contains(/2026-11-20T04:03 +complete +\d{4}-\d\d-\d\d .* current/))
    #expect(result.output.contains(/receipt.json +never/))
    #expect(
      result.output.contains(
        "warning: if no dump comes, the last complete one, 2026-11-20T04:03, goes on \(day)"))
    #expect(
      result.output.contains(
        "receipt.json stays, and from \(day) on names a dump that is not there"))
    let none = try run(store, "--simulate", "--as-is", in: scratch)
    #expect(none.output.contains("no rule is in force"))
    struct Report: Decodable {
      struct Simulation: Decodable {
        let dumps: [Dump]
        let warnings: [String]
      }
      struct Dump: Decodable { let label: String }
      let simulation: Simulation
    }
    let json = try run(store, "--simulate", "--json", in: scratch).output
    let report = try JSONDecoder().decode(Report.self, from: Data(json.utf8))
    #expect(report.simulation.dumps.count == 5)
    #expect(report.simulation.warnings.count == 2)
  }

  @Test func `rules that change between reading and writing are not overwritten`() async throws {
    let scratch = try Scratch()
    let count = Atomic(0)
    let server = try ScriptedServer { request in
      if request.method == "GET" {
        let id = count.add(1, ordering: .relaxed).newValue > 1 ? "new" : "old"
        return .response(
          200, [:],
          "<LifecycleConfiguration><Rule><ID>\(id)</ID><Filter><Prefix>x</Prefix></Filter>"
            + "<Status>Enabled</Status></Rule></LifecycleConfiguration>")
      }
      return .response(200)
    }
    defer { server.stop() }
    let result = try Command.run(
      under: [
        "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "AWS_REGION=us-east-1",
        "AWS_ENDPOINT_URL=\(server.url)",
      ], ["lifecycle", "s3://bucket/exports", "--merge", "--apply"], in: scratch)
    #expect(result.status == 31, "\(result.errors)")
    #expect(result.errors.contains("they have changed since they were read"))
    #expect(!server.requests.contains { $0.method == "PUT" })
    #expect(try scratch.names() == [])
  }
}
