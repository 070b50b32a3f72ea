import Foundation
import TestSupport
import Testing

@testable import Dump

@Suite struct QuickCheckTests {
  static func objects(_ prefix: String, _ names: [String], byteCount: Int64 = 100) -> [ListedObject]
  {
    names.map { ListedObject(key: prefix + $0, byteCount: byteCount) }
  }

  static func parts(_ prefix: String, _ count: Int) -> [ListedObject] {
    objects(prefix, (0..<count).map { padded($0, 12) + ".parquet" })
  }

  /// One table `t` in `L/t`.
  func check(promised: Int, _ objects: [ListedObject]) throws -> QuickCheck {
    QuickCheck(
      receipt: try makeReceipt([("t", "L/t", promised)]), locationPath: "",
      listings: ["L/t/": objects])
  }

  @Test func `a dump that is as promised has no findings`() throws {
    let receipt = try makeReceipt([("a", "L/a", 2), ("b", "L/b/", 0), ("c", "L/c", 1)])
    let check = QuickCheck(
      receipt: receipt, locationPath: "s3/sub",
      listings: [
        "L/a/": Self.parts("L/a/", 2).reversed() + Self.objects("L/a/", ["_SUCCESS", ""]),
        "L/c/": Self.parts("L/c/", 1) + Self.parts("L/c/", 1),
      ])
    #expect(check.findings.map(\.code) == [.tableEmpty])
    #expect(check.reading == .asWritten)
    #expect(check.tables.map(\.name) == ["a", "b", "c"])
    #expect(check.tables.map(\.promisedFileCount) == [2, 0, 1])
    #expect(check.tables.map(\.byteCount) == [200, 0, 100])
    #expect(
      check.tables[0].files.map(\.name) == ["000000000000.parquet", "000000000001.parquet"])
    #expect(check.tables[0].files.map(\.key).first == "L/a/000000000000.parquet")
    #expect(Outcome(check.findings) == .done)
  }

  @Test func `a missing file is named by the numbers of the others, as a hint`() throws {
    let there = Self.parts("L/t/", 5).filter { !$0.key.hasSuffix("2.parquet") }
    let finding = try #require(check(promised: 5, there).findings.first)
    #expect(finding.code == .fileMissing)
    #expect(finding.place == Finding.Place(table: "t"))
    #expect(finding.message == "L/t/ has 4 files, and the receipt promises 5")
    #expect(finding.hint == "By their numbers, 000000000002.parquet is not there.")
  }

  @Test(arguments: [
    (["000000000000.parquet", "000000000009.parquet"], 3),  // gaps are legal
    (["part-0.parquet"], 2), (["000000000000.parquet", "x.parquet"], 3), ([], 5_000),
    (["000000000000.parquet"], 10_000_000),
  ])
  func `without a counter there is no hint about names`(names: [String], promised: Int) throws {
    let objects = Self.objects("L/t/", names + ["note.txt"])
    let findings = try check(promised: promised, objects).findings
    #expect(findings.map(\.code) == [.fileMissing, .objectUnexpected])
    #expect(findings.first?.hint == nil)
  }

  @Test func `more files than promised are incomplete too`() throws {
    let findings = try check(promised: 2, Self.parts("L/t/", 3)).findings
    #expect(findings.map(\.code) == [.fileExtra])
    #expect(findings.first?.message == "L/t/ has 3 files, and the receipt promises 2")
    #expect(Outcome(findings) == .incomplete)
  }

  @Test func `a folder with nothing in it is missing`() throws {
    let findings = try check(promised: 58, []).findings
    #expect(findings.map(\.code) == [.folderMissing])
    #expect(findings.first?.message == "L/t/ holds nothing, and the receipt promises 58 files")
    #expect(findings.first?.hint?.contains("lifecycle rule") == true)
  }

  @Test func `a folder is missing beside others without talk of a removed dump`() throws {
    let check = QuickCheck(
      receipt: try makeReceipt([("a", "L/a", 1), ("b", "L/b", 1)]), locationPath: "",
      listings: ["L/a/": Self.parts("L/a/", 1)])
    #expect(check.findings.map(\.code) == [.folderMissing])
    #expect(check.findings.first?.hint == nil)
    #expect(check.findings.first?.place.table == "b")
  }

  /// `revenue` is a prefix of `revenue_attribution`: a listing that forgot the "/" must not count the
  /// other table's files.
  @Test func `files of a table whose name only starts alike do not count`() throws {
    let both = Self.parts("L/revenue/", 51) + Self.parts("L/revenue_attribution/", 61)
    let check = QuickCheck(
      receipt: try makeReceipt([
        ("revenue", "L/revenue", 51), ("revenue_attribution", "L/revenue_attribution", 61),
      ]), locationPath: "", listings: ["L/revenue/": both, "L/revenue_attribution/": both])
    #expect(check.findings.isEmpty)
    #expect(check.tables.map(\.files.count) == [51, 61])
  }

  @Test func `empty and foreign objects are findings of their own`() throws {
    let findings = try check(
      promised: 2,
      Self.parts("L/t/", 1) + Self.objects("L/t/", ["a.parquet"], byteCount: 0)
        + Self.objects("L/t/", ["x.csv", "deep/1.parquet", "deep/2.parquet"])
    ).findings
    #expect(findings.map(\.code) == [.fileEmpty, .objectUnexpected, .objectUnexpected])
    #expect(findings.map(\.place.file) == ["L/t/a.parquet", "L/t/x.csv", nil])
    #expect(
      findings.last?.message
        == "2 objects are in sub-folders and do not count, the first is L/t/deep/1.parquet")
    #expect(Outcome(findings) == .corrupt)
  }

  @Test func `sizes beyond all measure do not stop the check`() throws {
    let huge = Self.objects("L/t/", ["a.parquet", "b.parquet"], byteCount: .max)
    #expect(try check(promised: 2, huge).tables[0].byteCount == .max)
  }

  /// Where the files are (as written, or without the sub-folder), and how many of 2.
  @Test(
    arguments: [
      (2, 0, FolderReading(droppedNameCount: 0), []),
      (0, 2, FolderReading(droppedNameCount: 1), []),
      (1, 0, FolderReading(droppedNameCount: 0), [.fileMissing]),
      (0, 1, FolderReading(droppedNameCount: 1), [.fileMissing]),
      (0, 0, FolderReading(droppedNameCount: 0), [.folderMissing]),
      (2, 1, FolderReading(droppedNameCount: 0), []),
      (3, 2, FolderReading(droppedNameCount: 1), []),
      (2, 2, nil, [.folderAmbiguous]),
      (1, 1, nil, [.folderAmbiguous]),
      (3, 1, nil, [.folderAmbiguous]),
    ] as [(Int, Int, FolderReading?, [FindingCode])])
  func `the files decide how a folder below a sub-folder is read`(
    written: Int, dropped: Int, reading: FolderReading?, codes: [FindingCode]
  ) throws {
    let receipt = try makeReceipt([("t", "sub/L/t", 2)])
    let check = QuickCheck(
      receipt: receipt, locationPath: "sub",
      listings: [
        "sub/L/t/": Self.parts("sub/L/t/", written), "L/t/": Self.parts("L/t/", dropped),
      ])
    #expect(check.reading == reading)
    #expect(check.findings.map(\.code) == codes)
    #expect(check.tables[0].files.count == (reading?.droppedNameCount == 1 ? dropped : written))
  }

  @Test func `an ambiguous dump says both places and both numbers`() throws {
    let receipt = try makeReceipt([("t", "sub/L/t", 2)])
    let check = QuickCheck(
      receipt: receipt, locationPath: "sub",
      listings: ["sub/L/t/": Self.parts("sub/L/t/", 1), "L/t/": Self.parts("L/t/", 3)])
    #expect(
      check.findings.first?.message
        == "the receipt promises 2 files, and its folders can be read in "
        + "2 ways: sub/L/t/ and its like hold 1 file, L/t/ and its like hold 3 files")
    #expect(Outcome(check.findings) == .incomplete)
  }

  @Test func `any listing is checked, and findings agree with the numbers`() throws {
    var random = SeededGenerator()
    let names = ["0.parquet", "1.parquet", "_SUCCESS", "x", "d/2.parquet", "d/", "", "é.parquet"]
    for round in 0..<2_000 {
      let promised = Int.random(in: 0...4, using: &random)
      let objects = (0..<Int.random(in: 0...8, using: &random)).map { _ in
        ListedObject(
          key: (["L/t/", "L/t", "L/"].randomElement(using: &random) ?? "")
            + (names.randomElement(using: &random) ?? ""),
          byteCount: .random(in: 0...2, using: &random))
      }
      let check = try check(promised: promised, objects.shuffled(using: &random))
      let expected = Set(objects.map(\.key)).count { key in
        key.hasPrefix("L/t/") && key.hasSuffix(".parquet") && !key.dropFirst(4).contains("/")
      }
      let note: Comment = "round \(round), seed \(random.seed)"
      #expect(check.tables[0].files.count == expected, note)
      let counts: Set<FindingCode> = [.fileMissing, .fileExtra, .folderMissing]
      #expect(
        check.findings.contains { counts.contains($0.code) } == (promised != expected), note)
    }
  }

  @Test func `as JSON it has stable names`() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let check = try check(promised: 2, Self.objects("L/t/", ["a.parquet"], byteCount: 7))
    let json = try encoder.encode(check)
    #expect(
      String(decoding: json, as: UTF8.self)
        == #"{"findings":[{"code":"file-missing","message":"L/t/ has 1 file, and the receipt "#
        + #"promises 2","place":{"table":"t"},"severity":"error"}],"#
        + #""reading":{"dropped_name_count":0},"tables":[{"byte_count":7,"files":[{"byte_count":7,"#
        + #""key":"L/t/a.parquet","name":"a.parquet"}],"name":"t","prefix":"L/t/","#
        + #""promised_file_count":2}]}"#)
    #expect(try JSONDecoder().decode(QuickCheck.self, from: json) == check)
  }
}
