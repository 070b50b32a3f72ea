import Testing

@testable import SQLiteTables

/// How the pages of a table hang together.
@Suite struct `The b-tree of a table` {
  @Test func `is its root page alone when all rows fit one leaf`() throws {
    let built = try BuiltTable([.integers])
    try built.append(.integers(1...100))
    #expect(try built.staged.finishAndPublish() == [100])
    #expect(try built.value("PRAGMA page_count") == "2")
    #expect(try integrity(of: built.path) == ["ok"])
    #expect(try built.value("SELECT sum(c0) FROM t") == "5050")
  }

  @Test func `is the empty leaf that SQLite made when there are no rows`() throws {
    let built = try BuiltTable([.integers])
    try built.append(.integers([]))
    #expect(try built.staged.finishAndPublish() == [0])
    #expect(try built.value("PRAGMA page_count") == "2")
    #expect(try integrity(of: built.path) == ["ok"])
    #expect(try built.value("SELECT count(*) FROM t") == "0")
  }

  @Test func `may hold a single row`() throws {
    let built = try BuiltTable([.integers])
    try built.append(.integers([42]), firstRowID: 7)
    #expect(try built.staged.finishAndPublish() == [1])
    #expect(try rows(of: "t", in: built.path) == [[.integer(7), .integer(42)]])
    #expect(try integrity(of: built.path) == ["ok"])
  }

  @Test func `keeps a single row with overflow pages on its root page`() throws {
    let built = try BuiltTable([.cells], pageSize: 512)
    let text = Value.text([UInt8](repeating: 65, count: 5000))
    try built.append(.cells([text]))
    #expect(try built.staged.finishAndPublish() == [1])
    #expect(try rows(of: "t", in: built.path) == [[.integer(1), text]])
    #expect(try integrity(of: built.path) == ["ok"])
  }

  @Test func `has many interior levels with small pages`() throws {
    let built = try BuiltTable([.cells], pageSize: 512)
    let rowCount = 200_000
    let filler = Value.text([UInt8](repeating: 65, count: 120))
    try built.append(.cells([Value](repeating: filler, count: rowCount)))
    #expect(try built.staged.finishAndPublish() == [rowCount])
    #expect(try integrity(of: built.path) == ["ok"])
    #expect(
      try built.value("SELECT count(*) || ' ' || sum(length(c0)) FROM t") == "200000 24000000")
    // 3 rows a leaf and some 60 children an interior page.
    #expect(
      try built.value("SELECT max(length(path) / 4) FROM dbstat WHERE name = 't'") == "3")
  }

  @Test(arguments: 1...400)
  func `never has an interior page without cells`(leafCount: Int) throws {
    let size = try PageSize(512)
    let children = (1...leafCount).map {
      InteriorPages.Child(page: UInt32($0), lastRowID: Int64($0) << 40)
    }
    let groups = InteriorPages.group(children, pageSize: size)
    #expect(groups.map(\.count).reduce(0, +) == leafCount)
    #expect(groups.first?.lowerBound == 0)
    #expect(zip(groups, groups.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    if leafCount > 1 {
      #expect(groups.allSatisfy { $0.count >= 2 })
    }
  }

  @Test func `is sorted by rowid in whatever order blocks arrive`() throws {
    let built = try BuiltTable([.integers], pageSize: 512)
    var writer = LeafRunWriter(built.table)
    for firstRowID in [2001, 1, 1001, 5001, -999] as [Int64] {
      let block = Block.integers(firstRowID..<(firstRowID + 1000))
      try writer.append(columns: block.columns, rowCount: 1000, firstRowID: firstRowID)
    }
    try writer.finish()
    #expect(try built.staged.finishAndPublish() == [5000])
    #expect(try integrity(of: built.path) == ["ok"])
    #expect(try built.value("SELECT count(*) FROM t WHERE rowid = c0") == "5000")
    #expect(try built.value("SELECT min(rowid) || ' ' || max(rowid) FROM t") == "-999 6000")
  }

  @Test func `reaches from the smallest to the largest rowid`() throws {
    let built = try BuiltTable([.integers])
    var writer = LeafRunWriter(built.table)
    for firstRowID in [Int64.min, -1, Int64.max - 1] {
      let block = Block.integers([1, 2])
      try writer.append(columns: block.columns, rowCount: 2, firstRowID: firstRowID)
    }
    try writer.finish()
    #expect(try built.staged.finishAndPublish() == [6])
    #expect(try integrity(of: built.path) == ["ok"])
    #expect(
      try rows(of: "t", in: built.path).map(\.[0])
        == [.min, .min + 1, -1, 0, .max - 1, .max].map { Value.integer($0) })
  }

  @Test func `shares leaves between blocks with adjacent rowids`() throws {
    let pages = [1, 400].map { blockRowCount -> String? in
      let built = try? BuiltTable([.integers])
      guard let built else { return nil }
      var writer = LeafRunWriter(built.table)
      for firstRowID in stride(from: Int64(1), to: 4001, by: blockRowCount) {
        let block = Block.integers(firstRowID..<(firstRowID + Int64(blockRowCount)))
        try? writer.append(
          columns: block.columns, rowCount: blockRowCount, firstRowID: firstRowID)
      }
      try? writer.finish()
      _ = try? built.staged.finishAndPublish()
      return try? built.value("PRAGMA page_count")
    }
    #expect(pages[0] == pages[1])
    #expect(pages[0] != nil)
  }

  @Test func `of each of several tables in one file is complete`() throws {
    let directory = try TemporaryDirectory()
    let names = ["one leaf", "empty", "many leaves", "one row"]
    let counts = [10, 0, 20_000, 1]
    let staged = try StagedDatabase(
      for: directory.path("built.db"), pageSize: PageSize(1024),
      tables: names.map { try .table($0, for: [.integers]) })
    for (table, count) in zip(staged.tables, counts) {
      let block = Block.integers((0..<count).map { Int64($0) })
      var writer = LeafRunWriter(table)
      try writer.append(columns: block.columns, rowCount: count, firstRowID: 1)
      try writer.finish()
    }
    #expect(try staged.finishAndPublish() == counts)
    #expect(try integrity(of: staged.target) == ["ok"])
    for (name, count) in zip(names, counts) {
      #expect(try rows(of: name, in: staged.target).count == count)
    }
  }
}
