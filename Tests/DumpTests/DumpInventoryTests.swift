import Testing

@testable import Dump

@Suite struct DumpInventoryTests {
  private static let label = "2023-03-14T04:03"

  @Test(arguments: [
    ("receipt.json", "receipt"), ("receipt.json/x", "foreign"),
    ("receipts/2023-03-14T04:03:07.963883Z.json", "archived"), ("receipts/x.json", "foreign"),
    ("receipts/2023-03-14T04:03:07Z", "foreign"), ("pins/2023-03-14T04:03", "pin"),
    ("pins/2023-03-14T0403", "unreadable"), ("pins/2023-03-14T04:03/", "unreadable"),
    ("pins/", "own"), (".receipt-mirror", "own"), (".receipt-names", "own"),
    ("\(label)/", "dump"), ("\(label)/manifest.json", "dump"), ("\(label)/_failed.json", "dump"),
    ("\(label)/.x", "dump"), ("\(label)/notes.txt", "foreign"), ("\(label)/a.parquet", "foreign"),
    ("\(label)/a/", "dump"), ("\(label)/a/1.parquet", "dump"), ("\(label)/a/_SUCCESS", "dump"),
    ("\(label)/a/.1.crc", "dump"), ("\(label)/a/_1.parquet", "dump"),
    ("\(label)/a/notes.txt", "foreign"), ("\(label)/a/b/1.parquet", "foreign"),
    ("\(label)//1.parquet", "foreign"), ("\(label)", "foreign"),
    ("\(label)x/a/1.parquet", "foreign"),
    ("2023-03-14T04:3/a/1.parquet", "foreign"), ("2023-13-14T04:03/a/1.parquet", "foreign"),
    ("20230314T0403/a/1.parquet", "foreign"), ("x/\(label)/a/1.parquet", "foreign"),
    ("\(label)Z/a/1.parquet", "foreign"), ("", "foreign"), ("20", "foreign"),
  ])
  func `a key's role is in its name`(_ key: String, _ role: String) {
    let found =
      switch KeyRole(key) {
      case .receipt: "receipt"
      case .archivedReceipt: "archived"
      case .pin: "pin"
      case .unreadablePin: "unreadable"
      case .dump(let found): found.description == Self.label ? "dump" : "another dump"
      case .own: "own"
      case .foreign: "foreign"
      }
    #expect(found == role)
  }

  private func listing(_ keys: [String]) -> LocationListing {
    LocationListing(objects: keys.map { ListedObject(key: $0, byteCount: 10) })
  }

  @Test func `a receipt that spells the sub-folder names the dump, too`() throws {
    let receipt = try makeReceipt([("a", "exports/\(Self.label)/a", 1)])
    for path in ["exports", "/exports/", "data/exports"] {
      let inventory = DumpInventory(
        receipt: receipt, locationPath: path, listing: listing(["\(Self.label)/a/1.parquet"]))
      #expect(inventory.dumps.map(\.isCurrent) == [true], "\(path)")
      #expect(inventory.newestComplete?.label.description == Self.label, "\(path)")
    }
    // Read as written it leads elsewhere, and the dump here is not what it names.
    let other = DumpInventory(
      receipt: receipt, locationPath: "", listing: listing(["\(Self.label)/a/1.parquet"]))
    #expect(other.dumps.map(\.isCurrent) == [false])
    #expect(other.newestComplete == nil)
  }

  @Test func `a receipt of a later minute than its folders leaves those between alone`() throws {
    let receipt = try makeReceipt([("a", "2023-03-14T03:58/a", 1)])
    let inventory = DumpInventory(
      receipt: receipt, locationPath: "",
      listing: listing(["2023-03-14T03:58/a/1.parquet", "2023-03-14T04:01/a/1.parquet"]))
    #expect(inventory.dumps.map(\.isCurrent) == [true, false])
    #expect(inventory.dumps.map(\.isAhead) == [false, true])
    #expect(inventory.dumps.map(\.state) == [.complete, .inFlight])
  }

  @Test func `a receipt with tables of several labels names all of them`() throws {
    let receipt = try makeReceipt([
      ("a", "2023-03-14T04:03/a", 1), ("b", "2023-03-10T04:03/b", 1),
    ])
    let keys = ["2023-03-14T04:03/a/1.parquet", "2023-03-10T04:03/b/1.parquet"]
    let inventory = DumpInventory(receipt: receipt, locationPath: "", listing: listing(keys))
    #expect(inventory.dumps.map(\.isCurrent) == [true, true])
    #expect(inventory.dumps.map(\.state) == [.complete, .complete])
    #expect(inventory.dumps.map { $0.tables.map(\.name) } == [["b"], ["a"]])
  }

  @Test func `without a receipt everything may be on its way`() {
    let inventory = DumpInventory(
      receipt: nil, locationPath: "", listing: listing(["\(Self.label)/a/1.parquet"]))
    #expect(inventory.dumps.map(\.isAhead) == [true])
    #expect(inventory.dumps.map(\.state) == [.inFlight])
  }

  @Test func `only versions left is a deleted dump, and only of the layout`() throws {
    let receipt = try makeReceipt([("a", "\(Self.label)/a", 1)])
    var listing = listing(["\(Self.label)/a/1.parquet", "2023-03-01T04:03/notes.txt"])
    listing.versions = ["2023-03-02T04:03/a/1.parquet", "2023-03-02T04:03/notes.txt", "x"].map {
      ListedVersion(key: $0, versionID: "1", byteCount: 7, isDeleteMarker: false)
    }
    let inventory = DumpInventory(receipt: receipt, locationPath: "", listing: listing)
    #expect(inventory.dumps.map(\.state) == [.deleted, .complete])
    #expect(inventory.dumps[0].versions.map(\.key) == ["2023-03-02T04:03/a/1.parquet"])
    #expect(inventory.foreign.count == 1)
    #expect(inventory.foreign.example == "2023-03-01T04:03/notes.txt")
  }

  @Test func `unfinished uploads of others are not listed`() throws {
    var listing = listing([])
    listing.uploads = ["\(Self.label)/a/1.parquet", "backup.tar", "receipt.json"].map {
      PendingUpload(key: $0, uploadID: "u", initiatedAt: nil)
    }
    let inventory = DumpInventory(receipt: nil, locationPath: "", listing: listing)
    #expect(inventory.uploads.map(\.key) == ["\(Self.label)/a/1.parquet", "receipt.json"])
  }

  @Test func `of two receipts for one folder the later one counts`() throws {
    let keys = ["\(Self.label)/a/1.parquet", "\(Self.label)/a/2.parquet"]
    let early = try Receipt(
      timestamp: Timestamp(parsing: "2023-03-14T04:03:01Z"),
      tables: [TableEntry(name: "a", folder: "\(Self.label)/a", totalFileCount: 2)])
    let late = try Receipt(
      timestamp: Timestamp(parsing: "2023-03-14T04:03:02Z"),
      tables: [TableEntry(name: "a", folder: "\(Self.label)/a", totalFileCount: 3)])
    let current = try Receipt(
      timestamp: Timestamp(parsing: "2023-03-20T04:03:02Z"),
      tables: [TableEntry(name: "a", folder: "2023-03-20T04:03/a", totalFileCount: 3)])
    let inventory = DumpInventory(
      receipt: current, known: [late, early], locationPath: "", listing: listing(keys))
    #expect(inventory.dumps.map(\.state) == [.partial])
    #expect(inventory.dumps[0].timestamp == late.timestamp)
    let rolledBack = DumpInventory(
      receipt: early, known: [late], locationPath: "", listing: listing(keys))
    #expect(rolledBack.dumps.map(\.state) == [.complete])
  }
}
