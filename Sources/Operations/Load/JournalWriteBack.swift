internal import CReceiptSystem
import Glibc

/// Has the system write a rollback journal to the disk while SQLite still adds to it.
///
/// SQLite may not touch the database before the journal is on the disk as a whole, and waits for that
/// with the database locked. It waits less if most of it is there already. Nothing depends on this: it
/// is SQLite that makes sure of the journal. With a write-ahead log there is none, and nothing to do.
struct JournalWriteBack: Sendable {
  private let path: String

  /// The journal of a database file.
  init(ofDatabase path: String) { self.path = path + "-journal" }

  /// Does a transaction's work, and writes the journal back meanwhile.
  ///
  /// - Returns: what the work returns.
  /// - Throws: what the work throws.
  func during<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await onOneThread { isCancelled in
          while !isCancelled() {
            writeBack(until: isCancelled)
            usleep(JournalWriteBack.pause)
          }
        }
      }
      defer { group.cancelAll() }
      return try await work()
    }
  }

  /// Between two looks, in microseconds.
  private static let pause: UInt32 = 4_000

  /// Writes until SQLite has deleted the journal; there is none in most moments.
  private func writeBack(until isCancelled: () -> Bool) {
    let file = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { return }
    // Another file than the database: no lock of this process goes with it.
    defer { close(file) }
    while !isCancelled() {
      var status = stat()
      guard unsafe fstat(file, &status) == 0, status.st_nlink > 0 else { return }
      // Begun and not waited for.
      _ = receipt_begin_write_back(file)
      usleep(JournalWriteBack.pause)
    }
  }
}
