import Testing

@testable import Dump

@Suite struct RetentionTests {
  /// Dumps of one table with one file, whose receipts are known; the last is in force.
  private static func inventory(
    _ labels: [String], known: Bool = true, pins: [String] = [], missing: Set<String> = [],
    versions: [ListedVersion] = [], current: Int? = nil
  ) throws -> (DumpInventory, Receipt) {
    let receipts = try labels.map { label in
      try Receipt(
        timestamp: Timestamp(parsing: label + ":07Z"),
        tables: [TableEntry(name: "a", folder: "\(label)/a", totalFileCount: 1)])
    }
    let receipt = receipts[current ?? labels.count - 1]
    let objects = labels.filter { !missing.contains($0) }.map {
      ListedObject(key: "\($0)/a/1.parquet", byteCount: 100, tag: "t")
    }
    let others = labels.filter(missing.contains).map {
      ListedObject(key: "\($0)/manifest.json", byteCount: 1)
    }
    let listing = LocationListing(
      objects: objects + others + pins.map { ListedObject(key: "pins/\($0)", byteCount: 1) },
      versions: versions)
    return (
      DumpInventory(
        receipt: receipt, known: known ? receipts : [], locationPath: "", listing: listing), receipt
    )
  }

  private static let now = Timestamp.latest

  private func plan(
    _ labels: [String], known: Bool = true, pins: [String] = [], missing: Set<String> = [],
    current: Int? = nil, _ change: (inout Retention) -> Void = { _ in }
  ) throws -> PrunePlan {
    let (inventory, receipt) = try Self.inventory(
      labels, known: known, pins: pins, missing: missing, current: current)
    var retention = Retention()
    change(&retention)
    return retention.plan(
      inventory, receipt: receipt, location: "x", keepsVersions: false, at: Self.now)
  }

  private func removed(_ plan: PrunePlan) -> [String] { plan.removals.map(\.label.description) }

  private func reasons(_ plan: PrunePlan, _ label: String) -> [PrunePlan.Reason.Code] {
    plan.decisions.first { $0.label.description == label }?.reasons.map(\.code) ?? []
  }

  @Test func `seven days are counted from the newest complete dump, not from the clock`() throws {
    let plan = try plan([
      "2023-03-01T04:00", "2023-03-07T03:59", "2023-03-07T04:00", "2023-03-14T04:00",
    ])
    #expect(removed(plan) == ["2023-03-01T04:00", "2023-03-07T03:59"])
    #expect(reasons(plan, "2023-03-14T04:00") == [.current, .newestComplete, .within, .last])
    #expect(reasons(plan, "2023-03-01T04:00") == [.expired])
    #expect(plan.removals[0].reasons[0].text == "13 days older than the newest complete dump")
    #expect(plan.freedByteCount == 200)
  }

  @Test func `while the newest dumps are broken, the last good one and its week stay`() throws {
    let plan = try plan(
      ["2023-03-01T04:00", "2023-03-06T04:00", "2023-03-20T04:00", "2023-03-21T04:00"],
      missing: ["2023-03-20T04:00", "2023-03-21T04:00"])
    #expect(removed(plan) == [])
    #expect(plan.newestComplete?.description == "2023-03-06T04:00")
    #expect(plan.warnings.first?.contains("is not whole") == true)
  }

  @Test func `a dump that was taken back by an older receipt stays`() throws {
    let plan = try plan(["2023-03-01T04:00", "2023-03-10T04:00", "2023-03-20T04:00"], current: 1)
    #expect(reasons(plan, "2023-03-20T04:00") == [.ahead])
    #expect(removed(plan) == ["2023-03-01T04:00"])
  }

  @Test func `counted rules take dumps without a known receipt beside the complete ones`() throws {
    let labels = (1...6).map { "2023-01-0\($0)T04:00" } + ["2023-03-20T04:00"]
    let plan = try plan(labels, known: false) { $0.policy.keepLast = 3 }
    #expect(removed(plan) == Array(labels.prefix(4)))
    #expect(plan.removals[0].reasons[0].text.hasSuffix("no receipt is known"))
  }

  @Test func `days, weeks and months are those of UTC's calendar`() throws {
    let labels = [
      "2023-01-01T23:59",  // a Sunday
      "2023-01-02T00:00",  // a Monday: another week
      "2023-01-31T23:59", "2023-02-01T00:00", "2023-02-01T23:59", "2023-03-20T04:00",
    ]
    var plan = try plan(labels) {
      $0.policy.keepWithin = .zero
      $0.policy.keepDaily = 3
    }
    #expect(removed(plan) == [labels[0], labels[1], labels[3]])
    plan = try self.plan(labels) {
      $0.policy.keepWithin = .zero
      $0.policy.keepWeekly = 4
    }
    #expect(removed(plan) == [labels[2], labels[3]])
    plan = try self.plan(labels) {
      $0.policy.keepWithin = .zero
      $0.policy.keepMonthly = 2
    }
    #expect(removed(plan) == Array(labels[0...3]))
  }

  @Test func `a pin keeps, and one for no dump is a warning`() throws {
    let plan = try plan(
      ["2023-01-01T04:00", "2023-03-20T04:00"], pins: ["2023-01-01T04:00", "2022-01-01T00:00"])
    #expect(removed(plan) == [])
    #expect(reasons(plan, "2023-01-01T04:00") == [.pinned])
    #expect(plan.warnings == ["there is a pin for 2022-01-01T00:00, and no such dump"])
  }

  @Test func `what a consumer has neither loaded nor passed over stays`() throws {
    let labels = ["2023-01-01T04:00", "2023-01-02T04:00", "2023-01-03T04:00", "2023-03-20T04:00"]
    func loads(_ texts: [String]) throws -> PrunePlan {
      let loads = try texts.map { try Timestamp(parsing: $0) }
      return try plan(labels) { $0.consumers = [DumpConsumer(name: "crm.sqlite", loads: loads)] }
    }
    #expect(removed(try loads([])) == [])
    #expect(removed(try loads(["2023-01-02T04:00:07Z"])) == Array(labels.prefix(2)))
    // A second before the dump's own moment is another dump.
    #expect(removed(try loads(["2023-01-02T04:00:06Z"])) == Array(labels.prefix(1)))
    #expect(removed(try loads(["2023-03-20T04:00:07Z"])) == Array(labels.prefix(3)))
    // A load of what this location never had says nothing about it.
    let stranger = try loads(["2024-01-01T00:00:00Z"])
    #expect(removed(stranger) == [])
    #expect(stranger.warnings.first?.contains("does not count") == true)
    #expect(
      stranger.decisions[0].reasons.first?.text
        == "crm.sqlite has not loaded it, nor a later one")
  }

  @Test func `a policy that keeps nothing, and a location without a whole dump, are refused`()
    throws
  {
    let empty = try plan(["2023-01-01T04:00", "2023-03-20T04:00"]) {
      $0.policy.keepWithin = .zero
      $0.policy.keepLast = 0
    }
    #expect(empty.refusals.map(\.code) == ["policy-empty"])
    let broken = try plan(
      ["2023-01-01T04:00", "2023-03-20T04:00"],
      missing: ["2023-01-01T04:00", "2023-03-20T04:00"])
    #expect(broken.refusals.map(\.code) == ["nothing-complete"])
    #expect(removed(broken) == [])
    let strange = try plan(["2023-01-01T04:00", "2023-03-20T04:00"], pins: ["2023-01-01"])
    #expect(strange.refusals.map(\.code) == ["pin-unreadable"])
  }

  @Test func `more than the limit is refused, with both numbers`() throws {
    let labels = ["2023-01-01T04:00", "2023-01-02T04:00", "2023-03-20T04:00"]
    for (limits, message) in [
      ([.dumps(1)], "2 dumps would go, more than 1"),
      ([.bytes(199)], "200 bytes would go, more than 199"),
      ([.dumps(2), .bytes(200)], nil),
    ] as [([DeletionLimit], String?)] {
      let plan = try plan(labels) { $0.limits = limits }
      #expect(plan.refusals.map(\.message) == [message].compactMap { $0 })
    }
  }

  @Test func `old versions are counted only when they go`() throws {
    let versions = [
      ListedVersion(
        key: "2023-01-01T04:00/a/1.parquet", versionID: "1", byteCount: 40, isDeleteMarker: false),
      ListedVersion(
        key: "2023-01-02T04:00/a/1.parquet", versionID: "2", byteCount: 50, isDeleteMarker: false),
      ListedVersion(
        key: "2023-01-02T04:00/a/1.parquet", versionID: "3", byteCount: 0, isDeleteMarker: true),
    ]
    let (inventory, receipt) = try Self.inventory(
      ["2023-01-01T04:00", "2023-03-20T04:00"], versions: versions)
    var retention = Retention()
    var plan = retention.plan(
      inventory, receipt: receipt, location: "x", keepsVersions: true, at: Self.now)
    #expect(removed(plan) == ["2023-01-01T04:00"])
    #expect(plan.freedByteCount == 0)
    retention.removesVersions = true
    plan = retention.plan(
      inventory, receipt: receipt, location: "x", keepsVersions: true, at: Self.now)
    #expect(removed(plan) == ["2023-01-01T04:00", "2023-01-02T04:00"])
    #expect(reasons(plan, "2023-01-02T04:00") == [.leftover])
    #expect(plan.removals.map(\.deleteMarkers) == [0, 1])
    #expect(plan.freedByteCount == 190)
  }

  // MARK: Plans that were kept

  @Test func `a kept plan is refused when the location is not as it was`() throws {
    let labels = ["2023-01-01T04:00", "2023-03-19T04:00", "2023-03-20T04:00"]
    let (inventory, receipt) = try Self.inventory(labels)
    let plan = Retention().plan(
      inventory, receipt: receipt, location: "x", keepsVersions: false, at: Self.now)
    func changes(_ other: (DumpInventory, Receipt), location: String = "x") -> [String] {
      plan.changes(in: other.0, receipt: other.1, location: location)
    }
    #expect(changes((inventory, receipt)) == [])
    #expect(changes((inventory, receipt), location: "y") == ["the plan is for x, not for y"])
    // What it deletes may be gone, and what is on its way has nothing to do with it.
    #expect(changes(try Self.inventory(Array(labels.dropFirst()))) == [])
    #expect(changes(try Self.inventory(labels + ["2023-03-20T15:00"], current: 2)) == [])
    #expect(
      changes(try Self.inventory(labels + ["2023-03-20T15:00"]))
        == [
          "receipt.json was of 2023-03-20T04:00:07.000000Z and is of 2023-03-20T15:00:07.000000Z",
          "dump 2023-03-20T15:00 is new",
        ])
    #expect(
      changes(try Self.inventory(labels, pins: ["2023-01-01T04:00"]))
        == ["dump 2023-01-01T04:00 was pinned"])
    #expect(
      changes(try Self.inventory([labels[0], labels[2]]))
        == ["dump 2023-03-19T04:00, which stays, is gone"])
    #expect(
      changes(try Self.inventory(["2023-01-02T04:00"] + labels))
        == ["dump 2023-01-02T04:00 is new"])
    #expect(
      changes(try Self.inventory(labels, missing: ["2023-01-01T04:00"]))
        == ["dump 2023-01-01T04:00 has got 2023-01-01T04:00/manifest.json"])
    #expect(
      changes(try Self.inventory(labels, missing: ["2023-03-19T04:00"]))
        == [
          "dump 2023-03-19T04:00, which stays, had 1 object of 100 bytes and has 1 of 1"
        ])
  }

  @Test func `a dump that has become the current one is objected to`() throws {
    let receipt = try makeReceipt([("a", "exports/2023-03-14T04:03/a", 1)])
    func objection(_ label: String, _ path: String) throws -> PrunePlan.Reason.Code? {
      PrunePlan.objection(
        to: try DumpLabel(parsing: label), receipt: receipt, locationPath: path)?.code
    }
    #expect(try objection("2023-03-14T04:03", "exports") == .current)
    #expect(try objection("2023-03-14T04:04", "exports") == .ahead)
    #expect(try objection("2023-03-14T04:02", "exports") == nil)
  }
}
