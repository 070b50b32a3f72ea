import Foundation
import TestSupport
import Testing

@testable import Dump

/// Retention on locations, clocks and policies made at random.
@Suite struct RetentionPropertyTests {
  private static func policy(_ random: inout some RandomNumberGenerator) -> RetentionPolicy {
    var policy = RetentionPolicy()
    policy.keepWithin = .seconds([0, 3_600, 86_400, 7 * 86_400].randomElement(using: &random) ?? 0)
    policy.keepLast = Int.random(in: 0...4, using: &random)
    policy.keepDaily = Int.random(in: 0...3, using: &random)
    policy.keepWeekly = Int.random(in: 0...3, using: &random)
    policy.keepMonthly = Int.random(in: 0...2, using: &random)
    policy.orphanGrace = .seconds(Bool.random(using: &random) ? 0 : 86_400)
    return policy
  }

  /// One location with everything that decides about it.
  private struct Round {
    var location: RandomLocation
    let known: Set<Int>
    let isSpelled: Bool
    let retention: Retention

    init(_ random: inout some RandomNumberGenerator) throws {
      location = try RandomLocation(&random)
      known = Set(location.content.receipts.indices.filter { _ in Bool.random(using: &random) })
      isSpelled = Bool.random(using: &random)
      var retention = Retention(policy: RetentionPropertyTests.policy(&random))
      retention.consumers = try location.content.consumers.enumerated().map { index, loads in
        DumpConsumer(name: "\(index)", loads: try loads.map { try Timestamp(parsing: $0) })
      }
      self.retention = retention
    }

    func inventory(
      without deleted: Set<String> = [], with marks: [String] = []
    ) throws -> DumpInventory {
      DumpInventory(
        receipt: try location.receipt(location.content.current, spelled: isSpelled),
        known: try known.map { try location.receipt($0, spelled: isSpelled) },
        locationPath: location.locationPath,
        listing: try location.listing(without: deleted, with: marks))
    }

    func plan(
      without deleted: Set<String> = [], with marks: [String] = []
    ) throws -> PrunePlan {
      retention.plan(
        try inventory(without: deleted, with: marks),
        receipt: try location.receipt(location.content.current, spelled: isSpelled),
        location: "here", keepsVersions: false,
        at: try Timestamp(parsing: RandomLocation.text(location.now)))
    }

    var oracle: RetentionOracle {
      RetentionOracle(
        content: location.content, known: known, policy: retention.policy, now: location.now)
    }
  }

  @Test func `states and decisions are those of a slow oracle`() throws {
    var random = SeededGenerator()
    var removed = 0
    var states: Set<DumpInventory.State> = []
    for number in 0..<400 {
      let round = try Round(&random)
      let note: Comment = "seed \(random.seed), round \(number)"
      let inventory = try round.inventory()
      let plan = try round.plan()
      let oracle = round.oracle
      #expect(inventory.dumps.map(\.label.description) == oracle.labels, note)
      #expect(
        inventory.dumps.map(\.state.rawValue) == oracle.labels.map { oracle.state($0) }, note)
      #expect(inventory.newestComplete?.label.description == oracle.newestComplete, note)
      states.formUnion(inventory.dumps.map(\.state))
      guard plan.refusals.isEmpty else {
        #expect(oracle.newestComplete == nil || round.retention.policy.isEmpty, note)
        continue
      }
      #expect(
        plan.removals.map(\.label.description) == oracle.labels.filter { !oracle.isKept($0) }, note)
      for removal in plan.removals {
        removed += 1
        #expect(
          Set(removal.objects.map(\.key)) == Set(oracle.keys(of: removal.label.description)), note)
      }
    }
    // The rounds are worth something.
    #expect(removed > 100)
    #expect(states == [.complete, .partial, .orphan, .inFlight])
  }

  @Test func `what is needed or foreign is never in a plan`() throws {
    var random = SeededGenerator()
    for number in 0..<400 {
      let round = try Round(&random)
      let note: Comment = "seed \(random.seed), round \(number)"
      let content = round.location.content
      let plan = try round.plan()
      let keys = Set(plan.removals.flatMap(\.objects).map(\.key))
      let current = content.receipts[content.current]
      for folder in current.folders.keys {
        #expect(!keys.contains { $0.hasPrefix(folder + "/") }, note)
      }
      for key in keys {
        #expect(
          key.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d\/.*/) != nil && content.objects[key] != nil,
          note)
        #expect(!key.hasSuffix("notes.txt") && !key.hasSuffix("readme.md"), note)
        #expect(!key.contains("deep/"), note)
        #expect(key.prefix(16) <= current.timestamp.prefix(16), note)
        #expect(!content.pins.contains(String(key.prefix(16))), note)
        for loads in content.consumers {
          let last = loads.filter { $0 <= current.timestamp }.max() ?? ""
          #expect(key.prefix(16) <= last.prefix(16), note)
        }
      }
      // Never all.
      #expect(plan.removals.count < max(1, plan.decisions.count), note)
      // A plan says the same of each dump once, and survives being kept.
      let json = try JSONEncoder().encode(plan)
      #expect(try JSONDecoder().decode(PrunePlan.self, from: json) == plan, note)
      for decision in plan.decisions {
        #expect(!decision.reasons.isEmpty, note)
        #expect((decision.action == .keep) == decision.objects.isEmpty, note)
      }
    }
  }

  @Test func `a run that was cut off anywhere and done again ends the same`() throws {
    var random = SeededGenerator()
    var cuts = 0
    var marked = 0
    for number in 0..<200 {
      let round = try Round(&random)
      let plan = try round.plan()
      guard plan.refusals.isEmpty, !plan.removals.isEmpty else { continue }
      let order = plan.removals.flatMap { $0.objects.map(\.key) }
      for count in Set([0, 1, order.count - 1, Int.random(in: 0...order.count, using: &random)]) {
        let note: Comment = "seed \(random.seed), round \(number), cut at \(count)"
        cuts += 1
        let deleted = Set(order.prefix(count))
        // The marks of those that were begun with.
        let marks = plan.removals.filter { removal in
          removal.needsMark
            && removal.objects.contains { deleted.contains($0.key) }
            && removal.objects.contains { !deleted.contains($0.key) }
        }.map { DumpKeys.pruning(of: $0.label) }
        marked += marks.count
        let again = try round.plan(without: deleted, with: marks)
        #expect(again.refusals.isEmpty, note)
        #expect(
          Set(again.removals.flatMap { $0.objects.map(\.key) })
            == Set(order.dropFirst(count) + marks), note)
        for removal in again.removals where !Set(marks).isDisjoint(with: removal.objects.map(\.key))
        {
          #expect(marks.contains(removal.objects.last?.key ?? ""), note)
        }
        // The plan that was kept can be applied again, too.
        let inventory = try round.inventory(without: deleted, with: marks)
        let receipt = try round.location.receipt(
          round.location.content.current, spelled: round.isSpelled)
        #expect(plan.changes(in: inventory, receipt: receipt, location: "here") == [], note)
        // What is half deleted is not taken for whole.
        for removal in plan.removals {
          let parts = removal.objects.map(\.key).filter {
            $0.hasSuffix(".parquet") && !$0.contains("/_")
          }
          guard parts.contains(where: deleted.contains) else { continue }
          #expect(inventory[removal.label]?.state != .complete, note)
        }
      }
    }
    #expect(cuts > 60)
    #expect(marked > 0)
  }

  @Test func `the order of a listing means nothing`() throws {
    var random = SeededGenerator()
    for number in 0..<200 {
      let round = try Round(&random)
      let listing = try round.location.listing()
      let receipt = try round.location.receipt(
        round.location.content.current, spelled: round.isSpelled)
      let inventories = (0..<3).map { _ in
        DumpInventory(
          receipt: receipt, locationPath: round.location.locationPath,
          listing: LocationListing(objects: listing.objects.shuffled(using: &random)))
      }
      #expect(Set(inventories).count == 1, "seed \(random.seed), round \(number)")
    }
  }
}
