import Testing

@testable import Operations

/// Whether all ways in are alive.
struct PulseTests {
  @Test func `a way that is silent for longer than it has said is named, until it is heard of`() {
    let pulse = Pulse()
    let now = ContinuousClock.now
    pulse.expect("one", within: .seconds(10))
    pulse.expect("two", within: .seconds(100))
    #expect(pulse.silent(at: now) { _ in false } == [])
    #expect(pulse.silent(at: now + .seconds(50)) { _ in false } == ["one"])
    #expect(pulse.silent(at: now + .seconds(200)) { _ in false } == ["one", "two"])
    pulse.expect("one", within: .seconds(300))
    #expect(pulse.silent(at: now + .seconds(200)) { _ in false } == ["two"])
    pulse.forget("two")
    #expect(pulse.silent(at: now + .seconds(200)) { _ in false } == [])
  }

  @Test func `a load may take any time, and then the way has its time anew`() {
    let pulse = Pulse()
    let start = ContinuousClock.now
    pulse.expect("one", within: .seconds(10))
    let hours = start + .seconds(20_000)
    #expect(pulse.silent(at: hours) { $0 == "one" } == [])
    #expect(pulse.silent(at: hours + Pulse.lookTime - .seconds(1)) { _ in false } == [])
    #expect(pulse.silent(at: hours + Pulse.lookTime + .seconds(1)) { _ in false } == ["one"])
  }
}
