import Foundation
import TestSupport

/// A table of random rows with a key and a checksum, as the dumps have them, and what becomes of it
/// from one dump to the next.
struct RandomTable {
  struct Row: Hashable {
    var key: (id: Int?, part: String?)
    var note: String?
    var price: Double?
    var version = 0

    /// The row's values as SQL; the checksum changes with any of them.
    var sql: String {
      let texts = [key.part, note].map { $0.map { "'\($0)'" } ?? "NULL" }
      let id = key.id.map(String.init) ?? "NULL"
      let amount = price.map { "\($0)" } ?? "NULL"
      return "(\(id), \(texts[0]), \(texts[1]), \(amount), \(version), "
        + "'\(checksum)')"
    }

    private var checksum: String { "sum \(note ?? "-") \(price ?? 0) \(version)" }

    static func == (left: Row, right: Row) -> Bool { left.sql == right.sql }
    func hash(into hasher: inout Hasher) { hasher.combine(sql) }
  }

  static let columns =
    "id INTEGER, part TEXT, note TEXT, price REAL, version INTEGER, row_checksum TEXT"

  var rows: [Row]

  init(rowCount: Int, using random: inout SeededGenerator) {
    rows = (0..<rowCount).map { RandomTable.row($0, using: &random) }
    rows.shuffle(using: &random)
  }

  private static func row(_ id: Int, using random: inout SeededGenerator) -> Row {
    let length = [0, 5, 40, 3_000].randomElement(using: &random) ?? 0
    let note = String((0..<length).map { _ in "abcdefæ".randomElement(using: &random) ?? "x" })
    return Row(
      key: (id / 3, "p\(id % 3)"), note: Bool.random(using: &random) ? note : nil,
      price: Bool.random(using: &random) ? Double(Int.random(in: -9...9, using: &random)) / 2 : nil)
  }

  /// What the next dump has: some rows fewer, some more, some others, some elsewhere.
  mutating func advance(share: Double, using random: inout SeededGenerator) {
    let count = max(1, Int(Double(rows.count) * share))
    for _ in 0..<count where !rows.isEmpty {
      let index = Int.random(in: rows.indices, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: rows.remove(at: index)
      case 1: rows[index].version += 1
      case 2: rows.swapAt(index, Int.random(in: rows.indices, using: &random))
      default:
        let id = 1_000_000 + Int.random(in: 0..<1_000_000_000_000, using: &random)
        rows.insert(RandomTable.row(id, using: &random), at: index)
      }
    }
  }
}

extension Scratch {
  /// Makes a dump of tables by way of a database.
  ///
  /// - Parameters:
  ///   - tables: the tables by name.
  ///   - name: the folder; one that is there is replaced.
  ///   - timestamp: the dump's id.
  ///   - columns: the tables' columns.
  ///   - sql: what becomes of the database before the dump is made of it.
  /// - Throws: what SQLite and the file system report.
  func makeDump(
    of tables: [String: RandomTable], at name: String = "dump", timestamp: String,
    columns: String = RandomTable.columns, after sql: String = ""
  ) throws {
    for path in [name, "source.sqlite"] where exists(path) { try remove(path) }
    let database = try LoadedDatabase(self, "source.sqlite")
    try database.execute("BEGIN")
    for (table, content) in tables {
      try database.execute("CREATE TABLE \(table) (\(columns))")
      for chunk in stride(from: 0, to: content.rows.count, by: 200) {
        let rows = content.rows[chunk..<min(chunk + 200, content.rows.count)]
        try database.execute(
          "INSERT INTO \(table) VALUES " + rows.map(\.sql).joined(separator: ", "))
      }
    }
    try database.execute("COMMIT")
    try database.execute(sql)
    let result = try Command.run(
      "export", "source.sqlite", name, "--timestamp", timestamp, "--files", "3",
      "--row-group-rows", "150", in: self)
    guard result.status == 0 else { throw ExportFailed(errors: result.errors) }
  }

  /// All rows of a table, sorted, one text each.
  func sortedRows(of table: String, in name: String = "crm.sqlite") throws -> [String?] {
    try LoadedDatabase(self, name).values(
      """
      SELECT quote(id) || quote(part) || quote(note) || quote(price) || quote(version)
        || quote(row_checksum) AS row FROM "\(table)" ORDER BY row
      """)
  }
}

/// The tool could not write a dump.
struct ExportFailed: Error {
  let errors: String
}
