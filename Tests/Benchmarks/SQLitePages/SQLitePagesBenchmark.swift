import Foundation
import SQLiteTables

/// The page builder beside prepared INSERT: 2 million rows of 12 columns, about 110 bytes each.
///
///     swift run -c release SQLitePagesBenchmark [rounds] [page size] [case]
///
/// Prints CPU and wall nanoseconds a row, the minimum of all rounds. `floor` writes as many bytes
/// from one hot buffer: nothing that makes a file can be quicker. `encode` makes pages and drops
/// them. Files of the page builder are synced to the disk, those of `prepared INSERT` are not.
@main
struct SQLitePagesBenchmark {
  static let blockCount = 32
  static let rowsPerBlock = 16_384
  static let blocksPerRun = 122

  static var rowCount: Int { rowsPerBlock * blocksPerRun }

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let rounds = arguments.first ?? 3
    let pageSize = try arguments.count > 1 ? PageSize(arguments[1]) : .standard
    let only = CommandLine.arguments.dropFirst(3).first ?? ""
    let rows = (0..<blockCount).map { SampleRows(seed: UInt64($0), count: rowsPerBlock) }
    let path = FileManager.default.temporaryDirectory
      .appending(path: "receipt-benchmark-\(getpid()).db").path
    defer { unsafe unlink(path) }

    var best: [String: Cost] = [:]
    let cases: [(String, () throws -> Void)] = [
      ("floor", { try floor(path) }),
      ("encode", { try build(rows, path, pageSize, threads: 1, discard: true) }),
      ("pages, 1 thread", { try build(rows, path, pageSize, threads: 1) }),
      ("pages, 2 threads", { try build(rows, path, pageSize, threads: 2) }),
      ("prepared INSERT", { try insert(rows, path, pageSize) }),
    ]
    for _ in 0..<rounds {
      for (name, body) in cases where name.hasPrefix(only) {
        unsafe unlink(path)
        let cost = try Cost.of(body)
        best[name] = best[name].map { $0.minimum(cost) } ?? cost
      }
    }
    for (name, _) in cases {
      guard let cost = best[name] else { continue }
      let cpu = Int(cost.cpu / Double(rowCount))
      let wall = Int(cost.wall / Double(rowCount))
      print("\(name): \(cpu) ns CPU, \(wall) ns wall a row")
    }
  }

  struct Discard: PageSink {
    func write(_ pages: Span<UInt8>, firstPage: UInt32) throws(SQLiteError) {}
  }

  static func build(
    _ rows: [SampleRows], _ path: String, _ pageSize: PageSize, threads: Int, discard: Bool = false
  ) throws {
    let staged =
      discard
      ? nil
      : try StagedDatabase(
        for: path, pageSize: pageSize,
        tables: [TableDefinition(name: "t", columns: SampleRows.columns)])
    let table =
      try staged?.tables[0]
      ?? TablePages(
        name: "t", columnCount: SampleRows.columns.count, rootPage: 2,
        file: PageFile(pageSize: pageSize, pageCount: 2, sink: Discard()))
    let share = blocksPerRun / threads
    inParallel(threads) { thread in
      do {
        var writer = LeafRunWriter(table)
        for block in (thread * share)..<((thread + 1) * share) {
          try writer.append(
            columns: rows[block % blockCount].cells, rowCount: rowsPerBlock,
            firstRowID: Int64(block * rowsPerBlock + 1))
        }
        try writer.finish()
      } catch {
        print(error)
      }
    }
    if let staged {
      _ = try staged.finish()
      try staged.publish(replacing: true)
    } else {
      _ = try table.finish()
    }
  }

  static func insert(_ rows: [SampleRows], _ path: String, _ pageSize: PageSize) throws {
    let database = try Database(path: path, mode: .create)
    try database.execute(
      """
      PRAGMA page_size = \(pageSize.byteCount); PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -262144;
      """)
    try database.execute(
      TableDefinition(name: "t", columns: SampleRows.columns).createStatement)
    try database.execute("BEGIN")
    let list = [String](repeating: "?", count: SampleRows.columns.count).joined(separator: ",")
    let statement = try database.prepare("INSERT INTO t VALUES (\(list))")
    for block in 0..<blocksPerRun {
      try rows[block % blockCount].insert(with: statement)
    }
    try database.execute("COMMIT")
  }

  static func floor(_ path: String) throws {
    let buffer = [UInt8](repeating: 1, count: 1 << 20)
    let file = unsafe open(path, O_CREAT | O_WRONLY, 0o644)
    defer { close(file) }
    for _ in 0..<((rowCount * 111) >> 20) {
      unsafe buffer.withUnsafeBytes { _ = unsafe Foundation.write(file, $0.baseAddress, $0.count) }
    }
  }
}
