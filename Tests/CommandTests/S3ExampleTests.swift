import Foundation
import ObjectStorage
import TestSupport
import Testing

/// The page in `examples/s3`, whose commands are run as they stand.
@Suite(.enabled(if: Peer.miniStack.url != nil && Tool.works("aws", "--version")))
struct S3ExampleTests {
  private static let folder = SampleDump.package.appending(path: "examples/s3")

  /// The server's keys for a shell; the AWS CLI spells the region in its own way.
  private static let settings = Peer.miniStack.environment
    .merging(["AWS_DEFAULT_REGION": "us-east-1"]) { $1 }
    .map { "export \($0.key)='\($0.value)'" }.joined(separator: "; ")

  /// The commands of a page, block after block.
  static func commands(of page: URL, in section: String? = nil) throws -> String {
    var text = try String(contentsOf: page, encoding: .utf8)
    if let section, let start = text.range(of: "\n\(section)\n") {
      text = String(text[start.upperBound...])
      if let end = text.firstMatch(of: #/\n##+\s/#) { text = String(text[..<end.range.lowerBound]) }
    }
    return text.matches(of: #/(?s)```sh\n(.*?)```/#).map { String($0.1) }.joined(separator: "\n")
  }

  @Test func `policies and commands of the page do what it says`() async throws {
    let scratch = try Scratch(live: ["a": ["base"], "b": ["half"]])
    for name in ["reader", "exporter", "exporter-trust"] {
      let policy = try Data(contentsOf: Self.folder.appending(path: "\(name).json"))
      _ = try JSONSerialization.jsonObject(with: policy)
      try scratch.write(policy, to: "\(name).json")
    }
    let bucket = "example-\(UUID().uuidString.lowercased())"
    try await Peer.miniStack.makeBucket(bucket)
    let commands = try Self.commands(of: Self.folder.appending(path: "README.md"))
    #expect(commands.contains("receipt export"))
    let account = "EXPORTER_ACCOUNT=000000000000"
    let settings = Self.settings
    let result = try Command.shell(
      "set -e; \(settings); export \(account) BUCKET=\(bucket); \(commands)", in: scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("is sound (level deep"))
    #expect(scratch.exists("local-copy/receipt.json"))
    // The role wants the external id that the page names.
    let wrong = try Command.shell(
      "\(settings); receipt export crm.sqlite s3://\(bucket)/exports --external-id acct-8 "
        + "--assume-role arn:aws:iam::000000000000:role/dump-exporter", in: scratch)
    #expect(wrong.status == 30, "\(wrong.errors)")
  }

  @Test func `the reader of the page may read and not write`() async throws {
    let scratch = try Scratch(live: ["a": ["base"]])
    let bucket = "example-\(UUID().uuidString.lowercased())"
    try await Peer.miniStack.makeBucket(bucket)
    let settings = Self.settings
    let policy = try String(
      contentsOf: Self.folder.appending(path: "reader.json"), encoding: .utf8)
    try scratch.write(policy.replacing("BUCKET", with: bucket), to: "reader.json")
    let user = "reader-\(UUID().uuidString.lowercased())"
    let made = try Command.shell(
      """
      set -e; \(settings)
      receipt export crm.sqlite s3://\(bucket)/exports -q
      aws iam create-user --user-name \(user) > made
      aws iam put-user-policy --user-name \(user) --policy-name dumps --policy-document file://reader.json
      aws iam create-access-key --user-name \(user) \
        --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text > key
      """, in: scratch)
    #expect(made.status == 0, "\(made.errors)")
    let keys = try scratch.text("key").split(whereSeparator: \.isWhitespace)
    let reader =
      "\(settings); export AWS_ACCESS_KEY_ID=\(keys[0]) AWS_SECRET_ACCESS_KEY=\(keys[1])"
    let verified = try Command.shell(
      "\(reader); receipt verify s3://\(bucket)/exports --level deep", in: scratch)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    let written = try Command.shell(
      "\(reader); receipt export crm.sqlite s3://\(bucket)/exports --timestamp \(Moment.third) "
        + "--allow-older", in: scratch)
    #expect(written.status == 30, "\(written.errors)")
    #expect(written.errors.contains("s3:PutObject on arn:aws:s3:::\(bucket)/exports/"))
  }

  @Test func `the README's section about S3 works as pasted, with a bucket and a profile`()
    async throws
  {
    let scratch = try Scratch()
    let store = try await S3Tests.upload(SampleDump.example, to: .miniStack)
    let commands = try Self.commands(
      of: SampleDump.package.appending(path: "README.md"), in: "### S3")
    #expect(commands.contains("s3://$BUCKET"))
    try scratch.write(
      "[dumps]\naws_access_key_id = test\naws_secret_access_key = test\n", to: "credentials")
    try scratch.write(
      "[profile dumps]\nregion = us-east-1\nendpoint_url = \(Peer.miniStack.url ?? "")\n",
      to: "config")
    let result = try Command.shell(
      """
      set -e; unset AWS_ENDPOINT_URL AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_CA_BUNDLE
      export AWS_CONFIG_FILE=$PWD/config AWS_SHARED_CREDENTIALS_FILE=$PWD/credentials HOME=/nonexistent
      export AWS_PROFILE=dumps BUCKET=\(store.description.dropFirst(5))
      \(commands)
      """, in: scratch)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("loaded dump"))
  }
}
