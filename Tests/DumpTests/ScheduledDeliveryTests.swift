import Dump
import TestSupport
import Testing

/// Deliveries that a schedule promises, held against the dumps that came.
struct ScheduledDeliveryTests {
  private func time(_ text: String) throws -> Timestamp { try Timestamp(parsing: text + ":00Z") }

  @Test func `each delivery is in time, late, missing or awaited`() throws {
    let dumps = try [
      "2026-11-20T04:03", "2026-11-20T14:45", "2026-11-21T07:00", "2026-11-22T03:29",
    ].map(time)
    let deliveries = Schedule.paid.deliveries(
      since: try time("2026-11-20T00:00"), of: dumps, now: try time("2026-11-22T04:10"),
      grace: .seconds(7_200))
    #expect(
      deliveries.map(\.due)
        == (try [
          "2026-11-20T04:00", "2026-11-20T15:00", "2026-11-21T04:00", "2026-11-21T15:00",
          "2026-11-22T04:00", "2026-11-22T15:00",
        ].map(time)))
    // The last dump was begun 31 minutes before its time: it is the delivery before, very late.
    #expect(deliveries.map(\.state) == [.delivered, .delivered, .late, .late, .awaited, .awaited])
    #expect(deliveries.map(\.dump) == dumps.map { $0 } + [nil, nil])
    let later = Schedule.paid.deliveries(
      since: try time("2026-11-22T00:00"), of: dumps, now: try time("2026-11-22T06:01"),
      grace: .seconds(7_200))
    #expect(later.map(\.state) == [.missing, .awaited])
  }

  @Test func `what overdue says and what deliveries say is the same`() throws {
    var random = SeededGenerator()
    let start = try time("2026-11-01T00:00")
    for _ in 0..<2_000 {
      let schedule = [Schedule.free, .paid].randomElement(using: &random) ?? .free
      func moment() throws -> Timestamp {
        try #require(start.advanced(by: .seconds(60 * Int.random(in: 0...14_400, using: &random))))
      }
      let now = try moment()
      let dumps = try (0..<Int.random(in: 0...5, using: &random)).map { _ in try moment() }
        .filter { $0 <= now }
      let grace = Duration.seconds(60 * Int.random(in: 0...300, using: &random))
      let deliveries = schedule.deliveries(
        since: try #require(start.advanced(by: .seconds(-86_400 * 3))), of: dumps, now: now,
        grace: grace)
      let overdue = schedule.overdue(newest: dumps.max(), now: now, grace: grace)
      let last = deliveries.last { $0.state == .missing }
      let delivered = deliveries.last { $0.dump != nil }
      if let overdue {
        #expect(last?.due == overdue, "seed \(random.seed)")
      } else {
        #expect(
          last == nil || delivered.map { $0.due > last?.due ?? $0.due } ?? false,
          "seed \(random.seed)")
      }
      // Every dump counts at most once, and the order is that of time.
      #expect(deliveries.map(\.due) == deliveries.map(\.due).sorted())
      #expect(Set(deliveries.compactMap(\.dump)).count == deliveries.compactMap(\.dump).count)
    }
  }

  @Test func `no more are told of than were asked for, the last ones`() throws {
    let deliveries = Schedule.free.deliveries(
      since: .earliest, of: [], now: try time("2026-11-20T00:00"), grace: .zero, limit: 3)
    #expect(
      deliveries.map(\.due)
        == (try ["2026-11-18T09:30", "2026-11-19T09:30", "2026-11-20T09:30"].map(time)))
    #expect(
      Schedule.free.deliveries(since: .earliest, of: [], now: .earliest, grace: .zero).count <= 1)
  }
}
