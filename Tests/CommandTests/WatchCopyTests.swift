import Foundation
import ObjectStorage
import TestSupport
import Testing

extension CopyRunTests {
  /// `receipt watch --copy-to` against the stand-ins of warehouses, by way of the proxy.
  @Suite struct Watched {
    private static let dump = ["a": ["base"], "b": ["half", "half"], "c": ["base"]]

    private static func variables(_ warehouse: TestWarehouse) -> [String: String] {
      Dictionary(
        warehouse.assignments().map { text in
          let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }, uniquingKeysWith: { first, _ in first })
    }

    /// The flags of `receipt copy`, without the words that are not a watch's.
    private static func flags(_ warehouse: TestWarehouse) -> [String] {
      Array(warehouse.arguments("").dropFirst(5))
    }

    private static func watch(
      _ warehouse: TestWarehouse, _ store: S3Store, _ more: String..., in scratch: Scratch
    ) throws -> Daemon {
      try Daemon(
        ["watch", store.description, "--copy-to", warehouse.kind.description]
          + flags(warehouse) + ["--state", "s.sqlite", "--every", "200ms"] + more,
        environment: variables(warehouse), in: scratch)
    }

    private static func put(
      _ timestamp: String, _ files: [String: Int] = ["a": 1, "b": 2, "c": 1], in store: S3Store
    ) async throws {
      try await store.put(
        "receipt.json", Array(SampleDump.receipt(files, timestamp: timestamp).utf8))
    }

    @Test(arguments: TestWarehouse.kinds)
    func `every new receipt is copied once, by what the configuration file says`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let scratch = try Scratch()
      let store = try await Dumps.dump(Self.dump, Moment.second)
      var lines = [
        "state: s.sqlite", "every: 200ms", "watches:", "  - location: \(store.description)",
      ]
      lines.append("    copy-to: \(kind.description)")
      let flags = Self.flags(warehouse)
      for index in stride(from: 0, to: flags.count, by: 2) {
        lines.append("    \(flags[index].dropFirst(2)): \(flags[index + 1])")
      }
      try scratch.write(lines.joined(separator: "\n"), to: "receipt.yaml")
      let arguments = ["watch", "--config", "receipt.yaml"]
      let daemon = try Daemon(
        arguments, environment: Self.variables(warehouse), in: scratch)
      _ = try daemon.line(with: " loaded ", within: 60)
      #expect(
        try await warehouse.counts("a", "b", "c", "receipt_loads", "receipt_tables")
          == [10, 10, 10, 1, 3])
      // The same receipt again, with other bytes.
      let same = SampleDump.receipt(["a": 1, "b": 2, "c": 1], timestamp: Moment.second) + "\n"
      try await store.put("receipt.json", Array(same.utf8))
      _ = try daemon.line(with: "nothing new")
      try await Self.put(Moment.third, in: store)
      _ = try daemon.line(with: " loaded ", count: 2, within: 60)
      try await Self.put(Moment.first, in: store)
      _ = try daemon.line(with: "stale")
      #expect(daemon.end() == 143)
      #expect(try await warehouse.counts("a", "b", "c", "receipt_loads") == [10, 10, 10, 2])
      #expect(try await warehouse.tables().count == 5)

      // Without what the watch has remembered, the ledger in the warehouse still knows.
      for suffix in ["", "-wal", "-shm"] where scratch.exists("s.sqlite" + suffix) {
        try scratch.remove("s.sqlite" + suffix)
      }
      let again = try Daemon(arguments, environment: Self.variables(warehouse), in: scratch)
      _ = try again.line(with: "stale", within: 60)
      try await Self.put(Moment.third, in: store)
      _ = try again.line(with: "nothing new: it was loaded meanwhile", within: 60)
      #expect(again.end() == 143)
      #expect(!again.lines.contains { $0.contains("kept out") }, "\(again.lines)")
      #expect(try await warehouse.counts("receipt_loads") == [2])
    }

    @Test(arguments: TestWarehouse.kinds)
    func `a warehouse that is away is tried until it is back`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let scratch = try Scratch()
      let store = try await Dumps.dump(Self.dump, Moment.first)
      try await warehouse.setRules(
        #"[{"times": -1, "action": {"type": "status", "status": 503}}]"#)
      let daemon = try Self.watch(warehouse, store, in: scratch)
      _ = try daemon.line(with: "not loaded, next try", within: 120)
      try await warehouse.setRules("[]")
      _ = try daemon.line(with: " loaded ", within: 120)
      #expect(daemon.end() == 143)
      #expect(try await warehouse.counts("a", "b", "c", "receipt_loads") == [10, 10, 10, 1])
    }

    @Test(arguments: TestWarehouse.kinds)
    func `a dump that a gate refuses is kept out, and copied when somebody says so`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let scratch = try Scratch()
      let store = try await Dumps.dump(Self.dump, Moment.first)
      let daemon = try Self.watch(warehouse, store, in: scratch)
      _ = try daemon.line(with: " loaded ", within: 60)
      try await store.put(SampleDump.file("b", 0), Array(try SampleDump.fixture("no-rows")))
      try await Self.put(Moment.second, ["a": 1, "b": 1, "c": 1], in: store)
      #expect(try await store.delete([SampleDump.file("b", 1)]).isEmpty)
      let line = try daemon.line(with: "kept out, the old data stays", within: 60)
      #expect(line.contains("table-emptied"), "\(line)")
      #expect(daemon.end() == 143)
      #expect(try await warehouse.counts("a", "b", "c", "receipt_loads") == [10, 10, 10, 1])
      func retry(_ more: String...) throws -> Command.Result {
        try Command.run(
          under: warehouse.assignments(),
          [
            "retry", "2026-11-20T15:03", store.description, "--copy-to",
            kind.description,
          ] + Self.flags(warehouse) + ["--state", "s.sqlite"] + more, in: scratch)
      }
      #expect(try retry().status == 22)
      let allowed = try retry("--allow-empty", "b")
      #expect(allowed.status == 0, "\(allowed.errors)")
      #expect(try await warehouse.counts("a", "b", "c", "receipt_loads") == [10, 0, 10, 2])
    }

    @Test(arguments: TestWarehouse.kinds)
    func `a watch that is killed while it copies leaves no mixture, and the next one ends it`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let scratch = try Scratch()
      let store = try await Dumps.dump(Self.dump, Moment.first)
      for _ in 0..<4 {
        let daemon = try Self.watch(warehouse, store, in: scratch)
        // Once it was quick it is done, and the next ones have nothing to do.
        _ = try daemon.line(with: "watching")
        pause(.milliseconds(Int64.random(in: 0...1_500)))
        _ = daemon.end(SIGKILL)
      }
      let daemon = try Self.watch(warehouse, store, in: scratch)
      for _ in 0..<6_000
      where !daemon.lines.contains(where: { $0.contains(" loaded ") || $0.contains("nothing new") })
      {
        pause(.milliseconds(20))
      }
      #expect(daemon.end() == 143)
      #expect(
        try await warehouse.counts("a", "b", "c", "receipt_loads") == [10, 10, 10, 1],
        "\(daemon.lines)")
    }

    @Test(.enabled(if: PeerScript.works), arguments: TestWarehouse.kinds)
    func `as a function it copies what an event tells of, and needs no lasting state`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let scratch = try Scratch()
      let store = try await Dumps.dump(Self.dump, Moment.first)
      let runtime = try PeerScript("lambda_rapi.py", in: scratch)
      var environment = Self.variables(warehouse)
      environment["AWS_LAMBDA_RUNTIME_API"] = "127.0.0.1:\(runtime.port)"
      environment["RECEIPT_LOCATION"] = store.description
      environment["RECEIPT_COPY_TO"] = kind.description
      let flags = Self.flags(warehouse)
      for index in stride(from: 0, to: flags.count, by: 2) {
        let name = flags[index].dropFirst(2).uppercased().replacing("-", with: "_")
        environment["RECEIPT_" + name] = flags[index + 1]
      }
      let parts = store.description.dropFirst("s3://".count).split(separator: "/", maxSplits: 1)
      let event =
        #"{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":"#
        + #"{"name":"\#(parts[0])"},"object":{"key":"\#(parts[1])/receipt.json"}}}]}"#
      for (count, text) in ["loaded", "nothing new: it was loaded meanwhile"].enumerated() {
        // Each time a function that knows nothing of the last one.
        environment["RECEIPT_STATE"] = "state-\(count)"
        let daemon = try Daemon(["lambda"], environment: environment, in: scratch)
        let answer = try HTTP.post(runtime.url + "/_control/invoke?timeout=60", event)
        #expect(answer.body.contains(#""kind": "response""#), "\(answer.body)\n\(daemon.lines)")
        #expect(daemon.lines.contains { $0.contains("\"\(text)\"") }, "\(daemon.lines)")
        _ = daemon.end(SIGKILL)
      }
      #expect(try await warehouse.counts("a", "b", "c", "receipt_loads") == [10, 10, 10, 1])
    }
  }
}
