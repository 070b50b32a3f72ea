import Testing

@testable import CurlHTTP

/// How many exchanges at once a server is given.
struct PaceTests {
  @Test func `a near server gets few exchanges at once, a far one all that are allowed`() {
    var pace = Pace(limit: 32)
    #expect(pace.exchangeCount == 4)
    pace.learn(.milliseconds(50))
    #expect(pace.exchangeCount == 32)
    // Only the quickest answer says how near it is: others have waited in its queue.
    pace.learn(.milliseconds(4))
    #expect(pace.exchangeCount == 16)
    pace.learn(.milliseconds(40))
    #expect(pace.exchangeCount == 16)
    pace.learn(.microseconds(300))
    #expect(pace.exchangeCount == 4)
  }

  @Test func `no more are made than allowed, however far the server is`() {
    var pace = Pace(limit: 2)
    #expect(pace.exchangeCount == 2)
    pace.learn(.seconds(10))
    #expect(pace.exchangeCount == 2)
  }
}
