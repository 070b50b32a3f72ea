import Testing

@testable import Dump

/// A receipt of tables given as (name, folder, count).
func makeReceipt(_ tables: [(String, String, Int)]) throws -> Receipt {
  try Receipt(
    timestamp: Timestamp(parsing: "2023-03-14T04:03:07.963883Z"),
    tables: tables.map { try TableEntry(name: $0.0, folder: $0.1, totalFileCount: $0.2) })
}

@Suite struct LayoutTests {
  @Test(arguments: [
    // location, folder, the prefixes that are tried
    ("", "2023-03-14T04:03/revenue", ["2023-03-14T04:03/revenue/"]),
    ("", "2023-03-14T04:03/revenue/", ["2023-03-14T04:03/revenue/"]),
    ("sub", "2023-03-14T04:03/revenue", ["2023-03-14T04:03/revenue/"]),
    ("sub", "sub/L/revenue", ["sub/L/revenue/", "L/revenue/"]),
    ("/sub/", "sub/L/revenue/", ["sub/L/revenue/", "L/revenue/"]),
    ("a/b", "a/b/L/t", ["a/b/L/t/", "L/t/"]),
    ("a/b", "b/L/t", ["b/L/t/", "L/t/"]),
    ("a/b", "a/L/t", ["a/L/t/"]),
    ("/mnt/mirror/sub", "sub/L/t", ["sub/L/t/", "L/t/"]),
    ("a/a", "a/a/t", ["a/a/t/", "a/t/", "t/"]),
    ("sub", "subway/t", ["subway/t/"]),
    ("sub", "sub", ["sub/"]),
    ("a/sub", "sub/t", ["sub/t/", "t/"]),
  ])
  func `a folder leads to each place that its words allow`(
    location: String, folder: String, prefixes: [String]
  ) throws {
    let receipt = try makeReceipt([("t", folder, 1)])
    let readings = Layout.readings(of: receipt, locationPath: location)
    #expect(readings.map { $0.prefix(of: receipt.tables[0]) } == prefixes)
    #expect(readings.first == .asWritten)
    #expect(Layout.prefixes(of: receipt, locationPath: location) == prefixes.sorted())
  }

  @Test func `a reading must make sense for every table`() throws {
    let mixed = try makeReceipt([("a", "sub/L/a", 1), ("b", "L/b", 1)])
    #expect(Layout.readings(of: mixed, locationPath: "sub") == [.asWritten])
    let alike = try makeReceipt([("a", "sub/L/a", 1), ("b", "sub/L/b", 1)])
    #expect(
      Layout.prefixes(of: alike, locationPath: "sub") == ["L/a/", "L/b/", "sub/L/a/", "sub/L/b/"])
  }

  @Test(
    arguments: [
      ("L/revenue/000000000000.parquet", .part), ("L/revenue/a b:c.parquet", .part),
      ("L/revenue/.parquet", .other), ("L/revenue/x.PARQUET", .other),
      ("L/revenue/x.parquet.tmp", .other), ("L/revenue/x.csv", .other),
      ("L/revenue/parquet", .other), ("L/revenue/_x.parquet", .other),
      ("L/revenue/.x.parquet", .other), ("L/revenue/_SUCCESS", .marker),
      ("L/revenue/.DS_Store", .marker), ("L/revenue/.000000000000.parquet.crc", .marker),
      ("L/revenue/", .marker), ("L/revenue/sub/", .marker),
      ("L/revenue/sub/0.parquet", .nested), ("L/revenue/_delta_log/0.json", .nested),
      ("L/revenue_attribution/0.parquet", .foreign), ("L/revenue", .foreign), ("", .foreign),
    ] as [(String, ObjectRole)])
  func `only Parquet files directly in the folder count`(key: String, role: ObjectRole) {
    #expect(Layout.role(of: key, under: "L/revenue/") == role)
  }
}
