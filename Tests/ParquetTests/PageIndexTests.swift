import Testing

@testable import Parquet

/// The page index and the pages it speaks of.
@Suite struct `Page index` {
  /// The values of a column in some rows, as the range of its own order.
  private func range(
    _ file: ParquetFile, _ bytes: [UInt8], rowGroup: Int, _ leaf: LeafColumn, rows: Range<Int64>
  ) throws -> ValueRange {
    let reader = try RowGroupReader(
      file, rowGroup: rowGroup, columns: [leaf], source: MemorySource(bytes))
    var range = ValueRange(leaf)
    var row: Int64 = 0
    while row < rows.upperBound, try reader.readBatch(rows: 1) > 0 {
      if row >= rows.lowerBound { range.add(reader.columns[0]) }
      row += 1
    }
    return range
  }

  /// Such a page uses no value, and so what an earlier column used must not count as used in it.
  @Test func `a page of NULLs alone before others leaves their bounds as they are`() throws {
    let schema = try Schema(fields: [.int64("a"), .int64("b")])
    let rows = (0..<12).map { row in
      "{\"a\":\(row / 4),\"b\":\(row < 4 ? "null" : "\(-(row % 3))")}"
    }
    var options = WriterOptions()
    options.pageIndex = .always
    options.pageRowLimit = 4
    let bytes = try file(of: rows, schema, options)
    let metadata = try ParquetFile(name: "test.parquet", source: MemorySource(bytes)).metadata
    let chunk = metadata.rowGroups[0].columns[1]
    let index = try PageIndexReader(chunk, in: bytes)
    #expect(index.nullPages == [true, false, false])
    #expect(index.minima.dropFirst().allSatisfy { $0 == Int64(-2).littleEndianBytes })
    #expect(index.maxima.dropFirst().allSatisfy { $0 == Int64(0).littleEndianBytes })
  }

  @Test(arguments: 0..<8)
  func `every page stands where the index says and within its bounds`(round: Int) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    let table = try RandomTable(seed: seed, rowCount: 60, isFlat: round % 2 == 0)
    var options = WriterOptions.random(&random, for: table.schema)
    options.pageIndex = .always
    options.pageRowLimit = 13
    options.rowGroupRowLimit = 40
    let bytes = try file(of: table.rows, table.schema, options)
    let file = try ParquetFile(name: "test.parquet", source: MemorySource(bytes))
    let buffer = ByteBuffer(count: 0)
    buffer.append(bytes)
    for (rowGroup, group) in file.metadata.rowGroups.enumerated() {
      for leaf in file.schema.leaves {
        let chunk = group.columns[leaf.index]
        let index = try PageIndexReader(chunk, in: bytes)
        let pageCount = index.offsets.count
        #expect(pageCount >= Int(group.rowCount + 12) / 13, "seed \(seed)")
        #expect(index.offsets.first == chunk.dataPageOffset)
        #expect(index.firstRows.first == 0)
        let hasBounds = chunk.columnIndex != nil
        if hasBounds {
          #expect(index.minima.count == pageCount && index.maxima.count == pageCount)
          #expect(index.nullPages.count == pageCount && index.nullCounts.count == pageCount)
        }
        for page in 0..<pageCount {
          var reader = CompactProtocolReader(buffer.view, at: Int(index.offsets[page]))
          let header = try PageHeader(from: &reader)
          #expect(
            Int64(index.byteCounts[page])
              == Int64(reader.offset) - index.offsets[page] + Int64(header.compressedByteCount))
          let end = page + 1 < pageCount ? index.firstRows[page + 1] : group.rowCount
          let rows = index.firstRows[page]..<end
          #expect(!rows.isEmpty && rows.count <= 13, "seed \(seed)")
          guard hasBounds else { continue }
          let range = try range(file, bytes, rowGroup: rowGroup, leaf, rows: rows)
          #expect(index.nullCounts[page] == range.nullCount, "seed \(seed), \(leaf.dottedPath)")
          var statistics = Statistics()
          statistics.minimum = index.nullPages[page] ? nil : index.minima[page]
          statistics.maximum = index.nullPages[page] ? nil : index.maxima[page]
          #expect(
            range.contradictions(of: statistics, hasColumnOrders: true) == [],
            "seed \(seed), \(leaf.dottedPath)")
        }
        if leaf.maximumRepetitionLevel > 0, hasBounds {
          #expect(
            index.repetitionHistograms.reduce(0, +) == chunk.valueCount, "seed \(seed)")
        }
      }
    }
  }

  private func index(of values: [String], _ options: WriterOptions) throws -> PageIndexReader {
    let schema = try Schema(fields: [.double("x")])
    let bytes = try file(of: values.map { "{\"x\":\($0)}" }, schema, options)
    let file = try ParquetFile(name: "test.parquet", source: MemorySource(bytes))
    return try PageIndexReader(file.metadata.rowGroups[0].columns[0], in: bytes)
  }

  @Test func `the order of the pages' bounds is said`() throws {
    var options = WriterOptions()
    options.pageRowLimit = 2
    #expect(try index(of: ["1", "2", "null", "null", "2", "9"], options).boundaryOrder == 1)
    #expect(try index(of: ["9", "2", "2", "1"], options).boundaryOrder == 2)
    #expect(try index(of: ["9", "2", "2", "1", "7", "7"], options).boundaryOrder == 0)
    let nulls = try index(of: ["1", "2", "null", "null"], options)
    #expect(nulls.nullPages == [false, true])
    #expect(nulls.minima[1] == [] && nulls.maxima[1] == [])
  }

  @Test func `a page of NaN only leaves no column index, as the format demands`() throws {
    var options = WriterOptions()
    options.pageRowLimit = 2
    let index = try index(of: ["1", "2", "\"NaN\"", "\"NaN\""], options)
    #expect(index.boundaryOrder == nil)
    #expect(index.offsets.count == 2)
  }

  @Test func `a single page has an index only if it is asked for`() throws {
    var options = WriterOptions()
    #expect(try index(of: ["1", "2"], options).offsets.isEmpty)
    options.pageIndex = .always
    #expect(try index(of: ["1", "2"], options).offsets.count == 1)
    options.pageIndex = .never
    options.pageRowLimit = 1
    #expect(try index(of: ["1", "2"], options).offsets.isEmpty)
  }
}
