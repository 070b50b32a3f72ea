import Foundation
import TestSupport
import Testing

@testable import Dump

@Suite struct LifecycleTests {
  private func rule(
    _ id: String, prefix: String, days: Int? = nil, date: String? = nil, status: String = "Enabled",
    filter: [RuleElement] = []
  ) -> LifecycleRule {
    let expiration =
      days.map { RuleElement("Days", $0) } ?? RuleElement("Date", text: date ?? "")
    return LifecycleRule(
      RuleElement(
        "Rule",
        [
          RuleElement("ID", text: id),
          RuleElement("Filter", filter.isEmpty ? [RuleElement("Prefix", text: prefix)] : filter),
          RuleElement("Status", text: status), RuleElement("Expiration", [expiration]),
        ]))
  }

  // The user guide's own example: created on 15 January at 10:30, three days, 19 January at 00:00.
  @Test(arguments: [
    ("2014-01-15T10:30:00Z", 3, "2014-01-19T00:00:00Z"),
    ("2014-01-15T00:00:00Z", 3, "2014-01-18T00:00:00Z"),
    ("2014-01-15T00:00:00.000001Z", 3, "2014-01-19T00:00:00Z"),
    ("2014-01-15T23:59:59.999Z", 1, "2014-01-17T00:00:00Z"),
    ("2024-02-28T12:00:00Z", 1, "2024-03-01T00:00:00Z"),
  ])
  func `ages are rounded up to the next midnight of UTC`(
    _ written: String, _ days: Int, _ gone: String
  ) throws {
    let expiry = rule("x", prefix: "", days: days)
      .expiry(writtenAt: try Timestamp(parsing: written))
    #expect(expiry == (try Timestamp(parsing: gone)))
  }

  @Test func `the rules mean all dumps of the century and nothing else of ours`() throws {
    for prefix in ["", "exports/sub/"] {
      let rules = DumpLifecycle(locationPrefix: prefix).rules
      func expires(_ key: String) -> Bool {
        rules.contains { $0.expiresObjects && $0.applies(to: prefix + key, byteCount: 5) }
      }
      #expect(expires("2026-11-20T04:03/events/000000000000.parquet"))
      #expect(expires("2099-12-31T23:59/manifest.json"))
      for key in [
        DumpKeys.receipt, DumpKeys.archivedReceipt(of: .earliest), "pins/2026-11-20T04:03",
      ] {
        #expect(!expires(key))
      }
      #expect(Set(rules.map(\.id)).count == rules.count)
    }
    let ids = ["", "a/", "a/b/"].flatMap { DumpLifecycle(locationPrefix: $0).rules.map(\.id) }
    #expect(Set(ids).count == ids.count)
  }

  @Test func `rules apply by prefix, size, and status`() {
    let sizes = [
      RuleElement(
        "And",
        [
          RuleElement("Prefix", text: "a/"), RuleElement("ObjectSizeGreaterThan", 10),
          RuleElement("ObjectSizeLessThan", 20),
          RuleElement("Tag", [RuleElement("Key", text: "k"), RuleElement("Value", text: "v")]),
        ])
    ]
    let rule = rule("x", prefix: "", days: 1, filter: sizes)
    #expect(rule.prefix == "a/")
    #expect(rule.hasTags)
    #expect(
      [9, 10, 11, 19, 20].map { rule.applies(to: "a/b", byteCount: $0) } == [
        false, false, true, true, false,
      ])
    #expect(!rule.applies(to: "b/a", byteCount: 15))
    #expect(
      !self.rule("x", prefix: "", days: 1, status: "Disabled").applies(to: "a", byteCount: 1))
    // As it was before there were filters.
    let old = LifecycleRule(
      RuleElement(
        "Rule", [RuleElement("Prefix", text: "logs/"), RuleElement("Status", text: "Enabled")]))
    #expect(old.applies(to: "logs/x", byteCount: 1))
    #expect(!old.applies(to: "x", byteCount: 1))
  }

  @Test func `a merge replaces its own rules and leaves the others as they are`() {
    let other = rule("theirs", prefix: "logs/", days: 90)
    let lifecycle = DumpLifecycle(locationPrefix: "exports/")
    let first = LifecycleMerge(lifecycle.rules, into: [other])
    #expect(first.after == [other] + lifecycle.rules)
    #expect(first.changes)
    #expect(first.difference.first == "  rule \"theirs\" stays")
    #expect(first.difference.dropFirst().allSatisfy { $0.hasPrefix("+ ") })
    // Again, and in another order of elements, nothing changes.
    let shuffled = first.after.map {
      LifecycleRule(
        RuleElement("Rule", text: "", children: $0.element.children.reversed()))
    }
    let second = LifecycleMerge(lifecycle.rules, into: shuffled.reversed())
    #expect(!second.changes)
    #expect(second.difference.allSatisfy { $0.hasSuffix(" stays") })
    var longer = lifecycle
    longer.dumpDays = 14
    let third = LifecycleMerge(longer.rules, into: first.after)
    #expect(third.difference.contains("-     <Days>7</Days>"))
    #expect(third.difference.contains("+     <Days>14</Days>"))
    #expect(third.after.count == 4)
  }

  @Test func `rules that would take the receipt are told`() throws {
    let lifecycle = DumpLifecycle(locationPrefix: "exports/")
    func warnings(_ rules: LifecycleRule...) -> [String] {
      LifecycleMerge(lifecycle.rules, into: rules).warnings(for: lifecycle)
    }
    #expect(warnings(rule("logs", prefix: "logs/", days: 1)) == [])
    #expect(
      warnings(rule("all", prefix: "", days: 7)) == [
        "rule \"all\" takes receipt.json with all that begins with \"\", 7 days after they were "
          + "written"
      ])
    #expect(warnings(rule("off", prefix: "", days: 7, status: "Disabled")) == [])
    #expect(
      warnings(rule("mine", prefix: "exports/2026", date: "2027-01-01T00:00:00Z")) == [
        "rule \"mine\" takes dumps too, on 2027-01-01T00:00:00.000000Z"
      ])
    let root = DumpLifecycle(locationPrefix: "")
    #expect(LifecycleMerge(root.rules, into: []).warnings(for: root).count == 1)
  }

  @Test func `JSON has the names and types that AWS's command line wants`() throws {
    let other = LifecycleRule(
      RuleElement(
        "Rule",
        [
          RuleElement("ID", text: "a \"b\" \u{7}"), RuleElement("Filter"),
          RuleElement("Status", text: "Enabled"),
          RuleElement(
            "Transition", [RuleElement("Days", 30), RuleElement("StorageClass", text: "GLACIER")]),
          RuleElement(
            "Transition", [RuleElement("Days", 90), RuleElement("StorageClass", text: "X")]),
        ]))
    let text = LifecycleFormat.json.text(
      [other] + DumpLifecycle(locationPrefix: "").rules, bucket: "b")
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [[String: Any]]])
    let rules = try #require(root["Rules"])
    #expect(rules.count == 4)
    #expect(rules[0]["ID"] as? String == "a \"b\" \u{7}")
    #expect((rules[0]["Filter"] as? [String: String])?.isEmpty == true)
    #expect((rules[0]["Transitions"] as? [[String: Any]])?.map { $0["Days"] as? Int } == [30, 90])
    #expect((rules[1]["Expiration"] as? [String: Int]) == ["Days": 7])
    #expect((rules[2]["Expiration"] as? [String: Bool]) == ["ExpiredObjectDeleteMarker": true])
    #expect(
      (rules[3]["NoncurrentVersionExpiration"] as? [String: Int])
        == ["NoncurrentDays": 30, "NewerNoncurrentVersions": 50])
    let none = LifecycleFormat.json.text([], bucket: "b")
    #expect(none == "{ \"Rules\": [] }\n")
  }

  // MARK: Simulation

  private func simulation(
    _ rules: [LifecycleRule], pins: [String] = [], _ written: [String: String],
    prefix: String = "exports/"
  ) throws -> LifecycleSimulation {
    let labels = Set(written.keys.compactMap { KeyRole.label(of: $0)?.description }).sorted()
    let receipts = try labels.map { label in
      try Receipt(
        timestamp: Timestamp(parsing: label + ":07Z"),
        tables: [
          TableEntry(
            name: "a", folder: "\(label)/a",
            totalFileCount: written.keys.count { $0.hasPrefix(label) })
        ])
    }
    let objects = try written.map { key, moment in
      ListedObject(key: key, byteCount: 10, modifiedAt: try Timestamp(parsing: moment))
    }
    let inventory = DumpInventory(
      receipt: receipts.last, known: receipts, locationPath: "",
      listing: LocationListing(
        objects: objects + pins.map { ListedObject(key: "pins/\($0)", byteCount: 1) }))
    return LifecycleSimulation(
      rules, on: inventory, receipt: objects.first { $0.key == "receipt.json" },
      locationPrefix: prefix)
  }

  @Test func `a simulation says when the last good dump goes, and that the receipt stays`() throws {
    let simulation = try simulation(
      DumpLifecycle(locationPrefix: "exports/").rules,
      [
        "2026-11-19T04:03/a/1.parquet": "2026-11-19T04:03:01Z",
        "2026-11-20T04:03/a/1.parquet": "2026-11-20T04:03:01Z",
        "receipt.json": "2026-11-20T04:04:00Z",
      ])
    #expect(
      simulation.dumps.map { $0.expiry.first?.description.prefix(10) } == [
        "2026-11-27", "2026-11-28",
      ])
    #expect(simulation.nothingCompleteFrom == (try Timestamp(parsing: "2026-11-28T00:00:00Z")))
    #expect(simulation.receipt?.first == nil)
    #expect(
      simulation.warnings == [
        "if no dump comes, the last complete one, 2026-11-20T04:03, goes on 2026-11-28: "
          + "`receipt prune` keeps it",
        "receipt.json stays, and from 2026-11-28 on names a dump that is not there",
      ])
  }

  @Test func `a rule without a prefix takes the receipt, and the simulation says so`() throws {
    let simulation = try simulation(
      [rule("all", prefix: "", days: 7), rule("off", prefix: "", days: 1, status: "Disabled")],
      [
        "2026-11-20T04:03/a/1.parquet": "2026-11-20T04:03:01Z",
        "receipt.json": "2026-11-20T04:04:00Z",
      ])
    #expect(simulation.receipt?.first == (try Timestamp(parsing: "2026-11-28T00:00:00Z")))
    #expect(simulation.receipt?.rules == ["all"])
    #expect(simulation.warnings.contains("if no dump comes, receipt.json goes on 2026-11-28"))
  }

  @Test func `a dump around midnight goes in parts, and a pinned one is told`() throws {
    let simulation = try simulation(
      DumpLifecycle(locationPrefix: "exports/").rules, pins: ["2026-11-19T23:58"],
      [
        "2026-11-19T23:58/a/1.parquet": "2026-11-19T23:59:59Z",
        "2026-11-19T23:58/a/2.parquet": "2026-11-20T00:00:01Z",
        "receipt.json": "2026-11-20T00:00:02Z",
      ])
    #expect(
      simulation.warnings.contains(
        "dump 2026-11-19T23:58 goes in parts: the first on 2026-11-27, the last of it on "
          + "2026-11-28"))
    #expect(
      simulation.warnings.contains(
        "dump 2026-11-19T23:58 is pinned, which no rule knows: it goes on 2026-11-27"))
    // What is not whole any more is not complete any more.
    #expect(simulation.nothingCompleteFrom == (try Timestamp(parsing: "2026-11-27T00:00:00Z")))
  }

  @Test func `without rules everything stays`() throws {
    let simulation = try simulation(
      [],
      [
        "2026-11-20T04:03/a/1.parquet": "2026-11-20T04:03:01Z",
        "receipt.json": "2026-11-20T04:04:00Z",
      ])
    #expect(simulation.warnings == [])
    #expect(simulation.nothingCompleteFrom == nil)
    #expect(simulation.dumps[0].expiry.staying == 1)
  }

  @Test func `expiries are those of Foundation's calendar`() throws {
    var random = SeededGenerator()
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    for round in 0..<300 {
      let written = Date(
        timeIntervalSince1970: Double(Int.random(in: 0...4_000_000_000, using: &random)))
      let days = Int.random(in: 1...400, using: &random)
      let due = try #require(calendar.date(byAdding: .day, value: days, to: written))
      let start = calendar.startOfDay(for: due)
      let expected =
        start == due ? start : try #require(calendar.date(byAdding: .day, value: 1, to: start))
      let expiry = rule("x", prefix: "", days: days)
        .expiry(writtenAt: try Timestamp(parsing: written.formatted(.iso8601)))
      #expect(
        expiry?.secondsSinceEpoch == Int64(expected.timeIntervalSince1970),
        "seed \(random.seed), round \(round)")
    }
  }
}
