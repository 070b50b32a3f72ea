import Testing

@testable import SQLiteTables

@Suite struct `A lock` {
  /// As Linux prints them: proc_locks(5).
  private static let listing = """
    1: POSIX  ADVISORY  WRITE 4711 fe:00:1234567 1073741825 1073741825
    2: POSIX  ADVISORY  READ 815 fe:00:1234567 1073741826 1073742335
    2: -> POSIX  ADVISORY  WRITE 99 fe:00:1234567 0 EOF
    3: FLOCK  ADVISORY  WRITE 12 fe:00:7654321 0 EOF
    4: OFDLCK ADVISORY  READ -1 fe:00:1234567 0 EOF
    5: POSIX  ADVISORY  READ 0 fe:00:1234567 128 128
    broken line
    """

  @Test func `has the holders that the system lists for its file`() {
    #expect(LockHolders.parse(`A lock`.listing, file: "fe:00:1234567") == [4_711, 815, 99])
    #expect(LockHolders.parse(`A lock`.listing, file: "fe:00:7654321") == [12])
    #expect(LockHolders.parse(`A lock`.listing, file: "fe:00:1") == [])
    #expect(LockHolders.parse("", file: "fe:00:1234567") == [])
  }

  @Test func `lets one in when the other is done`() throws {
    let directory = try TemporaryDirectory()
    let one = try Database(path: directory.path("a.db"), mode: .create)
    let two = try Database(path: directory.path("a.db"), mode: .create)
    try one.execute("CREATE TABLE t (a)")
    try one.begin(.read, waiting: .zero)
    try two.begin(.read, waiting: .zero)
    try two.execute("COMMIT")
    let error = #expect(throws: SQLiteError.self) {
      try two.begin(.exclusive, waiting: .milliseconds(50))
    }
    #expect(error?.code == .locked)
    #expect(error?.message.hasSuffix("holds it, for longer than 0.05 s") == true)
    try one.execute("COMMIT")
    try two.begin(.exclusive, waiting: .zero)
    let read = #expect(throws: SQLiteError.self) { try one.begin(.read, waiting: .zero) }
    #expect(read?.code == .locked)
    try two.execute("COMMIT")
    // A failed attempt leaves no transaction behind.
    try one.begin(.read, waiting: .zero)
  }

  @Test func `is not waited for once the wait is cancelled`() throws {
    let directory = try TemporaryDirectory()
    let one = try Database(path: directory.path("a.db"), mode: .create)
    let two = try Database(path: directory.path("a.db"), mode: .create)
    try one.begin(.exclusive, waiting: .zero)
    let clock = ContinuousClock()
    let begin = clock.now
    let error = #expect(throws: SQLiteError.self) {
      try two.begin(.exclusive, waiting: .seconds(600)) { true }
    }
    #expect(error?.code == .interrupted)
    #expect(begin.duration(to: clock.now) < .seconds(30))
  }
}

@Suite struct `A path in a URI` {
  @Test(arguments: [
    ("/a/b.sqlite", "/a/b.sqlite"), ("/50% off?.db#1", "/50%25%20off%3F.db%231"),
    ("/ü", "/%C3%BC"),
  ])
  func `means the same file`(path: String, uri: String) {
    #expect(Database.uriPath(path) == uri)
  }
}
