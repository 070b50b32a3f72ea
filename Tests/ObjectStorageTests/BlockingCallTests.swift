import Foundation
import Synchronization
import Testing

@testable import ObjectStorage

@Suite struct BlockingCallTests {
  @Test func `in a scope that was cancelled, what has begun is waited for`() async {
    let scope = BlockingScope()
    scope.cancel()
    let hasEnded = Mutex(false)
    let seen = await withCheckedContinuation { (done: CheckedContinuation<Bool, Never>) in
      let thread = Thread {
        BlockingScope.$current.withValue(scope) {
          // A file system does not hear that a task was cancelled.
          _ = try? blocking {
            let end = ContinuousClock.now + .milliseconds(200)
            while ContinuousClock.now < end {}
            hasEnded.withLock { $0 = true }
          }
        }
        done.resume(returning: hasEnded.withLock { $0 })
      }
      thread.start()
    }
    #expect(seen)
  }
}
