extension LeafRunWriter {
  /// Appends a row that needs overflow pages, value by value.
  ///
  /// `row` is a row of the window, which is measured and at most `LeafRun.maxPayload` bytes long;
  /// `start` is the block's row that is row 0 of the window.
  mutating func appendLongRow(
    _ columns: [CellColumn], start: Int, row: Int, rowID: Int64
  ) throws(SQLiteError) {
    let pageSize = run.pageSize
    let (header, payload) = window.recordByteCount(ofRow: row)
    let size = UInt64(payload)
    let local = pageSize.localByteCount(ofPayload: payload)
    let pageCount = pageSize.overflowPageCount(ofPayload: payload)
    let prefix = Varint.byteCount(size) + Varint.byteCount(UInt64(bitPattern: rowID))
    let cell = try addCell(byteCount: prefix + local + 4, rowID: rowID)
    let cellBody = cell + prefix

    // The header's own length is part of the payload, but it is at most two bytes and the local
    // part of the smallest page has 39: `writePrefix` may write it, and the chain goes on there.
    let headerStart = run.writePrefix(cell, payload: size, rowID: rowID, header: header)
    let written = headerStart - cellBody

    let numbers: OverflowChain.Numbers
    if pageCount <= run.freePageCount {
      let index = run.addOverflowPages(pageCount)
      run.pointerOffsets.append(cellBody + local)
      for page in index..<(index + pageCount - 1) {
        run.pointerOffsets.append(page * pageSize.byteCount)
      }
      numbers = .inRun(index: index)
    } else {
      numbers = .claimed(try table.file.allocator.claim(pageCount), table.file)
    }
    let memory: UnsafeMutableRawPointer
    let capacity: Int
    switch numbers {
    case .inRun(let index):
      unsafe memory = run.memory + index * pageSize.byteCount
      capacity = pageCount
    case .claimed:
      unsafe memory = longChainMemory()
      capacity = run.capacity
    }
    // In bounds: the cell has `local` payload bytes from `cellBody` on and four more.
    var chain = unsafe OverflowChain(
      local: run.memory + headerStart, localByteCount: local - written, pageCount: pageCount,
      pageSize: pageSize, numbers: numbers, memory: memory, capacity: capacity)
    try appendSerialTypes(columns, start: start, row: row, to: &chain)
    try appendBodies(columns, start: start, row: row, to: &chain)
    try chain.finish()
  }

  private mutating func addCell(byteCount: Int, rowID: Int64) throws(SQLiteError) -> Int {
    if let cell = run.addCell(byteCount: byteCount, rowID: rowID) { return cell }
    try writeRun()
    guard let cell = run.addCell(byteCount: byteCount, rowID: rowID) else {
      preconditionFailure("an empty run has a page, and the local part of a row fits a page")
    }
    return cell
  }

  private func appendSerialTypes(
    _ columns: [CellColumn], start: Int, row: Int, to chain: inout OverflowChain
  ) throws(SQLiteError) {
    for (column, cells) in columns.enumerated() {
      let type = serialType(of: cells, column: column, start: start, row: row)
      try appendVarint(type, to: &chain)
    }
  }

  private func appendBodies(
    _ columns: [CellColumn], start: Int, row: Int, to chain: inout OverflowChain
  ) throws(SQLiteError) {
    for (column, cells) in columns.enumerated() {
      switch cells {
      case .null:
        break
      case .integers(let values, _):
        let type = serialType(of: cells, column: column, start: start, row: row)
        try unsafe appendNumber(UInt64(bitPattern: values[start + row]), type: type, to: &chain)
      case .reals(let values, _):
        let type = serialType(of: cells, column: column, start: start, row: row)
        let value = unsafe values[start + row]
        let bits =
          type == SerialType.real
          ? value.bitPattern : UInt64(bitPattern: SerialType.integer(ofIntegral: value))
        try appendNumber(bits, type: type, to: &chain)
      case .cells(let values):
        try unsafe appendCell(values[start + row], to: &chain)
      case .dictionary(let indices, let entries):
        try unsafe appendCell(entries[Int(indices[start + row])], to: &chain)
      }
    }
  }

  private func serialType(of cells: CellColumn, column: Int, start: Int, row: Int) -> UInt64 {
    switch cells {
    case .null: SerialType.null
    case .integers, .reals: unsafe UInt64(window.serialTypes[column * window.capacity + row])
    case .cells(let values): unsafe values[start + row].serialType
    case .dictionary(let indices, let entries):
      unsafe entries[Int(indices[start + row])].serialType
    }
  }

  private func appendVarint(_ value: UInt64, to chain: inout OverflowChain) throws(SQLiteError) {
    try unsafe withScratch { scratch throws(SQLiteError) in
      let count = unsafe Varint.store(value, at: scratch)
      try unsafe chain.append(scratch, count: count)
    }
  }

  private func appendNumber(
    _ bits: UInt64, type: UInt64, to chain: inout OverflowChain
  ) throws(SQLiteError) {
    let byteCount = SerialType.bodyByteCount(ofNumber: type)
    let body = (bits &<< (0 &- byteCount &* 8)).byteSwapped.littleEndian
    try unsafe withScratch { scratch throws(SQLiteError) in
      unsafe scratch.storeBytes(of: body, as: UInt64.self)
      try unsafe chain.append(scratch, count: Int(byteCount))
    }
  }

  private func appendCell(_ cell: Cell, to chain: inout OverflowChain) throws(SQLiteError) {
    guard let base = unsafe cell.base else { return }
    try unsafe chain.append(base, count: Int(cell.count))
  }

  /// Sixteen bytes for the time of the call.
  private func withScratch(
    _ body: (UnsafeMutableRawPointer) throws(SQLiteError) -> Void
  ) throws(SQLiteError) {
    var scratch: (UInt64, UInt64) = (0, 0)
    try unsafe withUnsafeMutablePointer(to: &scratch) { pointer throws(SQLiteError) in
      try unsafe body(UnsafeMutableRawPointer(pointer))
    }
  }
}
