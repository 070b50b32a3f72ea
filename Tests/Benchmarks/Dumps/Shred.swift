import ArgumentParser
import ObjectStorage
import Operations
import Parquet

/// Turns the rows of Parquet files into JSON, and that into columns again: what a source of JSON
/// lines costs.
struct Shred: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Parse the rows of Parquet files, as JSON lines, into columns.")

  @Argument(help: "Parquet files of one schema.")
  var files: [String]

  func run() throws {
    let clock = ContinuousClock()
    var parsing = Duration.zero
    var flushing = Duration.zero
    var byteCount = 0
    var rowCount = 0
    for name in files {
      let schema = try ParquetSchema.read(name)
      var lines: [UInt8] = []
      try ParquetRows(style: .plain).run(file: name) { lines += $0 }
      byteCount += lines.count
      let rows = try RowGroupBuilder(schema: schema)
      let shredder = JSONShredder(schema)
      var start = 0
      while let end = lines[start...].firstIndex(of: 0x0a) {
        parsing += try clock.measure {
          try shredder.append(lines.span.extracting(start..<end))
        }
        start = end + 1
        rowCount += 1
        if shredder.rowCount == 1_024 {
          flushing += try clock.measure { try shredder.flush(into: rows) }
        }
      }
      flushing += try clock.measure { try shredder.flush(into: rows) }
    }
    note("\(rowCount) rows, \(byteCount) bytes; parsing \(parsing), flushing \(flushing)")
  }
}

/// The schema of a local file.
enum ParquetSchema {
  static func read(_ path: String) throws -> Schema {
    try ParquetFile(name: path, source: ObjectSource(reader: try LocalFile(path: path))).schema
  }
}
