import TestSupport
import Testing

@testable import Dump

@Suite struct IntakeDecisionTests {
  private static func time(_ seconds: Int64) -> Timestamp {
    Timestamp(secondsSinceEpoch: 1_700_000_000 + seconds) ?? .earliest
  }

  private static func record(
    _ state: IntakeRecord.State, next: Timestamp? = nil
  ) -> IntakeRecord {
    IntakeRecord(
      location: "x", timestamp: time(0), state: state, receipt: "", firstSeenAt: time(0),
      changedAt: time(0), nextAttemptAt: next)
  }

  private func decide(
    _ target: IntakeDecision.Target = .init(), _ known: IntakeRecord? = nil
  ) -> IntakeDecision {
    IntakeDecision(
      IntakeDecisionTests.time(0), target: target, known: known, now: IntakeDecisionTests.time(100))
  }

  @Test func `a dump that nobody has seen is loaded`() { #expect(decide() == .load) }

  @Test func `what the target holds decides before all that is remembered`() {
    let (before, same, after) = (
      IntakeDecisionTests.time(-1), IntakeDecisionTests.time(0), IntakeDecisionTests.time(1)
    )
    for state in IntakeRecord.State.allCases {
      let known = IntakeDecisionTests.record(state, next: after)
      #expect(decide(.init(oldest: same, newest: same), known) == .done)
      #expect(decide(.init(oldest: before, newest: after), known) == .stale(later: after))
    }
    // Somebody has put an older file in its place, or some of its tables are of an older dump.
    #expect(
      decide(.init(oldest: before, newest: before), IntakeDecisionTests.record(.loaded)) == .load)
    #expect(decide(.init(oldest: before, newest: same)) == .load)
  }

  @Test func `a load that a crash has ended is begun again, one that is kept out is not`() {
    #expect(decide(.init(), IntakeDecisionTests.record(.loading)) == .load)
    #expect(decide(.init(), IntakeDecisionTests.record(.quarantined)) == .quarantined)
  }

  @Test func `a try that has its time waits for it, unless the clock was set back`() {
    let soon = IntakeDecisionTests.time(130)
    for state in [IntakeRecord.State.waiting, .retrying] {
      #expect(decide(.init(), IntakeDecisionTests.record(state, next: soon)) == .retry(at: soon))
      let past = IntakeDecisionTests.time(99)
      #expect(decide(.init(), IntakeDecisionTests.record(state, next: past)) == .load)
      let far = IntakeDecisionTests.time(100_000)
      #expect(decide(.init(), IntakeDecisionTests.record(state, next: far)) == .load)
    }
  }

  @Test func `each ending has its consequence`() {
    func failure(_ outcome: Outcome, attempts: Int = 1, waited: Int64 = 0) -> IntakeFailure {
      IntakeFailure(
        outcome, attempts: attempts, waited: .seconds(waited), limit: .seconds(60), share: 1)
    }
    #expect(failure(.incomplete) == .wait)
    #expect(failure(.incomplete, waited: 60) == .quarantine)
    #expect(failure(.corrupt) == .quarantine)
    #expect(failure(.refused) == .quarantine)
    #expect(failure(.usage) == .quarantine)
    #expect(failure(.interrupted) == .stopped)
    #expect(failure(.terminated) == .stopped)
    #expect(failure(.locked, attempts: 99) == .retry(after: .seconds(5)))
    #expect(failure(.transient) == .retry(after: .seconds(2)))
    #expect(failure(.transient, attempts: 4) == .retry(after: .seconds(16)))
    #expect(failure(.accessDenied, attempts: 60) == .retry(after: .seconds(600)))
    #expect(failure(.failed, attempts: 4) == .retry(after: .seconds(16)))
    #expect(failure(.failed, attempts: 5) == .quarantine)
  }

  /// Whatever comes in whatever order, with a crash after any step: the model of the whole.
  @Test func `in the end the latest dump is loaded, and none twice`() {
    var random = SeededGenerator()
    for _ in 0..<2_000 {
      var target = IntakeDecision.Target()
      var known: [Timestamp: IntakeRecord] = [:]
      var loads: [Timestamp: Int] = [:]
      var current = IntakeDecisionTests.time(0)
      for step in 0..<30 {
        let now = IntakeDecisionTests.time(Int64(step))
        if Int.random(in: 0..<3, using: &random) == 0 {
          current = IntakeDecisionTests.time(Int64(Int.random(in: 0...9, using: &random)))
        }
        let seen = known[current]
        guard case .load = IntakeDecision(current, target: target, known: seen, now: now) else {
          continue
        }
        var record = IntakeDecisionTests.record(.loading)
        record.timestamp = current
        known[current] = record
        switch Int.random(in: 0..<4, using: &random) {
        // A crash before the commit, and one after it.
        case 0: continue
        case 1: break
        default: known[current]?.state = .loaded
        }
        target = .init(oldest: current, newest: current)
        loads[current, default: 0] += 1
      }
      #expect(loads.values.allSatisfy { $0 == 1 }, "seed \(random.seed)")
      #expect(target.newest == loads.keys.max(), "seed \(random.seed)")
    }
  }

  @Test(arguments: [
    ("04:00,15:00", "2026-11-23T03:59:59Z", "2026-11-22T15:00:00Z", "2026-11-23T04:00:00Z"),
    ("15:00, 04:00", "2026-11-23T04:00:00Z", "2026-11-23T04:00:00Z", "2026-11-23T15:00:00Z"),
    ("09:30", "2026-12-31T23:00:00Z", "2026-12-31T09:30:00Z", "2027-01-01T09:30:00Z"),
  ])
  func `deliveries before and after a time are found`(
    text: String, now: String, before: String, after: String
  ) throws {
    let schedule = try Schedule(parsing: text)
    let now = try Timestamp(parsing: now)
    #expect(schedule.delivery(before: now) == (try Timestamp(parsing: before)))
    #expect(schedule.delivery(after: now) == (try Timestamp(parsing: after)))
  }

  @Test func `a delivery is late once its grace is over and the dump is not there`() throws {
    let due = try Timestamp(parsing: "2026-11-23T04:00:00Z")
    let yesterday = try Timestamp(parsing: "2026-11-22T15:03:00Z")
    let early = try Timestamp(parsing: "2026-11-23T03:58:00Z")
    let soon = try Timestamp(parsing: "2026-11-23T05:59:00Z")
    let late = try Timestamp(parsing: "2026-11-23T06:00:00Z")
    let grace = Duration.seconds(7_200)
    #expect(Schedule.paid.overdue(newest: yesterday, now: soon, grace: grace) == nil)
    #expect(Schedule.paid.overdue(newest: yesterday, now: late, grace: grace) == due)
    #expect(Schedule.paid.overdue(newest: nil, now: late, grace: grace) == due)
    #expect(Schedule.paid.overdue(newest: early, now: late, grace: grace) == nil)
  }

  @Test(arguments: ["", "4:00", "24:00", "04:60", "04:00,", "noon"])
  func `what is no schedule says so`(text: String) {
    let error = #expect(throws: DumpError.self) { try Schedule(parsing: text) }
    #expect(error?.code == .badSchedule)
  }
}
