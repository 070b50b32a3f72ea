import Foundation
import TestSupport
import Testing

/// The doctor before a server that says what no real one would.
@Suite struct DoctorServerTests {
  /// Answers as S3 does to listings and reads, and knows no settings.
  private static func answer(
    _ request: ScriptedServer.Request, byteCount: Int, secondsAhead: Double
  ) -> ScriptedServer.Answer {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    let headers = [
      "Date": format.string(from: Date(timeIntervalSinceNow: secondsAhead)),
      "x-amz-bucket-region": "eu-west-1", "ETag": "\"1\"",
    ]
    if request.target.hasPrefix("/dumps/sub/receipt.json") {
      return .response(
        200, headers,
        #"{"timestamp":"2026-11-20T04:03:07.000000Z","tables":{"events":"#
          + #"{"folder":"2026-11-20T04:03/events","total_file_count":1}}}"#)
    }
    guard request.target.contains("list-type=2") else {
      return .response(
        501, headers, "<Error><Code>NotImplemented</Code><Message>no</Message></Error>")
    }
    let contents =
      request.target.contains("max-keys=1&")
      ? ""
      : "<Contents><Key>sub/2026-11-20T04:03/events/0.parquet</Key><Size>\(byteCount)</Size>"
        + "<ETag>\"1\"</ETag><LastModified>2026-11-20T04:05:00.000Z</LastModified></Contents>"
    return .response(
      200, headers,
      "<ListBucketResult><Name>dumps</Name><IsTruncated>false</IsTruncated>\(contents)"
        + "</ListBucketResult>")
  }

  private func look(
    byteCount: Int = 100, secondsAhead: Double = 0, region: String = "eu-west-1",
    _ arguments: [String] = [], status: Int32
  ) throws -> DoctorTests.Report {
    let server = try ScriptedServer {
      Self.answer($0, byteCount: byteCount, secondsAhead: secondsAhead)
    }
    defer { server.stop() }
    let result = try Command.run(
      under: Self.environment(server.url, region: region),
      ["doctor", "s3://dumps/sub", "--json"] + arguments, in: try Scratch())
    #expect(result.status == status, "\(result.output)\(result.errors)")
    return try JSONDecoder().decode(DoctorTests.Report.self, from: Data(result.output.utf8))
  }

  private static func environment(_ url: String, region: String = "eu-west-1") -> [String] {
    [
      "AWS_ENDPOINT_URL=\(url)", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b",
      "AWS_REGION=\(region)", "HOME=/nonexistent", "AWS_EC2_METADATA_DISABLED=true",
    ]
  }

  @Test func `what a server does not know is unknown, and no failure`() throws {
    let report = try look(["--into", "x.sqlite"], status: 0)
    #expect(report.named("failed") == [])
    for name in [
      "ownership", "public-access", "tls", "encryption", "lifecycle", "notification", "queue",
    ] { #expect(report.named("unknown").contains(name), "\(name)") }
    for name in ["clock", "region", "receipt", "disk"] {
      #expect(report.named("ok").contains(name), "\(name)")
    }
  }

  @Test(arguments: [300.0, -300.0])
  func `a clock that is minutes off is told, with the side`(_ seconds: Double) throws {
    let report = try look(secondsAhead: seconds, status: 22)
    #expect(report.named("failed") == ["clock"])
    let clock = report.checks.first { $0.name == "clock" }
    #expect(clock?.message.contains(seconds > 0 ? "s behind S3" : "s ahead of S3") == true)
    #expect(clock?.fix == "timedatectl set-ntp true")
  }

  @Test func `another region than the bucket's is told`() throws {
    let report = try look(region: "us-east-1", status: 22)
    #expect(report.named("failed") == ["region"])
    #expect(
      report.checks.first { $0.name == "region" }?.fix == "export AWS_REGION=eu-west-1")
  }

  @Test func `a disk that cannot take the dump is told, with what it would take`() throws {
    let report = try look(
      byteCount: 900_000_000_000_000_000, ["--into", "x.sqlite"], status: 22)
    #expect(report.named("failed") == ["disk"])
    let message = report.checks.first { $0.name == "disk" }?.message ?? ""
    #expect(message.hasPrefix("a load may take 900000000000 MB, and "), "\(message)")
    let none = try look(["--into", "none/x.sqlite"], status: 22)
    #expect(none.checks.first { $0.name == "disk" }?.fix == "mkdir -p none")
  }

  @Test func `who reaches nobody says nothing, and ends with 31`() throws {
    let server = try ScriptedServer { _ in .response(200) }
    let url = server.url
    server.stop()
    let result = try Command.run(
      under: Self.environment(url) + ["AWS_MAX_ATTEMPTS=1"], ["doctor", "s3://dumps/sub"],
      in: try Scratch())
    #expect(result.status == 31, "\(result.output)\(result.errors)")
  }
}
