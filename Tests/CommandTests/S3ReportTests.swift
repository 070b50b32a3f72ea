import Foundation
import ObjectStorage
import TestSupport
import Testing

/// `receipt report` of a bucket, beside the same of a directory.
@Suite(.enabled(if: Peer.seaweedFS.url != nil)) struct S3ReportTests {
  private struct Answer: Decodable {
    struct Traffic: Decodable {
      let requests: Int
    }
    let dumps: [ReportTests.Answer.Dump]
    let traffic: Traffic?
  }

  private func report(_ location: String, in scratch: Scratch) throws -> Answer {
    let result = try Command.run(
      under: Peer.seaweedFS.assignments, "report", location, "--json", in: scratch)
    try #require(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
  }

  @Test(arguments: [true, false])
  func `a bucket is reported as a directory is, in few requests`(
    _ hasManifests: Bool
  ) async throws {
    let scratch = try Scratch()
    try ReportTests.makeSeries(in: scratch)
    if !hasManifests {
      for moment in [Moment.first, Moment.second, Moment.third] {
        try scratch.remove("dump/\(moment.prefix(16))/manifest.json")
      }
    }
    let location = try await S3Tests.upload(scratch.path("dump"), to: .seaweedFS).description
    let there = try report(location, in: scratch)
    let here = try report("dump", in: scratch)
    #expect(there.dumps.map(\.label) == here.dumps.map(\.label))
    #expect(there.dumps.map(\.state) == here.dumps.map(\.state))
    #expect(there.dumps.map(\.tables) == here.dumps.map(\.tables))
    #expect(
      there.dumps.map { $0.findings.map(\.code) } == here.dumps.map { $0.findings.map(\.code) })
    // The receipt, the folders, receipts and pins; for each dump its listing, its receipt, and its
    // manifest or the footers of its files; and where the bucket is.
    let perDump =
      hasManifests
      ? 3 * 3
      : 3 * 2
        + here.dumps.reduce(0) { sum, dump in
          sum + dump.tables.reduce(0) { $0 + $1.files }
        }
    #expect(try #require(there.traffic).requests <= 4 + perDump + 2)
  }
}
