import Foundation
import TestSupport
import Testing

extension CopyRunTests {
  /// What happens to a run while its statements are at work.
  @Suite struct Races {
    @Test(arguments: TestWarehouse.kinds)
    func `a publication that Ctrl-C stops does not become live later`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let scratch = try Scratch()
      try await warehouse.setFaults(
        #"[{"sql": "LOCK TABLE|BEGIN TRANSACTION", "type": "slow", "seconds": 6, "times": 1}]"#)
      let process = try warehouse.start(try await CopyRunTests.dumps.value.first, in: scratch)
      while process.isRunning, try await warehouse.tables().filter({ $0.contains("stg") }).count < 3
      {
        try await Task.sleep(for: .milliseconds(50))
      }
      try await Task.sleep(for: .seconds(2))
      #expect(process.isRunning)
      process.interrupt()
      process.waitUntilExit()
      #expect(process.terminationStatus == 130)
      #expect(try scratch.text("errors").contains("the target's ledger decides"))
      try await Task.sleep(for: .seconds(6))
      #expect(try await warehouse.counts("receipt_loads") == [0])
      #expect(try await !warehouse.tables().contains { $0.contains("stg") })
    }

    @Test(arguments: TestWarehouse.kinds)
    func `a run that another one of other tables has overtaken copies its own all the same`(
      kind: TestWarehouse.Kind
    ) async throws {
      let warehouse = try await TestWarehouse(kind)
      let scratch = try Scratch()
      let store = try await CopyRunTests.dumps.value.first
      try await warehouse.setFaults(
        #"[{"sql": "COPY .*b__stg", "type": "slow", "seconds": 8, "times": 1}]"#)
      let process = try warehouse.start(store, "--tables", "a,b", in: scratch)
      while process.isRunning, try await warehouse.tables().filter({ $0.contains("stg") }).isEmpty {
        try await Task.sleep(for: .milliseconds(50))
      }
      try await Task.sleep(for: .seconds(1))
      let other = try warehouse.copy(store, "--tables", "c", in: scratch)
      #expect(other.status == 0, "\(other.errors)")
      #expect(process.isRunning)
      process.waitUntilExit()
      let errors = try scratch.text("errors")
      #expect(process.terminationStatus == 0, "\(errors)")
      #expect(
        try await warehouse.counts("a", "b", "c", "receipt_loads", "receipt_tables")
          == [10, 10, 10, 2, 3])
      #expect(try await !warehouse.tables().contains { $0.contains("stg") })
    }
  }
}
