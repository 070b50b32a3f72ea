import Testing

@testable import SQLiteTables

/// Inserts a block through the SQLite library: what the page builder is compared with.
func insert(
  _ block: Block, firstRowID: Int64, into table: String, of database: borrowing Database
) throws {
  let parameters = [String](repeating: "?", count: block.shapes.count + 1).joined(separator: ",")
  let names = block.shapes.indices.map { "c\($0)" }.joined(separator: ",")
  let statement = try database.prepare(
    "INSERT INTO \(quotedIdentifier(table)) (rowid,\(names)) VALUES (\(parameters))")
  try database.execute("BEGIN")
  for row in 0..<block.rowCount {
    try statement.bind(firstRowID + Int64(row), at: 1)
    for column in block.shapes.indices {
      try block.values[column][row].bind(to: statement, at: column + 2)
    }
    try statement.run()
  }
  try database.execute("COMMIT")
}

/// What SQLite finds wrong with a file: `["ok"]` if nothing.
func integrity(of path: String) throws -> [String] {
  let database = try Database(path: path, mode: .readOnly)
  let statement = try database.prepare("PRAGMA integrity_check")
  var findings: [String] = []
  while try statement.step() {
    findings.append(statement.text(0) ?? "")
  }
  return findings
}

/// All rows of a table in the order of the b-tree, each with its rowid in front.
func rows(of table: String, in path: String) throws -> [[Value]] {
  let database = try Database(path: path, mode: .readOnly)
  let statement = try database.prepare("SELECT rowid, * FROM \(quotedIdentifier(table))")
  var rows: [[Value]] = []
  while try statement.step() {
    rows.append((0..<statement.columnCount).map { Value(statement, $0) })
  }
  return rows
}

/// Expects that two files hold the same rows, rowids, values and types, in one table.
func expectSameRows(
  _ table: String, _ path: String, _ other: String, _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let database = try Database(path: path, mode: .readOnly)
  let reference = try Database(path: other, mode: .readOnly)
  let name = quotedIdentifier(table)
  // Two queries: rowid and 2,000 columns would be one too many for a result.
  let sql = "SELECT * FROM \(name) ORDER BY rowid"
  let rowIDs = "SELECT rowid FROM \(name) ORDER BY rowid"
  let actual = try database.prepare(sql)
  let actualRowIDs = try database.prepare(rowIDs)
  let expected = try reference.prepare(sql)
  let expectedRowIDs = try reference.prepare(rowIDs)
  while true {
    let isRow = try actual.step()
    let isExpected = try expected.step()
    let isRowID = try actualRowIDs.step()
    let isExpectedRowID = try expectedRowIDs.step()
    guard isRow == isExpected, isRow == isRowID, isRow == isExpectedRowID else {
      Issue.record("the numbers of rows differ", sourceLocation: sourceLocation)
      return
    }
    guard isRow else { return }
    let rowID = expectedRowIDs.int64(0)
    guard actualRowIDs.int64(0) == rowID else {
      Issue.record("no row has the rowid \(rowID)", sourceLocation: sourceLocation)
      return
    }
    for column in 0..<expected.columnCount {
      let value = Value(actual, column)
      let expectedValue = Value(expected, column)
      guard value == expectedValue else {
        let place = "row \(rowID) column \(column)"
        Issue.record(
          "\(place): \(value) instead of \(expectedValue); \(comment ?? "")",
          sourceLocation: sourceLocation)
        return
      }
    }
  }
}
