#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A number that threads wait for to be above zero.
@safe
final class Semaphore: @unchecked Sendable {  // Semaphores of the system are made for that.
  private let semaphore: UnsafeMutablePointer<sem_t>

  init(_ value: Int) {
    unsafe semaphore = .allocate(capacity: 1)
    unsafe sem_init(semaphore, 0, UInt32(value))
  }

  deinit {
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  /// Waits until the number is above zero, and takes one away.
  func wait() { while unsafe sem_wait(semaphore) != 0 {} }

  /// Adds one.
  func post() { unsafe _ = sem_post(semaphore) }
}

private final class ThreadWork: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Runs a closure on a thread that is made for it.
///
/// - Returns: whether there is a thread; without one the closure does not run.
func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  let argument = unsafe Unmanaged.passRetained(ThreadWork(body)).toOpaque()
  var thread = pthread_t()
  let code = unsafe pthread_create(
    &thread, nil,
    { argument in
      guard let argument = unsafe argument else { return nil }
      unsafe Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().run()
      return nil
    }, argument)
  guard code == 0 else {
    unsafe Unmanaged<ThreadWork>.fromOpaque(argument).release()
    return false
  }
  pthread_detach(thread)
  return true
}
