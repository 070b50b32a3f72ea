import Foundation
import ObjectStorage
import TestSupport
import Testing

extension S3FaultTests {
  /// `receipt prune` on a bucket that does not do as it is told.
  @Suite(.serialized, .enabled(if: Peer.faultProxy.url != nil)) struct PruneFaultTests {
    private static let peer = Peer.faultProxy

    private func run(_ store: S3Store, _ arguments: String..., in scratch: Scratch) throws
      -> Command.Result
    {
      try Command.run(
        under: Self.peer.assignments,
        ["prune", store.description, "--orphan-grace", "0s", "--timeout", "1"] + arguments,
        in: scratch)
    }

    private func location() async throws -> S3Store {
      try await Self.peer.reset()
      let store = try await Self.peer.store()
      try await DumpSeries.example.upload(to: store)
      try await Self.peer.reset()
      return store
    }

    @Test func `a key that cannot be deleted is told, and the other dumps go`() async throws {
      let scratch = try Scratch()
      let store = try await location()
      let key = "2026-11-01T04:03/a/000000000000.parquet"
      let error =
        "<DeleteResult><Error><Key>\(store.location.prefix)\(key)</Key><Code>AccessDenied</Code>"
        + "<Message>Object is locked</Message></Error></DeleteResult>"
      try await Self.peer.setRules(
        """
        [{"method": "POST", "query": "delete", "times": 1, "action":
          {"type": "replace", "status": 200, "body": "\(error)"}}]
        """)
      let result = try run(store, "--apply", in: scratch)
      #expect(result.status == 3, "\(result.errors)")
      #expect(result.output.contains("failed 2026-11-01T04:03: "))
      #expect(result.output.contains("\(key): Object is locked (AccessDenied)"))
      #expect(result.output.contains("deleted 2 of 3 dumps"))
      try await Self.peer.reset()
    }

    @Test func `a fault at any request ends well, or cleanly before the first deletion`()
      async throws
    {
      let scratch = try Scratch()
      let faults = [
        #"{"type": "status", "status": 503, "code": "SlowDown"}"#, #"{"type": "reset"}"#,
        #"{"type": "reset_after"}"#, #"{"type": "truncate"}"#, #"{"type": "garbage"}"#,
      ]
      var store = try await location()
      #expect(try run(store, "--apply", in: scratch).status == 0)
      let expected = try await store.list(prefix: "").map(\.key)
      let count = try await Self.peer.log().count
      #expect(count > 10)
      for index in 0..<count {
        let fault = faults[index % faults.count]
        store = try await location()
        try await Self.peer.setRules(#"[{"skip": \#(index), "times": 1, "action": \#(fault)}]"#)
        let result = try run(store, "--apply", in: scratch)
        try await Self.peer.reset()
        #expect(result.status == 0, "request \(index), \(fault): \(result.errors)")
        #expect(try await store.list(prefix: "").map(\.key) == expected, "request \(index)")
      }
    }

    @Test func `a server that fails for good in the middle leaves a report`() async throws {
      let scratch = try Scratch()
      let store = try await location()
      try await Self.peer.setRules(
        """
        [{"method": "POST", "query": "delete", "skip": 1, "times": -1,
          "action": {"type": "status", "status": 400, "code": "InvalidRequest"}}]
        """)
      let result = try run(store, "--apply", in: scratch)
      #expect(result.status == 3, "\(result.errors)")
      #expect(result.output.contains("deleted 1 of 3 dumps"))
      #expect(result.output.contains("ended early: "))
      try await Self.peer.reset()
      #expect(try run(store, "--apply", in: scratch).status == 0)
    }

    @Test func `killed between any two deletions and done again, it ends the same`() async throws {
      let scratch = try Scratch()
      var store = try await location()
      #expect(try run(store, "--apply", in: scratch).status == 0)
      let expected = try await store.list(prefix: "").map(\.key)
      for number in 0..<3 {
        store = try await location()
        // The server does as it is told, and the answer does not come.
        try await Self.peer.setRules(
          """
          [{"method": "POST", "query": "delete", "skip": \(number), "times": 1,
            "action": {"type": "hang", "ms": 20000}}]
          """)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
          Self.peer.assignments + [
            Command.path, "prune", store.description, "--apply", "--orphan-grace", "0s",
          ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        var asked = 0
        for _ in 0..<100 where asked <= number {
          pause(.milliseconds(50))
          asked = try await Self.peer.log().count { $0.query.contains("delete") }
          if try await Self.peer.log().contains(where: { $0.outcome.contains("hang") }) { break }
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try await Self.peer.reset()
        let again = try run(store, "--apply", in: scratch)
        #expect(again.status == 0, "\(again.errors)")
        #expect(try await store.list(prefix: "").map(\.key) == expected, "kill \(number)")
      }
    }
  }
}
